/* test_infeasible.c - how far away every feasible point is at least. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "core/base/random.h"
#include "core/search/infeasible.h"

enum { N = 3, K = 6 };

/* line . x + at + curvature |x - centre|^2 / 2 */
struct form {
    double line[N], at, curvature, centre[N];
};

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    const struct form *f = data;
    double value = f->at;

    for (size_t j = 0; j < n; j++) {
        double off = x[j] - f->centre[j];

        value += f->line[j] * x[j] + f->curvature / 2 * off * off;
        if (g != NULL)
            g[j] = f->line[j] + f->curvature * off;
    }
    return value;
}

/* The radius at x of so many forms, in two variables or three. */
static double radius(struct form *forms, size_t count, size_t n,
                     enum constraint_type type, const double *x,
                     const double *units, const double *low)
{
    struct constraint constraints[K];
    struct infeasible work;
    struct arena arena;
    struct method m = {.n = n, .arena = &arena, .constraints = constraints,
                       .constraint_count = count, .low = low};
    double ret;

    for (size_t i = 0; i < count; i++)
        constraints[i] = (struct constraint){type, 1e-8, &forms[i], evaluate};
    arena_init(&arena, 1 << 20);
    assert_true(infeasible_init(&work, &m));
    ret = infeasible_radius(&work, &m, x, units);
    arena_fini(&arena);
    return ret;
}

static const double origin[N] = {0}, ones[N] = {1, 1, 1};

/* 3 x + 4 y + 2 <= 0 is 2/5 away from zero; as an equality whichever its sign
 * is. In units of 1/2, twice as much. */
static void a_plane_is_as_far_as_it_is(void **unused)
{
    struct form plane = {.line = {3, 4}, .at = 2};
    struct form turned = {.line = {-3, -4}, .at = -2};
    static const double halves[] = {0.5, 0.5};
    (void)unused;

    assert_float_equal(radius(&plane, 1, 2, CONSTRAINT_INEQUALITY, origin,
                              ones, NULL), 0.4, 1e-15);
    assert_float_equal(radius(&plane, 1, 2, CONSTRAINT_EQUALITY, origin, ones,
                              NULL), 0.4, 1e-15);
    assert_float_equal(radius(&turned, 1, 2, CONSTRAINT_EQUALITY, origin, ones,
                              NULL), 0.4, 1e-15);
    assert_float_equal(radius(&plane, 1, 2, CONSTRAINT_INEQUALITY, origin,
                              halves, NULL), 0.8, 1e-15);
    /* It holds. */
    assert_true(radius(&turned, 1, 2, CONSTRAINT_INEQUALITY, origin, ones,
                       NULL) == 0);
}

/* x + 1 <= 0 cannot hold where x >= 0 or is fixed; it can where x >= -5. */
static void bounds_and_fixed_variables_are_in_the_way(void **unused)
{
    struct form plane = {.line = {1, 0}, .at = 1};
    static const double far[] = {-5, -5}, fixed[] = {0, 1};
    (void)unused;

    assert_true(isinf(radius(&plane, 1, 2, CONSTRAINT_INEQUALITY, origin, ones,
                             origin)));
    assert_true(isinf(radius(&plane, 1, 2, CONSTRAINT_INEQUALITY, origin,
                             fixed, NULL)));
    assert_float_equal(radius(&plane, 1, 2, CONSTRAINT_INEQUALITY, origin,
                              ones, far), 1, 1e-15);
}

/* The unit disk and x + y >= 3: at (1, 1) both are violated by 1, and their
 * gradients are opposed. Of (0.9, 0.9) a tangent of the disk is known only. */
static void opposed_constraints_are_far_away(void **unused)
{
    struct form forms[] = {
        {.at = -1, .curvature = 2}, {.line = {-1, -1}, .at = 3},
    };
    static const double off[] = {0.9, 0.9};
    (void)unused;

    assert_true(radius(forms, 2, 2, CONSTRAINT_INEQUALITY, ones, ones, NULL)
                > 1e9);
    assert_true(radius(forms, 2, 2, CONSTRAINT_INEQUALITY, off, ones, NULL)
                > 1e9);
}

static void what_is_no_number_is_no_evidence(void **unused)
{
    struct form forms[] = {
        {.line = {NAN, 0}, .at = 1}, {.line = {INFINITY, 1}, .at = 1},
    };
    (void)unused;

    for (size_t i = 0; i < 2; i++)
        assert_true(radius(&forms[i], 1, 2, CONSTRAINT_INEQUALITY, ones, ones,
                           NULL) == 0);
}

static double draw_unit(uint64_t *index)
{
    return random_unit(9, RANDOM_START, (*index)++);
}

/* Up to six planes and balls that all hold at a point: no radius reaches it. In
 * one of two draws there is a bound, too. */
static void no_radius_reaches_a_feasible_point(void **unused)
{
    uint64_t index = 0;
    size_t violated = 0;
    (void)unused;

    for (int draw = 0; draw < 2000; draw++) {
        size_t count = 1 + (size_t)draw % K;
        double point[N], x[N], low[N], away = 0, found;
        struct form forms[K] = {0};

        for (size_t j = 0; j < N; j++) {
            point[j] = 4 * draw_unit(&index) - 2;
            x[j] = 4 * draw_unit(&index) - 2;
            low[j] = fmin(point[j], x[j]);
            away += (x[j] - point[j]) * (x[j] - point[j]);
        }
        for (size_t i = 0; i < count; i++) {
            forms[i].curvature = i % 2;
            for (size_t j = 0; j < N; j++) {
                forms[i].line[j] = 2 * draw_unit(&index) - 1;
                forms[i].centre[j] = 2 * draw_unit(&index) - 1;
            }
            forms[i].at = -evaluate(&forms[i], point, N, NULL)
                        - 0.1 * draw_unit(&index);
        }
        found = radius(forms, count, N, CONSTRAINT_INEQUALITY, x, ones,
                       draw % 2 == 0 ? low : NULL);
        assert_true(found <= sqrt(away) * (1 + 1e-12));
        violated += found > 0;
    }
    assert_true(violated > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plane_is_as_far_as_it_is),
        cmocka_unit_test(bounds_and_fixed_variables_are_in_the_way),
        cmocka_unit_test(opposed_constraints_are_far_away),
        cmocka_unit_test(what_is_no_number_is_no_evidence),
        cmocka_unit_test(no_radius_reaches_a_feasible_point),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
