/* constant.c - the schedule that leaves the learning rate as it is. */
#include "core/schedule/schedule.h"

static const struct parameter parameters[] = {
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    (void)schedule;
    return moment->base;
}

const struct schedule_kind schedule_constant = {
    .name = "constant",
    .formula = "rate = learning_rate",
    .sentence = "The learning rate stays as it was given.",
    .source = "Cauchy 1847, Comptes rendus 25, 536-538",
    .parameters = parameters,
    .rate = rate,
};
