/*
 * method.c - what engines with a search of their own ask of the loop: to
 * evaluate at a point, and to show a point as the next iteration.
 *
 * They only ever minimise: the loss of a run that maximizes is negated here.
 * Where gradients are so short or long that products of them would vanish or
 * overflow, methods with `advance` see the loss in another unit.
 */
#include <math.h>

#include "core/objective/robust.h"
#include "core/run/loop.h"

static bool is_canceled(struct loop *l)
{
    const struct run *run = l->run;

    if (run->cancel != NULL
        && atomic_load_explicit(run->cancel, memory_order_relaxed))
        l->view.halted = true;
    return l->view.halted;
}

static bool method_asks(struct method *method)
{
    return is_canceled(method->run);
}

static double method_evaluate(struct method *method, const double *at,
                              double *gradient, bool *ret_stop)
{
    struct loop *l = method->run;
    const struct objective *objective = l->run->objective;
    double loss = objective->evaluate(objective->data, at, l->n, gradient);

    l->view.it.evaluations++;
    l->gradients += gradient != NULL;
    if (gradient != NULL && l->judge.sign < 0)
        loop_negate(gradient, l->n);
    if (gradient != NULL)
        loop_scale(gradient, l->unit, l->n);
    *ret_stop = is_canceled(l);
    return l->judge.sign * l->unit * loss;
}

static double evaluate_residuals(struct method *method, const double *at,
                                 double *residual, double *jacobian,
                                 bool *ret_stop)
{
    struct loop *l = method->run;
    const struct objective *objective = l->run->objective;

    objective->residuals->evaluate(objective->data, at, residual, jacobian);
    l->view.it.evaluations++;
    l->gradients += jacobian != NULL;
    *ret_stop = is_canceled(l);
    return robust_loss(objective->residuals, residual);
}

static enum reason method_show(struct method *method, const double *at,
                               double loss, const double *gradient)
{
    struct loop *l = method->run;
    enum reason reason;

    l->loss_before = l->view.it.loss;
    copy(l->before, l->x, l->n);
    memcpy(l->x, at, l->n * sizeof *at);
    l->view.it.iteration += l->view.shown;
    l->view.it.loss = l->judge.sign * loss;
    l->view.it.has_gradient = gradient != NULL;
    if (gradient != NULL)
        memcpy(l->g, gradient, l->n * sizeof *gradient);
    /* A bad trial is not yet a run that diverges. */
    if (isnan(l->judge.divergence))
        l->judge.divergence = INFINITY;
    loop_measure(l);
    if (gradient == NULL)
        l->view.it.gradient_norm = NAN;
    l->view.shown = true;
    reason = loop_look(l);
    l->view.shown_as_last = reason != REASON_NONE;
    return reason;
}

void loop_set_method(struct loop *l, struct arena *arena)
{
    const struct run *run = l->run;
    double limit = run->stop[STOP_MAX_EVALUATIONS];

    l->method = (struct method){
        .x = l->x, .g = l->g, .state = l->step.state,
        .row_state = l->step.row_state, .n = l->n, .p = l->p,
        .low = run->low, .high = run->high, .seed = run->seed,
        .evaluations_left = isnan(limit) ? INFINITY : limit,
        .constraints = run->constraints,
        .constraint_count = run->constraint_count,
        .arena = arena, .evaluate = method_evaluate, .show = method_show,
        .is_canceled = method_asks,
        .evaluate_residuals = evaluate_residuals, .objective = run->objective,
        .run = l,
    };
}
