/*
 * sequential.c - several schedules one after the other, each from its step 0.
 *
 *     rate = s_k(t - milestone_k), where milestone_k is the last one <= t
 *            and milestone_0 = 0
 */
#include "core/schedule/schedule_parts.h"

static const struct parameter parameters[] = {
    {0},
};

static const struct parameter lists[] = {
    {"milestones", PARAMETER_OFF, 1, SCHEDULE_STEPS_MAX,
     "The steps at which the next schedule begins, rising: one less than there "
     "are schedules.", CLOSED, PARAMETER_INTEGER},
    {0},
};

/* The first step of a child. */
static uint64_t begin_of(const struct schedule *schedule, size_t child)
{
    return child > 0 ? (uint64_t)schedule->numbers[0][child - 1] : 0;
}

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    size_t child = schedule_count_reached(schedule->numbers[0],
                                          schedule->number_counts[0],
                                          (double)moment->t);

    return schedule_child_rate(schedule, child, moment,
                               moment->t - begin_of(schedule, child));
}

static uint64_t child_horizon(const struct schedule *schedule, size_t child)
{
    uint64_t end = schedule->horizon, begin = begin_of(schedule, child);

    if (child + 1 < schedule->child_count)
        end = begin_of(schedule, child + 1);
    return end > begin ? end - begin : 0;
}

static void check(const struct schedule *schedule, const char *pointer,
                  struct faults *faults)
{
    size_t count = schedule->number_counts[0];

    if (count + 1 != schedule->child_count)
        fault_add(faults, pointer_member(faults, pointer, "milestones"),
                  FAULT_WRONG_SIZE, NULL,
                  "%zu given, but between %zu schedules there are %zu", count,
                  schedule->child_count, schedule->child_count - 1);
    schedule_check_rising(schedule, pointer, faults);
}

const struct schedule_kind schedule_sequential = {
    .name = "sequential",
    .formula = "rate = schedule_k(t - milestone_k) from milestone_k on",
    .sentence = "Several schedules one after the other, each from its own "
                "beginning.",
    .source = "PyTorch SequentialLR",
    .parameters = parameters,
    .lists = lists,
    .nesting = SCHEDULE_JOINS,
    .rate = rate,
    .child_horizon = child_horizon,
    .check = check,
};
