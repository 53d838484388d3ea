/* test_functions.c - the catalogue of named functions, by its own table. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/base/random.h"
#include "core/function/function.h"
#include "core/kernel/vector.h"

enum { DIMENSION = 12 };

/* The next dimension after n that a function is tried in; 0: no more. */
static size_t next_dimension(const struct function *f, size_t n)
{
    static const size_t tried[] = {1, 2, 3, 4, 5, 6, 8, 10, DIMENSION};

    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++)
        if (tried[i] > n && function_has_dimension(f, tried[i]))
            return tried[i];
    return 0;
}

/* Those with instances have tests of their own: test_bbob.c. */
#define FOR_EACH_FUNCTION_AND_DIMENSION(f, n)                                 \
    for (const struct function *const *f##_at = functions, *f;                \
         (f = *f##_at) != NULL; f##_at++)                                     \
        if (f->instances == 0)                                                \
        for (size_t n = 0; (n = next_dimension(f, n)) != 0;)

/* (f(x + h) - f(x - h)) / 2h with Richardson's step: error O(h^4). */
static double slope(const struct function *f, const double *x, size_t n,
                    size_t i, double h)
{
    double moved[DIMENSION], difference[2];

    memcpy(moved, x, n * sizeof *x);
    for (int k = 0; k < 2; k++) {
        double step = h * (k + 1), above, below;

        moved[i] = x[i] + step;
        above = f->evaluate(moved, n, NULL);
        moved[i] = x[i] - step;
        below = f->evaluate(moved, n, NULL);
        difference[k] = (above - below) / (2 * step);
    }
    return (4 * difference[0] - difference[1]) / 3;
}

static void check_gradient(const struct function *f, const double *x, size_t n)
{
    double g[DIMENSION], h = 1e-4, loss = f->evaluate(x, n, g), scale;

    assert_true(loss == f->evaluate(x, n, NULL));
    assert_true(isfinite(loss));
    scale = vector_norm2(g, n) + fabs(loss) + 1;
    for (size_t i = 0; i < n; i++)
        if (!(fabs(slope(f, x, n, i, h) - g[i]) <= 1e-8 * scale))
            fail_msg("%s, n = %zu: g[%zu] = %.17g, differences give %.17g",
                     f->name, n, i, g[i], slope(f, x, n, i, h));
}

static void every_gradient_agrees_with_finite_differences(void **unused)
{
    (void)unused;
    FOR_EACH_FUNCTION_AND_DIMENSION(f, n) {
        double x[DIMENSION];

        function_start(f, n, x);
        check_gradient(f, x, n);
        for (uint64_t point = 0; point < 20; point++) {
            for (size_t i = 0; i < n; i++) {
                struct interval box = function_box(f, i);

                x[i] = box.low + (box.high - box.low)
                       * random_unit(point, RANDOM_START, i);
            }
            check_gradient(f, x, n);
        }
    }
}

/* The minima are rounded to doubles: the gradient there is curvature times an
 * ulp of x. The curvature is 1.7e10 in powell_badly_scaled, where x is 1e-5,
 * and 9e4 in brown_dennis, where x is 13. What rounds a loss most are terms
 * that cancel: 419 and -419 for every coordinate of schwefel. */
static void every_known_minimum_is_one(void **unused)
{
    (void)unused;
    FOR_EACH_FUNCTION_AND_DIMENSION(f, n) {
        double x[DIMENSION], g[DIMENSION], loss, best = INFINITY;

        for (size_t m = 0; m < f->minima_count; m++) {
            if (!function_minimum_at(f, m, n, x, &loss))
                continue;
            assert_true(fabs(f->evaluate(x, n, g) - loss)
                        <= 1e-13 * (fabs(loss) + (double)n));
            assert_true(vector_norm2(g, n) < 1e-9);
            assert_int_equal(f->minima[m].local, loss > best);
            best = fmin(best, loss);
        }
    }
}

/* The next points around a minimum are higher, or as high to rounding. */
static void no_point_near_a_minimum_is_lower(void **unused)
{
    (void)unused;
    FOR_EACH_FUNCTION_AND_DIMENSION(f, n) {
        double x[DIMENSION], near[DIMENSION], loss;

        for (size_t m = 0; m < f->minima_count; m++) {
            if (!function_minimum_at(f, m, n, x, &loss))
                continue;
            for (uint64_t point = 0; point < 50; point++) {
                for (size_t i = 0; i < n; i++)
                    near[i] = x[i] + 1e-3 * (fabs(x[i]) < 1e-3 ? 1e-3 : 1)
                              * (random_unit(point, RANDOM_START, i) - 0.5);
                assert_true(f->evaluate(near, n, NULL)
                            >= loss - 4 * DBL_EPSILON * (fabs(loss) + 1));
            }
        }
    }
}

static void every_start_lies_in_the_box_and_is_no_minimum(void **unused)
{
    (void)unused;
    FOR_EACH_FUNCTION_AND_DIMENSION(f, n) {
        double x[DIMENSION], g[DIMENSION], place[DIMENSION], least, loss;

        function_start(f, n, x);
        for (size_t i = 0; i < n; i++) {
            struct interval box = function_box(f, i);

            assert_true(x[i] >= box.low && x[i] <= box.high);
        }
        loss = f->evaluate(x, n, g);
        assert_true(vector_norm2(g, n) > 5e-3); /* gaussian's: 7.5e-3 */
        if (function_minimum_at(f, 0, n, place, &least))
            assert_true(loss > least);
    }
}

static void every_row_is_complete_and_in_order(void **unused)
{
    (void)unused;
    for (size_t k = 0; functions[k] != NULL; k++) {
        const struct function *f = functions[k];
        double x[FUNCTION_DEFAULT_MAX], loss;

        assert_true(k == 0 || strcmp(functions[k - 1]->name, f->name) < 0);
        assert_ptr_equal(function_find(f->name), f);
        assert_true(strlen(f->formula) > 5 && strlen(f->sentence) > 5);
        assert_true(strlen(f->source) > 5);
        assert_true(f->start_period >= 1 || f->start_at != NULL);
        assert_in_range(f->dimension_default, 1, FUNCTION_DEFAULT_MAX);
        assert_true(function_has_dimension(f, f->dimension_default));
        assert_true(f->dimension == 0 || f->dimension_min == 0);
        assert_true(f->box == NULL || f->dimension != 0);
        assert_int_equal(f->evaluate == NULL, f->instances > 0);
        assert_int_equal(f->build == NULL, f->instances == 0);
        assert_true(f->minima_count >= 1);
        assert_true(function_minimum_at(f, 0, f->dimension_default, x, &loss));
    }
    assert_null(function_find("nosuch"));
}

/* Watson's is known for 2 to 31, Powell's extended for multiples of 4. */
static void a_dimension_is_legal_or_not(void **unused)
{
    const struct function *watson = function_find("watson");
    const struct function *powell = function_find("extended_powell_singular");
    double x[12], loss;
    (void)unused;

    assert_false(function_has_dimension(watson, 1));
    assert_true(function_has_dimension(watson, 31));
    assert_false(function_has_dimension(watson, 32));
    assert_false(function_has_dimension(powell, 0));
    assert_false(function_has_dimension(powell, 10));
    assert_true(function_has_dimension(powell, 12));
    assert_false(function_has_dimension(function_find("booth"), 3));
    assert_false(function_minimum_at(watson, 0, 7, x, &loss));
}

/* The definition in ackley.c: zero where there is no gradient. */
static void ackley_rests_at_its_corner(void **unused)
{
    const double x[3] = {0};
    double g[3] = {1, 1, 1};
    (void)unused;

    assert_true(fabs(function_find("ackley")->evaluate(x, 3, g)) < 1e-15);
    assert_true(g[0] == 0 && g[1] == 0 && g[2] == 0);
}

/* The angle that helical_valley.c defines: 1/4 turn on the half-axis y > 0,
 * where f is 100 (z - 10 t)^2 + 100 (r - 1)^2 + z^2 with t = 1/4, r = 2. */
static void helical_valley_is_defined_on_its_axis(void **unused)
{
    const struct function *f = function_find("helical_valley");
    const double aside[3] = {0, 2, 1}, axis[3] = {0, 0, 1};
    double g[3];
    (void)unused;

    assert_true(fabs(f->evaluate(aside, 3, g) - (225 + 100 + 1)) < 1e-12);
    assert_true(fabs(f->evaluate(axis, 3, g) - (100 + 100 + 1)) < 1e-12);
    assert_true(g[0] == 0 && g[1] == 0 && g[2] == 202);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_gradient_agrees_with_finite_differences),
        cmocka_unit_test(every_known_minimum_is_one),
        cmocka_unit_test(no_point_near_a_minimum_is_lower),
        cmocka_unit_test(every_start_lies_in_the_box_and_is_no_minimum),
        cmocka_unit_test(every_row_is_complete_and_in_order),
        cmocka_unit_test(a_dimension_is_legal_or_not),
        cmocka_unit_test(ackley_rests_at_its_corner),
        cmocka_unit_test(helical_valley_is_defined_on_its_axis),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
