/*
 * math.h - elementary functions with the same bits on every CPU.
 *
 * libm chooses variants by CPU, so no trajectory may depend on it; these are
 * SLEEF's deterministic ones (`finz`, at most 1.0 ulp from the exact value).
 * sqrt, fabs, floor and fma are exactly rounded everywhere: libm's will do.
 * On x86-64 they need the FMA instructions, which every CPU has since 2013.
 *
 * Thread  any; no allocation
 */
#ifndef CORE_KERNEL_MATH_H
#define CORE_KERNEL_MATH_H

#include <stddef.h>
#include <stdint.h>

/* Of one argument, by SLEEF's names and errors.
 *     name     SLEEF's */
#define MATH_TABLE(ROW)                                                       \
    ROW(exp,    exp,   u10)                                                   \
    ROW(expm1,  expm1, u10)                                                   \
    ROW(log,    log,   u10)                                                   \
    ROW(log1p,  log1p, u10)                                                   \
    ROW(cbrt,   cbrt,  u10)                                                   \
    ROW(sin,    sin,   u10)                                                   \
    ROW(cos,    cos,   u10)                                                   \
    ROW(tan,    tan,   u10)                                                   \
    ROW(asin,   asin,  u10)                                                   \
    ROW(acos,   acos,  u10)                                                   \
    ROW(atan,   atan,  u10)                                                   \
    ROW(sinh,   sinh,  u10)                                                   \
    ROW(cosh,   cosh,  u10)                                                   \
    ROW(tanh,   tanh,  u10)                                                   \
    ROW(erf,    erf,   u10)

#define ROW(name, ...) double math_##name(double x);
MATH_TABLE(ROW)
#undef ROW
double math_pow(double x, double y);
double math_atan2(double y, double x);

/* 1 / (1 + exp(-x)) */
double math_logistic(double x);

/* x to a whole power, by squaring: one order of products on every CPU. */
double math_pow_int(double x, uint64_t n);

/*
 * The same functions of n numbers, four or eight at a time where the CPU can:
 * the bits are those of the functions above.
 *
 *   y   [n]   out  may be x, or must not overlap it
 *   x   [n]   in
 */
#define ROW(name, ...)                                                        \
    void math_##name##_block(double *y, const double *x, size_t n);
MATH_TABLE(ROW)
#undef ROW
void math_logistic_block(double *y, const double *x, size_t n);
void math_pow_block(double *z, const double *x, const double *y, size_t n);
void math_atan2_block(double *z, const double *y, const double *x, size_t n);

/* Those of float32, alone and in blocks, eight or sixteen at a time.
 *     name     SLEEF's */
#define MATH_TABLE_F32(ROW)                                                   \
    ROW(exp,    exp,   u10)                                                   \
    ROW(expm1,  expm1, u10)                                                   \
    ROW(log,    log,   u10)                                                   \
    ROW(log1p,  log1p, u10)                                                   \
    ROW(tanh,   tanh,  u10)                                                   \
    ROW(erf,    erf,   u10)

#define ROW(name, ...)                                                        \
    float math_##name##_f32(float x);                                         \
    void math_##name##_block_f32(float *y, const float *x, size_t n);
MATH_TABLE_F32(ROW)
#undef ROW

#endif
