/*
 * update.h - vectors that move, and sums taken on the way.
 *
 * What a quasi-Newton step does to long vectors, one pass over memory each.
 * Elements do not depend on one another; sums run in sixteen lanes (term i
 * goes to lane i mod 16) that are added as in vector.h after lane k + 8 went
 * into lane k; below VECTOR_LANES terms in order. The same bits on every CPU.
 *
 * Thread  any; O(n), no allocation
 */
#ifndef CORE_KERNEL_UPDATE_H
#define CORE_KERNEL_UPDATE_H

#include <stddef.h>

#include "core/kernel/vector.h"

/* The products of a step s and the gradient's change y along it. */
struct pair {
    double ss, sy, yy;
};

/* Whether the gradient grows along the step, by more than rounding: the cosine
 * between both. */
static inline bool pair_curves(struct pair p)
{
    return p.sy > 0x1p-52 * sqrt(p.ss) * sqrt(p.yy);
}

/* The same for n >= VECTOR_LANES; call the functions below instead. */
void update_scale_long(double *x, double a, size_t n);
void update_negate_long(double *restrict to, const double *restrict x,
                        size_t n);
void update_add_long(double *restrict y, double a, const double *restrict x,
                     size_t n);
void update_step_long(double *restrict to, const double *restrict x, double a,
                      const double *restrict d, size_t n);
double update_add_dot_long(double *restrict q, double a,
                           const double *restrict y, const double *s,
                           size_t n);
double update_rank2_dot_long(double *restrict h, double a,
                             const double *restrict u, double b,
                             const double *restrict v, const double *g,
                             size_t n);

/* x *= a */
static inline void update_scale(double *x, double a, size_t n)
{
    if (n >= VECTOR_LANES) {
        update_scale_long(x, a, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        x[i] *= a;
}

/* to = -x */
static inline void update_negate(double *restrict to,
                                 const double *restrict x, size_t n)
{
    if (n >= VECTOR_LANES) {
        update_negate_long(to, x, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        to[i] = -x[i];
}

/* y += a x; two terms, as many jobs have, without a loop. */
static inline void update_add(double *restrict y, double a,
                              const double *restrict x, size_t n)
{
    if (n == 2) {
        *(double2 *)y += a * *(const double2 *)x;
        return;
    }
    if (n >= VECTOR_LANES) {
        update_add_long(y, a, x, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

/* to = x + a d */
static inline void update_step(double *restrict to, const double *restrict x,
                               double a, const double *restrict d, size_t n)
{
    if (n >= VECTOR_LANES) {
        update_step_long(to, x, a, d, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        to[i] = x[i] + a * d[i];
}

/* q += a y; returns s . q, which is then; s may be y. Two terms, as many jobs
 * have, without a loop. */
static inline double update_add_dot(double *restrict q, double a,
                                    const double *restrict y, const double *s,
                                    size_t n)
{
    double sum = 0;

    if (n == 2) {
        q[0] += a * y[0];
        q[1] += a * y[1];
        return s[0] * q[0] + s[1] * q[1];
    }
    if (n >= VECTOR_LANES)
        return update_add_dot_long(q, a, y, s, n);
    for (size_t i = 0; i < n; i++) {
        q[i] += a * y[i];
        sum += s[i] * q[i];
    }
    return sum;
}

/* h += a u + b v; returns h . g: a row of a matrix that a rank-two update
 * changes, and its product with g. */
static inline double update_rank2_dot(double *restrict h, double a,
                                      const double *restrict u, double b,
                                      const double *restrict v,
                                      const double *g, size_t n)
{
    double sum = 0;

    if (n >= VECTOR_LANES)
        return update_rank2_dot_long(h, a, u, b, v, g, n);
    for (size_t i = 0; i < n; i++) {
        h[i] += a * u[i] + b * v[i];
        sum += h[i] * g[i];
    }
    return sum;
}

/*
 * s = to_x - x, y = to_g - g: a step and what it did to the gradient.
 *
 * Returns their products
 */
struct pair update_pair(double *restrict s, double *restrict y,
                        const double *to_x, const double *x,
                        const double *to_g, const double *g, size_t n);

#endif
