/*
 * lanes.h - for loops over long vectors: eight doubles at once, compiled once
 * for each kind of CPU.
 *
 * CLONES before a function makes several of it; the loader picks the one that
 * fits. All give the same bits as long as the function fixes the order of its
 * sums itself, and calls nothing of libm that is not exactly rounded. Eight
 * doubles are four SSE2 registers, two of AVX2 or one of AVX-512: the same
 * lanes at different speed.
 *
 * Roots and quotients are the CPU's own, which round exactly. Newton's steps
 * by fused multiply-adds give the same bits, but were measured to be slower on
 * CPUs whose divider is as wide as their registers: see tests/bench/README.md.
 */
#ifndef CORE_KERNEL_LANES_H
#define CORE_KERNEL_LANES_H

#include <string.h>

#include "core/kernel/vector.h"

/* Sanitizers start after the loader has picked the clones, and would crash
 * in the code that picks. */
#if defined(__x86_64__) && !defined(VECTOR_NO_CLONES)                         \
    && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLONES                                                                \
    __attribute__((target_clones("default", "arch=x86-64-v3",                 \
                                 "arch=x86-64-v4")))
#else
#define CLONES
#endif

/* Eight doubles wherever they lie. */
typedef double lanes
    __attribute__((vector_size(VECTOR_LANES * sizeof(double)),
                   aligned(sizeof(double)), may_alias));

/* The sum of eight lanes: vector.h's tree. */
static inline double add_lanes(const double s[VECTOR_LANES])
{
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* The same tree from where the lanes are: twice the upper half is added to the
 * lower. */
static inline __attribute__((always_inline)) double
add_halves(const lanes *sum)
{
    typedef double half __attribute__((vector_size(4 * sizeof(double))));
    lanes s = *sum;
    half h = __builtin_shufflevector(s, s, 0, 1, 2, 3)
           + __builtin_shufflevector(s, s, 4, 5, 6, 7);
    double2 d = __builtin_shufflevector(h, h, 0, 1)
              + __builtin_shufflevector(h, h, 2, 3);

    return d[0] + d[1];
}

/* vector_dot_long(), within a function that is compiled for each CPU. */
static inline __attribute__((always_inline)) double
dot_lanes(const double *x, const double *y, size_t n)
{
    lanes sum = {0};
    double s[VECTOR_LANES];
    size_t i = 0;

    for (; i + VECTOR_LANES <= n; i += VECTOR_LANES)
        sum += *(const lanes *)(x + i) * *(const lanes *)(y + i);
    if (i == n)
        return add_halves(&sum);
    memcpy(s, &sum, sizeof s);
    for (size_t lane = 0; i < n; i++, lane++)
        s[lane] += x[i] * y[i];
    return add_lanes(s);
}

/* Two of them take turns where one would wait for itself: sixteen lanes. */
enum { LANES_TWICE = 2 * VECTOR_LANES };

static inline double add_lanes_twice(const double s[LANES_TWICE])
{
    double t[VECTOR_LANES];

    for (int i = 0; i < VECTOR_LANES; i++)
        t[i] = s[i] + s[i + VECTOR_LANES];
    return add_lanes(t);
}

#endif
