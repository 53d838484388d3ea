/*
 * reason.h - why a run ended, and what that is called.
 */
#ifndef CORE_BASE_REASON_H
#define CORE_BASE_REASON_H

/* Where no step helps any more, a gradient is small that is at most this share
 * of the greatest one seen … */
#define SMALL_GRADIENT 1e-3
/* … or whose change of the loss over a way as long as x is at most this share
 * of the loss. */
#define SMALL_CHANGE 1e-13

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
extern const char *const outcome_class_names[OUTCOME_CLASSES + 1];
const char *outcome_class_name(enum outcome_class outcome);

#endif
