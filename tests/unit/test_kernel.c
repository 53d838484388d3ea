/* test_kernel.c - sums with equal bits on every CPU; elementary functions. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/math.h"
#include "core/kernel/vector.h"
#include "tests/unit/vector_clone.h"

enum { LENGTH_MAX = 4097 };

/* What the loader picked in core/kernel/vector.c for this CPU. */
static const struct vector_clone picked = {
    .name = "picked", .dot = vector_dot_long, .sum = vector_sum_long,
    .distance2 = vector_distance2_long, .squares = vector_squares_long,
    .length = vector_length_scaled, .is_finite = vector_is_finite,
};

enum values { ORDINARY, WIDE, CANCELLING, TINY, NASTY, KINDS };

/* Number i of one kind of test data. */
static double sample(enum values kind, uint64_t seed, size_t i)
{
    static const double nasty[] = {0, -0.0, 1, -1, DBL_MAX, -DBL_MAX, DBL_MIN,
                                   0x1p-1074, INFINITY, NAN, 1e-300, 3.5};
    double u = random_unit(seed, RANDOM_START, 2 * i);
    double v = random_unit(seed, RANDOM_START, 2 * i + 1);

    switch (kind) {
    case ORDINARY:
        return 2 * u - 1;
    case WIDE:
        return (u - 0.5) * ldexp(1, (int)(v * 200) - 100);
    case CANCELLING:
        return (i % 2 == 0 ? 1 : -1) * (1e10 + u);
    case TINY:
        return (u - 0.5) * ldexp(1, -1020 - (int)(v * 50));
    default:
        return nasty[(size_t)(u * (sizeof nasty / sizeof *nasty))];
    }
}

static void fill(double *x, enum values kind, uint64_t seed)
{
    for (size_t i = 0; i < LENGTH_MAX + 1; i++)
        x[i] = sample(kind, seed, i);
}

/* Equal bits. A NaN's sign and payload are no part of the promise: CPUs differ
 * in them, and nothing that leaves the core shows them. */
static void assert_same(double a, double b)
{
    if (isnan(a) && isnan(b))
        return;
    assert_memory_equal(&a, &b, sizeof a);
}

/* Both of one pass are what the single passes give. */
static void compare_squares(const struct vector_clone *a,
                            const struct vector_clone *b,
                            const double *x, const double *y, size_t n)
{
    struct squares both = a->squares(y, x, y, n);

    assert_same(both.gradient, b->dot(y, y, n));
    assert_same(both.step, b->distance2(x, y, n));
}

static void compare_length(const struct vector_clone *a,
                           const struct vector_clone *b,
                           const double *x, const double *y, size_t n)
{
    assert_same(a->dot(x, y, n), b->dot(x, y, n));
    assert_same(a->sum(x, n), b->sum(x, n));
    assert_same(a->distance2(x, y, n), b->distance2(x, y, n));
    compare_squares(a, b, x, y, n);
    assert_same(a->length(x, y, n), b->length(x, y, n));
    assert_int_equal(a->is_finite(x, n), b->is_finite(x, n));
}

/* Run two clones against each other over all lengths and kinds of values. */
static void compare(const struct vector_clone *a, const struct vector_clone *b)
{
    static double x[LENGTH_MAX + 1], y[LENGTH_MAX + 1];

    for (int kind = 0; kind < KINDS; kind++) {
        fill(x, (enum values)kind, 1);
        fill(y, (enum values)kind, 2);
        for (size_t n = 0; n <= 100; n++) {
            compare_length(a, b, x, y, n);
            compare_length(a, b, x + 1, y, n); /* not aligned */
        }
        compare_length(a, b, x, y, 512);
        compare_length(a, b, x + 1, y, 1000);
        compare_length(a, b, x, y + 1, LENGTH_MAX);
    }
}

static void the_picked_clone_gives_the_bits_of_the_baseline(void **unused)
{
    (void)unused;
    compare(&picked, &vector_clone_baseline);
}

static void avx2_gives_the_bits_of_the_baseline(void **unused)
{
    (void)unused;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v3")) {
        compare(&vector_clone_v3, &vector_clone_baseline);
        return;
    }
#endif
    puts("# skipped: this CPU has no AVX2; its sums were not compared");
}

static void avx512_gives_the_bits_of_the_baseline(void **unused)
{
    (void)unused;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v4")) {
        compare(&vector_clone_v4, &vector_clone_baseline);
        return;
    }
#endif
    puts("# skipped: this CPU has no AVX-512; its sums were not compared");
}

/* Higham, "Accuracy and Stability", section 4.2: a sum in which each term
 * passes through d additions is off by at most d eps sum|terms|. Here d is
 * n / 8 + 4, and one more for the product. */
static void the_sums_are_near_a_naive_one_in_long_double(void **unused)
{
    static double x[LENGTH_MAX + 1], y[LENGTH_MAX + 1];
    static const size_t lengths[] = {0, 1, 7, 8, 9, 63, 64, 100, 4097};
    (void)unused;

    for (int kind = ORDINARY; kind <= CANCELLING; kind++) {
        fill(x, (enum values)kind, 3);
        fill(y, (enum values)kind, 4);
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
            size_t n = lengths[k];
            long double dot = 0, dots = 0, sum = 0, sums = 0, far = 0;
            long double slack = ((long double)n / 8 + 13) * DBL_EPSILON;

            for (size_t i = 0; i < n; i++) {
                long double d = (long double)x[i] - y[i];

                dot += (long double)x[i] * y[i];
                dots += fabsl((long double)x[i] * y[i]);
                sum += x[i];
                sums += fabsl((long double)x[i]);
                far += d * d;
            }
            assert_true(fabsl(vector_dot(x, y, n) - dot) <= slack * dots);
            assert_true(fabsl(vector_sum(x, n) - sum) <= slack * sums);
            assert_true(fabsl(vector_distance(x, y, n) - sqrtl(far))
                        <= slack * sqrtl(far));
        }
    }
}

/* The documented tree, written out, on sums that cancel: another order gives
 * other bits in many of them. */
static void the_order_of_a_sum_is_the_documented_one(void **unused)
{
    int differing = 0;
    (void)unused;

    for (uint64_t seed = 0; seed < 100; seed++) {
        double x[10], s0, s1, in_order = 0;

        for (size_t i = 0; i < 10; i++) {
            x[i] = random_unit(seed, RANDOM_START, i) - 0.5;
            in_order += x[i];
        }
        s0 = x[0] + x[8];
        s1 = x[1] + x[9];
        assert_same(vector_sum(x, 10), ((s0 + x[4]) + (x[2] + x[6]))
                                       + ((s1 + x[5]) + (x[3] + x[7])));
        differing += vector_sum(x, 10) != in_order;
        assert_same(vector_sum(x, 7), ((((((x[0] + x[1]) + x[2]) + x[3])
                                         + x[4]) + x[5]) + x[6]));
    }
    assert_in_range(differing, 20, 100);
}

static void norms_neither_overflow_nor_vanish(void **unused)
{
    static const double large[] = {3e200, -4e200}, small[] = {3e-200, 4e-200};
    static const double zero[] = {0, 0}, beyond[] = {DBL_MAX, DBL_MAX};
    static const double other[] = {1, NAN}, endless[] = {1, -INFINITY};
    (void)unused;

    assert_true(fabs(vector_norm2(large, 2) / 5e200 - 1) < 4 * DBL_EPSILON);
    assert_true(fabs(vector_norm2(small, 2) / 5e-200 - 1) < 4 * DBL_EPSILON);
    assert_true(fabs(vector_distance(small, zero, 2) / 5e-200 - 1)
                < 4 * DBL_EPSILON);
    assert_true(vector_norm2(zero, 2) == 0);
    assert_true(isinf(vector_norm2(beyond, 2)));
    assert_true(isinf(vector_norm2(endless, 2)));
    assert_true(isnan(vector_norm2(other, 2)));
    assert_true(vector_is_finite(beyond, 2));
    assert_false(vector_is_finite(other, 2));
    assert_false(vector_is_finite(endless, 2));
}

/* SLEEF promises 1.0 ulp; the oracle is libm in long double. */
static void assert_near(double value, long double exact)
{
    double ulp = nextafter(fabs(value), INFINITY) - fabs(value);

    assert_true(fabsl(value - exact) <= 1.01L * ulp);
}

static void elementary_functions_are_within_an_ulp(void **unused)
{
    (void)unused;
    for (uint64_t i = 0; i < 20000; i++) {
        double u = random_unit(7, RANDOM_START, 2 * i);
        double v = random_unit(7, RANDOM_START, 2 * i + 1);
        double x = (u - 0.5) * 1000;

        assert_near(math_exp(x), expl(x));
        assert_near(math_log(u * 1e3 + 1e-9), logl(u * 1e3 + 1e-9));
        assert_near(math_sin(x), sinl(x));
        assert_near(math_cos(x), cosl(x));
        assert_near(math_atan(x), atanl(x));
        assert_near(math_atan(v - 0.5), atanl(v - 0.5));
        assert_near(math_pow(u * 10 + 0.01, v * 20 - 10),
                    powl(u * 10 + 0.01, v * 20 - 10));
    }
}

static void a_whole_power_is_a_product(void **unused)
{
    (void)unused;
    assert_true(math_pow_int(0, 0) == 1);
    assert_true(math_pow_int(0, 5) == 0);
    assert_true(math_pow_int(-3, 5) == -243);
    assert_true(math_pow_int(2, 1000) == 0x1p1000);
    for (uint64_t n = 1; n <= 2000; n++)
        assert_true(fabsl(math_pow_int(0.999, n) / powl(0.999, n) - 1)
                    <= (long double)n * DBL_EPSILON);
}

/* Around where it stops multiplying, and far beyond, up to the greatest decay
 * that there is. */
static void a_bias_correction_is_one_less_the_power(void **unused)
{
    static const double decays[] = {0, 0.1, 0.5, 0.9, 0.999, 0.999999,
                                    1 - 0x1p-40, 1 - 0x1p-51, 1 - 0x1p-52,
                                    1 - 0x1p-53};

    (void)unused;
    for (size_t i = 0; i < sizeof decays / sizeof *decays; i++) {
        double x = decays[i], ends = 64 / (1 - x);

        for (uint64_t k = 1; k <= 3000; k++) {
            uint64_t n = k <= 1000 ? k : (uint64_t)(ends * (double)k / 2000);

            assert_true(math_bias_correction(x, n)
                        == 1 - math_pow_int(x, n));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_picked_clone_gives_the_bits_of_the_baseline),
        cmocka_unit_test(avx2_gives_the_bits_of_the_baseline),
        cmocka_unit_test(avx512_gives_the_bits_of_the_baseline),
        cmocka_unit_test(the_sums_are_near_a_naive_one_in_long_double),
        cmocka_unit_test(the_order_of_a_sum_is_the_documented_one),
        cmocka_unit_test(norms_neither_overflow_nor_vanish),
        cmocka_unit_test(elementary_functions_are_within_an_ulp),
        cmocka_unit_test(a_whole_power_is_a_product),
        cmocka_unit_test(a_bias_correction_is_one_less_the_power),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
