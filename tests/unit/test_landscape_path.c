/* test_landscape_path.c - the box that holds a path, and the plane in which it
 * moves most. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/random.h"
#include "core/landscape/box.h"
#include "core/landscape/path.h"

enum { POINTS = 200 };

/* ---- the box ----------------------------------------------------------- */

/* A path of one or two coordinates, and its losses. */
struct walk {
    struct spot path[POINTS];
    double loss[POINTS];
    struct box_content content;
};

static struct walk *walk_new(size_t dims, size_t count)
{
    struct walk *walk = calloc(1, sizeof *walk);

    assert_non_null(walk);
    walk->content = (struct box_content){.dims = dims, .path = walk->path,
                                         .path_loss = walk->loss,
                                         .path_count = count};
    return walk;
}

static void near(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-12 * (1 + fabs(expected)));
}

static void box_is(const struct box *box, double x0, double x1, double y0,
                   double y1)
{
    near(box->low[0], x0);
    near(box->high[0], x1);
    near(box->low[1], y0);
    near(box->high[1], y1);
}

/* From (4, 2) halving to (0, 0): a tenth of the width at each side. */
static void a_path_is_held_with_a_margin(void **unused)
{
    struct walk *walk = walk_new(2, 60);
    struct box box;
    size_t outside = 99;
    (void)unused;

    for (size_t i = 0; i < 60; i++) {
        walk->path[i] = (struct spot){{ldexp(4, -(int)i), ldexp(2, -(int)i)}};
        walk->loss[i] = walk->path[i].c[0];
    }
    box = box_of(&walk->content, &outside);
    box_is(&box, -0.4, 4.4, -0.2, 2.2);
    assert_int_equal(outside, 0);
    free(walk);
}

static void anchors_are_held_too(void **unused)
{
    const struct spot anchors[] = {{{-10, 3}}, {{0, 13}}};
    struct walk *walk = walk_new(2, 2);
    struct box box;
    (void)unused;

    walk->path[0] = (struct spot){{0, 4}};
    walk->path[1] = (struct spot){{10, 5}};
    walk->content.anchors = anchors;
    walk->content.anchor_count = 2;
    box = box_of(&walk->content, NULL);
    box_is(&box, -12, 12, 2, 14);
    assert_true(box_holds(&box, 2, (struct spot){{-12, 14}}));
    assert_false(box_holds(&box, 2, (struct spot){{-12.1, 14}}));
    assert_false(box_holds(&box, 2, (struct spot){{0, NAN}}));
    free(walk);
}

/* Nothing of the path can be held: there is a box all the same. */
static void of_a_path_too_far_out_the_box_is_around_zero(void **unused)
{
    struct walk *walk = walk_new(2, 3);
    struct box box;
    size_t outside = 0;
    (void)unused;

    for (size_t i = 0; i < 3; i++)
        walk->path[i] = (struct spot){{1, i == 2 ? NAN : 1e160}};
    box = box_of(&walk->content, &outside);
    box_is(&box, -2, 2, -2, 2);
    assert_int_equal(outside, 3);
    free(walk);
}

/* x^2 from 1 at a rate at which it doubles and changes sides: good is the
 * start alone; until 16 the path is at most 16 times as far as its first half
 * of the points. */
static void of_a_path_that_only_climbs_the_beginning_is_held(void **unused)
{
    struct walk *walk = walk_new(1, 100);
    struct box box;
    size_t outside;
    (void)unused;

    for (size_t i = 0; i < 100; i++) {
        walk->path[i].c[0] = ldexp(i % 2 == 0 ? 1 : -1, (int)i);
        walk->loss[i] = ldexp(1, 2 * (int)i);
    }
    box = box_of(&walk->content, &outside);
    /* 100, 50, 25, 13, 7 points: of 7 the fourth lies 9 from the start, the
     * seventh 63, which is not 16 times as far. */
    near(box.low[0], -32 - 9.6);
    near(box.high[0], 64 + 9.6);
    assert_int_equal(outside, 93);
    free(walk);
}

/* The anchor gives the scale: 4 times its distance is held, no more. */
static void a_path_that_runs_away_is_cut_by_what_is_good(void **unused)
{
    const struct spot anchor = {{3}};
    struct walk *walk = walk_new(1, 100);
    struct box box;
    size_t outside;
    (void)unused;

    for (size_t i = 0; i < 100; i++) {
        walk->path[i].c[0] = i < 10 ? 1 : pow(3, (double)i - 10);
        walk->loss[i] = (double)i;
    }
    walk->path[98].c[0] = NAN;
    walk->path[99].c[0] = INFINITY;
    walk->loss[97] = walk->loss[98] = walk->loss[99] = NAN;
    walk->content.anchors = &anchor;
    walk->content.anchor_count = 1;
    box = box_of(&walk->content, &outside);
    near(box.low[0], 1 - 0.8); /* 1 … 9, as 27 is beyond 1 + 4 * 2 */
    near(box.high[0], 9 + 0.8);
    assert_int_equal(outside, 87);
    free(walk);
}

/* Three steps of a thousand went far, and came back. */
static void spikes_do_not_widen_the_box(void **unused)
{
    struct walk *walk = walk_new(2, POINTS);
    struct box box;
    size_t outside;
    (void)unused;

    for (size_t i = 0; i < POINTS; i++) {
        walk->path[i] = (struct spot){{1 - (double)i / (POINTS - 1), 0}};
        walk->path[i].c[1] = walk->path[i].c[0];
        walk->loss[i] = walk->path[i].c[0];
    }
    for (size_t i = 90; i < 93; i++) {
        walk->path[i] = (struct spot){{1e6, -1e6}};
        walk->loss[i] = 1e12;
    }
    box = box_of(&walk->content, &outside);
    box_is(&box, -0.1, 1.1, -0.1, 1.1);
    assert_int_equal(outside, 3);
    free(walk);
}

/* Doubling steps down a slope without end: the loss alone looks well. */
static void a_fall_without_bound_is_cut(void **unused)
{
    struct walk *walk = walk_new(1, 100);
    struct box box;
    (void)unused;

    for (size_t i = 0; i < 100; i++) {
        walk->path[i].c[0] = ldexp(1, (int)i);
        walk->loss[i] = -walk->path[i].c[0];
    }
    box = box_of(&walk->content, NULL);
    assert_true(box.high[0] > ldexp(1, 99));
    walk->content.unbounded = true;
    box = box_of(&walk->content, NULL);
    near(box.high[0], 64 + 6.3);
    free(walk);
}

static void uphill_the_higher_is_the_better(void **unused)
{
    struct walk *walk = walk_new(1, 100);
    struct box box;
    (void)unused;

    for (size_t i = 0; i < 100; i++) {
        walk->path[i].c[0] = ldexp(1, (int)i);
        walk->loss[i] = walk->path[i].c[0];
    }
    walk->content.uphill = true;
    box = box_of(&walk->content, NULL);
    assert_true(box.high[0] > ldexp(1, 99));
    free(walk);
}

/* A direction in which nothing moves. */
static void boxes_have_a_width(void **unused)
{
    static const struct {
        struct spot from, to;
        double low[2], high[2];
    } cases[] = {
        {{{0, 0}}, {{0, 0}}, {-2, -2}, {2, 2}},
        {{{3, -1e-4}}, {{3, -1e-4}}, {0, -2e-4}, {6, 0}},
        {{{10, 0}}, {{0, 0}}, {-1, -5}, {11, 5}},
        {{{10, 1e-4}}, {{0, 1e-4}}, {-1, 0}, {11, 2e-4}},
        {{{1e6, 1}}, {{1e6 + 1e-6, 2}}, {0, 0.9}, {2e6, 2.1}},
        {{{1e150, 0}}, {{-1e150, 1}}, {-1.2e150, -0.1}, {1.2e150, 1.1}},
    };
    struct walk *walk = walk_new(2, 2);
    struct box box;
    (void)unused;

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        walk->path[0] = cases[k].from;
        walk->path[1] = cases[k].to;
        box = box_of(&walk->content, NULL);
        box_is(&box, cases[k].low[0], cases[k].high[0], cases[k].low[1],
               cases[k].high[1]);
    }
    free(walk);
}

/* The second direction of a straight path moves by rounding alone. */
static void lengths_are_measured_by_one_another(void **unused)
{
    static const struct {
        struct spot from, to;
        double low[2], high[2];
    } cases[] = {
        {{{-5, -1e-17}}, {{0, 2e-17}}, {-5.5, -2.5}, {0.5, 2.5}},
        {{{1e-12, 3}}, {{2e-12, -3}}, {-3, -3.6}, {3, 3.6}},
        {{{-5, -1e-7}}, {{0, 1e-7}}, {-5.5, -1.2e-7}, {0.5, 1.2e-7}},
        {{{0, 0}}, {{0, 0}}, {-2, -2}, {2, 2}},
    };
    struct walk *walk = walk_new(2, 2);
    struct box box;
    (void)unused;

    walk->content.is_one_space = true;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        walk->path[0] = cases[k].from;
        walk->path[1] = cases[k].to;
        box = box_of(&walk->content, NULL);
        box_is(&box, cases[k].low[0], cases[k].high[0], cases[k].low[1],
               cases[k].high[1]);
    }
    free(walk);
}

/* ---- principal directions ---------------------------------------------- */

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void are_orthonormal(const struct principal *p, size_t n)
{
    for (size_t k = 0; k < p->dims; k++)
        assert_true(fabs(dot(p->direction[k], p->direction[k], n) - 1)
                    < 1e-14);
    if (p->dims == 2)
        assert_true(fabs(dot(p->direction[0], p->direction[1], n)) < 1e-14);
}

/* `count` points of an ellipse around `middle`, half axes 3 along u and 1
 * along v: over a whole turn their variances are as 9 to 1. */
static double *ellipse(const double *u, const double *v, size_t n,
                       size_t count)
{
    double *x = calloc(count * n, sizeof *x);

    assert_non_null(x);
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < n; i++) {
            double turn = 2 * M_PI * (double)r / (double)count;

            x[r * n + i] = 7 + 3 * cos(turn) * u[i] + sin(turn) * v[i];
        }
    return x;
}

static void the_axes_of_an_ellipse_are_found(void **unused)
{
    static const struct {
        size_t n, count;
    } sizes[] = {{2, 5}, {3, 64}, {64, 100}, {65, 7}, {1000, 64}};
    (void)unused;

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s].n, count = sizes[s].count;
        double *u = calloc(n, sizeof *u), *v = calloc(n, sizeof *v), *x;
        struct principal found;
        struct arena arena;

        assert_true(u != NULL && v != NULL);
        u[0] = v[n - 1] = 0.6;
        u[n - 1] = 0.8;
        v[0] = -0.8;
        x = ellipse(u, v, n, count);
        arena_init(&arena, 0);
        assert_int_equal(principal_find(x, count, n, &arena, &found), OK);
        assert_int_equal(found.dims, 2);
        are_orthonormal(&found, n);
        near(found.explained[0], 0.9);
        near(found.explained[1], 0.1);
        near(fabs(dot(found.direction[0], u, n)), 1);
        near(fabs(dot(found.direction[1], v, n)), 1);
        for (size_t k = 0; k < 2; k++)
            assert_true(dot(found.direction[k], x + (count - 1) * n, n)
                        >= dot(found.direction[k], x, n));
        arena_fini(&arena);
        free(u);
        free(v);
        free(x);
    }
}

static void where_nothing_moves_directions_are_variables(void **unused)
{
    static const double x[] = {5, 1, 2, 5, 1, 2, 5, 1, 2};
    static const double line[] = {0, 0, 0, 0, -1, 0, 0, -3, 0};
    struct principal found;
    struct arena arena;
    (void)unused;

    arena_init(&arena, 0);
    for (size_t count = 1; count <= 3; count++) {
        assert_int_equal(principal_find(x, count, 3, &arena, &found), OK);
        assert_true(isnan(found.explained[0]) && isnan(found.explained[1]));
        assert_memory_equal(found.direction[0], ((double[]){1, 0, 0}), 24);
        assert_memory_equal(found.direction[1], ((double[]){0, 1, 0}), 24);
    }
    assert_int_equal(principal_find(line, 3, 3, &arena, &found), OK);
    near(found.explained[0], 1);
    assert_true(found.explained[1] == 0);
    assert_true(found.direction[0][1] == -1); /* as the path goes */
    assert_true(found.direction[1][0] == 1);
    assert_int_equal(principal_find(x, 9, 1, &arena, &found), OK);
    assert_int_equal(found.dims, 1);
    near(fabs(found.direction[0][0]), 1);
    arena_fini(&arena);
}

/* The same shape 1e150 times as large or small: directions do not change. */
static void sizes_of_steps_do_not_matter(void **unused)
{
    static const double u[] = {0.6, 0.8}, v[] = {-0.8, 0.6};
    static const double scales[] = {1e-290, 1e-150, 1, 1e150, 1e300};
    double *x = ellipse(u, v, 2, 12);
    struct principal found;
    struct arena arena;
    (void)unused;

    arena_init(&arena, 0);
    for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
        double scaled[24];

        for (size_t i = 0; i < 24; i++)
            scaled[i] = (x[i] - 7) * scales[s];
        assert_int_equal(principal_find(scaled, 12, 2, &arena, &found), OK);
        near(found.explained[0], 0.9);
        near(fabs(dot(found.direction[0], u, 2)), 1);
    }
    arena_fini(&arena);
    free(x);
}

/* Against the definition: no other direction has more of the variance. */
static void no_direction_has_more_of_the_movement(void **unused)
{
    enum { N = 9, COUNT = 40 };
    double x[COUNT * N], mean[N] = {0}, whole = 0;
    struct principal found;
    struct arena arena;
    (void)unused;

    for (size_t i = 0; i < COUNT * N; i++) {
        x[i] = random_unit(5, RANDOM_START, i) * (double)(1 + i % N);
        mean[i % N] += x[i] / COUNT;
    }
    for (size_t i = 0; i < COUNT * N; i++) {
        x[i] -= mean[i % N];
        whole += x[i] * x[i];
    }
    arena_init(&arena, 0);
    assert_int_equal(principal_find(x, COUNT, N, &arena, &found), OK);
    are_orthonormal(&found, N);
    for (size_t k = 0; k < 2; k++) {
        double along = 0;

        for (size_t r = 0; r < COUNT; r++)
            along += pow(dot(found.direction[k], x + r * N, N), 2);
        near(found.explained[k], along / whole);
        for (size_t other = 0; other < 1000; other++) {
            double d[N], length = 0, there = 0, share;

            for (size_t i = 0; i < N; i++)
                d[i] = random_unit(other, RANDOM_SHUFFLE, i) - 0.5;
            share = k == 0 ? 0 : dot(d, found.direction[0], N);
            for (size_t i = 0; i < N; i++)
                d[i] -= share * found.direction[0][i];
            length = dot(d, d, N);
            for (size_t r = 0; r < COUNT; r++)
                there += pow(dot(d, x + r * N, N), 2);
            assert_true(there / length <= along * (1 + 1e-12));
        }
    }
    arena_fini(&arena);
}

/* ---- paths ------------------------------------------------------------- */

static void a_path_lies_on_its_plane(void **unused)
{
    static const double u[] = {0.6, 0, 0.8}, v[] = {-0.8, 0, 0.6};
    double *x = ellipse(u, v, 3, 50), loss[50] = {0};
    struct path path = {3, 50, x, loss, false, false};
    struct spot spots[50];
    struct principal found;
    struct plane plane;
    struct arena arena;
    size_t rows;
    (void)unused;

    arena_init(&arena, 0);
    assert_int_equal(path_plane(&path, x + 30, &arena, &plane, &found, &rows),
                     OK);
    assert_int_equal(rows, 50);
    assert_true(plane.kind == PLANE_PATH && plane.dims == 2 && plane.n == 3);
    path_project(&path, &plane, spots);
    assert_true(spots[10].c[0] == 0 && spots[10].c[1] == 0);
    for (size_t r = 0; r < 50; r++) {
        double back[3];

        plane_point(&plane, spots[r], back);
        for (size_t i = 0; i < 3; i++)
            near(back[i], x[3 * r + i]);
    }
    arena_fini(&arena);
    free(x);
}

/* Down along x[0], then away along x[1] without end. */
static void what_ran_away_does_not_turn_the_plane(void **unused)
{
    double x[2 * POINTS] = {0}, loss[POINTS];
    struct path path = {2, POINTS, x, loss, false, false};
    struct principal found;
    struct plane plane;
    struct arena arena;
    size_t rows;
    (void)unused;

    for (size_t r = 0; r < POINTS; r++) {
        x[2 * r] = r < 100 ? 100 - (double)r : 1;
        x[2 * r + 1] = r < 100 ? 0 : pow(10, (double)r - 100) * 1e4;
        loss[r] = r < 100 ? x[2 * r] : INFINITY;
    }
    arena_init(&arena, 0);
    assert_int_equal(path_plane(&path, x, &arena, &plane, &found, &rows), OK);
    assert_int_equal(rows, 100);
    assert_true(found.direction[0][0] == -1);
    near(found.explained[0], 1);
    arena_fini(&arena);
}

/* More rows and variables than the matrix may have. */
static void of_long_paths_in_many_variables_rows_are_chosen(void **unused)
{
    enum { N = 300 };
    double *x = calloc((size_t)POINTS * N, sizeof *x), loss[POINTS];
    struct path path = {N, POINTS, x, loss, false, false};
    struct principal found;
    struct plane plane;
    struct arena arena;
    size_t rows;
    (void)unused;

    assert_non_null(x);
    for (size_t r = 0; r < POINTS; r++) {
        x[r * N + 17] = -(double)r;
        loss[r] = -(double)r;
    }
    arena_init(&arena, 0);
    assert_int_equal(path_plane(&path, x, &arena, &plane, &found, &rows), OK);
    assert_int_equal(rows, PRINCIPAL_ORDER_MAX);
    assert_true(found.direction[0][17] == -1);
    arena_fini(&arena);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_held_with_a_margin),
        cmocka_unit_test(anchors_are_held_too),
        cmocka_unit_test(of_a_path_too_far_out_the_box_is_around_zero),
        cmocka_unit_test(of_a_path_that_only_climbs_the_beginning_is_held),
        cmocka_unit_test(a_path_that_runs_away_is_cut_by_what_is_good),
        cmocka_unit_test(spikes_do_not_widen_the_box),
        cmocka_unit_test(a_fall_without_bound_is_cut),
        cmocka_unit_test(uphill_the_higher_is_the_better),
        cmocka_unit_test(boxes_have_a_width),
        cmocka_unit_test(lengths_are_measured_by_one_another),
        cmocka_unit_test(the_axes_of_an_ellipse_are_found),
        cmocka_unit_test(where_nothing_moves_directions_are_variables),
        cmocka_unit_test(sizes_of_steps_do_not_matter),
        cmocka_unit_test(no_direction_has_more_of_the_movement),
        cmocka_unit_test(a_path_lies_on_its_plane),
        cmocka_unit_test(what_ran_away_does_not_turn_the_plane),
        cmocka_unit_test(of_long_paths_in_many_variables_rows_are_chosen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
