/* test_update.c - vectors that move, and the order of sums on the way. */
#include "tests/unit/cmocka_all.h"

#include <math.h>

#include "core/base/random.h"
#include "core/function/function.h"
#include "core/kernel/update.h"

/* The documented order, written out. */
static double in_sixteen_lanes(const double *terms, size_t n)
{
    double s[16] = {0}, t[8];

    if (n < 8) {
        for (size_t i = 0; i < n; i++)
            s[0] += terms[i];
        return s[0];
    }
    for (size_t i = 0; i < n; i++)
        s[i % 16] += terms[i];
    for (int i = 0; i < 8; i++)
        t[i] = s[i] + s[i + 8];
    return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

enum { LENGTH = 133 };

static void draw(double *x, uint64_t seed)
{
    for (size_t i = 0; i < LENGTH; i++)
        x[i] = random_unit(seed, RANDOM_START, i) - 0.5;
}

static void sums_on_the_way_have_the_documented_order(void **unused)
{
    double q[LENGTH], y[LENGTH], s[LENGTH], u[LENGTH], terms[3][LENGTH];
    double copy[LENGTH], out[2][LENGTH];
    (void)unused;

    for (size_t n = 0; n <= LENGTH; n++) {
        struct pair p;

        draw(q, 1), draw(y, 2), draw(s, 3), draw(u, 4);
        for (size_t i = 0; i < n; i++) {
            copy[i] = q[i] + 0.3 * y[i];
            terms[0][i] = s[i] * copy[i];
        }
        assert_true(update_add_dot(q, 0.3, y, s, n)
                    == in_sixteen_lanes(terms[0], n));
        assert_memory_equal(q, copy, n * sizeof *q);
        for (size_t i = 0; i < n; i++) {
            copy[i] = q[i] + (0.7 * y[i] + -0.2 * s[i]);
            terms[0][i] = copy[i] * u[i];
        }
        assert_true(update_rank2_dot(q, 0.7, y, -0.2, s, u, n)
                    == in_sixteen_lanes(terms[0], n));
        assert_memory_equal(q, copy, n * sizeof *q);
        p = update_pair(out[0], out[1], q, y, s, u, n);
        for (size_t i = 0; i < n; i++) {
            double a = q[i] - y[i], b = s[i] - u[i];

            assert_true(out[0][i] == a && out[1][i] == b);
            terms[0][i] = a * a;
            terms[1][i] = a * b;
            terms[2][i] = b * b;
        }
        assert_true(p.ss == in_sixteen_lanes(terms[0], n));
        assert_true(p.sy == in_sixteen_lanes(terms[1], n));
        assert_true(p.yy == in_sixteen_lanes(terms[2], n));
    }
}

static void elements_move_alone(void **unused)
{
    double x[LENGTH], d[LENGTH], to[LENGTH], negative[LENGTH];
    (void)unused;

    for (size_t n = 0; n <= LENGTH; n++) {
        draw(x, 5), draw(d, 6);
        update_step(to, x, 0.7, d, n);
        update_negate(negative, x, n);
        for (size_t i = 0; i < n; i++)
            assert_true(to[i] == x[i] + 0.7 * d[i] && negative[i] == -x[i]);
        update_add(x, 0.7, d, n);
        assert_memory_equal(x, to, n * sizeof *x);
        update_scale(x, 0.1, n);
        for (size_t i = 0; i < n; i++)
            assert_true(x[i] == to[i] * 0.1);
    }
}

/* The formula in order, and its slopes to the bit: a slope has two terms at
 * most, and so one order only. */
static void a_long_valley_is_the_sum_of_its_terms(void **unused)
{
    const struct function *rosenbrock = function_find("rosenbrock");
    double x[LENGTH], g[LENGTH], slope[LENGTH];
    (void)unused;

    draw(x, 7);
    for (size_t n = 2; n <= LENGTH; n++) {
        double sum = 0, f = rosenbrock->evaluate(x, n, g);

        slope[0] = 0;
        for (size_t i = 0; i + 1 < n; i++) {
            double above = x[i + 1] - x[i] * x[i], rest = 1 - x[i];

            sum += 100 * above * above + rest * rest;
            slope[i] += -400 * above * x[i] - 2 * rest;
            slope[i + 1] = 200 * above;
        }
        assert_true(fabs(f - sum) <= 1e-14 * sum);
        assert_true(n > 8 || f == sum);
        assert_memory_equal(g, slope, n * sizeof *g);
        assert_true(rosenbrock->evaluate(x, n, NULL) == f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_on_the_way_have_the_documented_order),
        cmocka_unit_test(elements_move_alone),
        cmocka_unit_test(a_long_valley_is_the_sum_of_its_terms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
