/* test_plot.c - pictures: which figure, well-formed, the same bytes, readable
 * whatever the data. */
#include "tests/unit/cmocka_all.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "server/jobs/picture.h"
#include "server/plot/canvas.h"
#include "server/plot/plot.h"

enum { ROWS = 3000, SIDE = 40 };

/* Everything that a picture needs, to be changed by a test. */
struct sheet {
    struct arena arena;
    struct plot plot;
    struct plot_run runs[PLOT_RUNS_MAX];
    struct grid grid;
    double at[ROWS], loss[ROWS], x[SIDE], y[SIDE], values[SIDE * SIDE];
    struct spot path[ROWS];
};

/* Runs of n variables that go from (2, 1) to the minimum of x^2 + 3 y^2. */
static struct sheet *sheet_new(size_t n, size_t rows, size_t runs)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);

    arena_init(&sheet->arena, 0);
    for (size_t i = 0; i < rows; i++) {
        double left = pow(0.99, (double)i);

        sheet->at[i] = (double)i;
        sheet->path[i] = (struct spot){{2 * left, pow(left, 3)}};
        sheet->loss[i] = 4 * left * left + 3 * pow(left, 6);
    }
    for (size_t i = 0; i < runs; i++)
        sheet->runs[i] = (struct plot_run){
            .objective = "function", .optimizer = "sgd", .what = "bowl",
            .state = "completed", .has_ended = true,
            .outcome_class = "converged",
            .outcome_reason = "gradient_tolerance", .n = n,
            .iterations = rows > 0 ? rows - 1 : 0,
            .loss = {sheet->at, sheet->loss, rows},
            .path = n <= 2 ? sheet->path : NULL};
    sheet->plot = (struct plot){.options = plot_options_default,
                                .runs = sheet->runs, .run_count = runs,
                                .one_objective = true};
    return sheet;
}

/* Its values are f(x) or f(x, y) on [-1, 3] or [-1, 3] x [-1, 2]. */
static void add_grid(struct sheet *sheet, size_t dims)
{
    struct grid *grid = &sheet->grid;

    *grid = (struct grid){
        .plane = {.n = dims, .dims = dims},
        .box = {{-1, -1}, {3, 2}},
        .nx = SIDE, .ny = dims == 2 ? SIDE : 1,
        .x = sheet->x, .y = dims == 2 ? sheet->y : NULL,
        .loss = sheet->values};
    for (size_t i = 0; i < SIDE; i++) {
        sheet->x[i] = -1 + 4 * (double)i / (SIDE - 1);
        sheet->y[i] = -1 + 3 * (double)i / (SIDE - 1);
    }
    for (size_t i = 0; i < grid->nx * grid->ny; i++) {
        double x = sheet->x[i % SIDE];
        double y = dims == 2 ? sheet->y[i / SIDE] : 0;

        sheet->values[i] = x * x + 3 * y * y;
    }
    sheet->plot.grid = grid;
}

static void sheet_free(struct sheet *sheet)
{
    arena_fini(&sheet->arena);
    free(sheet);
}

/* ---- XML, as far as these pictures use it ------------------------------- */

/* The end of the name of an element or an attribute. */
static const char *after_name(const char *c)
{
    assert_true(isalpha((unsigned char)*c));
    while (isalnum((unsigned char)*c) || *c == '-' || *c == ':')
        c++;
    return c;
}

static const char *after_attributes(const char *c)
{
    while (*c == ' ') {
        const char *value;

        c = after_name(c + 1);
        assert_int_equal(*c++, '=');
        assert_int_equal(*c++, '"');
        value = c;
        c = strchr(c, '"');
        assert_non_null(c);
        assert_null(memchr(value, '<', (size_t)(c - value)));
        c++;
    }
    return c;
}

/* Every element is closed in its turn, every attribute quoted, every & an
 * entity. */
static void assert_well_formed(const char *text)
{
    const char *open[SVG_DEPTH_MAX + 1];
    size_t depth = 0;

    for (const char *c = text; *c; c++) {
        const char *name = c + 1, *end;

        if (*c == '&')
            assert_non_null(memchr(c, ';', 7));
        if (*c != '<')
            continue;
        if (*name == '/') {
            end = after_name(++name);
            assert_true(depth > 0);
            depth--;
            assert_memory_equal(open[depth], name, (size_t)(end - name));
            assert_false(isalpha((unsigned char)open[depth][end - name]));
            c = end;
        } else {
            assert_true(depth < SVG_DEPTH_MAX);
            end = after_attributes(after_name(name));
            if (*end == '/')
                end++;
            else
                open[depth++] = name;
            c = end;
        }
        assert_int_equal(*c, '>');
    }
    assert_int_equal(depth, 0);
}

/* What would run, be fetched, or be no number. */
static void assert_inert(const char *text)
{
    static const char *const banned[] = {
        "<script", "href", "url(", "onload", "<foreignObject", "<image",
        "@import", "nan", "inf;", "\"inf",
    };

    for (size_t i = 0; i < sizeof banned / sizeof *banned; i++)
        if (strstr(text, banned[i]))
            fail_msg("%s in %.300s", banned[i], strstr(text, banned[i]));
}

/* The picture, to be freed. */
static char *draw(struct sheet *sheet)
{
    struct buffer out;
    size_t count;
    char *text;

    buffer_init(&out);
    plot_write(&sheet->plot, &sheet->arena, &out);
    text = buffer_steal(&out, &count);
    assert_non_null(text);
    assert_int_equal(strlen(text), count);
    assert_well_formed(text);
    assert_inert(text);
    assert_true(count < 200000);
    return text;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)); text++)
        count++;
    return count;
}

/* ---- figures ------------------------------------------------------------ */

static void the_figure_follows_from_the_runs(void **unused)
{
    struct sheet *sheet = sheet_new(2, 50, 2);

    (void)unused;
    assert_string_equal(plot_choose(&sheet->plot)->name, "plane");
    sheet->plot.one_objective = false;
    assert_string_equal(plot_choose(&sheet->plot)->name, "loss");
    sheet->plot.one_objective = true;
    sheet->runs[1].path = NULL;
    assert_string_equal(plot_choose(&sheet->plot)->name, "loss");
    sheet_free(sheet);
    sheet = sheet_new(1, 50, 1);
    assert_string_equal(plot_choose(&sheet->plot)->name, "curve");
    sheet->runs[0].loss.count = 0;
    assert_string_equal(plot_choose(&sheet->plot)->name, "loss");
    sheet_free(sheet);
    sheet = sheet_new(3, 50, 1);
    assert_string_equal(plot_choose(&sheet->plot)->name, "loss");
    sheet_free(sheet);
}

static void a_picture_tells_what_it_shows(void **unused)
{
    struct sheet *sheet = sheet_new(2, 400, 1);
    char *text;

    (void)unused;
    add_grid(sheet, 2);
    sheet->runs[0].name = "a <b> & \"c\"";
    text = draw(sheet);
    assert_non_null(strstr(text, "role=\"img\""));
    assert_non_null(strstr(text, "<title>a &lt;b&gt; &amp; &quot;c&quot;"
                                 "</title>"));
    assert_non_null(strstr(text, "sgd on bowl from (2, 1), loss 7, to "));
    assert_non_null(strstr(text, "converged (gradient tolerance) after 399 "
                                 "iterations."));
    assert_true(count_of(text, "<path") >= 15);
    free(text);
    sheet_free(sheet);
}

static void the_same_data_is_the_same_bytes(void **unused)
{
    (void)unused;
    for (size_t n = 1; n <= 3; n++) {
        char *texts[2];

        for (int i = 0; i < 2; i++) {
            struct sheet *sheet = sheet_new(n, ROWS, 3);

            if (n <= 2)
                add_grid(sheet, n);
            texts[i] = draw(sheet);
            sheet_free(sheet);
        }
        assert_string_equal(texts[0], texts[1]);
        free(texts[0]);
        free(texts[1]);
    }
}

static void themes_differ_in_colours_alone(void **unused)
{
    struct sheet *sheet = sheet_new(2, 100, 2);
    char *automatic, *light, *dark;

    (void)unused;
    add_grid(sheet, 2);
    automatic = draw(sheet);
    sheet->plot.options.theme = PLOT_LIGHT;
    light = draw(sheet);
    sheet->plot.options.theme = PLOT_DARK;
    dark = draw(sheet);
    assert_non_null(strstr(automatic, "prefers-color-scheme:dark"));
    assert_null(strstr(light, "<style"));
    assert_null(strstr(dark, "<style"));
    assert_int_equal(strlen(light), strlen(dark));
    assert_string_not_equal(light, dark);
    free(automatic);
    free(light);
    free(dark);
    sheet_free(sheet);
}

static void what_moves_can_be_told_not_to(void **unused)
{
    (void)unused;
    for (size_t n = 1; n <= 3; n++) {
        struct sheet *sheet = sheet_new(n, 1000, 2);
        char *still, *moving;

        if (n <= 2)
            add_grid(sheet, n);
        still = draw(sheet);
        sheet->plot.options.animate = true;
        moving = draw(sheet);
        assert_null(strstr(still, "<animate"));
        assert_int_equal(count_of(moving, "<animateTransform"), 2);
        assert_int_equal(count_of(moving, "repeatCount"), 4);
        assert_non_null(strstr(moving, "prefers-reduced-motion:reduce"));
        free(still);
        free(moving);
        sheet_free(sheet);
    }
}

static void the_sentence_fits_what_became_of_the_run(void **unused)
{
    struct sheet *sheet = sheet_new(3, 1, 1);
    struct plot_run *run = &sheet->runs[0];
    char *text;

    (void)unused;
    text = draw(sheet);
    assert_non_null(strstr(text, "sgd on bowl at loss 7: converged (gradient "
                                 "tolerance) after 0 iterations."));
    free(text);
    run->outcome_class = run->outcome_reason = NULL;
    run->state = "canceled";
    run->iterations = 1;
    text = draw(sheet);
    assert_non_null(strstr(text, "loss 7: canceled after 1 iteration."));
    free(text);
    run->state = "running";
    run->has_ended = false;
    text = draw(sheet);
    assert_non_null(strstr(text, "loss 7: running, 1 iteration so far."));
    free(text);
    sheet_free(sheet);
}

/* ---- whatever the data -------------------------------------------------- */

/* Numbers that pictures stumble over. */
static double odd(uint64_t *drawn)
{
    static const double numbers[] = {
        NAN, INFINITY, -INFINITY, 0, -0.0, 1e300, -1e300, 1.7e308, -1.7e308,
        5e-324, 1e-300, 1, -1, 3,
    };
    double u = random_unit(7, RANDOM_START, (*drawn)++);
    size_t count = sizeof numbers / sizeof *numbers;

    return u < 0.5 ? numbers[(size_t)(2 * u * (double)count)]
                   : ldexp(u - 0.75, (int)(200 * (u - 0.7)));
}

static void spoil(struct sheet *sheet, size_t rows, uint64_t *drawn)
{
    for (size_t i = 0; i < rows; i++) {
        sheet->loss[i] = odd(drawn);
        sheet->path[i] = (struct spot){{odd(drawn), odd(drawn)}};
    }
    for (size_t i = 0; i < SIDE * SIDE; i++)
        sheet->values[i] = odd(drawn);
}

static void odd_data_make_whole_pictures(void **unused)
{
    uint64_t drawn = 0;

    (void)unused;
    for (size_t round = 0; round < 240; round++) {
        size_t n = 1 + round % 3, rows = 1 + round * 7 % 60;
        struct sheet *sheet = sheet_new(n, rows, 1 + round % 8);

        if (n <= 2)
            add_grid(sheet, n);
        spoil(sheet, rows, &drawn);
        sheet->plot.options.animate = round % 2;
        sheet->plot.options.scale = round / 2 % PLOT_SCALES;
        sheet->plot.options.width = 200 + round * 97 % 3800;
        sheet->plot.options.height = 200 + round * 61 % 3800;
        sheet->runs[0].has_best = true;
        sheet->runs[0].best_loss = odd(&drawn);
        sheet->runs[0].validation = sheet->runs[0].loss;
        sheet->plot.minima = (const struct spot[]){{{0, 0}}, {{1e9, -3}}};
        sheet->plot.minima_count = 2;
        sheet->plot.inequality = sheet->values;
        sheet->plot.equalities = &sheet->plot.inequality;
        sheet->plot.equality_count = 1;
        free(draw(sheet));
        sheet_free(sheet);
    }
}

static void level_and_empty_landscapes_are_drawn(void **unused)
{
    static const double values[] = {3, NAN, INFINITY, -INFINITY, 1.7e308};

    (void)unused;
    for (size_t k = 0; k < 2 * sizeof values / sizeof *values; k++) {
        struct sheet *sheet = sheet_new(1 + k % 2, 10, 1);

        add_grid(sheet, 1 + k % 2);
        for (size_t i = 0; i < SIDE * SIDE; i++)
            sheet->values[i] = values[k / 2];
        free(draw(sheet));
        sheet_free(sheet);
    }
}

static void no_rows_are_a_picture_too(void **unused)
{
    struct sheet *sheet = sheet_new(2, 0, 2);
    char *text;

    (void)unused;
    sheet->runs[1].outcome_class = NULL;
    sheet->runs[1].has_ended = false;
    sheet->runs[1].state = "queued";
    text = draw(sheet);
    assert_non_null(strstr(text, "no iteration is recorded yet"));
    free(text);
    sheet_free(sheet);
}

/* Cells of noise: as many contours as can be. */
static void noise_has_few_points(void **unused)
{
    struct sheet *sheet = sheet_new(2, PICTURE_ROWS_MAX / 2, 2);
    uint64_t drawn = 0;

    (void)unused;
    add_grid(sheet, 2);
    for (size_t i = 0; i < SIDE * SIDE; i++)
        sheet->values[i] = random_unit(3, RANDOM_START, drawn++);
    for (size_t i = 0; i < PICTURE_ROWS_MAX / 2; i++)
        sheet->path[i] = (struct spot){
            {3 * random_unit(3, RANDOM_START, drawn++),
             random_unit(3, RANDOM_START, drawn++)}};
    free(draw(sheet)); /* less than 200 KB */
    sheet_free(sheet);
}

/* ---- the loss ----------------------------------------------------------- */

static void zero_lies_at_the_bottom_of_a_log_axis(void **unused)
{
    struct sheet *sheet = sheet_new(3, 100, 1);
    char *text;

    (void)unused;
    sheet->loss[98] = 1e-6;
    sheet->loss[99] = 0;
    text = draw(sheet);
    assert_non_null(strstr(text, ">0</text>"));
    assert_non_null(strstr(text, ">10⁻⁴</text>"));
    free(text);
    sheet->loss[50] = -1; /* no log axis any more */
    text = draw(sheet);
    assert_null(strstr(text, "10⁻⁴"));
    free(text);
    sheet_free(sheet);
}

static void what_is_not_finite_is_marked(void **unused)
{
    struct sheet *sheet = sheet_new(3, 100, 1);
    char *before, *after;

    (void)unused;
    before = draw(sheet);
    sheet->loss[20] = NAN;
    sheet->loss[60] = INFINITY;
    after = draw(sheet);
    assert_null(strstr(before, "not finite"));
    assert_non_null(strstr(after, ">not finite</text>"));
    assert_int_equal(count_of(after, ink_colour(INK_ALARM, false))
                         - count_of(before, ink_colour(INK_ALARM, false)),
                     3); /* two, and the legend's */
    free(before);
    free(after);
    sheet_free(sheet);
}

static void validation_is_dashed_and_the_best_is_marked(void **unused)
{
    struct sheet *sheet = sheet_new(10, 100, 1);
    struct plot_run *run = &sheet->runs[0];
    char *text;

    (void)unused;
    run->training = (struct plot_series){sheet->at, sheet->loss, 10};
    run->validation = (struct plot_series){sheet->at, sheet->loss + 5, 10};
    run->has_best = true;
    run->best_iteration = 9;
    run->best_loss = 0.125;
    text = draw(sheet);
    assert_non_null(strstr(text, "best: 0.125 at iteration 9"));
    assert_non_null(strstr(text, "loss of each batch"));
    assert_non_null(strstr(text, "validation loss"));
    assert_non_null(strstr(text, "stroke-dasharray=\"5 4\""));
    free(text);
    sheet_free(sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figure_follows_from_the_runs),
        cmocka_unit_test(a_picture_tells_what_it_shows),
        cmocka_unit_test(the_sentence_fits_what_became_of_the_run),
        cmocka_unit_test(the_same_data_is_the_same_bytes),
        cmocka_unit_test(themes_differ_in_colours_alone),
        cmocka_unit_test(what_moves_can_be_told_not_to),
        cmocka_unit_test(odd_data_make_whole_pictures),
        cmocka_unit_test(level_and_empty_landscapes_are_drawn),
        cmocka_unit_test(no_rows_are_a_picture_too),
        cmocka_unit_test(noise_has_few_points),
        cmocka_unit_test(zero_lies_at_the_bottom_of_a_log_axis),
        cmocka_unit_test(what_is_not_finite_is_marked),
        cmocka_unit_test(validation_is_dashed_and_the_best_is_marked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
