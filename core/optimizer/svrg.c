/*
 * svrg.c - stochastic steps corrected by a full gradient from time to time.
 *
 * Every `period` steps x is kept as z, with the gradient over all rows there:
 *
 *     x = x - rate (g_batch(x) - g_batch(z) + g_all(z))
 *
 * For any objective over rows, networks too: z and its gradient are all that
 * is remembered.
 */
#include <string.h>

#include "core/objective/objective.h"
#include "core/optimizer/rule.h"

enum { RATE, PERIOD };

static const struct parameter parameters[] = {
    [RATE]   = ROW_RATE_THAT(0.01, "Step size."),
    [PERIOD] = {"period", PARAMETER_OFF, 1, 1e9,
                "Steps between two full gradients; left out: two epochs.",
                CLOSED, PARAMETER_INTEGER},
    {0},
};

enum { STATES = 3 };

static uint64_t period_of(const struct step *s)
{
    const struct by_rows *by_rows = s->objective->by_rows;

    if (s->p[PERIOD] >= 1)
        return (uint64_t)s->p[PERIOD];
    if (s->batch == NULL)
        return 1;
    return (uint64_t)(2 * ((by_rows->count + s->batch->count - 1)
                           / s->batch->count));
}

/* The gradient over a batch at z, negated as the run's is. */
static void differentiate(struct step *s, const struct batch *batch,
                          const double *z, double *ret)
{
    const struct objective *o = s->objective;

    o->by_rows->evaluate(o->data, batch, z, s->n, ret);
    for (size_t j = 0; s->uphill && j < s->n; j++)
        ret[j] = -ret[j];
    s->more_evaluations++;
}

static void step(struct step *s)
{
    double *z = s->state, *all = z + s->n, *part = all + s->n;
    double *next = part + s->n; /* the step at which to look at all rows */
    struct batch rows = {.count = s->objective->by_rows->count};

    if (s->batch != NULL)
        rows.epoch = s->batch->epoch;
    if ((double)s->t >= *next) {
        memcpy(z, s->x, s->n * sizeof *z);
        differentiate(s, &rows, z, all);
        *next = (double)(s->t + period_of(s));
    }
    differentiate(s, s->batch != NULL ? s->batch : &rows, z, part);
    for (size_t j = 0; j < s->n; j++)
        s->x[j] -= s->p[RATE] * (s->g[j] - part[j] + all[j]);
}

const struct optimizer_kind optimizer_svrg = {
    .name = "svrg",
    .dialect = "paper",
    .formula = "x = x - rate*(g_batch(x) - g_batch(z) + g_all(z)), z = x every "
               "`period` steps",
    .sentence = "Batches whose noise dies out as z nears the minimum; for "
                "models of any kind.",
    .source = "Johnson & Zhang 2013, NIPS 26, 315-323, option I",
    .parameters = parameters,
    .states = STATES,
    .scalars = 1,
    .needs_rows = true,
    .step = step,
};
