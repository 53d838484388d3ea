/* test_plot_svg.c - elements, escapes, numbers and short lines. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/plot/outline.h"
#include "server/plot/svg.h"

/* What was written, up to the next call. */
static const char *text_of(struct buffer *out)
{
    static char text[4096];

    assert_false(out->failed);
    assert_true(out->count < sizeof text);
    memcpy(text, out->bytes, out->count);
    text[out->count] = '\0';
    buffer_clear(out);
    return text;
}

static void elements_nest_and_close(void **unused)
{
    struct buffer out;
    struct svg svg;

    (void)unused;
    buffer_init(&out);
    svg_init(&svg, &out);
    svg_begin(&svg, "svg");
    svg_begin(&svg, "g");
    svg_begin(&svg, "g");
    svg_set(&svg, "fill", "none");
    svg_begin(&svg, "path");
    svg_end(&svg);
    svg_label(&svg, 1.25, -3, "a<b");
    svg_end(&svg);
    svg_end(&svg);
    svg_end(&svg);
    assert_string_equal(text_of(&out),
                        "<svg><g><g fill=\"none\"><path/>"
                        "<text x=\"1.3\" y=\"-3\">a&lt;b</text></g>\n</g>\n"
                        "</svg>\n");
    buffer_fini(&out);
}

static void text_is_escaped(void **unused)
{
    static const struct {
        const char *given, *written;
    } cases[] = {
        {"Müller & Söhne", "Müller &amp; Söhne"},
        {"</text><script>", "&lt;/text&gt;&lt;script&gt;"},
        {"a\"b'c", "a&quot;b'c"},
        {"a\tb\nc", "a b c"},
        {"\x01\x1f\x7f", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xef\xbf\xbf!", "\xef\xbf\xbd!"},
        {"&amp;", "&amp;amp;"},
    };
    struct buffer out;
    struct svg svg;

    (void)unused;
    buffer_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[128];

        svg_init(&svg, &out);
        svg_begin(&svg, "desc");
        svg_set(&svg, "a", cases[i].given);
        svg_text(&svg, cases[i].given);
        svg_end(&svg);
        snprintf(expected, sizeof expected, "<desc a=\"%s\">%s</desc>\n",
                 cases[i].written, cases[i].written);
        assert_string_equal(text_of(&out), expected);
    }
    buffer_fini(&out);
}

static void lengths_are_tenths(void **unused)
{
    static const struct {
        double pixels;
        const char *written;
    } cases[] = {
        {0, "0"}, {-0.0, "0"}, {0.04, "0"}, {0.05, ".1"}, {-0.3, "-.3"},
        {12, "12"}, {12.34, "12.3"}, {-7.96, "-8"}, {1e300, "100000"},
        {-INFINITY, "-100000"},
    };
    struct buffer out;
    struct svg svg;

    (void)unused;
    buffer_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[64];

        svg_init(&svg, &out);
        svg_begin(&svg, "r");
        svg_set_length(&svg, "x", cases[i].pixels);
        svg_end(&svg);
        snprintf(expected, sizeof expected, "<r x=\"%s\"/>\n",
                 cases[i].written);
        assert_string_equal(text_of(&out), expected);
    }
    buffer_fini(&out);
}

static void paths_are_relative_and_short(void **unused)
{
    struct buffer out;
    struct svg svg;

    (void)unused;
    buffer_init(&out);
    svg_init(&svg, &out);
    svg_begin(&svg, "path");
    svg_path_begin(&svg, "d");
    svg_path_move(&svg, (struct svg_point){10, 205});
    svg_path_line(&svg, (struct svg_point){15, 200});
    svg_path_line(&svg, (struct svg_point){5, 203});
    svg_path_close(&svg);
    svg_path_move(&svg, (struct svg_point){-10, -5});
    svg_path_line(&svg, (struct svg_point){-10, 0});
    svg_path_end(&svg);
    svg_end(&svg);
    assert_string_equal(text_of(&out),
                        "<path d=\"M1 20.5l.5-.5-1 .3zM-1-.5l0 .5\"/>\n");
    buffer_fini(&out);
}

/* ---- outlines ----------------------------------------------------------- */

static void straight_lines_are_two_points(void **unused)
{
    struct svg_point points[1000];

    (void)unused;
    for (long i = 0; i < 1000; i++)
        points[i] = (struct svg_point){3 * i, 2 * i + i % 2};
    assert_int_equal(outline_simplify(points, 1000, 2), 2);
    assert_int_equal(points[1].x, 2997);
    assert_int_equal(points[1].y, 1999);
}

static void turning_back_is_kept(void **unused)
{
    struct svg_point points[] = {{0, 0}, {50, 0}, {100, 0}, {60, 0}, {20, 0}};

    (void)unused;
    assert_int_equal(outline_simplify(points, 5, 2), 3);
    assert_int_equal(points[1].x, 100);
    assert_int_equal(points[2].x, 20);
}

/* How far p is from the nearest point of the stretch from a to b. */
static double distance(struct svg_point p, struct svg_point a,
                       struct svg_point b)
{
    double dx = (double)(b.x - a.x), dy = (double)(b.y - a.y);
    double px = (double)(p.x - a.x), py = (double)(p.y - a.y);
    double square = dx * dx + dy * dy;
    double t = square > 0 ? fmin(fmax((px * dx + py * dy) / square, 0), 1) : 0;

    return hypot(px - t * dx, py - t * dy);
}

static void no_point_lies_far_off(void **unused)
{
    enum { COUNT = 5000 };
    static struct svg_point before[COUNT], points[COUNT];

    (void)unused;
    for (long i = 0; i < COUNT; i++)
        before[i] = (struct svg_point){
            lround(2000 * cos(0.003 * (double)i) + 30 * sin(0.05 * (double)i)),
            lround(2000 * sin(0.0041 * (double)i) + (double)(i * 7 % 11))};
    for (double tolerance = 1; tolerance < 100; tolerance *= 3) {
        size_t count, at = 0;

        memcpy(points, before, sizeof points);
        count = outline_simplify(points, COUNT, tolerance);
        assert_true(count >= 2 && count < COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            if (at + 2 < count && before[i].x == points[at + 1].x
                && before[i].y == points[at + 1].y)
                at++;
            assert_true(distance(before[i], points[at], points[at + 1])
                        <= 2 * tolerance + 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_nest_and_close),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(lengths_are_tenths),
        cmocka_unit_test(paths_are_relative_and_short),
        cmocka_unit_test(straight_lines_are_two_points),
        cmocka_unit_test(turning_back_is_kept),
        cmocka_unit_test(no_point_lies_far_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
