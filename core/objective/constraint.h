/*
 * constraint.h - what x must fulfil beside its bounds: g(x) <= 0, h(x) = 0.
 *
 * The core knows no formulas here: a constraint is a function with a type and
 * a tolerance. Its violation at x is max(0, g) or |h|, that of x the greatest
 * of all constraints, and x is feasible where each is within its tolerance.
 */
#ifndef CORE_OBJECTIVE_CONSTRAINT_H
#define CORE_OBJECTIVE_CONSTRAINT_H

#include <stdbool.h>
#include <stddef.h>

enum { CONSTRAINTS_MAX = 100 }; /* of one run */

enum constraint_type { CONSTRAINT_INEQUALITY, CONSTRAINT_EQUALITY };

struct constraint {
    enum constraint_type type;
    double tolerance;        /* a violation up to here is none */
    void *data;

    /* The value at x[n], and its gradient g[n] (NULL: not wanted): as that of
     * an objective. */
    double (*evaluate)(void *data, const double *x, size_t n, double *g);
};

/* How far a point is from what is allowed. */
struct feasibility {
    double violation;        /* the greatest; NaN if one is no number */
    bool feasible;           /* each is within its tolerance */
};

/* "inequality" or "equality", as in a spec. */
const char *constraint_type_name(enum constraint_type type);

/* How far a constraint of this value is violated; NaN stays NaN. */
double constraint_violation(const struct constraint *constraint, double value);

/* All of them at x[n]. Without any, every x is feasible. */
struct feasibility constraints_measure(const struct constraint *constraints,
                                       size_t count, const double *x,
                                       size_t n);

#endif
