/*
 * math.h - elementary functions with the same bits on every CPU.
 *
 * libm chooses variants by CPU, so no trajectory may depend on it; these are
 * SLEEF's deterministic ones (`finz`, at most 1.0 ulp from the exact value,
 * 1.5 for erfc).
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
    ROW(log2,   log2,  u10)                                                   \
    ROW(log10,  log10, u10)                                                   \
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
    ROW(asinh,  asinh, u10)                                                   \
    ROW(acosh,  acosh, u10)                                                   \
    ROW(atanh,  atanh, u10)                                                   \
    ROW(erf,    erf,   u10)                                                   \
    ROW(erfc,   erfc,  u15)                                                   \
    ROW(gamma,  tgamma, u10)                                                  \
    ROW(lgamma, lgamma, u10)

/* Of two arguments.
 *     name     SLEEF's */
#define MATH_TABLE_2(ROW)                                                     \
    ROW(pow,    pow,   u10)                                                   \
    ROW(atan2,  atan2, u10)                                                   \
    ROW(hypot,  hypot, u05)

#define ROW(name, ...) double math_##name(double x);
MATH_TABLE(ROW)
#undef ROW
#define ROW(name, ...) double math_##name(double x, double y);
MATH_TABLE_2(ROW)
#undef ROW

/* 1 / (1 + exp(-x)) */
double math_logistic(double x);

/* log(1 + exp(x)), which does not overflow */
double math_softplus(double x);

/*
 * The derivative of log(gamma(x)), to about 1e-14; NaN at 0, -1, -2, ...
 *
 * Source  Bernardo 1976, Algorithm AS 103: recurrence up to 10, then the
 *         asymptotic series (Abramowitz & Stegun 6.3.18); reflection 6.3.7
 *         below 0
 */
double math_digamma(double x);

/* What is left of x over y, with the sign of y, as Python's % has it: in
 * [0, y) or (y, 0]. Exact but where the sign is mended. */
double math_mod(double x, double y);

/* x to a whole power, by squaring: one order of products on every CPU. */
double math_pow_int(double x, uint64_t n);

/*
 * 1 - math_pow_int(x, n), bit for bit, of x in [0, 1): what a mean that began
 * at zero is divided by. In no time once the power is less than rounding.
 */
double math_bias_correction(double x, uint64_t n);

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
#define ROW(name, ...)                                                        \
    void math_##name##_block(double *z, const double *x, const double *y,     \
                             size_t n);
MATH_TABLE_2(ROW)
#undef ROW
void math_logistic_block(double *y, const double *x, size_t n);
void math_softplus_block(double *y, const double *x, size_t n);
void math_digamma_block(double *y, const double *x, size_t n);
void math_mod_block(double *z, const double *x, const double *y, size_t n);

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
