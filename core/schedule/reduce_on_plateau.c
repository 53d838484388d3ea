/*
 * reduce_on_plateau.c - the rate falls when the loss no longer does.
 *
 *     rate = max(min_rate, learning_rate factor^k)
 *
 * where k grows by one when more than `patience` losses in a row were not
 * better than the best one: than best (1 - threshold), or best - threshold
 * with `threshold_absolute` (uphill: with plus instead of minus). For
 * `cooldown` losses after that none counts as bad.
 *
 * Where the best loss is negative, best (1 - threshold) is above it, and an
 * equal loss counts as better; PyTorch's rule is kept as it is, and
 * `threshold_absolute` is the way out.
 *
 * No closed form of the step number: it remembers what it saw. The rate of a
 * step follows from the losses before that step's own, as in PyTorch where
 * scheduler.step(loss) comes after the update that began at that loss.
 */
#include <math.h>

#include "core/kernel/math.h"
#include "core/schedule/schedule.h"

enum {
    FACTOR, PATIENCE, THRESHOLD, THRESHOLD_ABSOLUTE, COOLDOWN, MIN_RATE,
    MIN_CHANGE
};

/* What it remembers. */
enum { BEST, BAD, COOLING, REDUCTIONS, REMEMBERED };

_Static_assert((int)REMEMBERED <= (int)SCHEDULE_MEMORY, "no room");

static const struct parameter parameters[] = {
    [FACTOR]     = {"factor", 0.1, 0, 1, "What is left of the rate each time.",
                    OPEN, PARAMETER_NUMBER},
    [PATIENCE]   = {"patience", 10, 0, SCHEDULE_STEPS_MAX,
                    "So many losses in a row may be no better.", CLOSED,
                    PARAMETER_INTEGER},
    [THRESHOLD]  = {"threshold", 1e-4, 0, 1e100,
                    "By how much a loss must be better to count, as a part of "
                    "the best.", CLOSED, PARAMETER_NUMBER},
    [THRESHOLD_ABSOLUTE] = {"threshold_absolute", 0, 0, 1,
                    "The threshold is a difference, not a part: for losses "
                    "below zero.", CLOSED, PARAMETER_FLAG},
    [COOLDOWN]   = {"cooldown", 0, 0, SCHEDULE_STEPS_MAX,
                    "Losses after a reduction that do not count as bad.",
                    CLOSED, PARAMETER_INTEGER},
    [MIN_RATE]   = {"min_rate", 0, 0, SCHEDULE_RATE_MAX, "The lowest rate.",
                    CLOSED, PARAMETER_NUMBER},
    [MIN_CHANGE] = {"min_change", 1e-8, 0, SCHEDULE_RATE_MAX,
                    "The rate stays when it would fall by no more than this.",
                    CLOSED, PARAMETER_NUMBER},
    {0},
};

static bool is_better(const double *p, double loss, double best, bool uphill)
{
    double sign = uphill ? 1 : -1;

    best = p[THRESHOLD_ABSOLUTE] != 0 ? best + sign * p[THRESHOLD]
                                      : best * (1 + sign * p[THRESHOLD]);
    return uphill ? loss > best : loss < best;
}

/* The rate after so many reductions of `base`. */
static double reduced(const double *p, double base, double reductions)
{
    return fmax(p[MIN_RATE],
                base * math_pow_int(p[FACTOR], (uint64_t)reductions));
}

/* Take notice of the loss at the beginning of a step. */
static void notice(const struct schedule_moment *moment, const double *p,
                   double rate)
{
    double *m = moment->memory;

    if (moment->t == 0 || is_better(p, moment->loss, m[BEST], moment->uphill)) {
        m[BEST] = moment->loss;
        m[BAD] = 0;
    } else {
        m[BAD]++;
    }
    if (m[COOLING] > 0) {
        m[COOLING]--;
        m[BAD] = 0;
    }
    if (m[BAD] <= p[PATIENCE])
        return;
    if (rate - reduced(p, moment->base, m[REDUCTIONS] + 1) > p[MIN_CHANGE])
        m[REDUCTIONS]++;
    m[COOLING] = p[COOLDOWN];
    m[BAD] = 0;
}

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;
    double now = moment->memory[REDUCTIONS] > 0
                     ? reduced(p, moment->base, moment->memory[REDUCTIONS])
                     : moment->base;

    notice(moment, p, now);
    return now;
}

const struct schedule_kind schedule_reduce_on_plateau = {
    .name = "reduce_on_plateau",
    .formula = "rate = max(min_rate, learning_rate * factor^k); k + 1 after "
               "more than `patience` losses in a row that are not below "
               "best * (1 - threshold)",
    .sentence = "The rate falls when the loss no longer does.",
    .source = "PyTorch ReduceLROnPlateau: min_rate is its min_lr, min_change "
              "its eps; its mode follows the optimizer's maximize",
    .parameters = parameters,
    .looks_at_loss = 1,
    .rate = rate,
};
