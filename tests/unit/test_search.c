/* test_search.c - line searches on functions of one variable that are known to
 * be hard. */
#include "tests/unit/cmocka_all.h"

#include <math.h>

#include "core/search/search.h"

/* ---- functions of one variable ----------------------------------------- */

struct curve {
    double (*value)(double a, double *slope);
    int evaluations, stop_after; /* 0: never */
};

static double evaluate(struct method *method, const double *at, double *slope,
                       bool *ret_stop)
{
    struct curve *curve = method->run;
    double ignored;

    curve->evaluations++;
    *ret_stop = curve->evaluations == curve->stop_after;
    return curve->value(*at, slope != NULL ? slope : &ignored);
}

/* A line along the curve from 0. */
struct bench {
    struct curve curve;
    struct method method;
    struct line line;
    double x, g, d, scratch[2];
};

static void begin(struct bench *b, double (*value)(double a, double *slope))
{
    *b = (struct bench){.curve = {.value = value}, .d = 1};
    b->method = (struct method){
        .x = &b->x, .g = &b->g, .n = 1, .evaluations_left = INFINITY,
        .evaluate = evaluate, .run = &b->curve,
    };
    b->method.loss = value(0, &b->g);
    line_begin(&b->line, &b->method, &b->d, b->g, b->scratch);
}

/* More & Thuente 1994, (5.1) to (5.5). */
static double thuente_1(double a, double *slope)
{
    *slope = (a * a - 2) / ((a * a + 2) * (a * a + 2));
    return -a / (a * a + 2);
}

static double thuente_2(double a, double *slope)
{
    double b = a + 0.004;

    *slope = 5 * pow(b, 4) - 8 * pow(b, 3);
    return pow(b, 5) - 2 * pow(b, 4);
}

static double thuente_3(double a, double *slope)
{
    const double pi = 3.14159265358979323846, beta = 0.01, l = 39;
    double value = fabs(a - 1), own = a < 1 ? -1 : 1;

    if (value < beta) {
        own = (a - 1) / beta;
        value = (a - 1) * (a - 1) / (2 * beta) + beta / 2;
    }
    *slope = own + (1 - beta) * cos(l * pi / 2 * a);
    return value + 2 * (1 - beta) / (l * pi) * sin(l * pi / 2 * a);
}

static double yanai(double a, double *slope, double b1, double b2)
{
    double c1 = sqrt(1 + b1 * b1) - b1, c2 = sqrt(1 + b2 * b2) - b2;
    double left = sqrt((1 - a) * (1 - a) + b2 * b2);
    double right = sqrt(a * a + b1 * b1);

    *slope = c1 * (a - 1) / left + c2 * a / right;
    return c1 * left + c2 * right;
}

static double thuente_4(double a, double *slope)
{
    return yanai(a, slope, 0.001, 0.001);
}

static double thuente_5(double a, double *slope)
{
    return yanai(a, slope, 0.01, 0.001);
}

static double thuente_6(double a, double *slope)
{
    return yanai(a, slope, 0.001, 0.01);
}

/* Least at 1/2; no number from 1 on. */
static double with_a_wall(double a, double *slope)
{
    *slope = -2 + 1 / (1 - a);
    return -2 * a - log(1 - a);
}

/* Least at 1, where it differs from its value at 0 by half a rounding. */
static double level(double a, double *slope)
{
    *slope = 2 * (a - 1);
    return 1e16 + (a - 1) * (a - 1);
}

static double downhill_for_ever(double a, double *slope)
{
    *slope = -1;
    return -a;
}

static double into_the_abyss(double a, double *slope)
{
    *slope = -exp(a);
    return -exp(a);
}

/* Rises although its slope says that it falls. */
static double liar(double a, double *slope)
{
    *slope = -1;
    return a;
}

static double parabola(double a, double *slope)
{
    *slope = 3 * (a - 7);
    return 1.5 * (a - 7) * (a - 7) - 2;
}

static double hill(double a, double *slope)
{
    *slope = -2 * a - 1;
    return -a * a - a;
}

/* ---- strong Wolfe ------------------------------------------------------ */

/* The paper's tables I to VI: these functions, these first steps, these
 * conditions. It needs up to 12 evaluations there; 20 are allowed here. */
static void strong_wolfe_holds_on_more_and_thuentes_functions(void **unused)
{
    static const struct {
        double (*value)(double a, double *slope);
        double decrease, curvature;
    } cases[] = {
        {thuente_1, 0.001, 0.1},   {thuente_2, 0.1, 0.1},
        {thuente_3, 0.1, 0.1},     {thuente_4, 0.001, 0.001},
        {thuente_5, 0.001, 0.001}, {thuente_6, 0.001, 0.001},
    };
    (void)unused;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (double first = 1e-3; first <= 1e3; first *= 100) {
            struct line_search how = {first, INFINITY, cases[i].decrease,
                                 cases[i].curvature, 0};
            struct bench b;
            struct line *l = &b.line;

            begin(&b, cases[i].value);
            assert_int_equal(search_strong_wolfe(l, &how), REASON_NONE);
            assert_true(l->loss <= l->loss0
                                       + how.decrease * l->step * l->slope0);
            assert_true(fabs(l->slope) <= how.curvature * fabs(l->slope0));
            assert_in_range(b.curve.evaluations, 1, 20);
        }
    }
}

static void a_search_comes_back_from_where_nothing_is_a_number(void **unused)
{
    const struct line_search how = {1000, INFINITY, 1e-4, 0.01, -1e300};
    struct bench b;
    (void)unused;

    begin(&b, with_a_wall);
    assert_int_equal(search_strong_wolfe(&b.line, &how), REASON_NONE);
    assert_true(fabs(b.line.step - 0.5) < 0.01);
    begin(&b, with_a_wall);
    assert_int_equal(search_backtracking(&b.line, &how), REASON_NONE);
    assert_true(b.line.loss < 0);
    begin(&b, with_a_wall);
    assert_int_equal(search_exact(&b.line, &how), REASON_NONE);
    assert_true(b.line.loss < 0);
}

static void where_losses_are_level_slopes_decide(void **unused)
{
    const struct line_search how = {0.1, INFINITY, 1e-4, 1e-6, 1e16};
    struct bench b;
    double slope;
    (void)unused;

    assert_true(level(1, &slope) == level(0, &slope));
    begin(&b, level);
    assert_int_equal(search_strong_wolfe(&b.line, &how), REASON_NONE);
    assert_true(fabs(b.line.step - 1) <= 1e-6);
    begin(&b, level);
    assert_int_equal(search_backtracking(&b.line, &how), REASON_NONE);
    assert_true(b.line.step == 0.1);
}

static void a_search_keeps_to_its_longest_step(void **unused)
{
    const struct line_search how = {1, 5, 1e-4, 0.1, 0};
    struct bench b;
    (void)unused;

    begin(&b, downhill_for_ever);
    assert_int_equal(search_strong_wolfe(&b.line, &how), REASON_NONE);
    assert_true(b.line.step == 5);
    begin(&b, downhill_for_ever);
    assert_int_equal(search_backtracking(&b.line, &how), REASON_NONE);
    assert_true(b.line.step == 1);
}

static void minus_infinity_ends_every_search(void **unused)
{
    const struct line_search how = {1, INFINITY, 1e-4, 0.1, 0};
    struct bench b;
    (void)unused;

    begin(&b, into_the_abyss);
    assert_int_equal(search_strong_wolfe(&b.line, &how), REASON_NONE);
    assert_true(b.line.loss == -INFINITY);
    begin(&b, into_the_abyss);
    assert_int_equal(search_exact(&b.line, &how), REASON_NONE);
    assert_true(b.line.loss < -1);
}

static void a_search_that_finds_nothing_says_so(void **unused)
{
    const struct line_search how = {1, INFINITY, 1e-4, 0.1, 0};
    struct bench b;
    (void)unused;

    begin(&b, liar);
    assert_int_equal(search_strong_wolfe(&b.line, &how), REASON_LINE_SEARCH);
    begin(&b, liar);
    assert_int_equal(search_backtracking(&b.line, &how), REASON_LINE_SEARCH);
    begin(&b, liar);
    assert_int_equal(search_exact(&b.line, &how), REASON_LINE_SEARCH);
}

static void a_search_stops_when_told_and_when_its_budget_is_used(void **unused)
{
    const struct line_search how = {1e-3, INFINITY, 1e-4, 1e-3, 0};
    struct bench b;
    (void)unused;

    begin(&b, thuente_4);
    b.curve.stop_after = 2;
    assert_int_equal(search_strong_wolfe(&b.line, &how), REASON_CANCELED);
    assert_int_equal(b.curve.evaluations, 2);
    begin(&b, thuente_4);
    b.line.evaluations_left = 2;
    assert_int_equal(search_strong_wolfe(&b.line, &how),
                     REASON_MAX_EVALUATIONS);
    assert_int_equal(b.curve.evaluations, 2);
}

/* ---- the others -------------------------------------------------------- */

static void backtracking_ends_where_armijos_condition_holds(void **unused)
{
    static double (*const values[])(double, double *) = {
        thuente_1, thuente_2, thuente_3, thuente_4, parabola, with_a_wall,
    };
    (void)unused;

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        for (double first = 1e-3; first <= 1e3; first *= 10) {
            struct line_search how = {first, INFINITY, 0.1, 0, 0};
            struct bench b;

            begin(&b, values[i]);
            how.reference = b.line.loss0;
            assert_int_equal(search_backtracking(&b.line, &how), REASON_NONE);
            assert_true(b.line.loss <= b.line.loss0
                                       + 0.1 * b.line.step * b.line.slope0);
            assert_true(b.line.step <= first);
        }
    }
}

/* From 0, phi = 71.5 and falls until 7; at 14.5 it is 82.4: more than at 0,
 * and allowed below a reference of 90 with slope -21. */
static void a_reference_above_the_loss_allows_a_rise(void **unused)
{
    struct line_search how = {14.5, INFINITY, 1e-4, 0, 90};
    struct bench b;
    (void)unused;

    begin(&b, parabola);
    assert_int_equal(search_backtracking(&b.line, &how), REASON_NONE);
    assert_true(b.line.step == 14.5);
    begin(&b, parabola);
    how.reference = b.line.loss0;
    assert_int_equal(search_backtracking(&b.line, &how), REASON_NONE);
    assert_true(b.line.step < 14.5);
}

static void exact_reaches_a_parabolas_minimum_from_any_trial(void **unused)
{
    (void)unused;
    for (double first = 1e-3; first <= 1e4; first *= 10) {
        struct line_search how = {first, INFINITY, 1e-4, 0, 0};
        struct bench b;

        begin(&b, parabola);
        how.reference = b.line.loss0;
        assert_int_equal(search_exact(&b.line, &how), REASON_NONE);
        assert_true(fabs(b.line.step - 7) <= 7e-12);
        assert_int_equal(b.curve.evaluations, 2);
    }
}

static void exact_goes_on_where_the_curvature_is_negative(void **unused)
{
    const struct line_search how = {1, INFINITY, 1e-4, 0, 0};
    struct bench b;
    (void)unused;

    begin(&b, hill);
    assert_int_equal(search_exact(&b.line, &how), REASON_NONE);
    assert_true(b.line.step == 2 && b.line.loss == -6);
}

/* s = (1, 2), y = (2, 6): s.s = 5, s.y = 14, y.y = 40. */
static void barzilai_and_borweins_steps_take_turns(void **unused)
{
    (void)unused;
    assert_true(search_barzilai_borwein(5, 14, 40, true, 9) == 5.0 / 14);
    assert_true(search_barzilai_borwein(5, 14, 40, false, 9) == 14.0 / 40);
    assert_true(search_barzilai_borwein(5, -14, 40, true, 9) == 9);
    assert_true(search_barzilai_borwein(5, 0, 40, true, 9) == 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strong_wolfe_holds_on_more_and_thuentes_functions),
        cmocka_unit_test(a_search_comes_back_from_where_nothing_is_a_number),
        cmocka_unit_test(where_losses_are_level_slopes_decide),
        cmocka_unit_test(a_search_keeps_to_its_longest_step),
        cmocka_unit_test(minus_infinity_ends_every_search),
        cmocka_unit_test(a_search_that_finds_nothing_says_so),
        cmocka_unit_test(a_search_stops_when_told_and_when_its_budget_is_used),
        cmocka_unit_test(backtracking_ends_where_armijos_condition_holds),
        cmocka_unit_test(a_reference_above_the_loss_allows_a_rise),
        cmocka_unit_test(exact_reaches_a_parabolas_minimum_from_any_trial),
        cmocka_unit_test(exact_goes_on_where_the_curvature_is_negative),
        cmocka_unit_test(barzilai_and_borweins_steps_take_turns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
