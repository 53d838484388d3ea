/* test_plot_options.c - what may be asked of pictures, and their colours. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "server/api/plot.h"
#include "server/plot/canvas.h"

/* WCAG 2.2: relative luminance, contrast ratio. */
static double luminance(const char *colour)
{
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    long rgb = strtol(colour + 1, NULL, 16);
    double sum = 0;

    for (int c = 0; c < 3; c++) {
        double part = (double)(rgb >> (16 - 8 * c) & 255) / 255;

        sum += weights[c] * (part <= 0.04045 ? part / 12.92
                                             : pow((part + 0.055) / 1.055,
                                                   2.4));
    }
    return sum;
}

static double contrast(const char *a, const char *b)
{
    double la = luminance(a), lb = luminance(b);

    return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

static void text_and_lines_can_be_read(void **unused)
{
    (void)unused;
    for (int dark = 0; dark < 2; dark++) {
        const char *page = ink_colour(INK_PAGE, dark);

        assert_true(contrast(ink_colour(INK_TEXT, dark), page) >= 4.5);
        assert_true(contrast(ink_colour(INK_MUTED, dark), page) >= 4.5);
        assert_true(contrast(ink_colour(INK_FRAME, dark), page) >= 3);
        for (int ink = INK_CURVE; ink < INKS; ink++)
            assert_true(contrast(ink_colour((enum ink)ink, dark), page)
                        >= 4.5);
    }
    for (size_t run = 0; run < PLOT_RUNS_MAX; run++)
        assert_true(contrast(ink_on_map(run), ink_casing) >= 4.5);
}

static void the_map_is_darker_the_higher(void **unused)
{
    double before = 2;

    (void)unused;
    for (size_t band = 0; band < 16; band++) {
        char colour[INK_COLOUR_BYTES];

        ink_of_band(band, 16, colour);
        assert_true(luminance(colour) < before);
        before = luminance(colour);
    }
}

static void options_are_told_by_name(void **unused)
{
    struct plot_options options = plot_options_default;

    (void)unused;
    assert_null(plot_option_set(&options, 0, "200"));
    assert_int_equal(options.width, 200);
    assert_non_null(plot_option_set(&options, 0, "199"));
    assert_non_null(plot_option_set(&options, 0, "4001"));
    assert_non_null(plot_option_set(&options, 1, "300.5"));
    assert_non_null(plot_option_set(&options, 1, ""));
    assert_null(plot_option_set(&options, 2, "dark"));
    assert_int_equal(options.theme, PLOT_DARK);
    assert_non_null(plot_option_set(&options, 2, "Dark"));
    assert_null(plot_option_set(&options, 3, "linear"));
    assert_non_null(plot_option_set(&options, 3, "fitting"));
    assert_null(plot_option_set(&options, 4, "true"));
    assert_true(options.animate);
    assert_non_null(plot_option_set(&options, 4, "yes"));
}

/* The route's parameters are the picture's options. */
static void the_query_has_every_option(void **unused)
{
    (void)unused;
    for (size_t i = 0; plot_options[i].name; i++) {
        assert_string_equal(job_plot_queries[i].name, plot_options[i].name);
        assert_string_equal(jobs_plot_queries[i].name, plot_options[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_lines_can_be_read),
        cmocka_unit_test(the_map_is_darker_the_higher),
        cmocka_unit_test(options_are_told_by_name),
        cmocka_unit_test(the_query_has_every_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
