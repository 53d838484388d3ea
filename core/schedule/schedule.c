/* schedule.c - the list of schedules, and what several of them share. */
#include "core/schedule/schedule.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/kernel/math.h"

#define PI 3.14159265358979323846

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

/* ---- for the files of schedules ---------------------------------------- */

double schedule_length(const struct schedule *schedule, double given)
{
    double length = isnan(given) ? (double)schedule->horizon : given;

    return length < 1 ? 1 : length;
}

double schedule_child_rate(const struct schedule *schedule, size_t child,
                           const struct schedule_moment *moment, uint64_t t)
{
    struct schedule_moment its = *moment;

    its.t = t;
    its.memory = NULL;
    return schedule_rate(&schedule->children[child], &its);
}

size_t schedule_count_reached(const double *rising, size_t count, double t)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (rising[middle] <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void schedule_check_rising(const struct schedule *schedule,
                           const char *pointer, struct faults *faults)
{
    const double *numbers = schedule->numbers[0];
    const char *list;

    for (size_t i = 1; i < schedule->number_counts[0]; i++)
        if (!(numbers[i - 1] < numbers[i])) {
            list = pointer_member(faults, pointer,
                                  schedule->kind->lists[0].name);
            fault_add(faults, pointer_index(faults, list, i), FAULT_CONFLICT,
                      NULL, "must be above the number before it, %.15g",
                      numbers[i - 1]);
            return;
        }
}

double schedule_along_cosine(double from, double to, double u)
{
    return to + (from - to) / 2 * (1 + math_cos(PI * u));
}
