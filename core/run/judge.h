/*
 * judge.h - what decides: the stop rules, and which iteration is the best.
 * For core/run only.
 *
 * What a rule compares with is worked out once; a rule that is off gets a
 * number that nothing reaches. So an iteration that does not end the run costs
 * a few comparisons; which rule ended it is found afterwards.
 *
 * Losses are compared as `sign` times loss, so that less is better whichever
 * way the run goes. With several batches an epoch, the loss of an iteration is
 * that of its own few rows: what is compared then is the judged metric, at the
 * ends of epochs only.
 *
 * The iterations of some methods are trials, most of them no better than one
 * before. A trial that is not finite does not end the run. loss_tolerance and
 * step_tolerance look at the trials that are better than all before: by how
 * much, and how far from the best one before. As one of them may be near it by
 * chance, several in a row must be: two where there are gradients, n + 1 where
 * there are none.
 */
#ifndef CORE_RUN_JUDGE_H
#define CORE_RUN_JUDGE_H

#include <math.h>

#include "core/run/run.h"

struct judge {
    const struct run *run;
    double sign;               /* -1 when maximising */
    uint64_t an_epoch;         /* iterations in an epoch; 1 without batches */

    double gradient_tolerance, loss_tolerance, step_tolerance;
    double target;             /* sign * loss <= it */
    bool has_target;           /* it is the spec's; else that of `unbounded` */
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

    double steepest, flattest; /* the greatest and the least one of those that
                                  were measured */
    unsigned level;            /* iterations in a row without headway */

    bool tries;                /* iterations are trials */
    unsigned enough;           /* so many improvements in a row … */
    unsigned small_falls;      /* … that are within loss_tolerance, */
    unsigned small_steps;      /* or within step_tolerance */

    bool constrained;          /* the run has constraints */
    struct feasibility here, at_best;   /* of them */
};

/* What the rules compare of one iteration. */
struct sight {
    double loss;               /* sign * loss: of the iteration, or the judged
                                  metric of its epoch */
    double before;             /* the same of what was looked at before it */
    double quality;            /* sign * what `best` is the least of */
    bool finite;               /* loss, gradient and x are; of a trial, loss
                                  and x are */
    bool fixed;                /* iterate and state came back the same */
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

/*
 * Note an improvement of a run that tries points.
 *
 *   fall   by how much it is better than the best before
 *   step   how far it is from there
 */
void judge_note_improvement(struct judge *judge, double fall, double step);

/* Measure the constraints at x [n], whose gradient is measured; `gap` is the
 * method's. */
void judge_measure_constraints(struct judge *judge, struct iteration *it,
                               double gap, size_t n);

/* Note how steep it is at an iteration whose gradient was measured, and
 * whether the step to it made headway. Of runs that search. */
void judge_note_gradient(struct judge *judge, const struct iteration *it);

/* The reason that is told instead of the one found: no run converges where
 * the constraints do not hold, or where the gradient is not small.
 *
 *   n   numbers of it->x
 */
enum reason judge_correct(const struct judge *judge, const struct iteration *it,
                          size_t n, enum reason reason);

/* The same for a method that tries points and has looked around the best of
 * them itself. */
enum reason judge_correct_best(const struct judge *judge, enum reason reason);

/* Offer the iteration, of a run under constraints, as the best so far; where it
 * is better, how feasible it is is noted. Returns whether it is better. */
bool judge_offer_feasible(struct judge *judge, struct iteration *it,
                          double quality);

/* Which budget is used up; REASON_PATIENCE if none is. */
enum reason judge_find_budget(const struct judge *judge,
                              const struct iteration *it);

/* The rest runs at each iteration that is shown. */

/* Offer the iteration as the best so far. Returns whether it is better. */
static inline bool judge_offer(struct judge *j, struct iteration *it,
                               const struct sight *sight)
{
    if (!sight->finite || !sight->counts)
        return false;
    return j->constrained ? judge_offer_feasible(j, it, sight->quality)
                          : sight->quality < j->best;
}

/* Which budget is used up; REASON_NONE while there is something left. */
static inline enum reason judge_used_up(const struct judge *j,
                                        const struct iteration *it)
{
    if (it->iteration >= j->iterations_max
        || it->evaluations >= j->evaluations_max
        || it->iteration - it->best_iteration >= j->patience)
        return judge_find_budget(j, it);
    return REASON_NONE;
}

/* Whether the loss, or x, hardly changes any more. */
static inline bool judge_is_level(const struct judge *j,
                                  const struct iteration *it,
                                  const struct sight *sight)
{
    if (j->tries)
        return j->small_falls >= j->enough;
    return it->iteration > 0
        && fabs(sight->loss - sight->before) <= j->loss_tolerance;
}

static inline bool judge_is_still(const struct judge *j,
                                  const struct iteration *it)
{
    if (j->tries)
        return j->small_steps >= j->enough;
    return it->iteration > 0 && it->step_norm <= j->step_tolerance;
}

/* What was reached, or used up. */
static inline enum reason judge_reached(const struct judge *j,
                                        const struct iteration *it,
                                        const struct sight *sight)
{
    double loss = sight->loss;

    if (it->gradient_norm <= j->gradient_tolerance)
        return REASON_GRADIENT_TOLERANCE;
    if (judge_is_level(j, it, sight))
        return REASON_LOSS_TOLERANCE;
    if (judge_is_still(j, it))
        return REASON_STEP_TOLERANCE;
    if (loss <= j->target && j->has_target)
        return REASON_TARGET_LOSS;
    if (loss <= j->target && j->here.feasible)
        return REASON_UNBOUNDED;
    if (sight->fixed && it->gradient_norm == 0)
        return REASON_FIXED_POINT;
    return judge_used_up(j, it);
}

/* Why the run ends here, or REASON_NONE. Of several reasons a failure comes
 * first, then what was reached, then a budget. */
static inline enum reason judge_decide(const struct judge *j,
                                       const struct iteration *it,
                                       const struct sight *sight)
{
    enum reason reason;

    if (!sight->finite || (j->constrained && !isfinite(it->violation)))
        return j->tries && it->iteration > 0 ? judge_used_up(j, it)
                                             : REASON_NONFINITE;
    if (j->sign * it->loss > j->divergence)
        return REASON_DIVERGED;
    if (!sight->counts)
        return judge_used_up(j, it);
    reason = judge_reached(j, it, sight);
    /* Under constraints nothing is reached where they do not hold. */
    return !j->constrained || judge_correct(j, it, 0, reason) == reason
               ? reason : judge_used_up(j, it);
}

#endif
