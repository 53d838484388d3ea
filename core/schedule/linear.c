/*
 * linear.c - the rate goes in a straight line from one factor to another.
 *
 *     u    = min(t, steps) / steps
 *     rate = learning_rate * (start_factor + (end_factor - start_factor) u)
 *
 * PyTorch's own defaults (1/3, 1 and 5 steps) make a short warm-up of it;
 * ours make the straight fall to zero over the run.
 */
#include <math.h>

#include "core/schedule/schedule_parts.h"

enum { START_FACTOR, END_FACTOR, STEPS };

static const struct parameter parameters[] = {
    [START_FACTOR] = {"start_factor", 1, 0, 1e6,
                      "What the rate is multiplied by at first.", CLOSED,
                      PARAMETER_NUMBER},
    [END_FACTOR]   = {"end_factor", 0, 0, 1e6,
                      "What it is multiplied by after `steps`.", CLOSED,
                      PARAMETER_NUMBER},
    [STEPS]        = {"steps", PARAMETER_OFF, 1, SCHEDULE_STEPS_MAX,
                      "Steps from the one to the other; if left out, all of "
                      "the run's.", CLOSED, PARAMETER_INTEGER},
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;
    double steps = schedule_length(schedule, p[STEPS]);
    double u = fmin((double)moment->t, steps) / steps;

    return moment->base
           * (p[START_FACTOR] + (p[END_FACTOR] - p[START_FACTOR]) * u);
}

const struct schedule_kind schedule_linear = {
    .name = "linear",
    .formula = "rate = learning_rate * (start_factor + (end_factor - "
               "start_factor) * min(t, steps) / steps)",
    .sentence = "The rate goes in a straight line from one factor to "
                "another.",
    .source = "PyTorch LinearLR: steps is its total_iters",
    .parameters = parameters,
    .rate = rate,
};
