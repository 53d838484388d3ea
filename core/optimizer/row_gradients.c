/* row_gradients.c - slopes of rows that are remembered, and their mean. */
#include "core/optimizer/row_gradients.h"

#include <math.h>
#include <string.h>

/* Add a times row i, with its 1 for the intercept. */
static void add_row(const struct linear_model *linear, size_t i, double a,
                    double *g)
{
    linear_add(linear->rows, i, a, g);
    if (linear->intercept)
        g[linear->rows->features] += a;
}

/* A row's weight in a mean: linear_weight() without the division. */
static double weight_of(const struct linear_model *linear, size_t row)
{
    return linear->rows->weight == NULL ? 1 : linear->rows->weight[row];
}

void row_gradients_take(struct step *s, double *ret_change)
{
    const struct linear_model *linear = s->objective->linear;
    size_t count = linear->rows->count;
    struct batch all = {.count = count};
    const struct batch *batch = s->batch != NULL ? s->batch : &all;
    double *mean = s->state, *slope = s->row_state, *fresh = slope + count;

    memset(ret_change, 0, s->n * sizeof *ret_change);
    linear_slopes(linear, batch, s->x, NULL, fresh);
    for (size_t i = 0; i < batch->count; i++) {
        size_t row = batch_row(batch, i);
        double now = weight_of(linear, row) * fresh[i];

        add_row(linear, row, now - slope[row], ret_change);
        slope[row] = now;
    }
    for (size_t j = 0; j < s->n; j++) {
        mean[j] += ret_change[j] / (double)count;
        ret_change[j] /= (double)batch->count;
    }
}

void row_gradients_penalize(const struct step *s, double *g)
{
    const struct linear_model *linear = s->objective->linear;

    for (size_t j = 0; j < linear->rows->features; j++)
        g[j] += linear->l2 * s->x[j];
}

void row_gradients_shrink(const struct step *s)
{
    const struct linear_model *linear = s->objective->linear;
    double most = s->p[LEARNING_RATE] * linear->l1, *x = s->x;

    for (size_t j = 0; linear->l1 > 0 && j < linear->rows->features; j++)
        x[j] = fabs(x[j]) > most ? x[j] - copysign(most, x[j]) : 0;
}

void row_gradients_check(const char *name, const struct objective *objective,
                         const char *pointer, struct faults *faults)
{
    const char *place = pointer_member(faults, pointer, "type");

    if (objective->linear->is_sum)
        fault_add(faults, place, FAULT_CONFLICT, NULL,
                  "%s takes means: \"reduction\": \"mean\"", name);
}
