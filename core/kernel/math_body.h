/*
 * math_body.h - the functions of math_wide.h by SLEEF's vectors of one width.
 *
 * It has no include guard: one include is one copy. math_v3.c and math_v4.c
 * have said before how long vectors are, and what SLEEF calls them (its
 * deterministic functions round alike, whatever their width):
 *
 *   NAME(name), NAME_F32(name)   what the function is called here
 *   HAS_VECTORS()                whether this CPU has such vectors
 *   VECTOR_BYTES                 their length
 *   SLEEF(name, error), SLEEF_F32(name, error), SLEEF_VECTOR,
 *   SLEEF_VECTOR_F32             SLEEF's functions and types
 *
 * On CPUs other than x86-64 none but the names: numbers go one by one.
 */
#ifdef NAME
#include "core/kernel/math_wide.h"

#ifdef HAS_VECTORS
typedef double vector_f64
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(double)),
                   may_alias));
typedef float vector_f32
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(float)),
                   may_alias));

enum {
    DOUBLES = VECTOR_BYTES / sizeof(double),
    FLOATS = VECTOR_BYTES / sizeof(float)
};

#define ROW(name, theirs, error)                                              \
    size_t NAME(name)(double *y, const double *x, size_t n)                   \
    {                                                                         \
        size_t i = 0;                                                         \
                                                                              \
        if (!HAS_VECTORS())                                                   \
            return 0;                                                         \
        for (; i + DOUBLES <= n; i += DOUBLES)                                \
            *(vector_f64 *)(y + i) = (vector_f64)SLEEF(theirs, error)(        \
                (SLEEF_VECTOR)*(const vector_f64 *)(x + i));                  \
        return i;                                                             \
    }
#define ROW_2(name, theirs, error)                                            \
    size_t NAME(name)(double *z, const double *x, const double *y, size_t n)  \
    {                                                                         \
        size_t i = 0;                                                         \
                                                                              \
        if (!HAS_VECTORS())                                                   \
            return 0;                                                         \
        for (; i + DOUBLES <= n; i += DOUBLES)                                \
            *(vector_f64 *)(z + i) = (vector_f64)SLEEF(theirs, error)(        \
                (SLEEF_VECTOR)*(const vector_f64 *)(x + i),                   \
                (SLEEF_VECTOR)*(const vector_f64 *)(y + i));                  \
        return i;                                                             \
    }
#define ROW_F32(name, theirs, error)                                          \
    size_t NAME_F32(name)(float *y, const float *x, size_t n)                 \
    {                                                                         \
        size_t i = 0;                                                         \
                                                                              \
        if (!HAS_VECTORS())                                                   \
            return 0;                                                         \
        for (; i + FLOATS <= n; i += FLOATS)                                  \
            *(vector_f32 *)(y + i) = (vector_f32)SLEEF_F32(theirs, error)(    \
                (SLEEF_VECTOR_F32)*(const vector_f32 *)(x + i));              \
        return i;                                                             \
    }
#else /* one by one */
#define ROW(name, ...)                                                        \
    size_t NAME(name)(double *y, const double *x, size_t n)                   \
    {                                                                         \
        (void)y, (void)x, (void)n;                                            \
        return 0;                                                             \
    }
#define ROW_2(name, ...)                                                      \
    size_t NAME(name)(double *z, const double *x, const double *y, size_t n)  \
    {                                                                         \
        (void)z, (void)x, (void)y, (void)n;                                   \
        return 0;                                                             \
    }
#define ROW_F32(name, ...)                                                    \
    size_t NAME_F32(name)(float *y, const float *x, size_t n)                 \
    {                                                                         \
        (void)y, (void)x, (void)n;                                            \
        return 0;                                                             \
    }
#endif

MATH_TABLE(ROW)
MATH_TABLE_2(ROW_2)
MATH_TABLE_F32(ROW_F32)
#endif
