/*
 * judge.h - what decides: the stop rules, and which iteration is the best.
 * For core/run only.
 *
 * What a rule compares with is worked out once; a rule that is off gets a
 * number that nothing reaches. So an iteration that does not end the run costs
 * a handful of compares, and which rule it was is asked only at the end.
 *
 * Losses are compared as `sign` times loss, so that less is better whichever
 * way the run goes. With several batches an epoch, the loss of an iteration is
 * that of its own few rows: what is compared then is the judged metric, at the
 * ends of epochs only.
 */
#ifndef CORE_RUN_JUDGE_H
#define CORE_RUN_JUDGE_H

#include "core/run/run.h"

struct judge {
    const struct run *run;
    double sign;               /* -1 when maximising */
    uint64_t an_epoch;         /* iterations in an epoch; 1 without batches */

    double gradient_tolerance, loss_tolerance, step_tolerance;
    double target;             /* sign * loss <= it */
    double divergence;         /* sign * loss > it */
    uint64_t iterations_max;   /* of max_iterations and max_epochs the less */
    uint64_t epochs_max;       /* max_epochs, in iterations */
    uint64_t evaluations_max;
    uint64_t patience;         /* in iterations */

    /* The same, to be sure with little work that no rule ends the run. */
    bool tolerates;            /* there is a tolerance to look at */
    double gradient_square, step_square; /* squares above are too large */

    double best;               /* sign * loss; infinite until one is finite */
    double *best_x;            /* [n] valid while !best_is_latest */
    bool best_is_latest;       /* the best is the latest point seen: its x is
                                  in x, and in `before` after the next step */

    bool constrained;          /* the run has constraints */
    struct feasibility here, at_best;   /* of them */
};

/* What the rules compare of one iteration. */
struct sight {
    double loss;               /* sign * loss: of the iteration, or the judged
                                  metric of its epoch */
    double before;             /* the same of what was looked at before it */
    double quality;            /* sign * what `best` is the least of */
    bool finite;               /* loss, gradient and x are */
    bool counts;               /* false: between the ends of epochs, where
                                  only budgets and failures count */
};

/* Work out what the rules compare with. `best_x` [n] belongs to the caller. */
void judge_init(struct judge *judge, const struct run *run, uint64_t an_epoch,
                double *best_x);

/* Set the limits that are off and have a default by the first loss.
 *
 *   steps   whether it is a rule's `step` that moves x
 */
void judge_set_limits(struct judge *judge, double first_loss, bool steps);

/* Measure the constraints at x [n], whose gradient is measured; `gap` is the
 * method's. */
void judge_measure_constraints(struct judge *judge, struct iteration *it,
                               double gap, size_t n);

/* Whether the iteration is better than the best so far; then, under
 * constraints, it is noted how feasible it is. */
bool judge_takes_better(struct judge *judge, struct iteration *it,
                        const struct sight *sight);

/* Why the run ends here, or REASON_NONE: what went wrong stands before what
 * was reached, and that before what was used up. */
enum reason judge_decide(const struct judge *judge, const struct iteration *it,
                         const struct sight *sight);

/* What a reason to end is called where it is found: nothing converges where
 * the constraints do not hold, or in the midst of a slope. */
enum reason judge_admit(const struct judge *judge, const struct iteration *it,
                        enum reason reason);

#endif
