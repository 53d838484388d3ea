/*
 * chained.c - several schedules at once, each on the rate of the one before.
 *
 *     rate = s_k(... s_2(s_1(learning_rate)))
 *
 * For schedules that multiply the rate by a factor of the time, this is the
 * product of the factors.
 */
#include "core/schedule/schedule_parts.h"

static const struct parameter parameters[] = {
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    struct schedule_moment link = *moment;

    for (size_t i = 0; i < schedule->child_count; i++)
        link.base = schedule_child_rate(schedule, i, &link, moment->t);
    return link.base;
}

const struct schedule_kind schedule_chained = {
    .name = "chained",
    .formula = "rate = learning_rate * product of the schedules' factors",
    .sentence = "Several schedules at once: each takes the rate of the one "
                "before for its learning_rate.",
    .source = "PyTorch ChainedScheduler",
    .parameters = parameters,
    .nesting = SCHEDULE_JOINS,
    .rate = rate,
};
