/*
 * stop.h - when a run ends, and what that is called.
 *
 * Every rule compares a column of the trace with one number of the spec, so
 * that a reader of the trace can check why a run ended where it did.
 */
#ifndef CORE_RUN_STOP_H
#define CORE_RUN_STOP_H

#include "core/base/parameter.h"

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

/* Where no step helps any more, a gradient is small that is at most this share
 * of the greatest one seen … */
#define SMALL_GRADIENT 1e-3
/* … or whose change of the loss over a way as long as x is at most this share
 * of the loss. */
#define SMALL_CHANGE 1e-13

/* A search has come to the end of rounding after so many iterations in a row
 * whose gradient was not the smallest so far and whose step promised less than
 * one bit of the loss. */
enum { LEVEL_ITERATIONS = 10 };

extern const struct parameter stop_parameters[];

enum outcome_class { CONVERGED, BUDGET, DIVERGED, OUTCOME_CLASSES };

/* Why a run ended; REASON_NONE while it goes on. The last two are not
 * outcomes: somebody outside asked the run to stop. */
enum reason {
    REASON_NONE,
    REASON_GRADIENT_TOLERANCE,
    REASON_LOSS_TOLERANCE,
    REASON_STEP_TOLERANCE,
    REASON_TARGET_LOSS,
    REASON_FIXED_POINT,  /* iterate and state came back bit for bit the same,
                            or the gradient is zero */
    REASON_LINE_SEARCH,  /* no step along the search direction is better */
    REASON_STALLED,      /* the same, but the gradient is not small */
    REASON_MAX_ITERATIONS,
    REASON_MAX_EPOCHS,
    REASON_MAX_EVALUATIONS,
    REASON_TIME_LIMIT,
    REASON_PATIENCE,
    REASON_DIVERGED,
    REASON_UNBOUNDED,
    REASON_NONFINITE,
    REASON_INFEASIBLE,  /* no way on from a point that is not feasible */
    REASON_CANCELED,
    REASON_FAILED,      /* the observer could not go on */
    REASONS
};

struct reason_text {
    const char *name;          /* "gradient_tolerance", as on the wire */
    enum outcome_class outcome;
    const char *sentence;      /* "the gradient norm fell to ..." */
};

extern const struct reason_text reason_texts[REASONS];

/* "converged", "budget" or "diverged". */
const char *outcome_class_name(enum outcome_class outcome);

#endif
