/* test_plot_levels.c - levels of contours, and contours without an oracle. */
#include "tests/unit/cmocka_all.h"

#include <math.h>

#include "server/plot/contour.h"
#include "server/plot/levels.h"

enum { SIDE = 60, CELLS = SIDE * SIDE };

typedef double landscape(double x, double y);

static double bowl(double x, double y)
{
    return x * x + 9 * y * y;
}

static double valley(double x, double y)
{
    return 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x) - 7;
}

static double wall(double x, double y)
{
    return x > 0.9 && y > 0.9 ? 1e300 : bowl(x, y);
}

static double hole(double x, double y)
{
    return x > 0.9 && y > 0.9 ? -1e300 : bowl(x, y);
}

static double far_up(double x, double y)
{
    return 1e12 + 1e-2 * bowl(x, y);
}

static double extremes(double x, double y)
{
    return x + y > 1.2 ? 1.7e308 : x + y < -1.2 ? -1.7e308 : x;
}

static double level(double x, double y)
{
    (void)x;
    (void)y;
    return 3;
}

static double nowhere(double x, double y)
{
    return x + y > 0 ? NAN : -INFINITY;
}

static void fill(landscape *f, double *values)
{
    for (int i = 0; i < CELLS; i++)
        values[i] = f(2.0 * (i % SIDE) / (SIDE - 1) - 1,
                      2.0 * (i / SIDE) / (SIDE - 1) - 1);
}

static void choose(landscape *f, bool linear, struct levels *ret)
{
    static double values[CELLS];
    struct arena arena;

    arena_init(&arena, 0);
    fill(f, values);
    assert_int_equal(levels_choose(values, CELLS, linear, &arena, ret), OK);
    arena_fini(&arena);
}

static void levels_rise_within_the_values(void **unused)
{
    static landscape *const all[] = {bowl, valley, wall, hole, far_up,
                                     extremes, level, nowhere};

    (void)unused;
    for (size_t k = 0; k < 2 * sizeof all / sizeof *all; k++) {
        static double values[CELLS];
        struct levels levels;

        fill(all[k / 2], values);
        choose(all[k / 2], k % 2, &levels);
        assert_true(levels.count <= LEVELS_MAX);
        if (all[k / 2] == level || all[k / 2] == nowhere)
            assert_int_equal(levels.count, 0);
        else
            assert_true(levels.count >= 1);
        for (size_t i = 0; i < levels.count; i++) {
            size_t below = 0;

            assert_true(isfinite(levels.at[i]));
            if (i > 0)
                assert_true(levels.at[i] > levels.at[i - 1]);
            for (size_t c = 0; c < CELLS; c++)
                below += values[c] < levels.at[i];
            assert_true(below > 0 && below < CELLS);
        }
    }
}

/* The gaps grow, and half of the levels lie below a third of the cells. */
static void levels_are_close_near_the_minimum(void **unused)
{
    static double values[CELLS];
    struct levels levels;
    size_t below = 0;

    (void)unused;
    fill(valley, values);
    choose(valley, false, &levels);
    assert_int_equal(levels.count, LEVELS_MAX);
    assert_true(levels.at[14] - levels.at[13]
                > 5 * (levels.at[1] - levels.at[0]));
    for (size_t c = 0; c < CELLS; c++)
        below += values[c] < levels.at[7];
    assert_true(below > 0.25 * CELLS && below < 0.42 * CELLS);
}

static void a_wall_takes_no_levels_from_the_valley(void **unused)
{
    struct levels levels;

    (void)unused;
    choose(wall, false, &levels);
    assert_true(levels.count >= 7 && levels.at[6] < 10);
    choose(wall, true, &levels);
    assert_true(levels.at[0] > 1e298); /* what linear means */
}

/* ---- contours ----------------------------------------------------------- */

struct rings {
    size_t count, points;
    double area;
};

static void take(void *self, const struct contour_point *points, size_t count)
{
    struct rings *rings = self;

    rings->count++;
    rings->points += count;
    for (size_t i = 0; i < count; i++) {
        const struct contour_point *a = &points[i];
        const struct contour_point *b = &points[(i + 1) % count];

        rings->area += (a->x * b->y - b->x * a->y) / 2;
    }
}

static struct rings trace(size_t nx, size_t ny, const double *values,
                          double at)
{
    struct rings rings = {0};
    struct contour contour;
    struct arena arena;

    arena_init(&arena, 0);
    assert_int_equal(contour_init(&contour, nx, ny, &arena), OK);
    contour_trace(&contour, values, at, take, &rings);
    arena_fini(&arena);
    return rings;
}

/* {x^2 + 9 y^2 < 0.36} is an ellipse of area pi 0.6 0.2; a cell's side is
 * 2 / (SIDE - 1). The region above it is the square with this hole. */
static void a_bowl_is_a_square_with_an_ellipse_in_it(void **unused)
{
    static double values[CELLS];
    double cells = (SIDE - 1) * (SIDE - 1) / 4.0;
    struct rings rings;

    (void)unused;
    fill(bowl, values);
    rings = trace(SIDE, SIDE, values, 0.36);
    assert_int_equal(rings.count, 2);
    assert_true(fabs(rings.area / cells - (4 - M_PI * 0.12)) < 0.004);
}

/* 1 0 / 0 1 at 0.5 or less joins its high corners, above it does not. */
static void a_saddle_is_joined_by_its_mean(void **unused)
{
    static const double values[] = {1, 0, 0, 1}, other[] = {0, 1, 1, 0};

    (void)unused;
    assert_int_equal(trace(2, 2, other, 0.5).count, 1);
    assert_int_equal(trace(2, 2, other, 0.51).count, 2);
    assert_int_equal(trace(2, 2, values, 0.5).count, 1);
    assert_int_equal(trace(2, 2, values, 0.51).count, 2);
    assert_true(fabs(trace(2, 2, values, 0.5).area - 0.75) < 1e-15);
}

static void what_is_all_or_nothing_is_so(void **unused)
{
    static const double same[] = {2, 2, 2, 2, 2, 2};
    static const double none[] = {NAN, NAN, NAN, NAN, NAN, NAN};

    (void)unused;
    assert_int_equal(trace(3, 2, same, 2).count, 1);
    assert_true(trace(3, 2, same, 2).area == 2);
    assert_int_equal(trace(3, 2, same, 2.1).count, 0);
    assert_int_equal(trace(3, 2, none, -INFINITY).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_rise_within_the_values),
        cmocka_unit_test(levels_are_close_near_the_minimum),
        cmocka_unit_test(a_wall_takes_no_levels_from_the_valley),
        cmocka_unit_test(a_bowl_is_a_square_with_an_ellipse_in_it),
        cmocka_unit_test(a_saddle_is_joined_by_its_mean),
        cmocka_unit_test(what_is_all_or_nothing_is_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
