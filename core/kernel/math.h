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

#include <stdint.h>

double math_exp(double x);
double math_log(double x);
double math_sin(double x);
double math_cos(double x);
double math_atan(double x);
double math_pow(double x, double y);

/* x to a whole power, by squaring: one order of products on every CPU. */
double math_pow_int(double x, uint64_t n);

#endif
