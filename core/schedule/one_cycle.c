/*
 * one_cycle.c - up to the learning rate once, and down to almost nothing.
 *
 * learning_rate is the greatest rate. With T = steps, start = learning_rate /
 * start_divisor and end = start / end_divisor the rate goes
 *
 *     start -> learning_rate    until step rise_fraction T - 1
 *     learning_rate -> end      until step T - 1
 *
 * each along half a cosine, or (with `linear`) a straight line; with
 * `three_phase` the way down is as long as the way up and leads to start, and
 * what is left leads from start to end. Momentum does not cycle with it, as
 * PyTorch's does: a schedule moves the learning rate only.
 */
#include <math.h>

#include "core/schedule/schedule_parts.h"

enum { STEPS, RISE_FRACTION, START_DIVISOR, END_DIVISOR, LINEAR, THREE_PHASE };

static const struct parameter parameters[] = {
    [STEPS]         = {"steps", PARAMETER_OFF, 1, SCHEDULE_STEPS_MAX,
                       "Steps of the cycle; if left out, all of the run's.",
                       CLOSED, PARAMETER_INTEGER},
    [RISE_FRACTION] = {"rise_fraction", 0.3, 0, 1,
                       "Part of the steps in which the rate rises.", CLOSED,
                       PARAMETER_NUMBER},
    [START_DIVISOR] = {"start_divisor", 25, 0, 1e12,
                       "The first rate is learning_rate divided by this.",
                       OPEN_LOW, PARAMETER_NUMBER},
    [END_DIVISOR]   = {"end_divisor", 1e4, 0, 1e12,
                       "The last rate is the first divided by this.",
                       OPEN_LOW, PARAMETER_NUMBER},
    [LINEAR]        = {"linear", 0, 0, 1,
                       "Straight lines instead of cosines.", CLOSED,
                       PARAMETER_FLAG},
    [THREE_PHASE]   = {"three_phase", 0, 0, 1,
                       "Down to the first rate as fast as up, then on to the "
                       "last.", CLOSED, PARAMETER_FLAG},
    {0},
};

/* Where a way of the rate ends: the step, and the rate there. */
struct stop {
    double t, rate;
};

static double between(struct stop from, struct stop to, double t, bool linear)
{
    double length = to.t - from.t;
    double u = length > 0 ? (t - from.t) / length : 1;

    return linear ? from.rate + (to.rate - from.rate) * u
                  : schedule_along_cosine(from.rate, to.rate, u);
}

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;
    double steps = schedule_length(schedule, p[STEPS]);
    double last = steps - 1, t = fmin((double)moment->t, last);
    double start = moment->base / p[START_DIVISOR];
    double rise = p[RISE_FRACTION] * steps;
    struct stop stops[] = {
        {0, start},
        {rise - 1, moment->base},
        {2 * rise - 2, start},
        {last, start / p[END_DIVISOR]},
    };

    if (p[THREE_PHASE] == 0)
        stops[2] = stops[3];
    for (int i = 0; i < 2; i++)
        if (t <= stops[i + 1].t)
            return between(stops[i], stops[i + 1], t, p[LINEAR] != 0);
    return between(stops[2], stops[3], t, p[LINEAR] != 0);
}

static void check(const struct schedule *schedule, const char *pointer,
                  struct faults *faults)
{
    if (schedule->p[THREE_PHASE] != 0 && schedule->p[RISE_FRACTION] > 0.5)
        fault_add(faults, pointer_member(faults, pointer, "rise_fraction"),
                  FAULT_CONFLICT, NULL,
                  "with three_phase at most 0.5: the way down is as long");
}

const struct schedule_kind schedule_one_cycle = {
    .name = "one_cycle",
    .formula = "rate: learning_rate / start_divisor -> learning_rate in "
               "rise_fraction * steps, -> learning_rate / start_divisor / "
               "end_divisor in the rest, along half a cosine each",
    .sentence = "Up to the learning rate once, and down to almost nothing; "
                "momentum does not cycle.",
    .source = "Smith & Topin 2018, arXiv:1708.07120; PyTorch OneCycleLR: "
              "learning_rate is its max_lr, rise_fraction its pct_start, "
              "start_divisor its div_factor, end_divisor its "
              "final_div_factor",
    .parameters = parameters,
    .rate = rate,
    .check = check,
};
