/*
 * stop.h - the rules by which a run ends.
 *
 * Every rule compares a column of the trace with one number of the spec, so
 * that a reader of the trace can check why a run ended where it did.
 */
#ifndef CORE_RUN_STOP_H
#define CORE_RUN_STOP_H

#include "core/base/parameter.h"
#include "core/base/reason.h"

/* In the order of stop_parameters[]. A rule that is off is NaN. */
enum stop_rule {
    STOP_MAX_ITERATIONS,     /* iteration >= it */
    STOP_MAX_EPOCHS,         /* epoch >= it; without rows an iteration is one */
    STOP_MAX_EVALUATIONS,    /* evaluations >= it */
    STOP_TIME_LIMIT_S,       /* looked at by whoever has a clock */
    STOP_GRADIENT_TOLERANCE, /* gradient_norm <= it */
    STOP_LOSS_TOLERANCE,     /* |loss - the loss before| <= it */
    STOP_STEP_TOLERANCE,     /* step_norm <= it */
    STOP_TARGET_LOSS,        /* loss <= it (>= when maximising); when off, a
                                method with a search of its own, whose steps
                                have no end there, stops as unbounded after
                                a fall of UNBOUNDED_FALL
                                * max(1, |first loss|) */
    STOP_PATIENCE,           /* iterations since the best loss >= it */
    STOP_DIVERGENCE_LOSS,    /* loss > it (< -it when maximising); when off:
                                DIVERGENCE_GROWTH * max(1, |first loss|), or
                                never for methods that show their trials
                                and under constraints */
    STOP_RULES
};

#define DIVERGENCE_GROWTH 1e10
#define UNBOUNDED_FALL 1e30

/* Rounding allows a search no more after so many iterations in a row whose
 * gradient was not the smallest so far and whose step was predicted to lower
 * the loss by less than one bit. */
enum { LEVEL_ITERATIONS = 10 };

extern const struct parameter stop_parameters[];

#endif
