/*
 * warmup.c - a straight rise to where another schedule begins, then that one.
 *
 *     rate = other(0) (start_factor + (1 - start_factor) t / steps)  t < steps
 *     rate = other(t - steps)                                  from then on
 */
#include "core/schedule/schedule_parts.h"

enum { START_FACTOR, STEPS };

static const struct parameter parameters[] = {
    [START_FACTOR] = {"start_factor", 0.1, 0, 1e6,
                      "The first rate, by the one that the other schedule "
                      "begins with.", CLOSED, PARAMETER_NUMBER},
    [STEPS]        = {"steps", 100, 0, SCHEDULE_STEPS_MAX,
                      "Steps until the other schedule begins.", CLOSED,
                      PARAMETER_INTEGER},
    {0},
};

/* The rate of the schedule inside at its step t; without one, constant. */
static double inner_rate(const struct schedule *schedule,
                         const struct schedule_moment *moment, uint64_t t)
{
    return schedule->child_count > 0
               ? schedule_child_rate(schedule, 0, moment, t) : moment->base;
}

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;
    uint64_t steps = (uint64_t)p[STEPS];
    double u;

    if (moment->t >= steps)
        return inner_rate(schedule, moment, moment->t - steps);
    u = (double)moment->t / p[STEPS];
    return inner_rate(schedule, moment, 0)
           * (p[START_FACTOR] + (1 - p[START_FACTOR]) * u);
}

static uint64_t child_horizon(const struct schedule *schedule, size_t child)
{
    uint64_t steps = (uint64_t)schedule->p[STEPS];

    (void)child;
    return schedule->horizon > steps ? schedule->horizon - steps : 0;
}

const struct schedule_kind schedule_warmup = {
    .name = "warmup",
    .formula = "rate = other(0) * (start_factor + (1 - start_factor) * "
               "t / steps) while t < steps, then other(t - steps)",
    .sentence = "A straight rise to where another schedule begins, then that "
                "one; without one, constant.",
    .source = "Goyal et al. 2017, arXiv:1706.02677, section 2.2; Keras "
              "CosineDecay: steps is its warmup_steps",
    .parameters = parameters,
    .nesting = SCHEDULE_WRAPS,
    .rate = rate,
    .child_horizon = child_horizon,
};
