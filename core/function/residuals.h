/*
 * residuals.h - sums of squares: f = sum over i of r_i^2, and its gradient.
 *
 * For functions of few variables whose residuals each depend on all of them.
 * The sum has no factor 1/2, as in More, Garbow & Hillstrom 1981.
 */
#ifndef CORE_FUNCTION_RESIDUALS_H
#define CORE_FUNCTION_RESIDUALS_H

#include <stddef.h>

enum { RESIDUAL_DIMENSION_MAX = 32 };

/* Residual i, counted from 0, at x[n]; its derivatives to d[n], never NULL. */
typedef double residual(size_t i, const double *x, size_t n, double *d);

/*
 * The sum of squares of m residuals, and its gradient.
 *
 *   x   [n]   in   the point; n at most RESIDUAL_DIMENSION_MAX
 *   g   [n]   out  gradient; may be NULL
 *
 * Cost    O(n m) time, no allocation
 */
double residuals_evaluate(residual *r, size_t m, const double *x, size_t n,
                          double *g);

#endif
