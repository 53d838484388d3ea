/*
 * run.h - one run: objective x optimizer x schedule x stop rules.
 *
 * Iteration k is the state after k updates; iteration 0 is the start. At each
 * iteration the run evaluates, looks at the stop rules, shows the iteration to
 * its observer, and then moves. It allocates before the first iteration only,
 * and knows no clock: whoever watches may stop it.
 *
 * Over rows (run.batching), loss and gradient of iteration k are those at x_k
 * on the rows that the update after it uses. At iteration 0, at the ends of
 * epochs and at the last iteration the objective's metrics are measured. With
 * several batches an epoch, loss_tolerance, step_tolerance, target_loss,
 * patience and best look there, at the judged metric; with one, best and
 * patience look at it where it is not the training loss. Patience counts
 * epochs.
 *
 * Under constraints the best iteration is the feasible one of the least loss
 * or, while none is feasible, the one of the least violation. What says that a
 * run has converged (gradient_tolerance, loss_tolerance, step_tolerance,
 * target_loss) counts at feasible points only: elsewhere the loss is allowed
 * to be small, flat or level. A method that finds no way on from a point that
 * is not feasible ends as `infeasible`. Budgets and what went wrong count
 * everywhere; but no growth of the loss ends a run unless divergence_loss is
 * given, as the way to a feasible point may lead uphill. Evaluations are those
 * of the loss: constraints are not counted.
 */
#ifndef CORE_RUN_RUN_H
#define CORE_RUN_RUN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/objective/constraint.h"
#include "core/objective/objective.h"
#include "core/optimizer/optimizer.h"
#include "core/optimizer/wrap.h"
#include "core/run/batches.h"
#include "core/run/stop.h"
#include "core/schedule/schedule.h"

/* The state after `iteration` updates, lent for the time of the call. */
struct iteration {
    uint64_t iteration;
    uint64_t evaluations;   /* points at which the loss was asked for, so far */
    double loss;
    double gradient_norm;
    double step_norm;       /* |x - the x before|; 0 at iteration 0 */
    double learning_rate;   /* of the update that led here, or the length of
                               its line search's step; 0 at iteration 0 */
    bool has_gradient;      /* false: gradient_norm is unknown, and NaN */
    const double *x;        /* [n] */
    uint64_t best_iteration; /* the first one with the best loss so far */
    double best_loss;       /* NaN until a loss was finite */
    const double *best_x;   /* [n] */
    bool has_constraints;
    double violation;       /* of x, as in constraint.h; 0 without */
    double best_violation;  /* of best_x */
    const double *metrics;  /* [of the objective's by_rows] at iteration 0, the
                               ends of epochs and the last; else NULL */
    double epoch;           /* passes over the rows made; where there are
                               metrics */
};

/*
 * Look at one iteration.
 *
 *   reason   REASON_NONE, or why this iteration is the last. An iteration
 *            that was shown with REASON_NONE is shown once more, with a
 *            reason, when no iteration after it can be found
 *
 * Returns `reason`, or another one to end the run here (a time limit). Where
 * metrics belong to the last iteration and are not measured yet, it is shown
 * once more with that reason, and they are there then
 */
typedef enum reason run_observer(void *self, const struct iteration *it,
                                 enum reason reason);

struct run {
    const struct objective *objective;
    const struct constraint *constraints; /* [constraint_count], which the
                                             optimizer must take */
    size_t constraint_count;              /* 0 ... CONSTRAINTS_MAX */
    const struct optimizer_kind *optimizer;
    const double *optimizer_parameters;   /* [of its table] */
    const double *wrap_parameters;        /* [WRAP_PARAMETERS] */
    const double *low, *high;             /* [n] bounds, or NULL */
    const struct schedule *schedule;
    uint64_t seed;                        /* of methods that draw numbers, and
                                             of the order of rows */
    struct batching batching;             /* needs objective->by_rows unless
                                             it says that there are no rows */
    bool float32;                         /* rows as float32 */
    const double *stop;                   /* [STOP_RULES], NaN is off */
    const double *start;                  /* [n] finite; NULL: the objective
                                             draws it */
    const atomic_bool *cancel;            /* NULL: cannot be canceled */
    run_observer *observe;                /* NULL: nobody looks */
    void *observer;
    const uint64_t *show_at;              /* the observer's: the iteration it
                                             wants to see next. One before it
                                             need not be shown unless it is
                                             the last; NULL: all are */
};

struct run_result {
    enum reason reason;
    uint64_t iterations;                  /* updates made */
    uint64_t loss_evaluations, gradient_evaluations;
    double loss, gradient_norm;           /* at x */
    bool has_gradient;                    /* false: gradient_norm is unknown */
    struct feasibility at_x;              /* of x; feasible without any */
    const double *x;                      /* [n] the last iterate; of a method
                                             that tries points, the best one
                                             unless gradient_tolerance ended
                                             the run */
    const double *average;                /* [n] the rule's or the wrapper's
                                             average of iterates, or NULL */
    struct {
        uint64_t iteration;
        double loss;
        const double *x;                  /* [n] */
        struct feasibility at_x;
    } best;                               /* least loss (greatest when
                                             maximising) of the iterations at
                                             which all is finite, the first of
                                             equals; the start if none is;
                                             under constraints see above */
};

/*
 * Run until a rule, the observer or the cancel flag ends it.
 *
 * Fails   ERR_MEMORY before the first iteration
 * Owns    ret->x and ret->best.x live in `arena`
 * Thread  any, one at a time for an objective
 * Cost    arena: (5 + 2 states) * n doubles; no allocation in the loop
 */
MUST_CHECK enum error run_minimize(const struct run *run, struct arena *arena,
                                   struct run_result *ret);

#endif
