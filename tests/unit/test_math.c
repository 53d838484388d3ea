/* test_math.c - elementary functions: one number, and blocks of them. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/math.h"
#include "core/kernel/math_wide.h"

/* Eights, a four, and three that go one by one. */
enum { NUMBERS = 1007, RANDOM_BLOCKS = 50 };

static const struct {
    const char *name;
    double (*one)(double);
    void (*block)(double *, const double *, size_t);
} functions[] = {
#define ROW(name, ...) {#name, math_##name, math_##name##_block},
    MATH_TABLE(ROW)
#undef ROW
    {"logistic", math_logistic, math_logistic_block},
    {"softplus", math_softplus, math_softplus_block},
    {"digamma", math_digamma, math_digamma_block},
};

static const struct {
    const char *name;
    double (*one)(double, double);
    void (*block)(double *, const double *, const double *, size_t);
} functions_of_two[] = {
#define ROW(name, ...) {#name, math_##name, math_##name##_block},
    MATH_TABLE_2(ROW)
#undef ROW
    {"mod", math_mod, math_mod_block},
};

static const struct {
    const char *name;
    float (*one)(float);
    void (*block)(float *, const float *, size_t);
    double (*libm)(double);
} functions_f32[] = {
#define ROW(name, ...)                                                        \
    {#name "_f32", math_##name##_f32, math_##name##_block_f32, name},
    MATH_TABLE_F32(ROW)
#undef ROW
};

static uint64_t bits(double value)
{
    uint64_t b;

    memcpy(&b, &value, sizeof b);
    return b;
}

/* All sizes of numbers and both signs, with what is special among them. */
static void fill(double *x, uint64_t stream)
{
    static const double special[] = {0, -0.0, 1, -1, INFINITY, -INFINITY, NAN,
                                     0x1p-1074, 1e308, 0.5, 2};

    for (size_t i = 0; i < NUMBERS; i++)
        x[i] = ldexp(2 * random_unit(7, stream, i) - 1, (int)(i % 40) - 25);
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        x[i * (stream + 3)] = special[i];
}

static void assert_same(const char *name, double block, double one, double x)
{
    if (bits(block) != bits(one) && !(isnan(block) && isnan(one)))
        fail_msg("%s(%.17g) is %.17g alone, %.17g in a block", name, x, one,
                 block);
}

static void a_block_has_the_bits_of_single_numbers(void **unused)
{
    double x[NUMBERS], y[NUMBERS], z[NUMBERS];

    (void)unused;
    fill(x, 0);
    fill(y, 1);
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
        functions[k].block(z, x, NUMBERS);
        for (size_t i = 0; i < NUMBERS; i++)
            assert_same(functions[k].name, z[i], functions[k].one(x[i]), x[i]);
    }
    for (size_t k = 0; k < sizeof functions_of_two / sizeof *functions_of_two;
         k++) {
        functions_of_two[k].block(z, x, y, NUMBERS);
        for (size_t i = 0; i < NUMBERS; i++)
            assert_same(functions_of_two[k].name, z[i],
                        functions_of_two[k].one(x[i], y[i]), x[i]);
    }
}

static const struct {
    const char *name;
    double (*one)(double);
    size_t (*wide[2])(double *, const double *, size_t); /* fours, eights */
} widths[] = {
#define ROW(name, ...)                                                        \
    {#name, math_##name, {math_##name##_v3, math_##name##_v4}},
    MATH_TABLE(ROW)
#undef ROW
};

static const struct {
    const char *name;
    double (*one)(double, double);
    size_t (*wide[2])(double *, const double *, const double *, size_t);
} widths_of_two[] = {
#define ROW(name, ...)                                                        \
    {#name, math_##name, {math_##name##_v3, math_##name##_v4}},
    MATH_TABLE_2(ROW)
#undef ROW
};

/* Random bit patterns; every second number of a size that functions are asked
 * for. */
static void fill_bits(double *x, uint64_t stream, uint64_t block)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        uint64_t word = random_bits(block, stream, i);

        if (i % 2 != 0) /* exponents from -32 to 31 */
            word = (word & 0x83ffffffffffffff)
                 + 0x3df0000000000000;
        memcpy(&x[i], &word, sizeof word);
    }
}

/* Of a CPU without such vectors the count is 0, and nothing was written. */
static void compare_widths(const double *x, const double *y)
{
    static const size_t whole[] = {NUMBERS - NUMBERS % 4,
                                   NUMBERS - NUMBERS % 8};
    double z[NUMBERS];
    size_t count;

    for (size_t k = 0; k < sizeof widths / sizeof *widths; k++)
        for (size_t cpu = 0; cpu < 2; cpu++) {
            count = widths[k].wide[cpu](z, x, NUMBERS);
            assert_true(count == 0 || count == whole[cpu]);
            for (size_t i = 0; i < count; i++)
                assert_same(widths[k].name, z[i], widths[k].one(x[i]), x[i]);
        }
    for (size_t k = 0; k < sizeof widths_of_two / sizeof *widths_of_two; k++)
        for (size_t cpu = 0; cpu < 2; cpu++) {
            count = widths_of_two[k].wide[cpu](z, x, y, NUMBERS);
            assert_true(count == 0 || count == whole[cpu]);
            for (size_t i = 0; i < count; i++)
                assert_same(widths_of_two[k].name, z[i],
                            widths_of_two[k].one(x[i], y[i]), x[i]);
        }
}

static void every_width_has_the_bits_of_single_numbers(void **unused)
{
    double x[NUMBERS], y[NUMBERS];

    (void)unused;
    for (uint64_t block = 0; block < RANDOM_BLOCKS; block++) {
        fill_bits(x, 0, block);
        fill_bits(y, 1, block);
        compare_widths(x, y);
    }
}

/* libm's are within an ulp too, so both together within a few. */
static void single_numbers_are_libms_to_some_ulps(void **unused)
{
    static double (*const libm[])(double) = {
        exp, expm1, log, log1p, log2, log10, cbrt, sin, cos, tan, asin, acos,
        atan, sinh, cosh, tanh, asinh, acosh, atanh, erf, erfc, tgamma,
        lgamma};

    (void)unused;
    for (size_t k = 0; k < sizeof libm / sizeof *libm; k++)
        for (double x = -3.9; x < 4; x += 0.0625) {
            double ours = functions[k].one(x), theirs = libm[k](x);

            if (fabs(ours - theirs) > 4e-16 * fabs(theirs))
                fail_msg("%s(%g) is %.17g, libm's %.17g", functions[k].name,
                         x, ours, theirs);
            assert_int_equal(isnan(ours), isnan(theirs));
        }
}

/* Every width gives the bits of a single number, in place too; libm's double
 * is the oracle. SLEEF promises 1.0 ulp; below the least normal number, one
 * of that. */
static void float32_has_the_same_bits_in_blocks(void **unused)
{
    double numbers[NUMBERS];
    float x[NUMBERS], y[NUMBERS];

    (void)unused;
    fill(numbers, 0);
    for (size_t i = 0; i < NUMBERS; i++)
        x[i] = (float)numbers[i];
    for (size_t k = 0; k < sizeof functions_f32 / sizeof *functions_f32; k++) {
        memcpy(y, x, sizeof x);
        functions_f32[k].block(y, y, NUMBERS);
        for (size_t i = 0; i < NUMBERS; i++) {
            float one = functions_f32[k].one(x[i]);
            double exact = functions_f32[k].libm((double)x[i]);

            assert_same(functions_f32[k].name, (double)y[i], (double)one,
                        (double)x[i]);
            if (isnan(exact) || isinf((float)exact))
                assert_true(isnan(exact) ? isnan(one) : isinf(one));
            else if (fabs((double)one - exact)
                     > 0x1.02p-23 * fabs(exact) + 0x1p-148)
                fail_msg("%s(%.9g) is %.9g, libm's %.17g",
                         functions_f32[k].name, (double)x[i], (double)one,
                         exact);
        }
    }
}

/* psi(1) = -gamma, psi(1/2) = -gamma - 2 log 2 (Abramowitz & Stegun 6.3.2 f.),
 * psi(x + 1) = psi(x) + 1/x, psi(1 - x) - psi(x) = pi / tan(pi x). */
static void digamma_obeys_its_equations(void **unused)
{
    static const double euler = 0.57721566490153286061, pi = M_PI;

    (void)unused;
    assert_true(fabs(math_digamma(1) + euler) < 1e-14);
    assert_true(fabs(math_digamma(0.5) + euler + 2 * log(2)) < 1e-14);
    assert_true(isnan(math_digamma(0)) && isnan(math_digamma(-3)));
    for (double x = 0.03; x < 60; x += 0.7) {
        double psi = math_digamma(x);

        assert_true(fabs(math_digamma(x + 1) - psi - 1 / x)
                    < 1e-14 * (1 + fabs(psi) + 1 / x));
        if (x < 1)
            assert_true(fabs(math_digamma(1 - x) - psi - pi / tan(pi * x))
                        < 1e-13 * (1 + fabs(psi)));
        if (fabs(x - round(x)) > 1e-3)
            assert_true(fabs(math_digamma(-x) - math_digamma(1 + x)
                             - pi / tan(pi * x))
                        < 1e-11 * (1 + fabs(pi / tan(pi * x))));
    }
}

/* As Python's % has it, but for a divisor of 0, which is NaN here. */
static void what_is_left_has_the_divisors_sign(void **unused)
{
    (void)unused;
    assert_true(math_mod(7, 3) == 1 && math_mod(-7, 3) == 2);
    assert_true(math_mod(7, -3) == -2 && math_mod(-7, -3) == -1);
    assert_true(math_mod(6, 3) == 0 && math_mod(1e300, 7) == fmod(1e300, 7));
    assert_true(isnan(math_mod(1, 0)) && isnan(math_mod(INFINITY, 2)));
}

static void whole_powers_are_products(void **unused)
{
    (void)unused;
    assert_true(math_pow_int(3, 0) == 1);
    assert_true(math_pow_int(-3, 5) == -243);
    assert_true(math_pow_int(1.5, 2) == 2.25);
    assert_true(math_pow_int(10, 22) == 1e22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_has_the_bits_of_single_numbers),
        cmocka_unit_test(every_width_has_the_bits_of_single_numbers),
        cmocka_unit_test(single_numbers_are_libms_to_some_ulps),
        cmocka_unit_test(float32_has_the_same_bits_in_blocks),
        cmocka_unit_test(digamma_obeys_its_equations),
        cmocka_unit_test(what_is_left_has_the_divisors_sign),
        cmocka_unit_test(whole_powers_are_products),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
