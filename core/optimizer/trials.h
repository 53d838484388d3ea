/*
 * trials.h - what methods share that try points by a loop of their own: rows
 * of parameters, how far a first step goes, and looks along the axes, which
 * tell whether a point is as good as it seems.
 */
#ifndef CORE_OPTIMIZER_TRIALS_H
#define CORE_OPTIMIZER_TRIALS_H

#include <math.h>
#include <stdbool.h>

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
     "way between its bounds; if left out, it is guessed from x and the "     \
     "bounds.", OPEN_LOW, PARAMETER_NUMBER}

/* Of the first steps: how far one looks along the axes at first, from a point
 * that seems the best. */
#define TRIALS_LATER_STEP 0.1

/* The best point so far of a method that tries points. */
struct trials {
    struct method *m;
    double *x;             /* [n] it */
    double *trial;         /* [n] */
    double *steps;         /* [n] the first ones; 0: the variable is fixed */
    double loss;           /* at x */
    double first;          /* loss of the start */
    double level;          /* share of the loss: lesser falls do not count */
    enum reason reason;    /* what ended the run, or REASON_NONE */
};

/* How far a first step along axis i goes: `wanted`, or a guess where that is
 * NaN; at most a quarter of the way between the bounds, and 0 where there is
 * none. */
double trials_step(const struct method *method, double wanted, size_t i);

/* Evaluate at x [n] and show; infinite where the loss is not finite. */
double trials_look(struct trials *trials, const double *x);

/* The loss below which a trial is better than the best. */
double trials_goal(const struct trials *trials);

/*
 * Look from the best point to both sides along every axis, at steps from a
 * tenth of the first ones down to rounding, and go where it is better; under
 * constraints, where they hold.
 *
 * Returns the share of the first steps at which that was so; or 0: nowhere, or
 *         the run ended
 * Cost    20 n evaluations where the point is as good as it seems
 */
double trials_poll(struct trials *trials);

#endif
