/* hock_schittkowski.h - classical problems with nonlinear constraints and
 * their published minima. */
#ifndef TESTS_UNIT_HOCK_SCHITTKOWSKI_H
#define TESTS_UNIT_HOCK_SCHITTKOWSKI_H

#include <complex.h>

#include "core/objective/constraint.h"
#include "core/objective/objective.h"

enum { HS_DIMENSION = 7, HS_CONSTRAINTS = 4 };

/* Complex, so that a step of 1e-200 i gives the slope to the last digit. */
typedef double complex hs_formula(const double complex *x);

struct hs_problem {
    int number;                       /* in Hock & Schittkowski 1981 */
    size_t n;
    double start[HS_DIMENSION], low[HS_DIMENSION], high[HS_DIMENSION];
    bool is_boxed;                    /* low and high are the problem's */
    hs_formula *f;
    hs_formula *equal[HS_CONSTRAINTS];  /* = 0 */
    hs_formula *most[HS_CONSTRAINTS];   /* <= 0: theirs, turned round */
    double minimum;                   /* as published */
};

extern const struct hs_problem hs_problems[]; /* number 0 ends it */

/* The problem of that number. */
const struct hs_problem *hs_find(int number);

/* Its loss, and its constraints with their count; both must not outlive it. */
struct objective hs_objective(const struct hs_problem *problem);
size_t hs_constraints(const struct hs_problem *problem, double tolerance,
                      struct constraint constraints[HS_CONSTRAINTS]);

#endif
