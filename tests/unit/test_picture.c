/* test_picture.c - what pictures take from a spec and from rows. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "server/jobs/chunk.h"
#include "server/jobs/picture.h"

enum { ROWS = 50000 };

/* Read a spec that is right. */
static void read(struct arena *arena, const char *text, struct spec *ret)
{
    struct faults *faults = ARENA_NEW(arena, struct faults);
    struct json_flaw flaw;

    faults_init(faults, arena);
    assert_int_equal(spec_read(arena, text, strlen(text), faults, &flaw, ret),
                     OK);
}

#define OPTIMIZER ",\"optimizer\":{\"type\":\"sgd\"}}"

static void a_run_is_called_after_its_spec(void **unused)
{
    static const struct {
        const char *spec, *what;
        size_t n;
    } cases[] = {
        {"{\"objective\":{\"type\":\"function\",\"name\":\"beale\"}" OPTIMIZER,
         "beale", 2},
        {"{\"objective\":{\"type\":\"expression\",\"expression\":\"x^2\","
         "\"variables\":[\"x\"]},\"start\":[1]" OPTIMIZER, "x^2", 1},
        {"{\"objective\":{\"type\":\"quadratic\",\"A\":[[2]],\"b\":[1]},"
         "\"start\":[1]" OPTIMIZER, "quadratic", 1},
        {"{\"objective\":{\"type\":\"model\",\"dataset\":\"iris\",\"target\":"
         "\"species\",\"model\":{\"type\":\"softmax\"}}" OPTIMIZER,
         "softmax", 15},
    };
    struct arena arena;

    (void)unused;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plot_run run = {.name = "before"};
        struct spec spec;

        read(&arena, cases[i].spec, &spec);
        picture_take_spec(&run, &spec);
        assert_string_equal(run.what, cases[i].what);
        assert_string_equal(run.optimizer, "sgd");
        assert_null(run.name);
        assert_int_equal(run.n, cases[i].n);
        spec_release(&spec);
    }
    arena_fini(&arena);
}

static void variables_have_their_names(void **unused)
{
    static const struct {
        const char *spec, *first, *second;
    } cases[] = {
        {"{\"objective\":{\"type\":\"function\",\"name\":\"beale\"}" OPTIMIZER,
         "x[1]", "x[2]"},
        {"{\"objective\":{\"type\":\"polynomial\",\"coefficients\":[1,0,1]},"
         "\"start\":[1]" OPTIMIZER, "x", NULL},
        {"{\"objective\":{\"type\":\"expression\",\"expression\":"
         "\"alpha^2+b^2\",\"variables\":[\"alpha\",\"b\"]},\"start\":[1,1]"
         OPTIMIZER, "alpha", "b"},
        {"{\"objective\":{\"type\":\"expression\",\"expression\":"
         "\"w[1]^2+w[2]^2\",\"variables\":{\"w\":2}},\"start\":[1,1]"
         OPTIMIZER, "w[1]", "w[2]"},
    };
    struct arena arena;

    (void)unused;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plot plot = {0};
        struct spec spec;

        read(&arena, cases[i].spec, &spec);
        assert_int_equal(picture_take_variables(&plot, &spec, &arena), OK);
        assert_string_equal(plot.variables[0], cases[i].first);
        if (cases[i].second)
            assert_string_equal(plot.variables[1], cases[i].second);
        else
            assert_null(plot.variables[1]);
    }
    arena_fini(&arena);
}

static void objectives_are_compared_by_what_they_say(void **unused)
{
    static const char *const specs[] = {
        "{\"objective\":{\"type\":\"function\",\"name\":\"booth\"}" OPTIMIZER,
        "{\"name\":\"n\",\"objective\":{\"name\":\"booth\",\"type\":"
        "\"function\"},\"optimizer\":{\"type\":\"adam\"},\"start\":[1,2]}",
        "{\"objective\":{\"type\":\"function\",\"name\":\"beale\"}" OPTIMIZER,
    };
    struct spec read_specs[3];
    struct arena arena;
    bool same;

    (void)unused;
    arena_init(&arena, 0);
    for (int i = 0; i < 3; i++)
        read(&arena, specs[i], &read_specs[i]);
    assert_int_equal(picture_compare(&read_specs[0], &read_specs[1], &same),
                     OK);
    assert_true(same);
    assert_int_equal(picture_compare(&read_specs[0], &read_specs[2], &same),
                     OK);
    assert_false(same);
    arena_fini(&arena);
}

/* ---- rows --------------------------------------------------------------- */

static double iterations[ROWS], losses[ROWS], places[ROWS], parts[ROWS];

static struct picture_rows rows_of(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        iterations[i] = (double)i;
        losses[i] = 1 + 1 / (1 + (double)i);
        places[i] = -(double)i;
        parts[i] = i % 100 == 0 || i + 1 == count ? (double)i
                                                  : chunk_absent();
    }
    return (struct picture_rows){
        .count = count, .iteration = iterations, .loss = losses,
        .validation = parts, .x = {places, iterations}};
}

static void few_rows_are_all_kept(void **unused)
{
    struct picture_rows rows = rows_of(301);
    struct plot_run run = {.n = 2};
    struct arena arena;

    (void)unused;
    arena_init(&arena, 0);
    assert_int_equal(picture_take_rows(
                         &run, &rows, &(struct picture_share){1000, 500},
                         &arena), OK);
    assert_int_equal(run.loss.count, 301);
    assert_true(run.path[7].c[0] == -7 && run.path[7].c[1] == 7);
    assert_int_equal(run.training.count, 0);
    assert_int_equal(run.validation.count, 4);
    assert_true(run.validation.at[3] == 300 && run.validation.value[3] == 300);
    arena_fini(&arena);
}

static void many_rows_keep_their_ups_and_downs(void **unused)
{
    struct picture_rows rows = rows_of(ROWS);
    struct plot_run run = {.n = 1};
    struct picture_share share = {500, 250};
    size_t spikes = 0, nonfinite = 0;
    struct arena arena;

    (void)unused;
    losses[12345] = 99;
    losses[23456] = -99;
    losses[34567] = NAN;
    arena_init(&arena, 0);
    assert_int_equal(picture_take_rows(&run, &rows, &share, &arena), OK);
    assert_true(run.loss.count <= 500 && run.loss.count > 100);
    assert_true(run.loss.at[0] == 0);
    assert_true(run.loss.at[run.loss.count - 1] == ROWS - 1);
    for (size_t i = 0; i < run.loss.count; i++) {
        spikes += fabs(run.loss.value[i]) == 99;
        nonfinite += isnan(run.loss.value[i]);
        assert_true(run.path[i].c[0] == -run.loss.at[i]);
    }
    assert_int_equal(spikes, 2);
    assert_int_equal(nonfinite, 1);
    assert_true(run.validation.count <= 500 && run.validation.count > 200);
    assert_true(run.validation.at[run.validation.count - 1] == ROWS - 1);
    arena_fini(&arena);
}

/* A loss that falls all the way has no ups and downs that would keep them. */
static void a_long_path_keeps_where_it_began(void **unused)
{
    struct picture_rows rows = rows_of(ROWS);
    struct plot_run runs[] = {{.n = 1}, {.n = 2}};
    struct picture_share share = {500, 250};
    struct arena arena;

    (void)unused;
    for (size_t i = 0; i < ROWS; i++)
        losses[i] = 1 / (1.0 + (double)i);
    for (size_t r = 0; r < 2; r++) {
        struct plot_run *run = &runs[r];
        double last_ratio = 0;

        arena_init(&arena, 0);
        assert_int_equal(picture_take_rows(run, &rows, &share, &arena), OK);
        assert_true(run->loss.count <= 500 && run->loss.count > 400);
        for (size_t i = 0; i < 250; i++)
            assert_true(run->loss.at[i] == (double)i);
        for (size_t i = 250; i < run->loss.count; i++)
            last_ratio = fmax(last_ratio, run->loss.at[i]
                                              / run->loss.at[i - 1]);
        assert_true(last_ratio < 1.25);
        assert_true(run->loss.at[run->loss.count - 1] == ROWS - 1);
        arena_fini(&arena);
    }
}

static void of_many_variables_there_is_no_path(void **unused)
{
    struct picture_rows rows = rows_of(10);
    struct plot_run run = {.n = 3};
    struct plot_run without = {.n = 2};
    struct picture_share share = {100, 50};
    struct arena arena;

    (void)unused;
    arena_init(&arena, 0);
    assert_int_equal(picture_take_rows(&run, &rows, &share, &arena), OK);
    assert_null(run.path);
    rows.x[0] = rows.x[1] = NULL;
    assert_int_equal(picture_take_rows(&without, &rows, &share, &arena), OK);
    assert_null(without.path);
    assert_int_equal(without.loss.count, 10);
    arena_fini(&arena);
}

/* The loss alone is drawn of runs that share no landscape. */
static void first_rows_are_kept_where_paths_are_drawn(void **unused)
{
    struct plot_run runs[8] = {{.n = 2}, {.n = 3}};
    struct plot plot = {.runs = runs, .run_count = 8};
    struct picture_share share;

    (void)unused;
    share = picture_share_of(&plot, &runs[0]);
    assert_int_equal(share.rows, 500);
    assert_int_equal(share.first, 0);
    plot.one_objective = true;
    assert_int_equal(picture_share_of(&plot, &runs[0]).first, 250);
    assert_int_equal(picture_share_of(&plot, &runs[1]).first, 0);
}

/* ---- the landscape ------------------------------------------------------ */

static void prepare(struct arena *arena, struct plot *plot,
                    const struct spec *spec, struct grid *ret)
{
    assert_int_equal(picture_prepare_grid(plot, spec, arena, ret), OK);
    while (grid_evaluate(ret, &spec->objective, 1000))
        ;
}

static bool holds(const struct grid *grid, double x, double y)
{
    return box_holds(&grid->box, 2, (struct spot){{x, y}});
}

static void the_grid_holds_every_path_and_the_known_minima(void **unused)
{
    static const double at[] = {0, 1}, loss[] = {9, 5};
    static const struct spot first[] = {{{-4, -4}}, {{-3, -3}}};
    static const struct spot second[] = {{{0, 4}}, {{1, 4}}};
    const struct plot_run runs[] = {
        {.n = 2, .loss = {at, loss, 2}, .path = first},
        {.n = 2, .loss = {at, loss, 2}, .path = second},
    };
    struct plot plot = {.options = plot_options_default, .runs = runs,
                        .run_count = 2, .one_objective = true};
    struct arena arena;
    struct spec spec;
    struct grid grid;

    (void)unused;
    arena_init(&arena, 0);
    read(&arena, "{\"objective\":{\"type\":\"function\",\"name\":"
                 "\"himmelblau\"}" OPTIMIZER, &spec);
    prepare(&arena, &plot, &spec, &grid);
    assert_int_equal(plot.minima_count, 4);
    for (size_t k = 0; k < 4; k++)
        assert_true(holds(&grid, plot.minima[k].c[0], plot.minima[k].c[1]));
    assert_true(holds(&grid, -4, -4) && holds(&grid, 1, 4));
    assert_int_equal(grid.nx, 200);
    assert_int_equal(grid.ny, 140);
    assert_true(grid.least >= 0 && grid.least < 1);
    arena_fini(&arena);
}

/* Of two runs one leaves for 1e6: the picture stays with the other one. */
static void who_diverges_beside_others_does_not_take_the_picture(void **unused)
{
    static const double at[] = {0, 1}, loss[] = {9, 5}, up[] = {9, 1e12};
    static const struct spot stays[] = {{{-1}}, {{1}}};
    static const struct spot leaves[] = {{{-1}}, {{1e6}}};
    const struct plot_run runs[] = {
        {.n = 1, .loss = {at, loss, 2}, .path = stays},
        {.n = 1, .loss = {at, up, 2}, .path = leaves,
         .outcome_class = "diverged"},
    };
    struct plot plot = {.options = plot_options_default, .runs = runs,
                        .run_count = 2, .one_objective = true};
    struct arena arena;
    struct spec spec;
    struct grid grid;

    (void)unused;
    arena_init(&arena, 0);
    read(&arena, "{\"objective\":{\"type\":\"polynomial\",\"coefficients\":"
                 "[0,0,1]},\"start\":[1]" OPTIMIZER, &spec);
    prepare(&arena, &plot, &spec, &grid);
    assert_true(grid.box.low[0] <= -1 && grid.box.high[0] >= 1);
    assert_true(grid.box.high[0] - grid.box.low[0] < 10);
    assert_int_equal(grid.ny, 1);
    arena_fini(&arena);
}

/* ---- constraints -------------------------------------------------------- */

#define CONSTRAINED                                                           \
    "{\"objective\":{\"type\":\"expression\",\"expression\":\"x+y\","       \
    "\"variables\":[\"x\",\"y\"]},\"start\":[0,0],\"constraints\":["          \
    "{\"type\":\"inequality\",\"expression\":\"x-%s\"},"                      \
    "{\"type\":\"equality\",\"expression\":\"x*y\"},"                         \
    "{\"type\":\"inequality\",\"expression\":\"log(y)\"}],"                   \
    "\"optimizer\":{\"type\":\"slsqp\"}}"

/* The greatest of x - 1 and log(y), where that is a number; and x y. */
static void constraints_are_evaluated_on_the_grid(void **unused)
{
    static const double at[] = {0, 1}, loss[] = {9, 5};
    static const struct spot path[] = {{{-1, -1}}, {{2, 2}}};
    const struct plot_run run = {.n = 2, .loss = {at, loss, 2}, .path = path};
    struct plot plot = {.options = plot_options_default, .runs = &run,
                        .run_count = 1, .one_objective = true};
    struct arena arena;
    struct spec spec;
    struct grid grid;

    (void)unused;
    arena_init(&arena, 0);
    read(&arena, arena_format(&arena, CONSTRAINED, "1"), &spec);
    prepare(&arena, &plot, &spec, &grid);
    assert_true(picture_shows_constraints(&plot, &spec));
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(picture_add_constraint(&plot, &spec, k, &grid,
                                                &arena), OK);
    assert_int_equal(plot.equality_count, 1);
    for (size_t i = 0; i < grid.nx * grid.ny; i++) {
        double x = grid.x[i % grid.nx], y = grid.y[i / grid.nx];

        assert_true(plot.equalities[0][i] == x * y);
        if (y < 0)
            assert_true(plot.inequality[i] == INFINITY);
        else
            assert_true(fabs(plot.inequality[i] - fmax(x - 1, log(y)))
                        < 1e-12);
    }
    arena_fini(&arena);
}

static void runs_of_other_constraints_show_none(void **unused)
{
    const struct plot plot = {.run_count = 2, .one_objective = true};
    struct spec specs[2];
    struct arena arena;

    (void)unused;
    arena_init(&arena, 0);
    read(&arena, arena_format(&arena, CONSTRAINED, "1"), &specs[0]);
    read(&arena, arena_format(&arena, CONSTRAINED, "1"), &specs[1]);
    assert_true(picture_shows_constraints(&plot, specs));
    read(&arena, arena_format(&arena, CONSTRAINED, "2"), &specs[1]);
    assert_false(picture_shows_constraints(&plot, specs));
    read(&arena, "{\"objective\":{\"type\":\"function\",\"name\":"
                 "\"booth\"}" OPTIMIZER, &specs[1]);
    assert_false(picture_shows_constraints(&plot, specs));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_called_after_its_spec),
        cmocka_unit_test(variables_have_their_names),
        cmocka_unit_test(objectives_are_compared_by_what_they_say),
        cmocka_unit_test(few_rows_are_all_kept),
        cmocka_unit_test(many_rows_keep_their_ups_and_downs),
        cmocka_unit_test(a_long_path_keeps_where_it_began),
        cmocka_unit_test(of_many_variables_there_is_no_path),
        cmocka_unit_test(first_rows_are_kept_where_paths_are_drawn),
        cmocka_unit_test(the_grid_holds_every_path_and_the_known_minima),
        cmocka_unit_test(
            who_diverges_beside_others_does_not_take_the_picture),
        cmocka_unit_test(constraints_are_evaluated_on_the_grid),
        cmocka_unit_test(runs_of_other_constraints_show_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
