/*
 * wrap.h - what can be put around every first-order rule: the gradient is
 * negated, clipped and given weight decay before the step; the iterate is
 * shrunk (L1), projected into its bounds and averaged after it.
 *
 * Order, as in PyTorch: maximize, clip_value, clip_norm, weight_decay, the
 * rule; decoupled_weight_decay before, l1, bounds, lookahead, bounds (slow +
 * rate * (fast - slow) may leave them by rounding), ema, bounds after it.
 * A rule whose own table has a parameter of the same name keeps its own: AdamW
 * has its own weight_decay, for example.
 */
#ifndef CORE_OPTIMIZER_WRAP_H
#define CORE_OPTIMIZER_WRAP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/bounds.h"
#include "core/base/error.h"
#include "core/kernel/vector.h"
#include "core/optimizer/optimizer.h"

enum wrap_parameter {
    WRAP_MAXIMIZE,
    WRAP_CLIP_VALUE,               /* off: no clipping */
    WRAP_CLIP_NORM,
    WRAP_WEIGHT_DECAY,             /* g += it * x */
    WRAP_DECOUPLED_WEIGHT_DECAY,   /* x *= 1 - rate * it, before the step */
    WRAP_L1,                       /* loss += it * |x|_1, by proximal steps */
    WRAP_LOOKAHEAD_STEPS,          /* every so many steps; off: never */
    WRAP_LOOKAHEAD_RATE,           /* slow += it * (fast - slow) */
    WRAP_EMA_DECAY,                /* average = it*average + (1 - it)*x, from
                                      the first step's x on: PyTorch's and
                                      Keras' way */
    WRAP_PARAMETERS
};

extern const struct parameter wrap_parameters[];

/* Whether `kind` with its parameters p leaves this one to the wrapper: its own
 * table has none of that name, and its engine is one that is wrapped (of the
 * others only `maximize` is for all that can). */
bool wrap_offers(const struct optimizer_kind *kind, const double *p,
                 enum wrap_parameter parameter);

struct wrap {
    double p[WRAP_PARAMETERS];
    struct bounds bounds;
    double clip_epsilon;           /* added to the norm by clip_norm */
    bool idle;                     /* nothing of all this is asked for */
    double *slow;                  /* [n] of lookahead, or NULL */
    double *ema;                   /* [n] or NULL */
};

/*
 * Prepare what is to be put around a run of `n` variables from `start`.
 *
 *   kind  the rule: its dialect says how clip_norm measures
 *   p     [WRAP_PARAMETERS]  in
 *   low   [n]                in   or NULL; as high: kept, not copied
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error wrap_init(struct wrap *wrap,
                                const struct optimizer_kind *kind,
                                const double *p, const double *low,
                                const double *high, const double *start,
                                size_t n, struct arena *arena);

/* Turn, clip and decay the gradient; decay x. Before the rule's step. */
void wrap_before(struct wrap *wrap, struct step *step);

/* Shrink, project, look ahead, average. After the rule's step. */
void wrap_after(struct wrap *wrap, struct step *step);

/* What L1 adds to the loss at x; 0 without. */
double wrap_loss(const struct wrap *wrap, const double *x, size_t n);

/*
 * The norm that says how far x is from a stationary point: of the gradient,
 * without what points out of the bounds, and with the least L1 subgradient.
 */
double wrap_gradient_norm(const struct wrap *wrap, const double *x,
                          const double *g, size_t n);

/*
 * The square of that norm, and of |x - before|, to make sure with little work
 * that no stop rule ends the run: its sum runs in another order, and squares
 * may overflow or vanish.
 */
struct squares wrap_squares(const struct wrap *wrap, const double *x,
                            const double *before, const double *g, size_t n);

#endif
