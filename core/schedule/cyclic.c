/*
 * cyclic.c - up and down between two rates, in straight lines.
 *
 * learning_rate is the upper one. In cycle k, from 0, with u from 0 up to 1
 * and down to 0 within it,
 *
 *     rate = low_rate + (learning_rate - low_rate) u
 *            factor_per_cycle^k factor_per_step^t
 *
 * PyTorch's three modes are choices of the two factors: triangular is 1 and 1,
 * triangular2 is 0.5 and 1, exp_range is 1 and its gamma.
 */
#include <math.h>

#include "core/kernel/math.h"
#include "core/schedule/schedule.h"

enum { LOW_RATE, UP_STEPS, DOWN_STEPS, FACTOR_PER_CYCLE, FACTOR_PER_STEP };

static const struct parameter parameters[] = {
    [LOW_RATE]         = {"low_rate", 0, 0, SCHEDULE_RATE_MAX,
                          "The lower rate.", CLOSED, PARAMETER_NUMBER},
    [UP_STEPS]         = {"up_steps", 2000, 1, SCHEDULE_STEPS_MAX,
                          "Steps from the lower rate to the upper.", CLOSED,
                          PARAMETER_INTEGER},
    [DOWN_STEPS]       = {"down_steps", PARAMETER_OFF, 1, SCHEDULE_STEPS_MAX,
                          "Steps back; if left out, as many.", CLOSED,
                          PARAMETER_INTEGER},
    [FACTOR_PER_CYCLE] = {"factor_per_cycle", 1, 0, 1,
                          "How high each cycle is by the one before: 0.5 is "
                          "the mode triangular2.", OPEN_LOW,
                          PARAMETER_NUMBER},
    [FACTOR_PER_STEP]  = {"factor_per_step", 1, 0, 1,
                          "How high each step is by the one before: the mode "
                          "exp_range.", OPEN_LOW, PARAMETER_NUMBER},
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;
    double up = p[UP_STEPS];
    double down = isnan(p[DOWN_STEPS]) ? up : p[DOWN_STEPS];
    uint64_t cycle = (uint64_t)(up + down);
    double at = (double)(moment->t % cycle);
    double u = at <= up ? at / up : (up + down - at) / down;

    return p[LOW_RATE]
           + (moment->base - p[LOW_RATE]) * u
             * math_pow_int(p[FACTOR_PER_CYCLE], moment->t / cycle)
             * math_pow_int(p[FACTOR_PER_STEP], moment->t);
}

const struct schedule_kind schedule_cyclic = {
    .name = "cyclic",
    .formula = "rate = low_rate + (learning_rate - low_rate) * u * "
               "factor_per_cycle^k * factor_per_step^t in cycle k, u from 0 "
               "to 1 and back within it",
    .sentence = "Up and down between two rates; momentum does not cycle.",
    .source = "Smith 2017, arXiv:1506.01186; PyTorch CyclicLR: learning_rate "
              "is its max_lr, low_rate its base_lr, up_steps its "
              "step_size_up, factor_per_step its gamma",
    .parameters = parameters,
    .rate = rate,
};
