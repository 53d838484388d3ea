/*
 * walk.c - the steps of a rule, from one look at the run to the next.
 *
 * Most iterations are neither shown nor the last. They are not looked at: only
 * the best of them is noted, after a check that no stop rule would have ended
 * the run there. A run gives the same bits however many are shown.
 */
#include <math.h>

#include "core/kernel/vector.h"
#include "core/run/loop.h"

/* The learning rate of the coming step. */
static inline double scheduled_rate(struct loop *l)
{
    const struct schedule *schedule = l->run->schedule;
    bool by_epochs = l->judge.an_epoch > 1 && schedule->kind->looks_at_loss;
    struct schedule_moment moment = {
        .base = l->step.base_rate, .t = l->view.it.iteration,
        .loss = by_epochs ? l->judge.sign * l->view.judged : l->view.it.loss,
        .uphill = l->judge.sign < 0, .memory = l->schedule_memory,
    };

    if (by_epochs && moment.t % l->judge.an_epoch != 0)
        return l->p[LEARNING_RATE]; /* it looks where epochs end */
    return schedule->kind->rate(schedule, &moment);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Whether one of the tolerances is reached, or may be. */
static bool is_near_tolerance(const struct loop *l, struct squares squares)
{
    const struct judge *judge = &l->judge;

    return !(squares.gradient > judge->gradient_square
             && squares.step > judge->step_square
             && fabs(l->view.it.loss - l->loss_before)
                    > judge->loss_tolerance);
}

/* The first iteration that must be looked at: somebody waits for it, or it may
 * use up a budget. Of runs by steps, where each asks for the loss once. */
static uint64_t next_look(const struct loop *l)
{
    const uint64_t *show_at = l->run->show_at;
    const struct judge *judge = &l->judge;
    uint64_t look = least(judge->iterations_max, judge->evaluations_max - 1);
    uint64_t made = l->view.it.iteration;

    if (l->step.more_evaluations > 0)
        return 0;
    if (l->by_rows != NULL) /* the end of the epoch */
        look = least(look, made - made % judge->an_epoch + judge->an_epoch);
    if (l->run->observe != NULL)
        look = show_at == NULL ? 0 : least(look, *show_at);
    return judge->patience < UINT64_MAX - l->view.it.best_iteration
               ? least(look, l->view.it.best_iteration + judge->patience)
               : look;
}

/* Whether nobody waits for the iteration at x. */
static inline bool is_before_look(const struct loop *l)
{
    return l->view.it.iteration < l->look;
}

/*
 * Whether the iteration at x, which the observer does not want, needs no look:
 * it certainly is finite and ends nothing. Near a tolerance it is looked at,
 * which measures exactly and decides.
 */
static inline bool needs_no_look(struct loop *l, size_t n,
                                 struct squares squares)
{
    const struct judge *judge = &l->judge;
    double loss = judge->sign * l->view.it.loss;

    if (!(squares.gradient > 0 /* else it may stand still for ever */
          && squares.gradient + squares.step <= VECTOR_SQUARE_MAX
          && loss > judge->target && loss <= judge->divergence)
        || (judge->tolerates && is_near_tolerance(l, squares))
        || loop_is_canceled(l))
        return false;
    loop_keep_best(l, n, loss, judge->an_epoch == 1 && loss < judge->best);
    return true;
}

/* What the rule's next step sees, and who compares with the iterate before. */
static inline void begin_step(struct loop *l)
{
    l->loss_before = l->view.it.loss;
    l->step.loss = l->view.it.loss;
    l->step.t = ++l->view.it.iteration;
}

/* Back to the iterate before: a cancel cut the evaluation at x short, and of
 * the gradient before nothing is left. */
static void step_back(struct loop *l)
{
    struct iteration *it = &l->view.it;

    copy(l->x, l->before, l->n);
    it->iteration--;
    it->loss = l->loss_before;
    it->has_gradient = false;
    it->gradient_norm = it->step_norm = NAN;
    it->metrics = NULL;
    l->view.halted = true;
}

/* One step by the rule. */
static inline void take_step(struct loop *l)
{
    copy(l->before, l->x, l->n);
    if (!l->plain)
        l->p[LEARNING_RATE] = scheduled_rate(l);
    begin_step(l);
    if (!l->wrap.idle)
        wrap_before(&l->wrap, &l->step);
    l->run->optimizer->step(&l->step);
    if (!l->wrap.idle)
        wrap_after(&l->wrap, &l->step);
}

/* Numbers of rows that are read between two looks at the cancel flag. */
enum { DESCENT_NUMBERS = 1 << 18 };

/* Fewer steps than these are quicker one at a time: where they end, the row is
 * read twice. */
enum { DESCENT_LEAST = 4 };

/* As many steps of one row each as the objective takes by itself, without a
 * look; false: none. They end at most at the next look. */
static bool descend(struct loop *l)
{
    struct descent how = {l->p[LEARNING_RATE], l->judge.divergence};
    struct iteration *it = &l->view.it;
    uint64_t most;
    struct batch batch;
    size_t made;

    if (l->look < it->iteration + DESCENT_LEAST)
        return false;
    most = least(l->look - it->iteration, 1 + DESCENT_NUMBERS / l->n);
    batches_ahead(&l->batches, it->iteration, (size_t)most, &batch);
    if (l->judge.best_is_latest) /* between the ends of epochs none is better */
        copy(l->judge.best_x, l->x, l->n);
    l->judge.best_is_latest = false;
    made = l->by_rows->descend(l->run->objective->data, &batch, &how, l->x,
                               l->before, l->g, l->n, &l->loss_before);
    it->iteration += made;
    l->step.t = it->iteration;
    l->step.loss = l->loss_before;
    return made > 0;
}

/* The squares that say whether the iteration at x needs a look. */
static inline struct squares squares_at(const struct loop *l)
{
    return l->wrap.idle
               ? vector_squares(l->g, l->x, l->before, l->n)
               : wrap_squares(&l->wrap, l->x, l->before, l->g, l->n);
}

/* Take steps by the rule up to the next iteration to look at. */
static bool walk(struct loop *l)
{
    do {
        if (!l->descends || !descend(l))
            take_step(l);
        loop_evaluate(l);
        if (loop_is_cut(l)) {
            step_back(l);
            return false;
        }
    } while (is_before_look(l) && needs_no_look(l, l->n, squares_at(l)));
    return true;
}

/* The same of two variables in registers, where a step through memory would
 * take longer than what is done. */
static void walk_two(struct loop *l)
{
    const struct objective *objective = l->run->objective;
    const struct optimizer_kind *rule = l->run->optimizer;
    double2 *in_memory = (double2 *)l->x;
    double2 *before_in_memory = (double2 *)l->before;
    double2 *gradient_in_memory = (double2 *)l->g;
    double2 x = *in_memory, g = *gradient_in_memory, before;

    do {
        *before_in_memory = before = x;
        begin_step(l);
        x = rule->step_two(&l->step, x, g);
        g = objective->evaluate_two(objective->data, x, &l->view.it.loss);
        *in_memory = x;
        *gradient_in_memory = g;
    } while (is_before_look(l)
             && needs_no_look(l, 2, vector_squares_two(g, x, before)));
}

bool loop_walk(struct loop *l)
{
    const struct run *run = l->run;
    struct iteration *it = &l->view.it;
    bool whole = true;

    l->look = next_look(l);
    if (l->plain && l->view.it.iteration == 0)
        l->p[LEARNING_RATE] = scheduled_rate(l);
    if (l->plain && l->by_rows == NULL && run->objective->evaluate_two != NULL
        && run->optimizer->step_two != NULL)
        walk_two(l);
    else
        whole = walk(l);
    it->learning_rate = l->p[LEARNING_RATE];
    it->evaluations = l->gradients =
        it->iteration + 1 + l->step.more_evaluations;
    return whole;
}
