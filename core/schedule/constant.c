/*
 * constant.c - the learning rate as it is; or a factor of it for some steps.
 *
 *     rate = learning_rate * factor    while t < steps
 *     rate = learning_rate             from then on
 */
#include <math.h>

#include "core/schedule/schedule.h"

enum { FACTOR, STEPS };

static const struct parameter parameters[] = {
    [FACTOR] = {"factor", 1, 0, 1e6, "What the rate is multiplied by.",
                CLOSED, PARAMETER_NUMBER},
    [STEPS]  = {"steps", PARAMETER_OFF, 0, SCHEDULE_STEPS_MAX,
                "For so many steps; if left out, for all.", CLOSED,
                PARAMETER_INTEGER},
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;

    if ((double)moment->t >= p[STEPS]) /* never, where it is off: NaN */
        return moment->base;
    return moment->base * p[FACTOR];
}

static _Bool is_constant(const struct schedule *schedule)
{
    return isnan(schedule->p[STEPS]);
}

const struct schedule_kind schedule_constant = {
    .name = "constant",
    .formula = "rate = learning_rate * (t < steps ? factor : 1)",
    .sentence = "The learning rate stays as it was given.",
    .source = "Cauchy 1847, Comptes rendus 25, 536-538; with a factor: "
              "PyTorch ConstantLR",
    .parameters = parameters,
    .is_constant = is_constant,
    .rate = rate,
};
