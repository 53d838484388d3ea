/*
 * cosine.c - the rate falls along half a cosine.
 *
 *     low  = min_rate + min_factor learning_rate
 *     rate = low + (learning_rate - low) (1 + cos(pi t / steps)) / 2
 *
 * PyTorch gives the lowest rate as such, Keras as a factor. Beyond `steps`
 * PyTorch's rate follows the cosine up again, and Keras' stays.
 */
#include <math.h>

#include "core/schedule/schedule_parts.h"

enum { MIN_RATE, MIN_FACTOR, STEPS, OSCILLATE };

static const struct parameter parameters[] = {
    [MIN_RATE]   = {"min_rate", 0, 0, SCHEDULE_RATE_MAX, "The lowest rate.",
                    CLOSED, PARAMETER_NUMBER},
    [MIN_FACTOR] = {"min_factor", 0, 0, 1,
                    "Added to the lowest rate: this times learning_rate.",
                    CLOSED, PARAMETER_NUMBER},
    [STEPS]      = {"steps", PARAMETER_OFF, 1, SCHEDULE_STEPS_MAX,
                    "Steps to the lowest rate; if left out, all of the "
                    "run's.", CLOSED, PARAMETER_INTEGER},
    [OSCILLATE]  = {"oscillate", 1, 0, 1,
                    "After `steps` rise and fall again, as in PyTorch; if "
                    "not, stay, as in Keras.", CLOSED, PARAMETER_FLAG},
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;
    double low = p[MIN_RATE] + p[MIN_FACTOR] * moment->base;
    double steps = schedule_length(schedule, p[STEPS]);
    double t = p[OSCILLATE] != 0
                   ? (double)(moment->t % (2 * (uint64_t)steps))
                   : fmin((double)moment->t, steps);

    return schedule_along_cosine(moment->base, low, t / steps);
}

const struct schedule_kind schedule_cosine = {
    .name = "cosine",
    .formula = "rate = low + (learning_rate - low) * "
               "(1 + cos(pi * t / steps)) / 2, "
               "low = min_rate + min_factor * learning_rate",
    .sentence = "The rate falls along half a cosine.",
    .source = "Loshchilov & Hutter 2017, arXiv:1608.03983; PyTorch "
              "CosineAnnealingLR: min_rate is its eta_min, steps its T_max; "
              "Keras CosineDecay: min_factor is its alpha",
    .parameters = parameters,
    .rate = rate,
};
