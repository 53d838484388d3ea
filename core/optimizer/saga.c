/*
 * saga.c - stochastic steps that know the last gradient of every row.
 *
 *     g = mean over the batch of (row's gradient now - when last visited)
 *         + mean over all rows of their last gradients + l2 w
 *     x = shrink(x - rate g, rate l1)
 *
 * g has the right mean, and less and less spread as x settles: steps need not
 * become smaller. With l1 the zeros are exact.
 */
#include <string.h>

#include "core/optimizer/row_gradients.h"
#include "core/optimizer/rule.h"

static const struct parameter parameters[] = {
    ROW_RATE_THAT(0.01, "Step size; 1/(3 L) is safe where no row's curvature "
                        "exceeds L: |row|^2 / 4 of the loss log, with l2."),
    {0},
};

static void step(struct step *s)
{
    double *mean = s->state, *change = s->state + s->n;

    /* The mean before this batch, with what the batch says is new. */
    memcpy(s->g, mean, s->n * sizeof *s->g);
    row_gradients_take(s, change);
    for (size_t j = 0; j < s->n; j++)
        s->g[j] += change[j];
    row_gradients_penalize(s, s->g);
    for (size_t j = 0; j < s->n; j++)
        s->x[j] -= s->p[LEARNING_RATE] * s->g[j];
    row_gradients_shrink(s);
}

static void check_objective(const struct objective *objective,
                            const char *pointer, struct faults *faults)
{
    row_gradients_check("saga", objective, pointer, faults);
}

const struct optimizer_kind optimizer_saga = {
    .name = "saga",
    .dialect = "paper",
    .formula = "g = mean_batch(now - last) + mean(last) + l2 w; x = "
               "shrink(x - rate*g, rate*l1)",
    .sentence = "Linear models in batches, to the minimum itself without a "
                "rate that falls; also with l1.",
    .source = "Defazio, Bach & Lacoste-Julien 2014, arXiv:1407.0202, (7), (8)",
    .parameters = parameters,
    .states = ROW_GRADIENTS_STATES,
    .row_scalars = ROW_GRADIENTS_ROWS,
    .needs_linear = true,
    .check_objective = check_objective,
    .step = step,
};
