/* math_fours.h - vectors of numbers, where the CPU can; for math.c only. */
#ifndef CORE_KERNEL_MATH_FOURS_H
#define CORE_KERNEL_MATH_FOURS_H

#include "core/kernel/math.h"

/* The first 4k of n numbers, with the bits of the function for one number.
 * Returns 4k: 0 where the CPU has no AVX2. */
#define ROW(name, ...)                                                        \
    size_t math_##name##_fours(double *y, const double *x, size_t n);
MATH_TABLE(ROW)
#undef ROW
size_t math_pow_fours(double *z, const double *x, const double *y, size_t n);
size_t math_atan2_fours(double *z, const double *x, const double *y, size_t n);

/* The first 8k of n float32 numbers, likewise. */
#define ROW(name, ...)                                                        \
    size_t math_##name##_eights(float *y, const float *x, size_t n);
MATH_TABLE_F32(ROW)
#undef ROW

#endif
