/*
 * look.c - what looks and shows: an iteration is measured, judged, and shown
 * to the observer.
 */
#include <float.h>
#include <math.h>

#include "core/kernel/vector.h"
#include "core/run/loop.h"

/* After a step that left x as it was: keep the state, for the next. Returns
 * whether the step before it left x as it was too, and this one the state: then
 * every further one will. Of rules whose rate stays as it is and which keep no
 * average. */
static bool note_standstill(struct loop *l)
{
    struct view *view = &l->view;
    uint64_t k = view->it.iteration;
    size_t bytes = l->state_count * sizeof(double);
    bool again = view->still_at + 1 == k;
    bool fixed;

    if (l->by_rows != NULL || l->wrap.ema != NULL || l->wrap.slow != NULL
        || l->run->optimizer->average != NULL
        || !schedule_is_constant(l->run->schedule))
        return false;
    fixed = again && memcmp(view->still_state, l->step.state, bytes) == 0;
    view->still_at = k;
    memcpy(view->still_state, l->step.state, bytes);
    return fixed;
}

void loop_measure(struct loop *l)
{
    struct iteration *it = &l->view.it;
    size_t n = l->n;
    struct squares squares = vector_squares(l->g, l->x, l->before, n);

    it->gradient_norm = l->wrap.idle
                            ? vector_length(squares.gradient, l->g, NULL, n)
                            : wrap_gradient_norm(&l->wrap, l->x, l->g, n);
    if (it->iteration > 0)
        it->step_norm = vector_length(squares.step, l->x, l->before, n);
    else
        judge_set_limits(&l->judge, it->loss, l->steps);
    if (!l->steps)
        judge_note_gradient(&l->judge, it);
    else if (it->step_norm == 0 && it->iteration > 0)
        l->view.fixed = note_standstill(l);
}

/* Whether loss, gradient and x are finite, of a trial loss and x. The norms
 * tell it at once, as x was finite before the step; finite numbers whose norm
 * is not, are rare. */
static inline bool is_finite(const struct loop *l)
{
    const struct iteration *it = &l->view.it;
    double sum = fabs(it->loss) + it->gradient_norm + it->step_norm;

    if (!it->has_gradient || (l->judge.tries && it->iteration > 0))
        return isfinite(it->loss) && vector_is_finite(l->x, l->n);
    if (__builtin_expect(sum <= DBL_MAX, 1))
        return true;
    return isfinite(it->loss) && vector_is_finite(l->g, l->n)
           && vector_is_finite(l->x, l->n);
}

/* Measure the metrics, unless that was done, or cannot be. */
static void measure_metrics(struct loop *l)
{
    struct view *view = &l->view;

    if (l->by_rows == NULL || view->it.metrics != NULL || view->halted)
        return;
    l->by_rows->measure(l->run->objective->data, l->x, view->metrics);
    view->halted = loop_is_cut(l);
    if (view->halted)
        return;
    view->it.metrics = view->metrics;
    view->it.epoch = (double)view->it.iteration
                   / (double)l->judge.an_epoch;
}

/* What is compared over rows; metrics are measured where an epoch ends. */
static void look_at_rows(struct loop *l, struct sight *sight)
{
    struct judge *judge = &l->judge;
    struct iteration *it = &l->view.it;

    it->metrics = NULL;
    sight->counts = it->iteration % judge->an_epoch == 0;
    if (sight->counts)
        measure_metrics(l);
    if (it->metrics == NULL)
        return;
    if (judge->an_epoch > 1 || l->by_rows->judged > 0)
        sight->quality = judge->sign * it->metrics[l->by_rows->judged];
    if (judge->an_epoch > 1) {
        sight->loss = sight->quality;
        sight->before = l->view.judged;
        l->view.judged = sight->loss;
    }
}

/* Show an iteration of rows: an observer that ends the run sees it whole. */
static enum reason show_rows(struct loop *l, enum reason reason)
{
    const struct run *run = l->run;
    enum reason answer;

    if (reason != REASON_NONE)
        measure_metrics(l);
    if (run->observe == NULL)
        return reason;
    answer = run->observe(run->observer, &l->view.it, reason);
    if (answer == reason || answer == REASON_FAILED
        || l->view.it.metrics != NULL)
        return answer;
    measure_metrics(l);
    return run->observe(run->observer, &l->view.it, answer);
}

static inline enum reason show(struct loop *l, enum reason reason)
{
    const struct run *run = l->run;

    if (l->by_rows != NULL)
        return show_rows(l, reason);
    return run->observe != NULL
               ? run->observe(run->observer, &l->view.it, reason) : reason;
}

/* Note by how much a trial is better than the best one before it, and how far
 * from there; under constraints, if both are feasible. */
static void look_at_improvement(struct loop *l, double quality,
                                bool was_feasible)
{
    struct judge *judge = &l->judge;
    const double *best = judge->best_is_latest ? l->before : judge->best_x;

    judge->enough = l->view.it.has_gradient ? 2 : (unsigned)l->n + 1;
    if (was_feasible && l->view.it.iteration > 0)
        judge_note_improvement(judge, judge->best - quality,
                               vector_distance(l->x, best, l->n));
}

enum reason loop_look(struct loop *l)
{
    struct judge *judge = &l->judge;
    struct iteration *it = &l->view.it;
    double loss = judge->sign * it->loss;
    struct sight sight = {
        .loss = loss, .before = judge->sign * l->loss_before, .quality = loss,
        .finite = is_finite(l), .fixed = l->view.fixed, .counts = true,
    };
    bool was_feasible = judge->at_best.feasible, better;
    enum reason reason;

    if (l->by_rows != NULL)
        look_at_rows(l, &sight);
    if (judge->constrained)
        judge_measure_constraints(judge, it, l->method.gap, l->n);
    better = judge_offer(judge, it, &sight);
    if (better && judge->tries)
        look_at_improvement(l, sight.quality, was_feasible);
    loop_keep_best(l, l->n, sight.quality, better);
    if (better)
        l->view.best_gradient_norm = it->gradient_norm;
    it->best_loss = isfinite(judge->best) ? judge->sign * judge->best : NAN;
    it->best_x = judge->best_is_latest ? l->x : judge->best_x;
    reason = judge_decide(judge, it, &sight);
    if (reason == REASON_NONE && loop_is_canceled(l))
        reason = REASON_CANCELED;
    return show(l, reason);
}

enum reason loop_look_again(struct loop *l, enum reason reason)
{
    return show(l, reason);
}
