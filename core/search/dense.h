/* dense.h - small systems of linear equations, solved in place. */
#ifndef CORE_SEARCH_DENSE_H
#define CORE_SEARCH_DENSE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Factor A = P L U by rows with partial pivoting.
 *
 *   A      [n][n]  in/out  row-major; L below, U on and above the diagonal
 *   pivot  [n]     out     which row came to each place
 *
 * Returns false where A is singular, or holds no finite numbers
 * Cost    O(n^3), no allocation
 */
bool dense_factor(double *A, double *pivot, size_t n);

/* Solve A x = b by the factors: x [n] is b on entry. */
void dense_solve(const double *A, const double *pivot, double *x, size_t n);

#endif
