/* schedule.c - the list of schedules. */
#include "core/schedule/schedule.h"

#include <stddef.h>
#include <string.h>

#define SCHEDULES(ROW)                                                        \
    ROW(chained)                                                              \
    ROW(constant)                                                             \
    ROW(cosine)                                                               \
    ROW(cosine_restarts)                                                      \
    ROW(cyclic)                                                               \
    ROW(exponential)                                                          \
    ROW(inv_sqrt)                                                             \
    ROW(inverse_time)                                                         \
    ROW(linear)                                                               \
    ROW(multistep)                                                            \
    ROW(one_cycle)                                                            \
    ROW(piecewise)                                                            \
    ROW(polynomial)                                                           \
    ROW(reduce_on_plateau)                                                    \
    ROW(sequential)                                                           \
    ROW(step)                                                                 \
    ROW(warmup)

#define ROW(name) extern const struct schedule_kind schedule_##name;
SCHEDULES(ROW)
#undef ROW

const struct schedule_kind *const schedule_kinds[] = {
#define ROW(name) &schedule_##name,
    SCHEDULES(ROW)
#undef ROW
    NULL,
};

const struct schedule_kind *schedule_kind_find(const char *name)
{
    for (size_t i = 0; schedule_kinds[i] != NULL; i++)
        if (strcmp(schedule_kinds[i]->name, name) == 0)
            return schedule_kinds[i];
    return NULL;
}

void schedule_default(struct schedule *ret)
{
    *ret = (struct schedule){.kind = &schedule_constant};
    parameter_defaults(ret->kind->parameters, ret->p);
}

/* Not deep: whoever reads a spec keeps to SCHEDULE_DEPTH_MAX. */
void schedule_set_horizon(struct schedule *schedule, uint64_t steps)
{
    const struct schedule_kind *kind = schedule->kind;

    schedule->horizon = steps;
    for (size_t i = 0; i < schedule->child_count; i++)
        schedule_set_horizon(&schedule->children[i],
                             kind->child_horizon != NULL
                                 ? kind->child_horizon(schedule, i) : steps);
}

_Bool schedule_is_constant(const struct schedule *schedule)
{
    return schedule->kind->is_constant != NULL
        && schedule->kind->is_constant(schedule);
}

double schedule_rate(const struct schedule *schedule,
                     const struct schedule_moment *moment)
{
    return schedule->kind->rate(schedule, moment);
}
