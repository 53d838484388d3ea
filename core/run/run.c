/*
 * run.c - the loop: evaluate, look at the stop rules, show, move.
 *
 * What a rule compares with is worked out once; a rule that is off gets a
 * number that nothing reaches. So an iteration that does not end the run costs
 * a handful of compares, and which rule it was is asked only at the end.
 */
#include "core/run/run.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/kernel/vector.h"

/* Everything one run needs between two iterations. Losses are compared as
 * `sign` times loss, so that less is better whichever way the run goes. */
struct loop {
    const struct run *run;
    size_t n;
    double sign;               /* -1 when maximising */
    double *x, *before, *g;    /* [n] */
    double *best_x;            /* [n] valid while !best_is_latest */
    double *state;             /* [states][n] */
    double p[PARAMETERS_MAX];  /* the optimizer's, with this step's rate */

    struct iteration it;
    double loss_before;
    double best;               /* sign * loss; infinite until one is finite */
    bool best_is_latest;       /* the best is the latest point seen: its x is
                                  in x, and in `before` after the next step */

    /* What the stop rules compare with. */
    double gradient_tolerance, loss_tolerance, step_tolerance;
    double target;             /* sign * loss <= it */
    double divergence;         /* sign * loss > it */
    uint64_t iterations_max;   /* of max_iterations and max_epochs the less */
    uint64_t evaluations_max, patience;
};

/* A rule's number, or `never` where it is off. */
static double number_or(double value, double never)
{
    return isnan(value) ? never : value;
}

static uint64_t count_or_never(double value)
{
    return isnan(value) ? UINT64_MAX : (uint64_t)value;
}

static void set_rules(struct loop *l)
{
    const double *stop = l->run->stop;
    uint64_t iterations = count_or_never(stop[STOP_MAX_ITERATIONS]);
    uint64_t epochs = count_or_never(stop[STOP_MAX_EPOCHS]);

    l->gradient_tolerance = number_or(stop[STOP_GRADIENT_TOLERANCE], -1);
    l->loss_tolerance = number_or(stop[STOP_LOSS_TOLERANCE], -1);
    l->step_tolerance = number_or(stop[STOP_STEP_TOLERANCE], -1);
    l->target = number_or(l->sign * stop[STOP_TARGET_LOSS], -INFINITY);
    l->divergence = stop[STOP_DIVERGENCE_LOSS];
    l->iterations_max = iterations < epochs ? iterations : epochs;
    l->evaluations_max = count_or_never(stop[STOP_MAX_EVALUATIONS]);
    l->patience = count_or_never(stop[STOP_PATIENCE]);
}

/* Whether the flag that turns the optimizer uphill is set. */
static bool is_maximising(const struct run *run)
{
    const struct parameter *table = run->optimizer->parameters;

    if (run->optimizer->maximize == NULL)
        return false;
    for (size_t i = 0; table[i].name != NULL; i++)
        if (strcmp(table[i].name, run->optimizer->maximize) == 0)
            return run->optimizer_parameters[i] != 0;
    return false;
}

static enum error begin(struct loop *l, const struct run *run,
                        struct arena *arena)
{
    size_t n = run->objective->n, states = run->optimizer->states;
    size_t count = parameter_count(run->optimizer->parameters);

    assert(count <= PARAMETERS_MAX);
    *l = (struct loop){.run = run, .n = n, .best = INFINITY};
    l->x = arena_array(arena, n, sizeof *l->x);
    l->before = arena_array(arena, n, sizeof *l->before);
    l->g = arena_array(arena, n, sizeof *l->g);
    l->best_x = arena_array(arena, n, sizeof *l->best_x);
    l->state = arena_array(arena, n, states * sizeof *l->state);
    if (l->x == NULL || l->before == NULL || l->g == NULL || l->best_x == NULL
        || l->state == NULL)
        return ERR_MEMORY;
    memcpy(l->x, run->start, n * sizeof *l->x);
    memcpy(l->best_x, run->start, n * sizeof *l->x);
    memcpy(l->p, run->optimizer_parameters, count * sizeof *l->p);
    l->sign = is_maximising(run) ? -1 : 1;
    if (run->optimizer->begin != NULL)
        run->optimizer->begin(l->state, n, l->p);
    l->it.x = l->x;
    l->it.best_loss = NAN;
    set_rules(l);
    return OK;
}

/* Copy [n]; a call costs more than the two numbers of many jobs. */
static inline void copy(double *to, const double *from, size_t n)
{
    if (n == 2)
        memcpy(to, from, 2 * sizeof *to);
    else
        memcpy(to, from, n * sizeof *to);
}

/* Fill in the iteration at x. */
static inline void evaluate(struct loop *l)
{
    const struct objective *objective = l->run->objective;

    l->it.loss = objective->evaluate(objective->data, l->x, l->n, l->g);
    l->it.evaluations++;
    l->it.gradient_norm = vector_norm2(l->g, l->n);
    if (l->it.iteration > 0)
        l->it.step_norm = vector_distance(l->x, l->before, l->n);
    else if (isnan(l->divergence))
        l->divergence = DIVERGENCE_GROWTH * fmax(1, fabs(l->it.loss));
}

/* Whether loss, gradient and x are finite. The norms tell it at once, as x
 * was finite before the step; finite numbers whose norm is not, are rare. */
static inline bool is_finite(const struct loop *l)
{
    double sum = fabs(l->it.loss) + l->it.gradient_norm + l->it.step_norm;

    if (__builtin_expect(sum <= DBL_MAX, 1))
        return true;
    return isfinite(l->it.loss) && vector_is_finite(l->g, l->n)
           && vector_is_finite(l->x, l->n);
}

/* Note whether this is the best loss so far. Its x is saved only when a worse
 * point follows: while the loss falls, nothing is copied. */
static inline void keep_best(struct loop *l, bool finite)
{
    double loss = l->sign * l->it.loss;
    bool best = finite && loss < l->best;

    if (best) {
        l->best = loss;
        l->it.best_iteration = l->it.iteration;
        l->it.best_loss = l->it.loss;
    } else if (l->best_is_latest) {
        copy(l->best_x, l->before, l->n);
    }
    l->it.best_x = best ? l->x : l->best_x;
    l->best_is_latest = best;
}

/* Which budget is used up, if one is. */
static enum reason find_budget(const struct loop *l)
{
    const double *stop = l->run->stop;

    if (l->it.iteration >= count_or_never(stop[STOP_MAX_ITERATIONS]))
        return REASON_MAX_ITERATIONS;
    if (l->it.iteration >= count_or_never(stop[STOP_MAX_EPOCHS]))
        return REASON_MAX_EPOCHS;
    if (l->it.evaluations >= l->evaluations_max)
        return REASON_MAX_EVALUATIONS;
    return REASON_PATIENCE;
}

/* Why the run ends here, or REASON_NONE: what went wrong stands before what
 * was reached, and that before what was used up. */
static inline enum reason decide(const struct loop *l, bool finite)
{
    const struct iteration *it = &l->it;
    double loss = l->sign * it->loss;
    bool moved = it->iteration > 0;

    if (!finite)
        return REASON_NONFINITE;
    if (loss > l->divergence)
        return REASON_DIVERGED;
    if (it->gradient_norm <= l->gradient_tolerance)
        return REASON_GRADIENT_TOLERANCE;
    if (moved && fabs(it->loss - l->loss_before) <= l->loss_tolerance)
        return REASON_LOSS_TOLERANCE;
    if (moved && it->step_norm <= l->step_tolerance)
        return REASON_STEP_TOLERANCE;
    if (loss <= l->target)
        return REASON_TARGET_LOSS;
    if (it->iteration >= l->iterations_max
        || it->evaluations >= l->evaluations_max
        || it->iteration - it->best_iteration >= l->patience)
        return find_budget(l);
    return REASON_NONE;
}

/* Move x one update on. */
static inline void move(struct loop *l)
{
    const struct run *run = l->run;
    double base = run->optimizer_parameters[LEARNING_RATE];
    uint64_t t = l->it.iteration;
    double rate = run->schedule->rate(base, run->schedule_parameters, t);

    l->p[LEARNING_RATE] = rate;
    l->loss_before = l->it.loss;
    copy(l->before, l->x, l->n);
    run->optimizer->step(l->x, l->g, l->state, l->n, l->p, t + 1);
    l->it.learning_rate = rate;
    l->it.iteration = t + 1;
}

static void finish(struct loop *l, enum reason reason, struct run_result *ret)
{
    /* Without any finite loss the run ended at its start. */
    double best = isfinite(l->best) ? l->sign * l->best : l->it.loss;

    if (l->best_is_latest)
        copy(l->best_x, l->x, l->n);
    *ret = (struct run_result){
        .reason = reason,
        .iterations = l->it.iteration,
        .loss_evaluations = l->it.evaluations,
        .gradient_evaluations = l->it.evaluations,
        .loss = l->it.loss,
        .gradient_norm = l->it.gradient_norm,
        .x = l->x,
        .best = {l->it.best_iteration, best, l->best_x},
    };
}

enum error run_minimize(const struct run *run, struct arena *arena,
                        struct run_result *ret)
{
    struct loop l;
    enum reason reason;

    TRY(begin(&l, run, arena));
    for (;;) {
        bool finite;

        evaluate(&l);
        finite = is_finite(&l);
        keep_best(&l, finite);
        reason = decide(&l, finite);
        if (reason == REASON_NONE && run->cancel != NULL
            && atomic_load_explicit(run->cancel, memory_order_relaxed))
            reason = REASON_CANCELED;
        if (run->observe != NULL)
            reason = run->observe(run->observer, &l.it, reason);
        if (reason != REASON_NONE)
            break;
        move(&l);
    }
    finish(&l, reason, ret);
    return OK;
}
