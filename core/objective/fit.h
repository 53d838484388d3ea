/* fit.h - what is known of an objective that fits a formula to data. */
#ifndef CORE_OBJECTIVE_FIT_H
#define CORE_OBJECTIVE_FIT_H

#include <stdbool.h>

#include "core/expression/expression.h"
#include "core/objective/fit_fixed.h"
#include "core/objective/objective.h"

enum {
    FIT_JACOBIAN_MAX = 4000000, /* rows times parameters */
    FIT_STATISTICS_MAX = 300,   /* parameters: more have no covariance */
};

/* Behind objective->data. */
struct fit_data {
    size_t n, rows;
    struct expression *formula;
    const double *target;     /* [rows] */
    const double *root;       /* [rows] of the weights, or NULL: all 1 */
    struct residuals residuals;
    double *r, *J;            /* [rows], [n][rows]: scratch */
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
 * What the residuals at the end of a run tell of x, from the QR of their
 * Jacobian there (for robust losses as robust_correct() makes it, which is
 * SciPy's way).
 *
 * Fails   ERR_MEMORY
 * Owns    everything lives in `arena`
 * Cost    as a step of levenberg_marquardt
 */
MUST_CHECK enum error fit_statistics(const struct objective *objective,
                                     const struct fit_end *end,
                                     struct arena *arena,
                                     struct fit_statistics *ret);

/* ret [rows] = target - formula at x, without weights. */
void fit_residuals(const struct objective *objective, const double *x,
                   double *ret);

#endif
