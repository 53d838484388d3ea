/*
 * inv_sqrt.c - Noam's: a linear warm-up, then one over the root of the time.
 *
 *     s    = t + 1
 *     rate = learning_rate min(s / warmup_steps, sqrt(warmup_steps / s))
 *
 * The paper writes d^-0.5 min(s^-0.5, s warmup^-1.5), d being the model's
 * width: with learning_rate = (d warmup)^-0.5, the greatest of its rates, the
 * two are the same.
 */
#include <math.h>

#include "core/schedule/schedule.h"

enum { WARMUP_STEPS };

static const struct parameter parameters[] = {
    [WARMUP_STEPS] = {"warmup_steps", 4000, 1, SCHEDULE_STEPS_MAX,
                      "Steps until the rate is learning_rate.", CLOSED,
                      PARAMETER_INTEGER},
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    double warmup = schedule->p[WARMUP_STEPS], s = (double)moment->t + 1;

    return moment->base * (s < warmup ? s / warmup : sqrt(warmup / s));
}

const struct schedule_kind schedule_inv_sqrt = {
    .name = "inv_sqrt",
    .formula = "rate = learning_rate * min((t + 1) / warmup_steps, "
               "sqrt(warmup_steps / (t + 1)))",
    .sentence = "A warm-up, then one over the root of the time: the "
                "Transformer's.",
    .source = "Vaswani et al. 2017, arXiv:1706.03762, equation 3",
    .parameters = parameters,
    .rate = rate,
};
