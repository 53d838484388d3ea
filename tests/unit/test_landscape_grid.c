/* test_landscape_grid.c - planes, and the loss on a grid of them. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "core/function/function.h"
#include "core/landscape/grid.h"
#include "tests/unit/job.h"

static const struct box square = {{-2, -1}, {2, 3}};
static const struct box wide = {{-5, -5}, {5, 5}};

static double evaluate(const struct job *job, const double *x)
{
    const struct objective *o = &job->objective;

    return o->evaluate(o->data, x, o->n, NULL);
}

/* The plane of two variables through a point. */
static struct plane plane_of(const double *at, size_t n, size_t i, size_t j)
{
    return (struct plane){PLANE_COORDINATES, n, n < 2 ? n : 2, at, {i, j}, {0}};
}

static void grid_of(struct job *job, const struct plane *plane,
                    const struct box *box, size_t side, size_t block,
                    struct grid *grid)
{
    assert_int_equal(grid_init(grid, &job->arena, plane, box, side,
                               plane->dims == 1 ? 1 : side), OK);
    while (grid_evaluate(grid, &job->objective, block))
        ;
    assert_int_equal(grid->done, side * (plane->dims == 1 ? 1 : side));
}

/* Bits, not values: NaN is equal to itself. */
static void cells_equal(const struct grid *grid, const struct grid *other)
{
    assert_memory_equal(grid->loss, other->loss,
                        grid->nx * grid->ny * sizeof *grid->loss);
    assert_int_equal(grid->nonfinite, other->nonfinite);
    assert_int_equal(grid->least_cell, other->least_cell);
}

/* ---- planes ------------------------------------------------------------ */

static void kinds_of_planes_have_names(void **unused)
{
    (void)unused;
    for (enum plane_kind kind = 0; kind < PLANE_KINDS; kind++)
        assert_int_equal(plane_kind_find(plane_kind_name(kind)), kind);
    assert_int_equal(plane_kind_find("sideways"), PLANE_KINDS);
}

static void a_plane_of_variables_has_their_values(void **unused)
{
    const double at[4] = {1, 2, 3, 4}, far[4] = {7, 2, 9, 0.1};
    struct plane plane = plane_of(at, 4, 3, 1);
    double x[4], distance;
    struct spot spot = {{0.1, -0.3}};
    (void)unused;

    plane_point(&plane, spot, x);
    assert_memory_equal(x, ((double[]){1, -0.3, 3, 0.1}), sizeof x);
    plane_move(&plane, (struct spot){{5, 6}}, x);
    assert_memory_equal(x, ((double[]){1, 6, 3, 5}), sizeof x);
    spot = plane_project(&plane, far, &distance);
    assert_memory_equal(spot.c, ((double[]){0.1, 2}), sizeof spot.c);
    assert_true(fabs(distance - sqrt(72)) < 1e-14); /* 6 and 6 away */
}

/* Directions (3, 4, 0) / 5 and (0, 0, 1), from (1, 1, 1). */
static void a_plane_of_directions_has_lengths(void **unused)
{
    const double at[3] = {1, 1, 1}, u[3] = {0.6, 0.8, 0}, v[3] = {0, 0, 1};
    const double off[3] = {1 - 0.8 * 5, 1 + 0.6 * 5, 3};
    struct plane plane = {PLANE_PATH, 3, 2, at, {0}, {u, v}};
    double x[3], distance;
    struct spot spot;
    (void)unused;

    plane_point(&plane, (struct spot){{5, -2}}, x);
    assert_true(fabs(x[0] - 4) < 1e-15 && fabs(x[1] - 5) < 1e-15);
    assert_true(x[2] == -1);
    spot = plane_project(&plane, x, &distance);
    assert_true(fabs(spot.c[0] - 5) < 1e-14 && spot.c[1] == -2);
    assert_true(distance < 1e-14);
    spot = plane_project(&plane, off, &distance); /* 5 away, beside u */
    assert_true(fabs(spot.c[0]) < 1e-14 && spot.c[1] == 2);
    assert_true(fabs(distance - 5) < 1e-14);
}

/* ---- grids ------------------------------------------------------------- */

static void (*const bowls[])(struct job *) = {job_bowl, job_quadratic_bowl,
                                              job_formula_bowl};

static void cells_have_the_objectives_losses(void **unused)
{
    const double at[2] = {8, 8};
    struct plane plane = plane_of(at, 2, 0, 1);
    (void)unused;

    for (size_t b = 0; b < sizeof bowls / sizeof *bowls; b++) {
        struct job *job = job_new("sgd");
        struct grid grid;
        double greatest = 0;

        bowls[b](job);
        grid_of(job, &plane, &square, 41, 100, &grid);
        for (size_t j = 0; j < 41; j++)
            for (size_t i = 0; i < 41; i++) {
                const double x[2] = {grid.x[i], grid.y[j]};

                assert_true(grid.loss[j * 41 + i] == evaluate(job, x));
                greatest = fmax(greatest, grid.loss[j * 41 + i]);
            }
        assert_true(grid.x[0] == -2 && grid.x[10] == -1 && grid.x[40] == 2);
        assert_true(grid.y[0] == -1 && grid.y[10] == 0 && grid.y[40] == 3);
        assert_int_equal(grid.nonfinite, 0);
        assert_true(grid.greatest == greatest);
        assert_int_equal(grid.least_cell, 18 * 41 + 30); /* x 1, y 0.8 */
        assert_true(grid.least == grid.loss[grid.least_cell]);
        job_free(job);
    }
}

static void blocks_of_any_size_make_the_same_grid(void **unused)
{
    static const size_t blocks[] = {1, 7, 31, 1000, SIZE_MAX};
    const double at[2] = {0};
    struct plane plane = plane_of(at, 2, 0, 1);
    struct job *job = job_new("sgd");
    struct grid whole, grid;
    (void)unused;

    job_function(job, "rosenbrock");
    grid_of(job, &plane, &square, 31, 31 * 31, &whole);
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
        grid_of(job, &plane, &square, 31, blocks[b], &grid);
        cells_equal(&grid, &whole);
        assert_false(grid_evaluate(&grid, &job->objective, 5));
    }
    job_free(job);
}

static void a_slice_keeps_the_other_variables(void **unused)
{
    const double at[4] = {1.5, -0.5, 0.25, 2};
    struct plane plane = plane_of(at, 4, 2, 0);
    struct job *job = job_new("sgd");
    struct grid grid;
    (void)unused;

    job_function(job, "colville");
    grid_of(job, &plane, &square, 9, 4, &grid);
    for (size_t j = 0; j < 9; j++)
        for (size_t i = 0; i < 9; i++) {
            const double x[4] = {grid.y[j], -0.5, grid.x[i], 2};

            assert_true(grid.loss[j * 9 + i] == evaluate(job, x));
        }
    job_free(job);
}

static void a_line_has_one_row(void **unused)
{
    static const double c[] = {3, -12, 6}; /* least at 1: -3 */
    const double at[1] = {0};
    struct plane plane = plane_of(at, 1, 0, 0);
    struct job *job = job_new("sgd");
    struct grid_minimum minima[GRID_MINIMA_MAX];
    struct grid grid;
    (void)unused;

    job_polynomial(job, c, 3);
    grid_of(job, &plane, &(struct box){{-1}, {4}}, 26, 3, &grid);
    assert_null(grid.y);
    for (size_t i = 0; i < 26; i++)
        assert_true(grid.loss[i] == evaluate(job, &grid.x[i]));
    assert_int_equal(grid_minima(&grid, minima), 1);
    assert_true(fabs(minima[0].spot.c[0] - 1) < 1e-14);
    assert_true(fabs(minima[0].loss + 3) < 1e-14);
    job_free(job);
}

/* 1 / x, and no number at all below -1. */
static double broken(void *data, const double *x, size_t n, double *g)
{
    (void)data, (void)n, (void)g;
    return x[0] < -1 ? -(double)NAN : 1 / x[0];
}

static void cells_that_are_not_finite_are_kept_and_counted(void **unused)
{
    const double at[2] = {0}, quiet = NAN;
    struct plane plane = plane_of(at, 2, 0, 1);
    struct job *job = job_new("sgd");
    struct grid grid;
    (void)unused;

    job->objective = (struct objective){.n = 2, .evaluate = broken};
    grid_of(job, &plane, &square, 9, 5, &grid); /* x: -2, -1.5, … 2 */
    assert_int_equal(grid.nonfinite, 3 * 9);
    for (size_t j = 0; j < 9; j++) {
        assert_memory_equal(&grid.loss[j * 9], &quiet, sizeof quiet);
        assert_memory_equal(&grid.loss[j * 9 + 1], &quiet, sizeof quiet);
        assert_true(grid.loss[j * 9 + 4] == INFINITY);
    }
    assert_true(grid.least == -2 && grid.greatest == 2);
    assert_int_equal(grid.least_cell, 3);
    job_free(job);
}

static void a_grid_may_have_no_number_at_all(void **unused)
{
    const double at[2] = {0};
    struct plane plane = plane_of(at, 2, 0, 1);
    struct job *job = job_new("sgd");
    struct grid_minimum minima[GRID_MINIMA_MAX];
    struct grid grid;
    (void)unused;

    job->objective = (struct objective){.n = 2, .evaluate = broken};
    grid_of(job, &plane, &(struct box){{-4, 0}, {-2, 1}}, 6, 36, &grid);
    assert_int_equal(grid.nonfinite, 36);
    assert_true(isnan(grid.least) && isnan(grid.greatest));
    assert_int_equal(grid_minima(&grid, minima), 0);
    job_free(job);
}

/* ---- minima ------------------------------------------------------------ */

static bool is_at(const struct grid_minimum *minimum, const double *x,
                  double tolerance)
{
    return fabs(minimum->spot.c[0] - x[0]) <= tolerance
           && fabs(minimum->spot.c[1] - x[1]) <= tolerance;
}

/* Cells are 0.05 wide; the parabola comes much nearer. */
static void himmelblaus_four_minima_are_found(void **unused)
{
    const struct function *function = function_find("himmelblau");
    const double at[2] = {0};
    struct plane plane = plane_of(at, 2, 0, 1);
    struct job *job = job_new("sgd");
    struct grid_minimum minima[GRID_MINIMA_MAX];
    struct grid grid;
    (void)unused;

    job_function(job, "himmelblau");
    grid_of(job, &plane, &wide, 201, 1000, &grid);
    assert_int_equal(grid_minima(&grid, minima), 4);
    for (size_t k = 0; k < 4; k++) {
        double x[2], loss, before = minima[k].loss;
        size_t found = 0;

        if (k > 0)
            assert_true(before >= minima[k - 1].loss);
        assert_true(before == grid.loss[minima[k].cell]);
        grid_refine(&grid, &job->objective, &minima[k]);
        assert_true(minima[k].loss <= before && minima[k].loss < 1e-4);
        assert_true(minima[k].loss == evaluate(job, minima[k].spot.c));
        for (size_t i = 0; i < function->minima_count; i++)
            found += function_minimum_at(function, i, 2, x, &loss)
                     && is_at(&minima[k], x, 1e-3);
        assert_int_equal(found, 1);
    }
    job_free(job);
}

/* Rastrigin has one in every unit square: the lowest 16 of 81 are kept, that
 * at 0 first. */
static void of_many_minima_the_lowest_are_kept(void **unused)
{
    const double at[2] = {0}, origin[2] = {0};
    struct plane plane = plane_of(at, 2, 0, 1);
    struct box box = {{-4.5, -4.5}, {4.5, 4.5}};
    struct job *job = job_new("sgd");
    struct grid_minimum minima[GRID_MINIMA_MAX];
    struct grid grid;
    (void)unused;

    job_function(job, "rastrigin");
    grid_of(job, &plane, &box, 181, 4000, &grid);
    assert_int_equal(grid_minima(&grid, minima), GRID_MINIMA_MAX);
    assert_true(is_at(&minima[0], origin, 1e-12));
    for (size_t k = 1; k < GRID_MINIMA_MAX; k++)
        assert_true(minima[k].loss >= minima[k - 1].loss);
    /* On the grid's cells: 4 at distance 1, 4 at sqrt 2, 4 at 2, then 8 at
     * sqrt 5, of which 3 find room. */
    assert_true(fabs(minima[12].loss - 4) < 0.1);
    assert_true(fabs(minima[13].loss - 5) < 0.1);
    job_free(job);
}

static double flat(void *data, const double *x, size_t n, double *g)
{
    (void)data, (void)x, (void)n, (void)g;
    return 1;
}

static void a_plain_has_no_minimum(void **unused)
{
    const double at[2] = {0};
    struct plane plane = plane_of(at, 2, 0, 1);
    struct job *job = job_new("sgd");
    struct grid_minimum minima[GRID_MINIMA_MAX];
    struct grid grid;
    (void)unused;

    job->objective = (struct objective){.n = 2, .evaluate = flat};
    grid_of(job, &plane, &square, 7, 7, &grid);
    assert_int_equal(grid_minima(&grid, minima), 0);
    job_free(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_of_planes_have_names),
        cmocka_unit_test(a_plane_of_variables_has_their_values),
        cmocka_unit_test(a_plane_of_directions_has_lengths),
        cmocka_unit_test(cells_have_the_objectives_losses),
        cmocka_unit_test(blocks_of_any_size_make_the_same_grid),
        cmocka_unit_test(a_slice_keeps_the_other_variables),
        cmocka_unit_test(a_line_has_one_row),
        cmocka_unit_test(cells_that_are_not_finite_are_kept_and_counted),
        cmocka_unit_test(a_grid_may_have_no_number_at_all),
        cmocka_unit_test(himmelblaus_four_minima_are_found),
        cmocka_unit_test(of_many_minima_the_lowest_are_kept),
        cmocka_unit_test(a_plain_has_no_minimum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
