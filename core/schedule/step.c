/*
 * step.c - the rate falls by a factor again and again.
 *
 *     rate = learning_rate * factor^floor(t / steps)
 */
#include "core/kernel/math.h"
#include "core/schedule/schedule.h"

enum { STEPS, FACTOR };

static const struct parameter parameters[] = {
    [STEPS]  = {"steps", 1000, 1, SCHEDULE_STEPS_MAX,
                "Steps from one fall to the next.", CLOSED,
                PARAMETER_INTEGER},
    [FACTOR] = {"factor", 0.1, 0, 10, "What is left of the rate each time.",
                OPEN_LOW, PARAMETER_NUMBER},
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;

    return moment->base
           * math_pow_int(p[FACTOR], moment->t / (uint64_t)p[STEPS]);
}

const struct schedule_kind schedule_step = {
    .name = "step",
    .formula = "rate = learning_rate * factor^floor(t / steps)",
    .sentence = "The rate falls by a factor every so many steps.",
    .source = "PyTorch StepLR: steps is its step_size, factor its gamma",
    .parameters = parameters,
    .rate = rate,
};
