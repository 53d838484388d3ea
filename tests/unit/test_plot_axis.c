/* test_plot_axis.c - ticks as people write them. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/random.h"
#include "server/plot/axis.h"

/* The labels of an axis, with blanks between; the base in front. */
static const char *labels(double low, double high, bool is_log, size_t most)
{
    static char text[1024];
    struct axis axis = {low, high, is_log, 0, 100};
    struct ticks ticks;
    size_t used = 0;

    axis_ticks(&axis, most, &ticks);
    text[0] = '\0';
    if (*ticks.base)
        used += (size_t)snprintf(text, sizeof text, "[%s] ", ticks.base);
    for (size_t i = 0; i < ticks.count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                                 i > 0 ? " " : "", ticks.items[i].text);
    return text;
}

static void linear_ticks_are_round(void **unused)
{
    (void)unused;
    assert_string_equal(labels(0, 1, false, 6), "0 0.2 0.4 0.6 0.8 1.0");
    assert_string_equal(labels(-1.2, 1.3, false, 6),
                        "−1.0 −0.5 0 0.5 1.0");
    assert_string_equal(labels(-2.048, 2.048, false, 5), "−2 −1 0 1 2");
    assert_string_equal(labels(0, 10000, false, 6),
                        "0 2000 4000 6000 8000 10000");
    assert_string_equal(labels(0, 1e7, false, 3), "0 5×10⁶ 10⁷");
    assert_string_equal(labels(0, 4e-8, false, 4),
                        "0 2×10⁻⁸ 4×10⁻⁸");
    assert_string_equal(labels(-4.1e12, 4.2e12, false, 5),
                        "−4×10¹² −2×10¹² 0 2×10¹² 4×10¹²");
    assert_string_equal(labels(0.00011, 0.00029, false, 4),
                        "0.00015 0.00020 0.00025");
}

static void long_labels_take_a_base_off(void **unused)
{
    (void)unused;
    assert_string_equal(labels(1e6, 1e6 + 0.0002, false, 3),
                        "[1000000] 0 0.0001 0.0002");
    assert_string_equal(labels(-1000000.35, -1000000.05, false, 4),
                        "[−1000000.3] 0 0.1 0.2");
}

static void log_ticks_are_decades(void **unused)
{
    (void)unused;
    assert_string_equal(labels(1e-3, 1e3, true, 8),
                        "0.001 0.01 0.1 1 10 100 1000");
    assert_string_equal(labels(1.5e-30, 24, true, 5),
                        "10⁻²⁰ 10⁻¹⁰ 10⁰");
    assert_string_equal(labels(0.9e-16, 2, true, 6),
                        "10⁻¹⁵ 10⁻¹² 10⁻⁹ 10⁻⁶ 10⁻³ 10⁰");
    assert_string_equal(labels(3, 40, true, 6), "5 10 20");
    assert_string_equal(labels(2.1, 2.9, true, 5), "2.2 2.4 2.6 2.8");
    assert_string_equal(labels(5e-324, DBL_MAX, true, 5),
                        "10⁻²⁰⁰ 10⁰ 10²⁰⁰");
}

static void numbers_have_four_digits(void **unused)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"}, {1, "1"}, {-0.25, "−0.25"}, {24.2, "24.2"},
        {0.00123456, "0.001235"}, {2.5e-7, "2.5×10⁻⁷"},
        {123456, "123500"}, {1e300, "10³⁰⁰"}, {9.99999, "10"},
        {2e-323, "2×10⁻³²³"}, {DBL_MAX, "1.798×10³⁰⁸"},
        {NAN, "not a number"}, {INFINITY, "∞"}, {-INFINITY, "−∞"},
    };
    char text[TICK_TEXT_BYTES];

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        axis_number(cases[i].value, text);
        assert_string_equal(text, cases[i].text);
    }
    assert_true(axis_round(0.0123456, 0.0123456, 2) == 0.012);
    assert_true(axis_round(-98765, 98765, 2) == -99000);
    assert_true(axis_round(1234.567, 3, 2) == 1234.6);
    assert_true(axis_round(1e300, 1, 2) == 1e300);
}

static void places_lie_between_the_ends(void **unused)
{
    const struct axis down = {-1, 3, false, 200, 40};
    const struct axis decades = {0.01, 100, true, 0, 400};
    const struct axis huge = {-DBL_MAX, DBL_MAX, false, 0, 100};

    (void)unused;
    assert_true(axis_place(&down, -1) == 200);
    assert_true(axis_place(&down, 3) == 40);
    assert_true(axis_place(&down, 1) == 120);
    assert_true(fabs(axis_place(&decades, 1) - 200) < 1e-9);
    assert_true(isnan(axis_place(&decades, 0)));
    assert_true(isnan(axis_place(&decades, NAN)));
    assert_true(axis_place(&huge, 0) == 50);
}

static void equal_ends_are_widened(void **unused)
{
    static const double values[] = {0, 1, -3, 1e300, 1e-300, 5e-324, DBL_MAX,
                                    -DBL_MAX};

    (void)unused;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double low = values[i], high = values[i];

        axis_widen(&low, &high);
        assert_true(isfinite(low) && isfinite(high) && low < high);
        assert_true(low <= values[i] && values[i] <= high);
    }
}

static double draw(uint64_t *drawn)
{
    return random_unit(1, RANDOM_START, (*drawn)++);
}

/* Whatever the axis: ticks rise, lie on it, and are neither none nor many. */
static void ticks_of_any_axis_are_sane(void **unused)
{
    uint64_t drawn = 0;

    (void)unused;
    for (int run = 0; run < 20000; run++) {
        double a = ldexp(draw(&drawn) - 0.5, (int)(draw(&drawn) * 2000) - 1000);
        double b = run % 2 ? a * (1 + draw(&drawn)) : ldexp(draw(&drawn), 20);
        struct axis axis = {fmin(a, b), fmax(a, b), false, 0, 500};
        struct ticks ticks;
        size_t most = 3 + (size_t)(draw(&drawn) * 10);

        axis_widen(&axis.low, &axis.high);
        axis.is_log = axis.low > 0 && run % 3 == 0;
        axis_ticks(&axis, most, &ticks);
        assert_true(ticks.count >= 1 && ticks.count <= most);
        for (size_t i = 0; i < ticks.count; i++) {
            double place = axis_place(&axis, ticks.items[i].value);

            assert_true(place > -0.01 && place < 500.01);
            assert_true(*ticks.items[i].text);
            if (i > 0)
                assert_true(ticks.items[i - 1].value < ticks.items[i].value);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_ticks_are_round),
        cmocka_unit_test(long_labels_take_a_base_off),
        cmocka_unit_test(log_ticks_are_decades),
        cmocka_unit_test(numbers_have_four_digits),
        cmocka_unit_test(places_lie_between_the_ends),
        cmocka_unit_test(equal_ends_are_widened),
        cmocka_unit_test(ticks_of_any_axis_are_sane),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
