/*
 * math_fours.c - SLEEF's vectors of four, or of eight float32, for CPUs with
 * AVX2.
 *
 * All of its deterministic functions round alike, whatever their width. The
 * whole file is compiled for AVX2, so nothing here may run before has_fours().
 */
#if defined(__x86_64__)
#pragma GCC target("avx2,fma")
#endif
#include "core/kernel/math_fours.h"

#if defined(__x86_64__)
#include <sleef.h>

typedef double four
    __attribute__((vector_size(32), aligned(sizeof(double)), may_alias));

typedef float eight
    __attribute__((vector_size(32), aligned(sizeof(float)), may_alias));

#define has_fours() __builtin_cpu_supports("avx2")
#define FOUR(p) (*(four *)(p))
#define FOUR_OF(p) (*(const four *)(p))

#define ROW(name, theirs, error)                                              \
    size_t math_##name##_fours(double *y, const double *x, size_t n)          \
    {                                                                         \
        size_t i = 0;                                                         \
                                                                              \
        if (!has_fours())                                                     \
            return 0;                                                         \
        for (; i + 4 <= n; i += 4)                                            \
            FOUR(y + i) = (four)Sleef_finz_##theirs##d4_##error##avx2(        \
                (__m256d)FOUR_OF(x + i));                                     \
        return i;                                                             \
    }
#define ROW_2(name, theirs, error)                                            \
    size_t math_##name##_fours(double *z, const double *x, const double *y,   \
                               size_t n)                                      \
    {                                                                         \
        size_t i = 0;                                                         \
                                                                              \
        if (!has_fours())                                                     \
            return 0;                                                         \
        for (; i + 4 <= n; i += 4)                                            \
            FOUR(z + i) = (four)Sleef_finz_##theirs##d4_##error##avx2(        \
                (__m256d)FOUR_OF(x + i), (__m256d)FOUR_OF(y + i));            \
        return i;                                                             \
    }
#define ROW_F32(name, theirs, error)                                          \
    size_t math_##name##_eights(float *y, const float *x, size_t n)           \
    {                                                                         \
        size_t i = 0;                                                         \
                                                                              \
        if (!has_fours())                                                     \
            return 0;                                                         \
        for (; i + 8 <= n; i += 8)                                            \
            *(eight *)(y + i) = (eight)Sleef_finz_##theirs##f8_##error##avx2( \
                (__m256)*(const eight *)(x + i));                             \
        return i;                                                             \
    }
#else /* one by one */
#define ROW(name, ...)                                                        \
    size_t math_##name##_fours(double *y, const double *x, size_t n)          \
    {                                                                         \
        (void)y, (void)x, (void)n;                                            \
        return 0;                                                             \
    }
#define ROW_2(name, ...)                                                      \
    size_t math_##name##_fours(double *z, const double *x, const double *y,   \
                               size_t n)                                      \
    {                                                                         \
        (void)z, (void)x, (void)y, (void)n;                                   \
        return 0;                                                             \
    }
#define ROW_F32(name, ...)                                                    \
    size_t math_##name##_eights(float *y, const float *x, size_t n)           \
    {                                                                         \
        (void)y, (void)x, (void)n;                                            \
        return 0;                                                             \
    }
#endif

MATH_TABLE(ROW)
ROW_2(pow, pow, u10)
ROW_2(atan2, atan2, u10)
MATH_TABLE_F32(ROW_F32)
