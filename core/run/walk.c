/*
 * walk.c - the steps of a rule, from one look at the run to the next.
 *
 * Most iterations are neither shown nor the last. Those go by: of them only
 * the best is noted, and it is made sure that no stop rule would have ended
 * the run there. A run gives the same bits however many are shown.
 */
#include <math.h>

#include "core/kernel/vector.h"
#include "core/run/loop.h"

/* The learning rate of the coming step. */
static inline double scheduled_rate(struct loop *l)
{
    const struct schedule *schedule = l->run->schedule;
    struct schedule_moment moment = {
        .base = l->step.base_rate, .t = l->it.iteration, .loss = l->it.loss,
        .uphill = l->sign < 0, .memory = l->schedule_memory,
    };

    return schedule->kind->rate(schedule, &moment);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Whether one of the tolerances is reached, or may be. */
static bool is_near_tolerance(const struct loop *l, struct squares squares)
{
    return !(squares.gradient > l->gradient_square
             && squares.step > l->step_square
             && fabs(l->it.loss - l->loss_before) > l->loss_tolerance);
}

/* The first iteration that must be looked at: somebody waits for it, or it may
 * use up a budget. Of runs by steps, where each asks for the loss once. */
static uint64_t next_look(const struct loop *l)
{
    const uint64_t *awaited = l->run->awaited;
    uint64_t look = least(l->iterations_max, l->evaluations_max - 1);

    if (!l->wrap.idle)
        return 0;
    if (l->run->observe != NULL)
        look = awaited == NULL ? 0 : least(look, *awaited);
    return l->patience < UINT64_MAX - l->it.best_iteration
               ? least(look, l->it.best_iteration + l->patience) : look;
}

/*
 * Whether the iteration at x may go by without a look: nobody waits for it,
 * and it certainly is finite and ends nothing. What is nearly a reason to end
 * gets its look, where it is measured and decided.
 */
static inline bool goes_by(struct loop *l, size_t n)
{
    double loss = l->sign * l->it.loss;
    struct squares squares;

    if (l->it.iteration >= l->look)
        return false;
    squares = vector_squares(l->g, l->x, l->before, n);
    if (!(squares.gradient + squares.step <= VECTOR_SQUARE_MAX
          && loss > l->target && loss <= l->divergence)
        || (l->tolerates && is_near_tolerance(l, squares))
        || loop_is_canceled(l))
        return false;
    loop_keep_best(l, n, loss, loss < l->best);
    return true;
}

/* What the rule's next step sees, and who compares with the iterate before. */
static inline void begin_step(struct loop *l)
{
    l->loss_before = l->it.loss;
    l->step.loss = l->it.loss;
    l->step.t = ++l->it.iteration;
}

/* Take steps by the rule up to the next iteration to look at. */
static void walk(struct loop *l)
{
    do {
        copy(l->before, l->x, l->n);
        if (!l->plain)
            l->p[LEARNING_RATE] = scheduled_rate(l);
        begin_step(l);
        if (!l->wrap.idle)
            wrap_before(&l->wrap, &l->step);
        l->run->optimizer->step(&l->step);
        if (!l->wrap.idle)
            wrap_after(&l->wrap, &l->step);
        loop_evaluate(l);
    } while (goes_by(l, l->n));
}

/* The same of two variables in registers, where a step through memory would
 * take longer than what is done. */
static void walk_two(struct loop *l)
{
    const struct objective *objective = l->run->objective;
    const struct optimizer_kind *rule = l->run->optimizer;
    duo x = *(duo *)l->x, g = *(duo *)l->g;

    do {
        *(duo *)l->before = x;
        begin_step(l);
        x = rule->step_two(&l->step, x, g);
        g = objective->evaluate_two(objective->data, x, &l->it.loss);
        *(duo *)l->x = x;
        *(duo *)l->g = g;
    } while (goes_by(l, 2));
}

void loop_walk(struct loop *l)
{
    const struct run *run = l->run;

    l->look = next_look(l);
    if (l->plain && l->it.iteration == 0)
        l->p[LEARNING_RATE] = scheduled_rate(l);
    if (l->plain && run->objective->evaluate_two != NULL
        && run->optimizer->step_two != NULL)
        walk_two(l);
    else
        walk(l);
    l->it.learning_rate = l->p[LEARNING_RATE];
    l->it.evaluations = l->gradients = l->it.iteration + 1;
}
