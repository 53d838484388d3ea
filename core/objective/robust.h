/*
 * robust.h - losses of residuals that grow slower than the square, so that
 * outliers weigh less.
 *
 * The loss of residuals r is sum C^2 rho(z_i), z_i = (r_i / C)^2, with the
 * scale C where the square ends: rho(z) = z - O(z^2).
 *
 * Adding one is: a row of ROBUST_LOSSES, and its function in robust.c.
 */
#ifndef CORE_OBJECTIVE_ROBUST_H
#define CORE_OBJECTIVE_ROBUST_H

#include "core/objective/objective.h"

struct robust {
    const char *name;     /* "huber"; NULL ends the table */
    const char *formula;

    /* rho(z) for z >= 0, and its first two derivatives. */
    double (*rho)(double z, double *ret_first, double *ret_second);
};

/* Every one but the plain square: name and formula. */
#define ROBUST_LOSSES(ROW)                                                    \
    ROW(huber,   "z to 1, then 2 sqrt(z) - 1")                                \
    ROW(cauchy,  "log(1 + z)")                                                \
    ROW(soft_l1, "2 (sqrt(1 + z) - 1)")                                       \
    ROW(arctan,  "atan(z)")

extern const struct robust robusts[];

/* Their names, for a sentence: each in quotes, and a comma behind it. */
#define ROBUST_NAME(name, formula) "\"" #name "\", "
#define ROBUST_NAMES ROBUST_LOSSES(ROBUST_NAME)

/* The loss of one residual, and its derivative by it. */
double robust_row(const struct residuals *residuals, double r,
                  double *ret_slope);

/* The loss of the residuals r [count]. */
double robust_loss(const struct residuals *residuals, const double *r);

/*
 * Change r and J so that they look like those of a sum of squares: J'r is half
 * the loss's gradient, and J'J the part of half its Hessian without second
 * derivatives of r. Nothing changes for plain squares.
 *
 *   r   [count]      in/out
 *   J   [n][count]   in/out  by columns
 *
 * Source  Triggs, McLauchlan, Hartley & Fitzgibbon 2000, LNCS 1883, (10) and
 *         (11), which MINPACK's heirs (Ceres, SciPy) follow
 */
void robust_correct(const struct residuals *residuals, double *r, double *J,
                    size_t n);

/* Change r [count] alone, so that J'r is half the loss's gradient. */
void robust_weigh(const struct residuals *residuals, double *r);

/* The root of robust_loss(), also where that is beyond all doubles. */
double robust_root_loss(const struct residuals *residuals, const double *r);

#endif
