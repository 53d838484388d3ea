/*
 * matrix_baseline.c - products of matrices for every CPU of its kind.
 *
 * fma() is an instruction where there is one, else libm's, which rounds once
 * too and takes its time.
 */
#include <math.h>

#include "core/kernel/matrix_kernel.h"

#define TILE_ROWS 4

/* Vectors of 16 bytes, element by element. */
#define OPERATIONS(REAL_, fma_, NAME_)                                        \
    enum { NAME_(PLACES) = 16 / sizeof(REAL_) };                              \
    typedef REAL_ NAME_(vector)                                               \
        __attribute__((vector_size(16), aligned(sizeof(REAL_)), may_alias));  \
    static inline NAME_(vector) NAME_(load)(const REAL_ *p)                   \
    {                                                                         \
        return *(const NAME_(vector) *)p;                                     \
    }                                                                         \
    static inline void NAME_(store)(REAL_ *p, NAME_(vector) v)                \
    {                                                                         \
        *(NAME_(vector) *)p = v;                                              \
    }                                                                         \
    static inline NAME_(vector) NAME_(spread)(REAL_ x)                        \
    {                                                                         \
        NAME_(vector) v = {0};                                                \
                                                                              \
        for (int i = 0; i < NAME_(PLACES); i++)                               \
            v[i] = x;                                                         \
        return v;                                                             \
    }                                                                         \
    static inline NAME_(vector) NAME_(sum)(NAME_(vector) a, NAME_(vector) b)  \
    {                                                                         \
        return a + b;                                                         \
    }                                                                         \
    static inline NAME_(vector)                                               \
    NAME_(fused)(NAME_(vector) a, NAME_(vector) b, NAME_(vector) c)           \
    {                                                                         \
        for (int i = 0; i < NAME_(PLACES); i++)                               \
            c[i] = fma_(a[i], b[i], c[i]);                                    \
        return c;                                                             \
    }

#define NAME(x) x##_f64
OPERATIONS(double, fma, NAME)
#define REAL double
#include "core/kernel/matrix_body.h"

#define NAME(x) x##_f32
OPERATIONS(float, fmaf, NAME)
#define REAL float
#include "core/kernel/matrix_body.h"

const struct matrix_kernel matrix_baseline = {"baseline", multiply_f64,
                                              multiply_f32};
