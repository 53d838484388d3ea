/*
 * piecewise.c - rates by list: one up to each boundary, and one beyond.
 *
 *     rate = values[number of boundaries < t]
 *
 * The values are rates themselves, not factors: learning_rate is not used.
 */
#include "core/schedule/schedule_parts.h"

enum { BOUNDARIES, VALUES };

static const struct parameter parameters[] = {
    {0},
};

static const struct parameter lists[] = {
    [BOUNDARIES] = {"boundaries", PARAMETER_OFF, 0, SCHEDULE_STEPS_MAX,
                    "The last steps of each rate, rising.", CLOSED,
                    PARAMETER_INTEGER},
    [VALUES]     = {"values", PARAMETER_OFF, 0, SCHEDULE_RATE_MAX,
                    "The rates: one more than there are boundaries.", CLOSED,
                    PARAMETER_NUMBER},
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    /* Below t is at most t - 1, as both are whole. */
    size_t passed = schedule_count_reached(schedule->numbers[BOUNDARIES],
                                           schedule->number_counts[BOUNDARIES],
                                           (double)moment->t - 1);

    return schedule->numbers[VALUES][passed];
}

static void check(const struct schedule *schedule, const char *pointer,
                  struct faults *faults)
{
    size_t boundaries = schedule->number_counts[BOUNDARIES];
    size_t values = schedule->number_counts[VALUES];

    if (values != boundaries + 1)
        fault_add(faults, pointer_member(faults, pointer, "values"),
                  FAULT_WRONG_SIZE, NULL,
                  "%zu given, but %zu boundaries part %zu rates", values,
                  boundaries, boundaries + 1);
    schedule_check_rising(schedule, pointer, faults);
}

const struct schedule_kind schedule_piecewise = {
    .name = "piecewise",
    .formula = "rate = values[number of boundaries < t]",
    .sentence = "Rates by list, each up to and with its boundary; "
                "learning_rate is not used.",
    .source = "Keras PiecewiseConstantDecay",
    .parameters = parameters,
    .lists = lists,
    .rate = rate,
    .check = check,
};
