/*
 * sag.c - steps along the mean of the last gradients of all rows.
 *
 *     g = mean over all rows of their last gradients, this batch's included,
 *         + l2 w
 *     x = shrink(x - rate g, rate l1)
 *
 * Rows that were not visited yet count as zero, and the mean is over those
 * that were.
 */
#include "core/optimizer/row_gradients.h"
#include "core/optimizer/rule.h"

static const struct parameter parameters[] = {
    ROW_RATE_THAT(0.01, "Step size; 1/L is safe where no row's curvature "
                        "exceeds L: |row|^2 / 4 of the loss log, with l2."),
    {0},
};

static void step(struct step *s)
{
    size_t rows = s->objective->linear->rows->count;
    double *mean = s->state, *change = s->state + s->n;
    double *visited = s->state + ROW_GRADIENTS_STATES * s->n;
    double share;

    row_gradients_take(s, change);
    if (*visited < (double)rows)
        *visited += (double)(s->batch != NULL ? s->batch->count : rows);
    share = *visited < (double)rows ? (double)rows / *visited : 1;
    for (size_t j = 0; j < s->n; j++)
        s->g[j] = share * mean[j];
    row_gradients_penalize(s, s->g);
    for (size_t j = 0; j < s->n; j++)
        s->x[j] -= s->p[LEARNING_RATE] * s->g[j];
    row_gradients_shrink(s);
}

static void check_objective(const struct objective *objective,
                            const char *pointer, struct faults *faults)
{
    row_gradients_check("sag", objective, pointer, faults);
}

const struct optimizer_kind optimizer_sag = {
    .name = "sag",
    .dialect = "paper",
    .formula = "g = mean over all rows of their last gradients + l2 w; x = "
               "shrink(x - rate*g, rate*l1)",
    .sentence = "Linear models in batches, to the minimum itself without a "
                "rate that falls; smooth losses.",
    .source = "Schmidt, Le Roux & Bach 2017, Mathematical Programming 162, "
              "83-112, Algorithm 1 and section 4.1",
    .parameters = parameters,
    .states = ROW_GRADIENTS_STATES,
    .scalars = 1,
    .row_scalars = ROW_GRADIENTS_ROWS,
    .needs_linear = true,
    .check_objective = check_objective,
    .step = step,
};
