/* fit.h - what is known of an objective that fits a formula to data. */
#ifndef CORE_OBJECTIVE_FIT_H
#define CORE_OBJECTIVE_FIT_H

#include <stdbool.h>

#include "core/expression/expression.h"
#include "core/objective/fit_fixed.h"
#include "core/objective/objective.h"

enum {
    FIT_JACOBIAN_MAX = 4000000, /* rows times parameters: more have no J */
    FIT_FEATURES_MAX = 4000000, /* numbers in all vectors of columns */
    FIT_STATISTICS_MAX = 300,   /* parameters: more have no covariance */
};

/* What a row adds to the loss, where f is the formula's value in it, y its
 * target and w its weight. */
enum fit_loss {
    FIT_RESIDUALS,   /* w (f - y)^2, or what a robust loss makes of it */
    FIT_LOG,         /* w (log(1 + e^f) - y f): f is the log-odds of class 1 */
    FIT_SUM,         /* w f: the formula itself is the loss */
};

/* Behind objective->data. */
struct fit_data {
    size_t n, rows;
    enum fit_loss loss;
    struct expression *formula;
    const double *target;     /* [rows]; NULL: the formula needs none */
    const double *weights, *root; /* [rows], and their square roots, or NULL:
                                 all 1 */
    struct residuals residuals;
    struct by_rows by_rows;
    double *r, *slopes;       /* [rows] each: scratch */
    double *J;                /* [n][rows] scratch; NULL: it is no sum of
                                 residuals, or J would be too large */
    struct fit_fixed *fixed;  /* NULL: no parameter is */
    bool absolute_sigma;      /* weights are 1 / sigma^2: errors follow from
                                 them, not from the residuals */
};

/* Where a run ended. */
struct fit_end {
    const double *x;          /* [n] */
    bool converged;           /* else nothing is told of the parameters */
    bool constrained;         /* x was to fulfil constraints: then nobody knows
                                 how many parameters were free, and only
                                 r_squared is told */
    const double *low, *high; /* [n] bounds, or NULL. Where both are equal the
                                 parameter is fixed; others are taken for none,
                                 also where x stands at them */
};

/* How well the parameters are known; what cannot be had is NaN or NULL. */
struct fit_statistics {
    double degrees_of_freedom; /* rows that weigh anything, less the rank of
                                 the Jacobian (of more than FIT_STATISTICS_MAX
                                 parameters: less those that are free); at
                                 least 0 */
    double residual_standard_deviation; /* sqrt(loss / degrees of freedom), of
                                 robust losses too */
    double r_squared;         /* 1 - sum w (y - f)^2 / sum w (y - mean)^2; NaN
                                 for robust losses, which sum something else */
    double *covariance;       /* [n][n], NaN for parameters that are fixed or
                                 of which the data tell nothing; NULL: of
                                 none */
    double *standard_errors;  /* [n] */
};

extern const struct objective_kind objective_fit;

/* The data of a fit; NULL for objectives of other kinds. */
const struct fit_data *fit_data_of(const struct objective *objective);

/*
 * The loss over some rows, as a sum, and its gradient: one pass backwards.
 *
 *   x  [n]  in
 *   g  [n]  out  may be NULL; its bits are those of the same rows, one by one
 *                or in a row
 *
 * The formula's values in the rows are left in fit->r.
 */
double fit_evaluate_rows(const struct fit_data *fit, const struct row_set *set,
                         const double *x, double *g);

/*
 * What the residuals at the end of a run tell of x, from the QR of their
 * Jacobian there (for robust losses as robust_correct() makes it, which is
 * SciPy's way).
 *
 *   objective  in  one that has residuals
 *
 * Fails   ERR_MEMORY
 * Owns    everything lives in `arena`
 * Cost    as a step of levenberg_marquardt
 */
MUST_CHECK enum error fit_statistics(const struct objective *objective,
                                     const struct fit_end *end,
                                     struct arena *arena,
                                     struct fit_statistics *ret);

/* ret [rows] = target - formula at x, without weights; with FIT_LOG target -
 * probability. False: it has no target. */
bool fit_residuals(const struct objective *objective, const double *x,
                   double *ret);

#endif
