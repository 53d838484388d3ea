/*
 * exponential.c - the rate falls by the same factor in equal times.
 *
 *     rate = learning_rate * factor^(t / steps)
 *
 * With `staircase` the exponent is rounded down.
 */
#include "core/kernel/math.h"
#include "core/schedule/schedule.h"

enum { FACTOR, STEPS, STAIRCASE };

static const struct parameter parameters[] = {
    [FACTOR]    = {"factor", 0.999, 0, 10, "What is left of the rate after "
                   "`steps`.", OPEN_LOW, PARAMETER_NUMBER},
    [STEPS]     = {"steps", 1, 1, SCHEDULE_STEPS_MAX,
                   "Steps in which the rate falls by the factor.", CLOSED,
                   PARAMETER_INTEGER},
    [STAIRCASE] = {"staircase", 0, 0, 1,
                   "Fall at the end of `steps` only, not within them.",
                   CLOSED, PARAMETER_FLAG},
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;

    if (p[STAIRCASE] != 0 || p[STEPS] == 1)
        return moment->base
               * math_pow_int(p[FACTOR], moment->t / (uint64_t)p[STEPS]);
    return moment->base * math_pow(p[FACTOR], (double)moment->t / p[STEPS]);
}

const struct schedule_kind schedule_exponential = {
    .name = "exponential",
    .formula = "rate = learning_rate * factor^(t / steps)",
    .sentence = "The rate falls by the same factor in equal times.",
    .source = "PyTorch ExponentialLR: factor is its gamma; Keras "
              "ExponentialDecay: factor is its decay_rate, steps its "
              "decay_steps",
    .parameters = parameters,
    .rate = rate,
};
