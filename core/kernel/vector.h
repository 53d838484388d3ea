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

/* The same sums for n >= VECTOR_LANES; call the functions below instead. */
double vector_dot_long(const double *x, const double *y, size_t n);
double vector_sum_long(const double *x, size_t n);
double vector_distance2_long(const double *x, const double *y, size_t n);

/* |x - y|, or |x| where y is NULL, without squares that overflow or vanish. */
double vector_length_scaled(const double *x, const double *y, size_t n);

/* Whether sqrt(sum) is good to the last bits: no square overflowed and none
 * that matters vanished. */
static inline bool vector_square_is_safe(double sum)
{
    return sum >= 0x1p-900 && sum <= 0x1p1000;
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
    double sum = vector_dot(x, x, n);

    if (__builtin_expect(!vector_square_is_safe(sum), 0))
        return vector_length_scaled(x, NULL, n);
    return sqrt(sum);
}

/* |x - y| */
static inline double vector_distance(const double *x, const double *y,
                                     size_t n)
{
    double sum = 0;

    if (n == 2) {
        sum += (x[0] - y[0]) * (x[0] - y[0]);
        sum += (x[1] - y[1]) * (x[1] - y[1]);
    } else if (n >= VECTOR_LANES) {
        sum = vector_distance2_long(x, y, n);
    } else {
        for (size_t i = 0; i < n; i++)
            sum += (x[i] - y[i]) * (x[i] - y[i]);
    }
    if (__builtin_expect(!vector_square_is_safe(sum), 0))
        return vector_length_scaled(x, y, n);
    return sqrt(sum);
}

/* Whether every element is finite. */
bool vector_is_finite(const double *x, size_t n);

#endif
