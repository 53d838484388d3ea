/*
 * run.c - the loop: evaluate, look, move.
 *
 * How the rules with a `step` get from one look to the next is in walk.c, what
 * a look is in look.c, and what ends the run in judge.c.
 */
#include "core/run/loop.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t whole_lines(size_t numbers)
{
    enum { LINE = 64 / sizeof(double) };

    return (numbers + LINE - 1) / LINE * LINE;
}

/* `state` has the numbers of rows behind the others. */
static enum error allocate(struct loop *l, struct arena *arena, double **state,
                           double **best_x)
{
    const struct optimizer_kind *kind = l->run->optimizer;
    size_t n = l->n;
    /* Numbers of rows begin with a line of memory: a rule may have a line of
     * them for each row. */
    size_t own = whole_lines(optimizer_memory(kind,
                                              l->run->optimizer_parameters,
                                              n));
    size_t memory = own + optimizer_row_memory(kind, l->run->objective);

    l->state_count = memory;
    l->x = arena_array(arena, n, sizeof *l->x);
    l->before = arena_array(arena, n, sizeof *l->before);
    l->g = arena_array(arena, n, sizeof *l->g);
    *best_x = arena_array(arena, n, sizeof **best_x);
    l->average = arena_array(arena, n, sizeof *l->average);
    *state = arena_array(arena, memory, sizeof **state);
    l->step.row_state = *state != NULL ? *state + own : NULL;
    l->view.still_state = arena_array(arena, l->steps ? memory : 0,
                                      sizeof *l->view.still_state);
    return l->x == NULL || l->before == NULL || l->g == NULL
                   || *best_x == NULL || l->average == NULL
                   || *state == NULL || l->view.still_state == NULL
               ? ERR_MEMORY : OK;
}

/* The start, moved to the nearest point inside the bounds. */
static void set_start(struct loop *l)
{
    const struct run *run = l->run;
    const struct objective *objective = run->objective;

    if (run->start == NULL)
        objective->draw_start(objective->data, run->seed, l->x);
    else
        memcpy(l->x, run->start, l->n * sizeof *l->x);
    bounds_project((struct bounds){run->low, run->high}, l->x, l->n);
    memcpy(l->judge.best_x, l->x, l->n * sizeof *l->x);
}

/* The flag of a run that nobody can cancel. */
static const atomic_bool never = false;

/* Load what the objective needs, and prepare its rows. */
static enum error set_rows(struct loop *l, struct arena *arena)
{
    const struct run *run = l->run;
    const struct objective *objective = run->objective;
    const struct loading how = {
        run->seed, run->float32, run->batching.shuffle == SHUFFLE_BLOCKS,
        l->cancel};
    bool more = objective->load != NULL;

    while (more)
        TRY(objective->load(objective->data, &how, arena, &more));
    if (run->batching.batch_rows == 0)
        return OK;
    assert(objective->by_rows != NULL);
    l->by_rows = objective->by_rows;
    return batches_init(&l->batches, &run->batching, l->by_rows->count,
                        run->seed, arena);
}

static enum error begin(struct loop *l, const struct run *run,
                        struct arena *arena)
{
    size_t n = run->objective->n;
    size_t count = parameter_count(run->optimizer->parameters);
    double *state, *best_x;

    assert(count <= PARAMETERS_MAX);
    *l = (struct loop){.run = run, .n = n, .loss_before = NAN,
                       .unit = 1,
                       .cancel = run->cancel != NULL ? run->cancel : &never};
    l->steps = optimizer_steps(run->optimizer, run->optimizer_parameters);
    TRY(allocate(l, arena, &state, &best_x));
    TRY(set_rows(l, arena));
    judge_init(&l->judge, run,
               l->by_rows != NULL ? l->batches.an_epoch : 1, best_x);
    set_start(l);
    TRY(wrap_init(&l->wrap, run->optimizer, run->wrap_parameters, run->low,
                  run->high, l->x, n, arena));
    if (!l->steps) /* what it sees is turned already */
        l->wrap.p[WRAP_MAXIMIZE] = 0;
    memcpy(l->p, run->optimizer_parameters, count * sizeof *l->p);
    l->step = (struct step){
        .x = l->x, .g = l->g, .state = state, .n = n, .p = l->p, .loss = NAN,
        .base_rate = run->optimizer_parameters[LEARNING_RATE],
        .uphill = l->judge.sign < 0,
        .objective = run->objective,
        .batch = l->by_rows != NULL ? &l->batch : NULL,
        .row_state = l->step.row_state,
    };
    if (run->optimizer->begin != NULL)
        run->optimizer->begin(&l->step);
    if (l->steps)
        memcpy(l->view.still_state, state, l->state_count * sizeof *state);
    l->plain = l->steps && l->wrap.idle
            && schedule_is_constant(run->schedule);
    l->descends = l->plain && l->by_rows != NULL
               && l->by_rows->descend != NULL && l->judge.an_epoch > 1
               && run->batching.batch_rows == 1
               && run->optimizer->is_plain != NULL
               && run->optimizer->is_plain(l->p);
    l->view.it = (struct iteration){
        .x = l->x, .best_loss = NAN, .best_x = best_x, .has_gradient = true,
        .has_constraints = l->judge.constrained,
        .best_violation = l->judge.constrained ? NAN : 0,
    };
    loop_set_method(l, arena);
    return OK;
}

/* Gradients from 2^-300 to 2^300 are seen as they are; others in a unit in
 * which the first one's length is near 1. */
enum { UNIT_POWER = 300 };

static double unit_for(const struct loop *l)
{
    double norm = l->view.it.gradient_norm;
    int power;

    if (!(norm > 0) || isinf(norm) || l->judge.constrained
        || l->run->optimizer->needs_residuals)
        return 1;
    power = ilogb(norm);
    return abs(power) <= UNIT_POWER ? 1 : ldexp(1, -power);
}

/* The method's `advance`, in its unit. */
static enum reason advance_in_unit(struct loop *l)
{
    struct method *m = &l->method;
    enum reason reason;

    if (m->t == 1)
        l->unit = unit_for(l);
    m->loss = l->judge.sign * l->unit * l->view.it.loss;
    loop_scale(l->g, l->unit, l->n);
    reason = l->run->optimizer->advance(m);
    loop_scale(l->g, 1 / l->unit, l->n);
    return reason;
}

/* Move x by a method that evaluates at the next iterate itself. */
static enum reason advance(struct loop *l)
{
    struct method *m = &l->method;
    double evaluations_max = l->run->stop[STOP_MAX_EVALUATIONS];
    enum reason reason;

    if (l->view.it.gradient_norm == 0 && !l->judge.constrained)
        return REASON_FIXED_POINT;
    if (l->judge.level >= LEVEL_ITERATIONS
        && !l->run->optimizer->needs_residuals) /* which tells by its model */
        return judge_correct(&l->judge, &l->view.it, l->n, REASON_LINE_SEARCH);
    copy(l->before, l->x, l->n);
    l->loss_before = l->view.it.loss;
    m->t = l->view.it.iteration + 1;
    if (!isnan(evaluations_max))
        m->evaluations_left = evaluations_max - (double)l->view.it.evaluations;
    reason = advance_in_unit(l);
    if (reason != REASON_NONE)
        return l->view.halted
                   ? REASON_CANCELED
                   : judge_correct(&l->judge, &l->view.it, l->n, reason);
    l->view.it.loss = l->judge.sign * m->loss / l->unit;
    l->view.it.learning_rate = m->step_length;
    l->view.it.iteration++;
    return REASON_NONE;
}

/* Move on to the next iteration to look at, or say why there is none. */
static inline enum reason move(struct loop *l)
{
    enum reason reason = REASON_NONE;

    if (!l->steps)
        reason = advance(l);
    else if (!loop_walk(l))
        reason = REASON_CANCELED;
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

/* The result of a method that tries points is its best one, as its last may be
 * anywhere; unless a gradient ended the run, which is that of the last. */
static void take_best(const struct loop *l, struct run_result *ret)
{
    ret->loss = ret->best.loss;
    ret->gradient_norm = l->view.best_gradient_norm;
    ret->at_x = ret->best.at_x;
    ret->x = ret->best.x;
}

static void finish(struct loop *l, enum reason reason, struct run_result *ret)
{
    /* Without any finite loss the run ended at its start. */
    const struct judge *judge = &l->judge;
    const struct iteration *it = &l->view.it;
    double best = isfinite(judge->best) ? judge->sign * judge->best : it->loss;

    if (judge->best_is_latest)
        copy(judge->best_x, l->x, l->n);
    *ret = (struct run_result){
        .reason = reason,
        .iterations = it->iteration,
        .loss_evaluations = it->evaluations,
        .gradient_evaluations = l->gradients,
        .loss = it->loss,
        .gradient_norm = it->gradient_norm,
        .has_gradient = it->has_gradient,
        .at_x = judge->here,
        .x = l->x,
        .average = averaged(l),
        .best = {it->best_iteration, best, judge->best_x, judge->at_best},
    };
    if (judge->tries && reason != REASON_GRADIENT_TOLERANCE
        && isfinite(judge->best))
        take_best(l, ret);
}

static enum error drive(struct loop *l, enum reason *ret_reason)
{
    enum reason reason = REASON_NONE;

    TRY(l->run->optimizer->drive(&l->method, &reason));
    if (l->view.halted)
        reason = REASON_CANCELED;
    if (!l->view.shown_as_last)
        reason = loop_look_again(
            l, l->judge.tries
                   ? judge_correct_best(&l->judge, reason)
                   : judge_correct(&l->judge, &l->view.it, l->n, reason));
    *ret_reason = reason;
    return OK;
}

/* Evaluate at the start. False: a cancel cut that short, and nothing is known
 * of it. */
static bool evaluate_start(struct loop *l)
{
    struct iteration *it = &l->view.it;

    loop_evaluate(l);
    if (!l->steps && l->judge.sign < 0)
        loop_negate(l->g, l->n);
    it->evaluations = l->gradients = 1;
    l->view.halted = loop_is_cut(l);
    if (l->view.halted) {
        it->loss = NAN;
        it->has_gradient = false;
        return false;
    }
    loop_measure(l);
    return true;
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
    if (!evaluate_start(&l)) {
        finish(&l, loop_look_again(&l, REASON_CANCELED), ret);
        return OK;
    }
    while ((reason = loop_look(&l)) == REASON_NONE) {
        reason = move(&l);
        if (reason != REASON_NONE) {
            reason = loop_look_again(&l, reason);
            break;
        }
    }
    finish(&l, reason, ret);
    return OK;
}
