/* schedule_free_sgd.c - gradient descent with averaging for a schedule. */
#include "core/optimizer/rule.h"
#include "core/optimizer/schedule_free.h"

enum {
    RATE = SCHEDULE_FREE_RATE, MOMENTUM = SCHEDULE_FREE_BETA, WARMUP_STEPS,
    POWER, RATE_POWER,
};

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE_THAT(1, "Step size."),
    [MOMENTUM]     = {"momentum", 0.9, 0, 1,
                      "Where gradients are taken: 1 at the average, 0 at the "
                      "plain iterate.", OPEN},
    [WARMUP_STEPS] = ROW_WARMUP_STEPS,
    [POWER]        = ROW_AVERAGING_POWER,
    [RATE_POWER]   = ROW_AVERAGING_RATE_POWER,
    {0},
};

/*
 *   state  [n + 2]  in/out  z, greatest rate, sum of weights
 *
 * Source  Defazio et al. 2024, arXiv:2405.15682, equations 3 to 5
 */
static void step(struct step *s)
{
    const double *p = s->p;

    schedule_free_move(s, s->state + s->n,
                       schedule_free_warm(s, p[WARMUP_STEPS]), p[POWER],
                       p[RATE_POWER]);
}

const struct optimizer_kind optimizer_schedule_free_sgd = {
    .name = "schedule_free_sgd",
    .dialect = "paper",
    .formula = "c = w(t)/(w(1) + .. + w(t)), w(t) = t^r*rate^q; y = (1 - c)*y "
               "+ c*z - rate*(1 - momentum*(1 - c))*g(y); z = z - rate*g(y); "
               "average = (y - (1 - momentum)*z)/momentum",
    .sentence = "A constant rate, and result.average is as good as a run with "
                "the best schedule for its length, at any length. Read the "
                "average: the trace shows the points where gradients were "
                "taken.",
    .source = "Defazio et al. 2024, arXiv:2405.15682; the authors' code",
    .parameters = parameters,
    .states = 1,
    .scalars = SCHEDULE_FREE_SCALARS,
    .begin = schedule_free_begin,
    .step = step,
    .average = schedule_free_average,
};
