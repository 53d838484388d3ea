/* schedule.c - the list of schedules. */
#include "core/schedule/schedule.h"

#include <stddef.h>
#include <string.h>

#define SCHEDULES(ROW)                                                        \
    ROW(constant)

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

double schedule_rate(const struct schedule *schedule,
                     const struct schedule_moment *moment)
{
    return schedule->kind->rate(schedule, moment);
}
