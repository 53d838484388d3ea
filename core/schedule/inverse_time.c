/*
 * inverse_time.c - the rate falls as one over the time.
 *
 *     rate = learning_rate / (1 + decay t / steps)
 *
 * With `staircase` t / steps is rounded down.
 */
#include <math.h>

#include "core/schedule/schedule.h"

enum { DECAY, STEPS, STAIRCASE };

static const struct parameter parameters[] = {
    [DECAY]     = {"decay", 0.01, 0, 1e6,
                   "1 halves the rate in the first `steps`.", CLOSED,
                   PARAMETER_NUMBER},
    [STEPS]     = {"steps", 1, 1, SCHEDULE_STEPS_MAX,
                   "Steps that are one unit of time.", CLOSED,
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
    double time = (double)moment->t / p[STEPS];

    if (p[STAIRCASE] != 0)
        time = floor(time);
    return moment->base / (1 + p[DECAY] * time);
}

const struct schedule_kind schedule_inverse_time = {
    .name = "inverse_time",
    .formula = "rate = learning_rate / (1 + decay * t / steps)",
    .sentence = "The rate falls as one over the time, as the theory of "
                "stochastic approximation asks.",
    .source = "Robbins & Monro 1951, doi:10.1214/aoms/1177729586; Keras "
              "InverseTimeDecay: decay is its decay_rate, steps its "
              "decay_steps",
    .parameters = parameters,
    .rate = rate,
};
