/*
 * vector.h - sums over vectors whose bits do not depend on the CPU.
 *
 * A sum of n terms runs in eight lanes (term i goes to lane i mod 8) that are
 * added as ((0+4)+(2+6))+((1+5)+(3+7)); below eight terms it runs in order.
 * The order depends on n alone, so baseline x86-64, AVX2, AVX-512 and arm64
 * builds give equal bits. No product is fused unless it says fma().
 *
 * Thread  any; O(n), no allocation
 */
#ifndef CORE_KERNEL_VECTOR_H
#define CORE_KERNEL_VECTOR_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { VECTOR_LANES = 8 };

/* A sum of squares between these has a root that is good to the last bits: no
 * square overflowed and none that matters vanished. */
#define VECTOR_SQUARE_MIN 0x1p-900
#define VECTOR_SQUARE_MAX 0x1p1000

/* Two doubles wherever they lie: many jobs have as many variables, and loops
 * cost more than what they do for them. */
typedef double double2
    __attribute__((vector_size(2 * sizeof(double)), aligned(sizeof(double)),
                   may_alias));

/* The squares of two lengths: of a gradient, and of the last step. */
struct squares {
    double gradient, step;
};

/* The same sums for n >= VECTOR_LANES; call the functions below instead. */
double vector_dot_long(const double *x, const double *y, size_t n);
double vector_sum_long(const double *x, size_t n);
double vector_distance2_long(const double *x, const double *y, size_t n);
struct squares vector_squares_long(const double *g, const double *x,
                                   const double *y, size_t n);

/* |x - y|, or |x| where y is NULL, without squares that overflow or vanish. */
double vector_length_scaled(const double *x, const double *y, size_t n);

/* |x - y|, or |x| where y is NULL, whose square is `square`. */
static inline double vector_length(double square, const double *x,
                                   const double *y, size_t n)
{
    if (__builtin_expect(!(square >= VECTOR_SQUARE_MIN
                           && square <= VECTOR_SQUARE_MAX), 0))
        return vector_length_scaled(x, y, n);
    return sqrt(square);
}

/* x . y; two terms, as many jobs have, without a loop. */
static inline double vector_dot(const double *x, const double *y, size_t n)
{
    double sum = 0;

    if (n == 2)
        return sum + x[0] * y[0] + x[1] * y[1];
    if (n >= VECTOR_LANES)
        return vector_dot_long(x, y, n);
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* The sum of x's elements. */
static inline double vector_sum(const double *x, size_t n)
{
    double sum = 0;

    if (n >= VECTOR_LANES)
        return vector_sum_long(x, n);
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

/* |x|, the Euclidean norm; infinite only where it exceeds every double. */
static inline double vector_norm2(const double *x, size_t n)
{
    return vector_length(vector_dot(x, x, n), x, NULL, n);
}

/* |x - y|^2 */
static inline double vector_distance2(const double *x, const double *y,
                                      size_t n)
{
    double sum = 0;

    if (n >= VECTOR_LANES)
        return vector_distance2_long(x, y, n);
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
}

/* |x - y| */
static inline double vector_distance(const double *x, const double *y,
                                     size_t n)
{
    return vector_length(vector_distance2(x, y, n), x, y, n);
}

/* |g|^2 and |x - y|^2 */
static inline struct squares vector_squares_two(double2 g, double2 x, double2 y)
{
    double2 step = x - y;

    g *= g;
    step *= step;
    return (struct squares){g[0] + g[1], step[0] + step[1]};
}

/* |g|^2 and |x - y|^2, in one pass. */
static inline struct squares vector_squares(const double *g, const double *x,
                                            const double *y, size_t n)
{
    if (n == 2)
        return vector_squares_two(*(const double2 *)g, *(const double2 *)x,
                                  *(const double2 *)y);
    if (n >= VECTOR_LANES)
        return vector_squares_long(g, x, y, n);
    return (struct squares){vector_dot(g, g, n), vector_distance2(x, y, n)};
}

/* Whether every element is finite. */
bool vector_is_finite(const double *x, size_t n);

#endif
