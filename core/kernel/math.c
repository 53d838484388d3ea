/* math.c - the border to SLEEF, with math_v3.c and math_v4.c: nothing else
 * includes <sleef.h>. */
#include "core/kernel/math.h"

#include "core/kernel/math_wide.h"

/* The header shows these functions only to builds for CPUs with FMA, though
 * the library always holds them; it tells such builds by this macro. */
#ifndef FP_FAST_FMA
#define FP_FAST_FMA
#endif
#include <sleef.h>

enum { LOGISTIC_BLOCK = 64 };

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

double math_pow(double x, double y)
{
    return Sleef_finz_powd1_u10purecfma(x, y);
}

double math_atan2(double y, double x)
{
    return Sleef_finz_atan2d1_u10purecfma(y, x);
}

double math_logistic(double x)
{
    return 1 / (1 + math_exp(-x));
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

void math_pow_block(double *z, const double *x, const double *y, size_t n)
{
    size_t i = math_pow_v4(z, x, y, n);

    for (i += math_pow_v3(z + i, x + i, y + i, n - i); i < n; i++)
        z[i] = math_pow(x[i], y[i]);
}

void math_atan2_block(double *z, const double *y, const double *x, size_t n)
{
    size_t i = math_atan2_v4(z, y, x, n);

    for (i += math_atan2_v3(z + i, y + i, x + i, n - i); i < n; i++)
        z[i] = math_atan2(y[i], x[i]);
}
