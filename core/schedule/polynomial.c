/*
 * polynomial.c - the rate falls to its end along a power of what is left.
 *
 *     u    = min(t, steps) / steps
 *     rate = end_rate + (learning_rate - end_rate) (1 - u)^power
 *
 * With `cycle` the rate rises again at each end: `steps` is then multiplied by
 * the least whole number that is enough for t.
 */
#include <math.h>

#include "core/kernel/math.h"
#include "core/schedule/schedule_parts.h"

enum { POWER, END_RATE, STEPS, CYCLE };

static const struct parameter parameters[] = {
    [POWER]    = {"power", 1, 0, 100, "1 is a straight line.", OPEN_LOW,
                  PARAMETER_NUMBER},
    [END_RATE] = {"end_rate", 0, 0, SCHEDULE_RATE_MAX,
                  "The rate after `steps`.", CLOSED, PARAMETER_NUMBER},
    [STEPS]    = {"steps", PARAMETER_OFF, 1, SCHEDULE_STEPS_MAX,
                  "Steps to the end; if left out, all of the run's.", CLOSED,
                  PARAMETER_INTEGER},
    [CYCLE]    = {"cycle", 0, 0, 1,
                  "Rise again at the end, and fall more slowly each time.",
                  CLOSED, PARAMETER_FLAG},
    {0},
};

static double power_of(double x, double power)
{
    return power == floor(power) ? math_pow_int(x, (uint64_t)power)
                                 : math_pow(x, power);
}

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;
    double steps = schedule_length(schedule, p[STEPS]);
    double t = (double)moment->t;

    if (p[CYCLE] != 0 && t > steps)
        steps *= ceil(t / steps);
    t = fmin(t, steps);
    return (moment->base - p[END_RATE]) * power_of(1 - t / steps, p[POWER])
           + p[END_RATE];
}

const struct schedule_kind schedule_polynomial = {
    .name = "polynomial",
    .formula = "rate = end_rate + (learning_rate - end_rate) * "
               "(1 - min(t, steps) / steps)^power",
    .sentence = "The rate falls to its end along a power of what is left.",
    .source = "PyTorch PolynomialLR: steps is its total_iters; Keras "
              "PolynomialDecay: end_rate is its end_learning_rate, steps its "
              "decay_steps",
    .parameters = parameters,
    .rate = rate,
};
