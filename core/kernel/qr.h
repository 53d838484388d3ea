/*
 * qr.h - linear least squares by Householder's reflections: A S P = Q R.
 *
 * S scales every column by a power of two, so exactly, to a length in
 * [1/2, 1); P takes the longest of the columns that are left at every step.
 * So the unknowns' units do not matter, and the diagonal of R falls: where it
 * has fallen to rounding, the further columns are combinations of those before
 * them, and `rank` ends. Matrices are stored by columns. Nothing here
 * ever forms A'A, whose condition is the square of A's.
 *
 * Source  Golub & Van Loan, Matrix Computations, 4th ed., algorithm 5.4.1;
 *         the damped problem: More 1978, LNM 630, section 3, as in MINPACK's
 *         qrsolv
 * Thread  one at a time; no allocation but by qr_init()
 */
#ifndef CORE_KERNEL_QR_H
#define CORE_KERNEL_QR_H

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"

struct qr {
    size_t m, n;
    double *A;         /* [n][m] element (i, j) at j * m + i: the matrix; later
                          R above the diagonal and reflections on and below */
    double *diagonal;  /* [n] of R; 0 beyond row m */
    double *scale;     /* [n] S: what column j was multiplied by */
    size_t *pivot;     /* [n] which column came to place k */
    size_t rank;
    double *work;      /* [n * n + 3 n] */
};

/* Room for matrices of m rows and n columns. Fails: ERR_MEMORY. */
MUST_CHECK enum error qr_init(struct qr *qr, size_t m, size_t n,
                              struct arena *arena);

/* The same over A [n][m], which belongs to the caller. */
MUST_CHECK enum error qr_init_over(struct qr *qr, double *A, size_t m,
                                   size_t n, struct arena *arena);

/* How many doubles qr_init() takes, A's among them. */
double qr_size(double m, double n);

/* Factor what stands in qr->A; finite numbers only. Cost O(m n^2). */
void qr_factor(struct qr *qr);

/* b = Q'b, for b [m]. */
void qr_apply_qt(const struct qr *qr, double *b);

/* b = Q b, which undoes qr_apply_qt(). */
void qr_apply_q(const struct qr *qr, double *b);

/*
 * The x [n] for which |A x - b| is least; unknowns beyond the rank are 0.
 *
 *   qtb   [m]   in   Q'b
 */
void qr_solve(const struct qr *qr, const double *qtb, double *x);

/*
 * As qr_solve(), but refined until doubles hold no better: what is left of
 * x and r = b - A x is computed in twice the precision.
 *
 *   A         [n][m]  in   the matrix, before it was factored
 *   b         [m]     in
 *   scratch   [m]
 *   r         [m]     out  b - A x
 *
 * Source  Bjorck 1967, BIT 7, 257-278; Bjorck 1996, Numerical Methods for
 *         Least Squares Problems, section 2.9.3
 */
void qr_solve_refined(const struct qr *qr, const double *A, const double *b,
                      double *scratch, double *r, double *x);

/*
 * The x [n] for which |A x - b|^2 + sum (damping[j] x[j])^2 is least.
 *
 *   qtb    [m]   in   Q'b
 *   damping   [n]   in   of the unknowns; all > 0 makes x unique
 *
 * Cost    O(n^3)
 */
void qr_solve_damped(const struct qr *qr, const double *qtb,
                     const double *damping, double *x);

/* ret [m] = Q'A x: as long as A x. */
void qr_multiply(const struct qr *qr, const double *x, double *ret);

/*
 * C [n][n] = (A'A)^-1, symmetric. Below full rank the rows and columns are NaN
 * of unknowns that A does not determine, that is which some x with A x = 0
 * changes; for the others it is any generalised inverse, as all agree on them.
 */
void qr_inverse(const struct qr *qr, double *C);

/* ret [n] = the roots of the diagonal of (A'A)^-1, also where that itself is
 * beyond all doubles; NaN as there. */
void qr_inverse_roots(const struct qr *qr, double *ret);

#endif
