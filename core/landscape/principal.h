/*
 * principal.h - the two directions in which a path moves most.
 *
 * They are the eigenvectors of the largest eigenvalues of the rows' covariance
 * (or, where there are fewer rows than variables, of the matrix of the rows'
 * products, whose eigenvalues are the same). The eigenvalues' share of their
 * sum says how much of the movement a picture of the plane shows.
 *
 * Source  Pearson 1901, Phil. Mag. 2, 559-572; for paths of optimizers Li et
 *         al. 2018, arXiv:1712.09913, section 7; eigenvectors by Jacobi's
 *         method, Golub & Van Loan, 4th ed., algorithm 8.5.3
 */
#ifndef CORE_LANDSCAPE_PRINCIPAL_H
#define CORE_LANDSCAPE_PRINCIPAL_H

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/landscape/plane.h"

/* Rows or variables, whichever are fewer, at most: the matrix whose
 * eigenvectors are found has so many rows. */
enum { PRINCIPAL_ORDER_MAX = 64 };

struct principal {
    size_t dims;                          /* 2; 1 in one variable */
    double *direction[PLANE_DIMS_MAX];    /* [dims][n] of length 1, at right
                                             angles */
    double explained[PLANE_DIMS_MAX];     /* [dims] the variance along each,
                                             of the whole; NaN where nothing
                                             moves */
};

/*
 * Find the directions of a path.
 *
 *   x      [count][n]  in   rows, finite; at least one
 *   count  -           in   rows; count or n is at most PRINCIPAL_ORDER_MAX
 *
 * A direction points the way that leads from the first row to the last; where
 * these are equal along it, so that its greatest part is positive. Directions
 * in which nothing moves are those of variables, the first that fit.
 *
 * Fails   ERR_MEMORY
 * Owns    directions live in `arena`
 * Cost    O(count n k) + O(k^3), k the lesser of count and n
 */
MUST_CHECK enum error principal_find(const double *x, size_t count, size_t n,
                                     struct arena *arena,
                                     struct principal *ret);

#endif
