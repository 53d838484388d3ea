/*
 * trials.h - what methods share that try points and have a loop of their own:
 * rows of parameters, and how far a first step goes.
 */
#ifndef CORE_OPTIMIZER_TRIALS_H
#define CORE_OPTIMIZER_TRIALS_H

#include <math.h>

#include "core/optimizer/optimizer.h"

#define ROW_X_TOLERANCE(least, never)                                         \
    {"xtol_rel", 1e-12, least, 1,                                             \
     "End when x changes by less than this share of itself" never, OPEN_HIGH, \
     PARAMETER_NUMBER}

#define ROW_LOSS_TOLERANCE                                                    \
    {"ftol_rel", 0, 0, 1,                                                     \
     "End when the loss changes by less than this share of itself; 0: "       \
     "never.", OPEN_HIGH, PARAMETER_NUMBER}

#define ROW_INITIAL_STEP                                                      \
    {"initial_step", PARAMETER_OFF, 0, 1e100,                                 \
     "How far the first steps go along each axis, at most a quarter of the "  \
     "way between its bounds; if left out, as far as x is from 0, or 1 "      \
     "where it is 0, within the bounds.", OPEN_LOW, PARAMETER_NUMBER}

/* The way between the bounds of variable i; infinite where one is missing. */
static inline double trials_width(const struct method *m, size_t i)
{
    return m->low != NULL && m->high != NULL ? m->high[i] - m->low[i]
                                             : INFINITY;
}

/* How far a first step along axis i goes: `wanted`, or a guess where that is
 * NaN. */
static inline double trials_step(const struct method *m, double wanted,
                                 size_t i)
{
    double x = fabs(m->x[i]), guess = x > 0 ? x : 1;

    return fmin(isnan(wanted) ? guess : wanted, trials_width(m, i) / 4);
}

#endif
