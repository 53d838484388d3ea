/*
 * formula_exact.h - a formula's tree evaluated as it stands: long double, dual
 * numbers, sums term by term, and how far rounding may lead astray.
 */
#ifndef TESTS_UNIT_FORMULA_EXACT_H
#define TESTS_UNIT_FORMULA_EXACT_H

#include "tests/unit/formula_tree.h"

enum { DIRECTIONS = 4 };

/*
 * A value and its derivatives in some directions. A mass is what the value
 * would be if nothing canceled: the sum of the sizes of all that goes into it,
 * times how much it moves with each. Rounding in double precision moves the
 * value by some units of 1e-16 of the mass, so by no more than that may two
 * ways to compute it differ.
 */
struct exact {
    long double v, mass;
    long double d[DIRECTIONS], d_mass[DIRECTIONS];
};

/* Where to evaluate. */
struct exact_point {
    const double *x;                 /* [n + 1]: x and y */
    const double *direction[DIRECTIONS]; /* [n + 1] each */
    const double *c, *a, *u, *w;     /* c[n], A[3][n], columns */
    double s;
    size_t row;                      /* of u and w, from 0 */
    bool is_vague;                   /* out: so near to a kink or a step that
                                        rounding decides on which side; or to
                                        the least or the greatest number that
                                        a double has */
};

struct exact exact_evaluate(const struct tree *tree,
                            struct exact_point *point);

#endif
