/*
 * run.c - the loop: evaluate, look at the stop rules, show, move.
 *
 * What a rule compares with is worked out once; a rule that is off gets a
 * number that nothing reaches. So an iteration that does not end the run costs
 * a handful of compares, and which rule it was is asked only at the end. How
 * the rules with a `step` get from one look to the next is in walk.c.
 */
#include "core/run/loop.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

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

/* A length whose square is above this exceeds the tolerance, however its root
 * is rounded. */
static double square_above(double tolerance)
{
    double square = tolerance * tolerance * (1 + 1e-9);

    return tolerance < 0 ? -1 : fmax(square, VECTOR_SQUARE_MIN);
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
    l->gradient_square = square_above(l->gradient_tolerance);
    l->step_square = square_above(l->step_tolerance);
    l->tolerates = l->gradient_tolerance >= 0 || l->step_tolerance >= 0
                || l->loss_tolerance >= 0;
}

static enum error allocate(struct loop *l, struct arena *arena, double **state)
{
    size_t n = l->n;
    size_t memory = optimizer_memory(l->run->optimizer,
                                     l->run->optimizer_parameters, n);

    l->x = arena_array(arena, n, sizeof *l->x);
    l->before = arena_array(arena, n, sizeof *l->before);
    l->g = arena_array(arena, n, sizeof *l->g);
    l->best_x = arena_array(arena, n, sizeof *l->best_x);
    l->average = arena_array(arena, n, sizeof *l->average);
    *state = arena_array(arena, memory, sizeof **state);
    return l->x == NULL || l->before == NULL || l->g == NULL
                   || l->best_x == NULL || l->average == NULL
                   || *state == NULL
               ? ERR_MEMORY : OK;
}

/* The start, moved to the nearest point inside the bounds. */
static void set_start(struct loop *l)
{
    const struct run *run = l->run;

    for (size_t i = 0; i < l->n; i++) {
        double x = run->start[i];

        if (run->low != NULL && x < run->low[i])
            x = run->low[i];
        if (run->high != NULL && x > run->high[i])
            x = run->high[i];
        l->x[i] = l->best_x[i] = x;
    }
}

/* The flag of a run that nobody can cancel. */
static const atomic_bool never = false;

static enum error begin(struct loop *l, const struct run *run,
                        struct arena *arena)
{
    size_t n = run->objective->n;
    size_t count = parameter_count(run->optimizer->parameters);
    double *state;

    assert(count <= PARAMETERS_MAX);
    *l = (struct loop){.run = run, .n = n, .best = INFINITY,
                       .cancel = run->cancel != NULL ? run->cancel : &never};
    l->steps = optimizer_steps(run->optimizer, run->optimizer_parameters);
    TRY(allocate(l, arena, &state));
    set_start(l);
    TRY(wrap_init(&l->wrap, run->optimizer, run->wrap_parameters, run->low,
                  run->high, l->x, n, arena));
    if (!l->steps) /* what it sees is turned already */
        l->wrap.p[WRAP_MAXIMIZE] = 0;
    memcpy(l->p, run->optimizer_parameters, count * sizeof *l->p);
    l->sign = run->wrap_parameters[WRAP_MAXIMIZE] != 0 ? -1 : 1;
    l->step = (struct step){
        .x = l->x, .g = l->g, .state = state, .n = n, .p = l->p, .loss = NAN,
        .base_rate = run->optimizer_parameters[LEARNING_RATE],
        .uphill = l->sign < 0,
    };
    if (run->optimizer->begin != NULL)
        run->optimizer->begin(&l->step);
    l->plain = l->steps && l->wrap.idle
            && schedule_is_constant(run->schedule);
    l->it.x = l->x;
    l->it.best_loss = NAN;
    l->it.has_gradient = true;
    set_rules(l);
    loop_set_method(l, arena);
    loop_set_constraints(l);
    return OK;
}

/* The limits that are off and have a default by the first loss. */
static void set_limits(struct loop *l)
{
    double scale = fmax(1, fabs(l->it.loss));

    if (isnan(l->divergence))
        l->divergence = DIVERGENCE_GROWTH * scale;
    if (isnan(l->run->stop[STOP_TARGET_LOSS]) && !l->steps)
        l->target = l->sign * l->it.loss - UNBOUNDED_FALL * scale;
}

/* Fill in the iteration at x, whose loss and gradient are known. */
void loop_measure(struct loop *l)
{
    size_t n = l->n;
    struct squares squares = vector_squares(l->g, l->x, l->before, n);

    l->it.gradient_norm = l->wrap.idle
                              ? vector_length(squares.gradient, l->g, NULL, n)
                              : wrap_gradient_norm(&l->wrap, l->x, l->g, n);
    if (l->it.iteration > 0)
        l->it.step_norm = vector_length(squares.step, l->x, l->before, n);
    else
        set_limits(l);
}

/* Whether loss, gradient and x are finite. The norms tell it at once, as x
 * was finite before the step; finite numbers whose norm is not, are rare. */
static inline bool is_finite(const struct loop *l)
{
    double sum = fabs(l->it.loss) + l->it.gradient_norm + l->it.step_norm;

    if (!l->it.has_gradient)
        return isfinite(l->it.loss) && vector_is_finite(l->x, l->n);
    if (__builtin_expect(sum <= DBL_MAX, 1))
        return true;
    return isfinite(l->it.loss) && vector_is_finite(l->g, l->n)
           && vector_is_finite(l->x, l->n);
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

/* As find_budget(); REASON_NONE while there is something left. */
static inline enum reason find_used_up(const struct loop *l)
{
    const struct iteration *it = &l->it;

    if (it->iteration >= l->iterations_max
        || it->evaluations >= l->evaluations_max
        || it->iteration - it->best_iteration >= l->patience)
        return find_budget(l);
    return REASON_NONE;
}

/* What a reason to end is called where it is found: nothing converges where
 * the constraints do not hold, or in the midst of a slope. */
enum reason loop_admit(const struct loop *l, enum reason reason)
{
    bool converged = reason != REASON_NONE
                  && reason_texts[reason].outcome == CONVERGED;

    if (converged && !l->here.feasible)
        return REASON_INFEASIBLE;
    if (reason == REASON_LINE_SEARCH && !l->constrained && l->it.has_gradient
        && l->it.gradient_norm > STALLED_GRADIENT * fmax(1, fabs(l->it.loss)))
        return REASON_STALLED;
    return reason;
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
    if (loss <= l->target && !isnan(l->run->stop[STOP_TARGET_LOSS]))
        return REASON_TARGET_LOSS;
    if (loss <= l->target && l->here.feasible)
        return REASON_UNBOUNDED;
    return find_used_up(l);
}

/* The same under constraints: nothing is reached where they do not hold. */
static enum reason decide_constrained(const struct loop *l, bool finite)
{
    enum reason reason = decide(l, finite && isfinite(l->it.violation));

    return loop_admit(l, reason) == reason ? reason : find_used_up(l);
}

/* Move x by a method that evaluates at the next iterate itself. */
static enum reason advance(struct loop *l)
{
    struct method *m = &l->method;
    enum reason reason;

    copy(l->before, l->x, l->n);
    l->loss_before = l->it.loss;
    m->t = l->it.iteration + 1;
    m->loss = l->sign * l->it.loss;
    m->evaluations_left =
        number_or(l->run->stop[STOP_MAX_EVALUATIONS], INFINITY)
        - (double)l->it.evaluations;
    reason = l->run->optimizer->advance(m);
    if (reason != REASON_NONE)
        return l->canceled ? REASON_CANCELED : loop_admit(l, reason);
    l->it.loss = l->sign * m->loss;
    l->it.learning_rate = m->step_length;
    l->it.iteration++;
    return REASON_NONE;
}

/* Move on to the next iteration to look at, or say why there is none. */
static inline enum reason move(struct loop *l)
{
    enum reason reason = REASON_NONE;

    if (l->steps)
        loop_walk(l);
    else
        reason = advance(l);
    if (reason == REASON_NONE)
        loop_measure(l);
    return reason;
}

/* What the result recommends beside the last and the best, or NULL. */
static const double *averaged(struct loop *l)
{
    if (l->wrap.ema != NULL)
        return l->wrap.ema;
    if (l->run->optimizer->average == NULL)
        return NULL;
    l->run->optimizer->average(&l->step, l->average);
    return l->average;
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
        .gradient_evaluations = l->gradients,
        .loss = l->it.loss,
        .gradient_norm = l->it.gradient_norm,
        .has_gradient = l->it.has_gradient,
        .at_x = l->here,
        .x = l->x,
        .average = averaged(l),
        .best = {l->it.best_iteration, best, l->best_x, l->at_best},
    };
}

/* Look at the iteration at x: note the best, decide, show. */
enum reason loop_look(struct loop *l)
{
    const struct run *run = l->run;
    double loss = l->sign * l->it.loss;
    bool finite = is_finite(l);
    enum reason reason;

    if (l->constrained)
        loop_measure_constraints(l);
    loop_keep_best(l, l->n, loss,
                   finite && (l->constrained ? loop_takes_better(l, loss)
                                             : loss < l->best));
    l->it.best_loss = isfinite(l->best) ? l->sign * l->best : NAN;
    l->it.best_x = l->best_is_latest ? l->x : l->best_x;
    reason = l->constrained ? decide_constrained(l, finite)
                            : decide(l, finite);
    if (reason == REASON_NONE && loop_is_canceled(l))
        reason = REASON_CANCELED;
    if (run->observe != NULL)
        reason = run->observe(run->observer, &l->it, reason);
    return reason;
}

/* No iteration comes after the one that was shown: show it as the last. */
static enum reason look_again(struct loop *l, enum reason reason)
{
    return l->run->observe != NULL
               ? l->run->observe(l->run->observer, &l->it, reason) : reason;
}

static enum error drive(struct loop *l, enum reason *ret_reason)
{
    enum reason reason = REASON_NONE;

    TRY(l->run->optimizer->drive(&l->method, &reason));
    if (l->canceled)
        reason = REASON_CANCELED;
    if (!l->shown_as_last)
        reason = look_again(l, loop_admit(l, reason));
    *ret_reason = reason;
    return OK;
}

enum error run_minimize(const struct run *run, struct arena *arena,
                        struct run_result *ret)
{
    struct loop l;
    enum reason reason;

    TRY(begin(&l, run, arena));
    if (run->optimizer->drive != NULL) {
        TRY(drive(&l, &reason));
        finish(&l, reason, ret);
        return OK;
    }
    loop_evaluate(&l);
    if (!l.steps && l.sign < 0)
        loop_turn(l.g, l.n);
    l.it.evaluations = l.gradients = 1;
    loop_measure(&l);
    while ((reason = loop_look(&l)) == REASON_NONE) {
        reason = move(&l);
        if (reason != REASON_NONE) {
            reason = look_again(&l, reason);
            break;
        }
    }
    finish(&l, reason, ret);
    return OK;
}
