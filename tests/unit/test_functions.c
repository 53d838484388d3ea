/* test_functions.c - the catalogue of named functions, by its own table. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/base/random.h"
#include "core/function/function.h"
#include "core/kernel/vector.h"
#include "tests/unit/truth_folder.h"

enum { DIMENSION = 12 };

/* The dimensions that a function is tried in; 0 ends the list. */
static const size_t *dimensions_of(const struct function *f)
{
    static const size_t any[] = {1, 2, 3, 5, DIMENSION, 0};
    static size_t fixed[2];

    if (f->dimension == 0)
        return any + (f->dimension_min > 1 ? 1 : 0);
    fixed[0] = f->dimension;
    return fixed;
}

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
    for (size_t k = 0; functions[k] != NULL; k++) {
        const struct function *f = functions[k];

        for (const size_t *n = dimensions_of(f); *n != 0; n++) {
            double x[DIMENSION];

            function_start(f, *n, x);
            check_gradient(f, x, *n);
            for (uint64_t point = 0; point < 20; point++) {
                for (size_t i = 0; i < *n; i++)
                    x[i] = f->low + (f->high - f->low)
                           * random_unit(point, RANDOM_START, i);
                check_gradient(f, x, *n);
            }
        }
    }
}

/* The minima are rounded to doubles: the gradient there is curvature (below
 * 1e4 in this catalogue) times an ulp of x. */
static void every_known_minimum_is_one(void **unused)
{
    (void)unused;
    for (size_t k = 0; functions[k] != NULL; k++) {
        const struct function *f = functions[k];

        assert_true(f->minima_count >= 1);
        for (const size_t *n = dimensions_of(f); *n != 0; n++) {
            for (size_t m = 0; m < f->minima_count; m++) {
                const struct function_minimum *minimum = &f->minima[m];
                double x[DIMENSION], g[DIMENSION];
                double expected = minimum->loss
                                  + (double)*n * f->loss_per_dimension;

                for (size_t i = 0; i < *n; i++)
                    x[i] = minimum->x[f->dimension == 0 ? 0 : i];
                assert_true(fabs(f->evaluate(x, *n, g) - expected)
                            <= 4 * DBL_EPSILON * (fabs(expected) + 1));
                assert_true(vector_norm2(g, *n) < 1e-11);
            }
        }
    }
}

static void every_start_lies_in_the_box_and_is_no_minimum(void **unused)
{
    (void)unused;
    for (size_t k = 0; functions[k] != NULL; k++) {
        const struct function *f = functions[k];

        for (const size_t *n = dimensions_of(f); *n != 0; n++) {
            double x[DIMENSION], g[DIMENSION];

            function_start(f, *n, x);
            for (size_t i = 0; i < *n; i++)
                assert_true(x[i] >= f->low && x[i] <= f->high);
            f->evaluate(x, *n, g);
            assert_true(vector_norm2(g, *n) > 0.1);
        }
    }
}

static void every_row_is_complete_and_in_order(void **unused)
{
    (void)unused;
    for (size_t k = 0; functions[k] != NULL; k++) {
        const struct function *f = functions[k];

        assert_true(k == 0 || strcmp(functions[k - 1]->name, f->name) < 0);
        assert_ptr_equal(function_find(f->name), f);
        assert_true(strlen(f->formula) > 5 && strlen(f->sentence) > 5);
        assert_true(strlen(f->source) > 5);
        assert_true(f->start_period >= 1);
        assert_true(f->dimension == 0
                    ? f->dimension_default >= f->dimension_min
                    : f->dimension_default == f->dimension);
    }
    assert_null(function_find("nosuch"));
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

/* "rosenbrock5" names the function rosenbrock: digits at the end are n. */
static const struct function *named(const char *id)
{
    char name[64];
    size_t length = strcspn(id, "0123456789");

    assert_true(length < sizeof name);
    memcpy(name, id, length);
    name[length] = '\0';
    return function_find(name);
}

static void compare_samples(const struct function *f, const cJSON *row)
{
    const cJSON *samples = cJSON_GetObjectItemCaseSensitive(row, "samples");
    double x[DIMENSION], exact[DIMENSION], g[DIMENSION];

    for (const cJSON *s = samples->child; s != NULL; s = s->next) {
        unsigned n = truth_numbers(cJSON_GetObjectItemCaseSensitive(s, "x"),
                                   x, DIMENSION);
        double loss = truth_number(cJSON_GetObjectItemCaseSensitive(s, "f"));
        double size;

        truth_numbers(cJSON_GetObjectItemCaseSensitive(s, "g"), exact,
                      DIMENSION);
        size = vector_norm2(exact, n) + 1;
        assert_true(fabs(f->evaluate(x, n, g) - loss)
                    <= 1e-13 * (fabs(loss) + 1));
        assert_true(vector_distance(g, exact, n) <= 1e-13 * size);
    }
}

static void compare_minima(const struct function *f, const cJSON *row)
{
    const cJSON *minima = cJSON_GetObjectItemCaseSensitive(row, "minima");
    double x[DIMENSION];

    assert_int_equal(cJSON_GetArraySize(minima), f->minima_count);
    for (const cJSON *m = minima->child; m != NULL; m = m->next) {
        unsigned n = truth_numbers(cJSON_GetObjectItemCaseSensitive(m, "x"),
                                   x, DIMENSION);
        bool found = false;

        for (size_t k = 0; k < f->minima_count; k++) {
            bool same = true;

            for (unsigned i = 0; i < n; i++)
                same = same
                       && x[i] == f->minima[k].x[f->dimension == 0 ? 0 : i];
            found = found || same;
        }
        assert_true(found);
    }
}

/* Samples are exact values and gradients rounded once; a sum of few terms of
 * one size errs by some ulps: 1e-13 of the size. */
static void values_gradients_and_minima_are_those_of_the_truth(void **unused)
{
    cJSON *truth = truth_read("functions/named.json");
    const cJSON *rows;
    unsigned compared = 0, others = 0;
    (void)unused;

    if (truth == NULL)
        return;
    rows = cJSON_GetObjectItemCaseSensitive(truth, "functions");
    for (const cJSON *row = rows->child; row != NULL; row = row->next) {
        const struct function *f = named(
            cJSON_GetObjectItemCaseSensitive(row, "id")->valuestring);

        if (f == NULL) {
            others++;
            continue;
        }
        compare_samples(f, row);
        compare_minima(f, row);
        compared++;
    }
    printf("# named.json: %u functions compared, %u not in the catalogue\n",
           compared, others);
    assert_true(compared >= 9);
    cJSON_Delete(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_gradient_agrees_with_finite_differences),
        cmocka_unit_test(every_known_minimum_is_one),
        cmocka_unit_test(every_start_lies_in_the_box_and_is_no_minimum),
        cmocka_unit_test(every_row_is_complete_and_in_order),
        cmocka_unit_test(ackley_rests_at_its_corner),
        cmocka_unit_test(values_gradients_and_minima_are_those_of_the_truth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
