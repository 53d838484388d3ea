/* schedule_parts.c - lengths, milestones, children and cosines of schedules. */
#include "core/schedule/schedule_parts.h"

#include <math.h>

#include "core/kernel/math.h"

#define PI 3.14159265358979323846

double schedule_length(const struct schedule *schedule, double given)
{
    double length = isnan(given) ? (double)schedule->horizon : given;

    return length < 1 ? 1 : length;
}

double schedule_child_rate(const struct schedule *schedule, size_t child,
                           const struct schedule_moment *moment, uint64_t t)
{
    const struct schedule *inner = &schedule->children[child];
    struct schedule_moment its = *moment;

    its.t = t;
    its.memory = NULL;
    return inner->kind->rate(inner, &its);
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
