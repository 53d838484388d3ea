/*
 * infeasible.h - evidence that no point near x fulfils the constraints.
 *
 * Of the violated constraints take a mean: weights m_i >= 0 whose sum is 1, of
 * c_i / c_i(x), which is 1 at x (of an equality h = 0: |h|). Its gradient is
 *
 *     r = sum m_i a_i,   a_i = grad c_i / c_i(x).
 *
 * Where the c_i are convex, the mean is at least 1 + r.(y - x) at y, and at
 * most 0 where y is feasible: no feasible point is nearer than 1 / |r|. Where
 * they are not, that is so to first order.
 */
#ifndef CORE_SEARCH_INFEASIBLE_H
#define CORE_SEARCH_INFEASIBLE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/search/method.h"

/* Scratch space for n variables and k constraints. */
struct infeasible {
    double *a;                /* [k][n] */
    double *products;         /* [k][k] a_i.a_j */
    double *weights, *slopes; /* [k] m; products m */
    double *free;             /* [n] 1; 0: a bound is in the way */
};

/* Allocate it in the method's arena; false: there is no memory. */
bool infeasible_init(struct infeasible *work, const struct method *m);

/*
 * How far from x every feasible point is at least: the greatest 1 / |r| that
 * was found. 0 where no constraint is violated, or something is not finite;
 * infinite where r is zero.
 *
 *   x      [n]  in   inside the bounds
 *   units  [n]  in   in which distances along the axes are measured; 0: the
 *                    variable is fixed
 *
 * Cost    O(k^2 n + k^2) time, no allocation
 */
double infeasible_radius(const struct infeasible *work,
                         const struct method *m, const double *x,
                         const double *units);

#endif
