/* rows.c - products with rows, in lanes, compiled once for each CPU. */
#include "core/kernel/rows.h"

#include <string.h>

#include "core/kernel/lanes.h"

/* The tree of rows.h, by halves as in lanes.h. */
typedef float half_f32 __attribute__((vector_size(8 * sizeof(float))));
typedef float quarter_f32 __attribute__((vector_size(4 * sizeof(float))));
typedef float eighth_f32 __attribute__((vector_size(2 * sizeof(float))));

typedef lanes lanes_f64;
typedef float lanes_f32
    __attribute__((vector_size(2 * VECTOR_LANES * sizeof(float)),
                   aligned(sizeof(float)), may_alias));

#define add_lanes_f64 add_halves

static inline __attribute__((always_inline)) float
add_lanes_f32(const lanes_f32 *sums)
{
    lanes_f32 s = *sums;
    half_f32 h = __builtin_shufflevector(s, s, 0, 1, 2, 3, 4, 5, 6, 7)
               + __builtin_shufflevector(s, s, 8, 9, 10, 11, 12, 13, 14, 15);
    quarter_f32 q = __builtin_shufflevector(h, h, 0, 1, 2, 3)
                  + __builtin_shufflevector(h, h, 4, 5, 6, 7);
    eighth_f32 e = __builtin_shufflevector(q, q, 0, 1)
                 + __builtin_shufflevector(q, q, 2, 3);

    return e[0] + e[1];
}

#define REAL double
#define NAME(x) x##_f64
#define LANES VECTOR_LANES
#include "core/kernel/rows_body.h"

#define REAL float
#define NAME(x) x##_f32
#define LANES (2 * VECTOR_LANES)
#include "core/kernel/rows_body.h"

/* Those of float64 are in vector.h and update.h. */
CLONES float rows_dot_one_f32(const float *x, const float *y, size_t n)
{
    return dot_row_f32(x, y, n);
}

CLONES void rows_add_one_f32(float *restrict y, float a,
                             const float *restrict x, size_t n)
{
    add_row_f32(y, a, x, n);
}
