/*
 * multistep.c - the rate falls by a factor at each of some steps.
 *
 *     rate = learning_rate * factor^(number of milestones <= t)
 */
#include "core/kernel/math.h"
#include "core/schedule/schedule_parts.h"

enum { FACTOR };

static const struct parameter parameters[] = {
    [FACTOR] = {"factor", 0.1, 0, 10, "What is left of the rate each time.",
                OPEN_LOW, PARAMETER_NUMBER},
    {0},
};

static const struct parameter lists[] = {
    {"milestones", PARAMETER_OFF, 1, SCHEDULE_STEPS_MAX,
     "The steps at which the rate falls, rising.", CLOSED, PARAMETER_INTEGER},
    {0},
};

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    size_t falls = schedule_count_reached(schedule->numbers[0],
                                          schedule->number_counts[0],
                                          (double)moment->t);

    return moment->base * math_pow_int(schedule->p[FACTOR], falls);
}

const struct schedule_kind schedule_multistep = {
    .name = "multistep",
    .formula = "rate = learning_rate * factor^(number of milestones <= t)",
    .sentence = "The rate falls by a factor at steps of your choice.",
    .source = "PyTorch MultiStepLR: factor is its gamma",
    .parameters = parameters,
    .lists = lists,
    .rate = rate,
    .check = schedule_check_rising,
};
