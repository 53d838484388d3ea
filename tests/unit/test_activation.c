/* test_activation.c - what layers do to numbers: values, derivatives, and the
 * same bits from every clone and at any place of a block. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/kernel/activation.h"
#include "tests/unit/vector_clone.h"

enum { NUMBERS = 803 };

/* Each by libm in long double, and its derivative; Hendrycks & Gimpel 2016,
 * arXiv:1606.08415, section 2, for gelu. */
static long double relu(long double x)
{
    return x > 0 ? x : 0;
}

static long double relu_slope(long double x)
{
    return x > 0;
}

static long double tanh_slope(long double x)
{
    return 1 / (coshl(x) * coshl(x));
}

static long double sigmoid(long double x)
{
    return 1 / (1 + expl(-x));
}

static long double sigmoid_slope(long double x)
{
    return expl(-x) / ((1 + expl(-x)) * (1 + expl(-x)));
}

static long double normal(long double x)
{
    return (1 + erfl(x / sqrtl(2))) / 2;
}

static long double gelu(long double x)
{
    return x * normal(x);
}

static long double gelu_slope(long double x)
{
    return normal(x) + x * expl(-x * x / 2) / sqrtl(2 * acosl(-1));
}

static const struct {
    long double (*value)(long double);
    long double (*slope)(long double);
} exact[ACTIVATIONS] = {
    [ACTIVATION_RELU] = {relu, relu_slope},
    [ACTIVATION_TANH] = {tanhl, tanh_slope},
    [ACTIVATION_SIGMOID] = {sigmoid, sigmoid_slope},
    [ACTIVATION_GELU] = {gelu, gelu_slope},
};

static const double special[] = {0, -0.0, INFINITY, -INFINITY, NAN, 100, -100,
                                 0x1p-140, -0x1p-140, 1e30};
enum { SPECIAL = sizeof special / sizeof *special };

/* The kernels that are compared with activation.h's own. */
static const struct vector_clone *const clones[] = {
    &vector_clone_baseline,
#if defined(__x86_64__)
    &vector_clone_v3, &vector_clone_v4,
#endif
};

/* Whether this CPU can run clone i. */
static bool runs(size_t i)
{
#if defined(__x86_64__)
    return i == 0 || (i == 1 && __builtin_cpu_supports("x86-64-v3"))
        || (i == 2 && __builtin_cpu_supports("x86-64-v4"));
#else
    return i == 0;
#endif
}

#define REAL double
#define NAME(x) x##_f64
#define EPSILON DBL_EPSILON
#include "tests/unit/activation_checks.h"

#define REAL float
#define NAME(x) x##_f32
#define EPSILON FLT_EPSILON
#include "tests/unit/activation_checks.h"

static void values_and_derivatives_are_those_of_long_double(void **unused)
{
    (void)unused;
    for (int kind = 0; kind < ACTIVATIONS; kind++) {
        check_values_f64((enum activation)kind);
        check_values_f32((enum activation)kind);
    }
}

static void every_clone_gives_the_same_bits(void **unused)
{
    (void)unused;
    for (int kind = 0; kind < ACTIVATIONS; kind++)
        for (size_t n = 0; n <= NUMBERS; n += n < 40 ? 1 : 109) {
            check_clones_f64((enum activation)kind, n);
            check_clones_f32((enum activation)kind, n);
        }
}

static void a_number_has_the_same_bits_alone(void **unused)
{
    (void)unused;
    for (int kind = 0; kind < ACTIVATIONS; kind++) {
        check_alone_f64((enum activation)kind);
        check_alone_f32((enum activation)kind);
    }
}

static void what_needs_no_input_works_in_place(void **unused)
{
    (void)unused;
    for (int kind = 0; kind < ACTIVATIONS; kind++)
        if (!activation_needs_input((enum activation)kind)) {
            check_in_place_f64((enum activation)kind);
            check_in_place_f32((enum activation)kind);
        }
    assert_true(activation_needs_input(ACTIVATION_GELU));
}

static void extremes_have_their_limits(void **unused)
{
    float relus[SPECIAL], tanhs[SPECIAL], sigmoids[SPECIAL], x[SPECIAL];

    (void)unused;
    for (size_t i = 0; i < SPECIAL; i++)
        x[i] = (float)special[i];
    activation_apply_f32(ACTIVATION_RELU, x, SPECIAL, relus);
    activation_apply_f32(ACTIVATION_TANH, x, SPECIAL, tanhs);
    activation_apply_f32(ACTIVATION_SIGMOID, x, SPECIAL, sigmoids);
    assert_true(relus[2] == INFINITY && relus[3] == 0 && isnan(relus[4]));
    assert_true(tanhs[2] == 1 && tanhs[3] == -1 && isnan(tanhs[4]));
    assert_true(sigmoids[0] == 0.5F && sigmoids[1] == 0.5F);
    assert_true(sigmoids[2] == 1 && sigmoids[3] == 0 && isnan(sigmoids[4]));
    assert_true(sigmoids[5] == 1 && sigmoids[6] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_derivatives_are_those_of_long_double),
        cmocka_unit_test(every_clone_gives_the_same_bits),
        cmocka_unit_test(a_number_has_the_same_bits_alone),
        cmocka_unit_test(what_needs_no_input_works_in_place),
        cmocka_unit_test(extremes_have_their_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
