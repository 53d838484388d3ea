/* test_softmax.c - probabilities of classes and their losses: against long
 * double, against differences, and where numbers are extreme. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/softmax.h"

/* Rows are worked on in groups of at most 256 numbers or 64 rows. */
enum { ROWS = 67, CLASSES_MAX = 301, STRIDE = CLASSES_MAX + 2 };

static double uniform(size_t i)
{
    return random_unit(11, RANDOM_START, i);
}

/* Scores up to 20 apart, a different size in every row. */
static double score(size_t i, size_t j)
{
    return (uniform(i * STRIDE + j) - 0.5) * 40 * (double)(i + 1) / ROWS;
}

/* log sum_j exp(z_j), without a care for overflow: long double has room. */
static long double log_sum(const double *z, size_t n)
{
    long double sum = 0;

    for (size_t j = 0; j < n; j++)
        sum += expl(z[j]);
    return logl(sum);
}

#define REAL double
#define NAME(x) x##_f64
#define EPSILON DBL_EPSILON
#include "tests/unit/softmax_checks.h"

#define REAL float
#define NAME(x) x##_f32
#define EPSILON FLT_EPSILON
#include "tests/unit/softmax_checks.h"

static void probabilities_are_those_of_long_double(void **unused)
{
    (void)unused;
    for (size_t n = 1; n <= CLASSES_MAX; n += n < 37 ? 1 : 12) {
        check_softmax_f64(n);
        check_softmax_f32(n);
    }
}

static void losses_and_gradients_are_those_of_the_formula(void **unused)
{
    (void)unused;
    for (size_t n = 1; n <= CLASSES_MAX; n += n < 37 ? 1 : 12)
        for (int weighted = 0; weighted < 2; weighted++) {
            check_loss_f64(n, weighted == 1);
            check_loss_f32(n, weighted == 1);
        }
}

/* By central differences, the loss being smooth: h^2 |f'''| / 6 + eps / h. */
static void the_gradient_is_the_slope_of_the_loss(void **unused)
{
    enum { N = 5 };
    const double h = 0x1p-17;
    const uint32_t label = 3;
    const double weight = 1.75;

    (void)unused;
    for (size_t j = 0; j < N; j++) {
        double z[3][N], loss[3];

        for (size_t k = 0; k < 3; k++) {
            for (size_t i = 0; i < N; i++)
                z[k][i] = score(2, i);
            z[k][j] += ((double)k - 1) * h;
            softmax_loss_f64(z[k], N, 1, N, &label, &weight, &loss[k]);
        }
        assert_true(fabs((loss[2] - loss[0]) / (2 * h) - z[1][j]) < 1e-9);
    }
}

static void nothing_overflows(void **unused)
{
    double z[] = {1e308, 1e308, -1e308, -INFINITY}, sum;
    float y[] = {3e38F, 3e38F, -3e38F, -INFINITY};
    uint32_t label = 2;
    double loss;

    (void)unused;
    softmax_f64(z, 4, 1, 4, &sum);
    assert_true(z[0] == 0.5 && z[1] == 0.5 && z[2] == 0 && z[3] == 0);
    assert_true(sum == 1e308);
    softmax_loss_f32(y, 4, 1, 4, &label, NULL, &loss);
    assert_true(y[0] == 0.5F && y[1] == 0.5F && y[2] == -1 && y[3] == 0);
    assert_true(fabs(loss / ((double)3e38F * 2) - 1) < 1e-7);
}

static void what_is_no_number_stays_in_its_row(void **unused)
{
    double z[4][3] = {{1, NAN, 2}, {0, INFINITY, 1},
                      {-INFINITY, -INFINITY, -INFINITY}, {0, 0, 0}};
    double sums[4];

    (void)unused;
    softmax_f64(z[0], 3, 4, 3, sums);
    for (size_t i = 0; i < 3; i++) {
        assert_true(isnan(sums[i]));
        for (size_t j = 0; j < 3; j++)
            assert_true(isnan(z[i][j]));
    }
    assert_true(z[3][0] == z[3][1] && fabs(z[3][2] - 1.0 / 3) < 1e-16);
    softmax_f64(z[0], 3, 0, 3, sums); /* no row: nothing is touched */
    assert_true(isnan(sums[0]));
}

/* ---- two classes -------------------------------------------------------- */

static void two_classes_are_those_of_long_double(void **unused)
{
    enum { N = 1601 };
    static double t[N], loss[N], slope[N], loss_f32[N];
    static float u[N], slope_f32[N];

    (void)unused;
    for (size_t i = 0; i < N; i++) {
        t[i] = ((double)i - 800) * (i % 3 == 0 ? 1 : 0.01);
        u[i] = (float)t[i];
    }
    softmax_two_f64(t, N, loss, slope);
    softmax_two_f32(u, N, loss_f32, slope_f32);
    for (size_t i = 0; i < N; i++) {
        long double exact = t[i] > 0 ? log1pl(expl(-(long double)t[i]))
                                     : log1pl(expl(t[i])) - t[i];
        long double down = -1 / (1 + expl(t[i]));
        long double single = -1 / (1 + expl(u[i]));
        long double of_u = u[i] > 0 ? log1pl(expl(-(long double)u[i]))
                                    : log1pl(expl(u[i])) - u[i];

        assert_true(fabsl(loss[i] - exact)
                    <= 4 * DBL_EPSILON * exact + 0x1p-1070L);
        assert_true(fabsl(slope[i] - down)
                    <= 4 * DBL_EPSILON * -down + 0x1p-1070L);
        assert_true(fabsl(loss_f32[i] - of_u)
                    <= 4 * FLT_EPSILON * of_u + 0x1p-145L);
        assert_true(fabsl(slope_f32[i] - single)
                    <= 4 * FLT_EPSILON * -single + 0x1p-145L);
    }
}

static void a_margin_has_the_same_bits_in_any_block(void **unused)
{
    enum { N = 150 };
    double t[N], loss[N], slope[N], one_loss, one_slope;
    float u[N], slope_f32[N], one_f32;

    (void)unused;
    for (size_t i = 0; i < N; i++)
        u[i] = (float)(t[i] = (uniform(i) - 0.5) * 50);
    softmax_two_f64(t, N, loss, slope);
    softmax_two_f32(u, N, NULL, slope_f32);
    for (size_t i = 0; i < N; i++) {
        softmax_two_f64(&t[i], 1, &one_loss, &one_slope);
        softmax_two_f32(&u[i], 1, NULL, &one_f32);
        assert_true(one_loss == loss[i] && one_slope == slope[i]);
        assert_true(one_f32 == slope_f32[i]);
        assert_true(softmax_slope_f64(t[i]) == slope[i]);
        assert_true(softmax_slope_f32(u[i]) == slope_f32[i]);
    }
    softmax_two_f64(t, N, NULL, t); /* in place */
    assert_memory_equal(t, slope, sizeof t);
    softmax_two_f64(t, 0, NULL, NULL);
}

static void an_extreme_margin_has_its_limit(void **unused)
{
    static const double t[] = {INFINITY, -INFINITY, NAN, 0, -0.0, DBL_MAX};
    double loss[6], slope[6];

    (void)unused;
    softmax_two_f64(t, 6, loss, slope);
    assert_true(loss[0] == 0 && slope[0] == 0);
    assert_true(loss[1] == INFINITY && slope[1] == -1);
    assert_true(isnan(loss[2]) && isnan(slope[2]));
    assert_true(loss[3] == loss[4] && slope[3] == -0.5 && slope[4] == -0.5);
    assert_true(fabs(loss[3] - 0.69314718055994530942) < 2 * DBL_EPSILON);
    assert_true(loss[5] == 0 && slope[5] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_are_those_of_long_double),
        cmocka_unit_test(losses_and_gradients_are_those_of_the_formula),
        cmocka_unit_test(the_gradient_is_the_slope_of_the_loss),
        cmocka_unit_test(nothing_overflows),
        cmocka_unit_test(what_is_no_number_stays_in_its_row),
        cmocka_unit_test(two_classes_are_those_of_long_double),
        cmocka_unit_test(a_margin_has_the_same_bits_in_any_block),
        cmocka_unit_test(an_extreme_margin_has_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
