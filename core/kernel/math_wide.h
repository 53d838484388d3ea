/*
 * math_wide.h - vectors of numbers, where the CPU can; for math.c only.
 *
 * `v3` is for CPUs with AVX2, vectors of four or of eight float32; `v4` for
 * those with AVX-512, twice as long.
 */
#ifndef CORE_KERNEL_MATH_WIDE_H
#define CORE_KERNEL_MATH_WIDE_H

#include "core/kernel/math.h"

/* The first of n numbers, as many as whole vectors hold, with the bits of the
 * function for one number. Returns how many: 0 where the CPU has no such
 * vectors. */
#define DECLARE(name, cpu)                                                    \
    size_t math_##name##_##cpu(double *y, const double *x, size_t n);
#define DECLARE_2(name, cpu)                                                  \
    size_t math_##name##_##cpu(double *z, const double *x, const double *y,   \
                               size_t n);
#define DECLARE_F32(name, cpu)                                                \
    size_t math_##name##_##cpu##_f32(float *y, const float *x, size_t n);

#define ROW(name, ...) DECLARE(name, v3) DECLARE(name, v4)
MATH_TABLE(ROW)
#undef ROW
#define ROW(name, ...) DECLARE_2(name, v3) DECLARE_2(name, v4)
MATH_TABLE_2(ROW)
#undef ROW
#define ROW(name, ...) DECLARE_F32(name, v3) DECLARE_F32(name, v4)
MATH_TABLE_F32(ROW)
#undef ROW

#undef DECLARE
#undef DECLARE_2
#undef DECLARE_F32

#endif
