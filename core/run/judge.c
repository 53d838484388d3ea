/* judge.c - when a run ends, and which of its iterations is the best. */
#include "core/run/judge.h"

#include <float.h>
#include <math.h>

#include "core/kernel/vector.h"

/* A rule's number, or `never` where it is off. */
static double number_or(double value, double never)
{
    return isnan(value) ? never : value;
}

static uint64_t count_or_never(double value)
{
    return isnan(value) ? UINT64_MAX : (uint64_t)value;
}

/* A number of epochs, in iterations. */
static uint64_t epochs_or_never(double epochs, uint64_t an_epoch)
{
    uint64_t count = count_or_never(epochs);

    return count > UINT64_MAX / an_epoch ? UINT64_MAX : count * an_epoch;
}

/* A length whose square is above this exceeds the tolerance, however its root
 * is rounded. */
static double square_above(double tolerance)
{
    double square = tolerance * tolerance * (1 + 1e-9);

    return tolerance < 0 ? -1 : fmax(square, VECTOR_SQUARE_MIN);
}

static void set_constraints(struct judge *j)
{
    j->constrained = j->run->constraint_count > 0;
    j->here = j->at_best = (struct feasibility){0, true};
    if (!j->constrained)
        return;
    j->at_best = (struct feasibility){INFINITY, false};
    if (isnan(j->divergence)) /* a feasible point may lie uphill */
        j->divergence = INFINITY;
}

void judge_init(struct judge *j, const struct run *run, uint64_t an_epoch,
                double *best_x)
{
    const double *stop = run->stop;
    double sign = run->wrap_parameters[WRAP_MAXIMIZE] != 0 ? -1 : 1;
    uint64_t iterations = count_or_never(stop[STOP_MAX_ITERATIONS]);

    *j = (struct judge){
        .run = run, .sign = sign, .an_epoch = an_epoch,
        .gradient_tolerance = number_or(stop[STOP_GRADIENT_TOLERANCE], -1),
        .loss_tolerance = number_or(stop[STOP_LOSS_TOLERANCE], -1),
        .step_tolerance = number_or(stop[STOP_STEP_TOLERANCE], -1),
        .target = number_or(sign * stop[STOP_TARGET_LOSS], -INFINITY),
        .has_target = !isnan(stop[STOP_TARGET_LOSS]),
        .divergence = stop[STOP_DIVERGENCE_LOSS],
        .epochs_max = epochs_or_never(stop[STOP_MAX_EPOCHS], an_epoch),
        .evaluations_max = count_or_never(stop[STOP_MAX_EVALUATIONS]),
        .patience = epochs_or_never(stop[STOP_PATIENCE], an_epoch),
        .best = INFINITY, .best_x = best_x, .flattest = INFINITY,
    };
    j->iterations_max = iterations < j->epochs_max ? iterations
                                                   : j->epochs_max;
    j->gradient_square = square_above(j->gradient_tolerance);
    j->step_square = square_above(j->step_tolerance);
    j->tolerates = an_epoch == 1
                && (j->gradient_tolerance >= 0 || j->step_tolerance >= 0
                    || j->loss_tolerance >= 0);
    j->tries = run->optimizer->shows_trials;
    set_constraints(j);
}

void judge_set_limits(struct judge *j, double first_loss, bool steps)
{
    double scale = fmax(1, fabs(first_loss));

    if (isnan(j->divergence))
        j->divergence = DIVERGENCE_GROWTH * scale;
    if (!j->has_target && !steps)
        j->target = j->sign * first_loss - UNBOUNDED_FALL * scale;
}

void judge_note_improvement(struct judge *j, double fall, double step)
{
    j->small_falls = fall <= j->loss_tolerance ? j->small_falls + 1 : 0;
    j->small_steps = step <= j->step_tolerance ? j->small_steps + 1 : 0;
}

void judge_measure_constraints(struct judge *j, struct iteration *it,
                               double gap, size_t n)
{
    const struct run *run = j->run;
    double norm = it->gradient_norm;

    j->here = constraints_measure(run->constraints, run->constraint_count,
                                  it->x, n);
    it->violation = j->here.violation;
    if (gap != 0)
        it->gradient_norm = sqrt(norm * norm + gap * gap);
}

bool judge_offer_feasible(struct judge *j, struct iteration *it, double loss)
{
    const struct feasibility *here = &j->here, *best = &j->at_best;
    bool better;

    if (!isfinite(here->violation))
        return false;
    if (here->feasible != best->feasible)
        better = here->feasible;
    else if (here->feasible)
        better = loss < j->best;
    else
        better = here->violation < best->violation
              || (here->violation == best->violation && loss < j->best);
    if (better) {
        j->at_best = *here;
        it->best_violation = here->violation;
    }
    return better;
}

enum reason judge_find_budget(const struct judge *j,
                              const struct iteration *it)
{
    if (it->iteration >= count_or_never(j->run->stop[STOP_MAX_ITERATIONS]))
        return REASON_MAX_ITERATIONS;
    if (it->iteration >= j->epochs_max)
        return REASON_MAX_EPOCHS;
    if (it->evaluations >= j->evaluations_max)
        return REASON_MAX_EVALUATIONS;
    return REASON_PATIENCE;
}

void judge_note_gradient(struct judge *j, const struct iteration *it)
{
    bool flatter = it->gradient_norm < j->flattest;
    double predicted_reduction = it->gradient_norm * it->step_norm;

    if (isinf(it->gradient_norm)) /* of a trial beyond an edge */
        return;
    j->steepest = fmax(j->steepest, it->gradient_norm);
    if (flatter)
        j->flattest = it->gradient_norm;
    if (flatter || it->iteration == 0
        || predicted_reduction > DBL_EPSILON * fabs(it->loss))
        j->level = 0;
    else
        j->level++;
}

/* Whether the gradient is no more than rounding, where no step helps. */
static bool is_rounding(const struct judge *j, const struct iteration *it,
                        size_t n)
{
    return it->gradient_norm <= SMALL_GRADIENT * j->steepest
        || it->gradient_norm * vector_norm2(it->x, n)
               <= SMALL_CHANGE * fabs(it->loss);
}

static bool is_converged(enum reason reason)
{
    return reason != REASON_NONE && reason_texts[reason].outcome == CONVERGED;
}

enum reason judge_correct_best(const struct judge *j, enum reason reason)
{
    return is_converged(reason) && !j->at_best.feasible ? REASON_INFEASIBLE
                                                        : reason;
}

enum reason judge_correct(const struct judge *j, const struct iteration *it,
                          size_t n, enum reason reason)
{
    if (is_converged(reason) && !j->here.feasible)
        return REASON_INFEASIBLE;
    if (reason == REASON_LINE_SEARCH && !j->constrained && it->has_gradient
        && !is_rounding(j, it, n))
        return REASON_STALLED;
    return reason;
}
