/* math.c - the border to SLEEF, with math_v3.c and math_v4.c: nothing else
 * includes <sleef.h>. */
#include "core/kernel/math.h"

#include <math.h>

#include "core/kernel/math_wide.h"

/* The header shows these functions only to builds for CPUs with FMA, though
 * the library always holds them; it tells such builds by this macro. */
#ifndef FP_FAST_FMA
#define FP_FAST_FMA
#endif
#include <sleef.h>

enum { LOGISTIC_BLOCK = 64, SOFTPLUS_BLOCK = 64 };

#define ROW(name, theirs, error)                                              \
    double math_##name(double x)                                              \
    {                                                                         \
        return Sleef_finz_##theirs##d1_##error##purecfma(x);                  \
    }
MATH_TABLE(ROW)
#undef ROW

#define ROW(name, theirs, error)                                              \
    float math_##name##_f32(float x)                                          \
    {                                                                         \
        return Sleef_finz_##theirs##f1_##error##purecfma(x);                  \
    }
MATH_TABLE_F32(ROW)
#undef ROW

#define ROW(name, theirs, error)                                              \
    double math_##name(double x, double y)                                    \
    {                                                                         \
        return Sleef_finz_##theirs##d1_##error##purecfma(x, y);               \
    }
MATH_TABLE_2(ROW)
#undef ROW

double math_logistic(double x)
{
    return 1 / (1 + math_exp(-x));
}

double math_softplus(double x)
{
    return (x > 0 ? x : 0) + math_log1p(math_exp(-fabs(x)));
}

/* From DIGAMMA_FAR on log(x) - 1/(2x) - sum B_2k / (2k x^2k) converges. */
static double digamma_far(double x)
{
    static const double terms[] = { /* B_2k / (2k), the last one first */
        1.0 / 12, -691.0 / 32760, 1.0 / 132, -1.0 / 240, 1.0 / 252,
        -1.0 / 120, 1.0 / 12,
    };
    double by_square = 1 / (x * x), sum = 0;

    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        sum = (sum + terms[i]) * by_square;
    return math_log(x) - 0.5 / x - sum;
}

double math_digamma(double x)
{
    static const double pi = 3.141592653589793, far = 10;
    double less = 0, turn = x - floor(x);

    if (x <= 0 && turn == 0)
        return NAN;
    if (x < 0) { /* psi(1 - x) - pi / tan(pi x), whose period is 1 */
        less = pi / math_tan(pi * (turn > 0.5 ? turn - 1 : turn));
        x = 1 - x;
    }
    for (; x < far; x++)
        less += 1 / x;
    return digamma_far(x) - less;
}

double math_mod(double x, double y)
{
    double rest = fmod(x, y);

    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

double math_pow_int(double x, uint64_t n)
{
    double power = 1;

    for (; n > 0; n >>= 1) {
        double factors[] = {1, x}; /* a branch on a bit is mostly guessed */

        power *= factors[n & 1];
        x *= x;
    }
    return power;
}

/*
 * x^n <= exp(-less * n), and as it is computed at most exp(2^-53 * (n + 64))
 * times that: each product is rounded once. Of a `less` of 2^-51 or more and
 * a less * n above 64 that is under exp(-47), where half the distance from 1
 * to the number below it is 2^-54: the difference is rounded to 1.
 */
double math_bias_correction(double x, uint64_t n)
{
    double less = 1 - x;

    if (less >= 0x1p-51 && less * (double)n > 64)
        return 1;
    return 1 - math_pow_int(x, n);
}

/* ---- blocks: the longest vectors first ---------------------------------- */

#define ROW(name, ...)                                                        \
    void math_##name##_block(double *y, const double *x, size_t n)            \
    {                                                                         \
        size_t i = math_##name##_v4(y, x, n);                                 \
                                                                              \
        for (i += math_##name##_v3(y + i, x + i, n - i); i < n; i++)          \
            y[i] = math_##name(x[i]);                                         \
    }
MATH_TABLE(ROW)
#undef ROW

#define ROW(name, ...)                                                        \
    void math_##name##_block_f32(float *y, const float *x, size_t n)          \
    {                                                                         \
        size_t i = math_##name##_v4_f32(y, x, n);                             \
                                                                              \
        for (i += math_##name##_v3_f32(y + i, x + i, n - i); i < n; i++)      \
            y[i] = math_##name##_f32(x[i]);                                   \
    }
MATH_TABLE_F32(ROW)
#undef ROW

void math_logistic_block(double *y, const double *x, size_t n)
{
    double negative[LOGISTIC_BLOCK], power[LOGISTIC_BLOCK];

    for (size_t begin = 0; begin < n; begin += LOGISTIC_BLOCK) {
        size_t count = n - begin < LOGISTIC_BLOCK ? n - begin : LOGISTIC_BLOCK;

        for (size_t i = 0; i < count; i++)
            negative[i] = -x[begin + i];
        math_exp_block(power, negative, count);
        for (size_t i = 0; i < count; i++)
            y[begin + i] = 1 / (1 + power[i]);
    }
}

#define ROW(name, ...)                                                        \
    void math_##name##_block(double *z, const double *x, const double *y,     \
                             size_t n)                                        \
    {                                                                         \
        size_t i = math_##name##_v4(z, x, y, n);                              \
                                                                              \
        for (i += math_##name##_v3(z + i, x + i, y + i, n - i); i < n; i++)   \
            z[i] = math_##name(x[i], y[i]);                                   \
    }
MATH_TABLE_2(ROW)
#undef ROW

void math_softplus_block(double *y, const double *x, size_t n)
{
    double small[SOFTPLUS_BLOCK];

    for (size_t begin = 0; begin < n; begin += SOFTPLUS_BLOCK) {
        size_t count = n - begin < SOFTPLUS_BLOCK ? n - begin : SOFTPLUS_BLOCK;

        for (size_t i = 0; i < count; i++)
            small[i] = -fabs(x[begin + i]);
        math_exp_block(small, small, count);
        math_log1p_block(small, small, count);
        for (size_t i = 0; i < count; i++)
            y[begin + i] = (x[begin + i] > 0 ? x[begin + i] : 0) + small[i];
    }
}

void math_digamma_block(double *y, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = math_digamma(x[i]);
}

void math_mod_block(double *z, const double *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        z[i] = math_mod(x[i], y[i]);
}
