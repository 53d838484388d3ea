/*
 * fit_fixed.h - parameters of a fit that are given, not found.
 *
 * They are constants of the formula and no part of x. A start, a bound and the
 * result may have them all the same, in the order of the spec's `parameters`:
 * the full vector.
 */
#ifndef CORE_OBJECTIVE_FIT_FIXED_H
#define CORE_OBJECTIVE_FIT_FIXED_H

#include "core/objective/objective.h"

struct fit_fixed {
    struct symbols named;    /* all parameters, each with its place in the full
                                vector as offset */
    size_t count;            /* numbers in the full vector */
    const size_t *index;     /* [n] where x[j] is in it */
    const double *numbers;   /* [count] the fixed ones; NaN for others */
};

/*
 * Move the fixed parameters to the constants.
 *
 *   parameters, constants   in/out  the members of the spec
 *   fixed                   in      the same, of constants' type
 *   pointer                 in      of `fixed`, for faults
 *   ret                     out     untouched on failure
 *
 * Fails   ERR_INVALID after at least one fault: names that no parameter has,
 *         other shapes than theirs, nothing left to find; ERR_MEMORY
 * Owns    everything lives in `arena`
 */
MUST_CHECK enum error fit_fix(struct arena *arena, struct value *parameters,
                              struct value *constants,
                              const struct value *fixed, const char *pointer,
                              struct faults *faults, struct fit_fixed **ret);

/* ret [count] = x [n] in its places, and elsewhere what is fixed or, with
 * `blank`, NaN. */
void fit_spread(const struct fit_fixed *fixed, const double *x, bool blank,
                double *ret);

#endif
