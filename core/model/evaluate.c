/*
 * evaluate.c - loss and gradient of a model over rows, block by block.
 *
 * Losses of a block are summed in fixed lanes, blocks in their order: the bits
 * follow from the rows alone.
 */
#include <math.h>
#include <string.h>

#include "core/kernel/lanes.h"
#include "core/kernel/rows.h"
#include "core/kernel/update.h"
#include "core/model/model_data.h"

/* ---- penalties --------------------------------------------------------- */

static CLONES double sum_of_sizes(const double *w, size_t n)
{
    double s[VECTOR_LANES] = {0};
    size_t i = 0;

    for (; i + VECTOR_LANES <= n; i += VECTOR_LANES)
        for (size_t lane = 0; lane < VECTOR_LANES; lane++)
            s[lane] += fabs(w[i + lane]);
    for (size_t lane = 0; i < n; i++, lane++)
        s[lane] += fabs(w[i]);
    return add_lanes(s);
}

static void add_signs(double *g, double l1, const double *w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        g[i] += w[i] > 0 ? l1 : w[i] < 0 ? -l1 : 0;
}

double model_penalize(const struct model *model, const double *x, double *g)
{
    double l1 = model->design.l1, l2 = model->design.l2, sum = 0;

    for (size_t l = 0; l < model->network.layer_count; l++) {
        const struct layer *layer = &model->network.layers[l];
        size_t n = layer->inputs * layer->outputs;
        const double *w = x + layer->weights;

        if (l1 > 0)
            sum += l1 * sum_of_sizes(w, n);
        if (l2 > 0)
            sum += 0.5 * l2 * vector_dot(w, w, n);
        if (g != NULL && l1 > 0)
            add_signs(g + layer->weights, l1, w, n);
        if (g != NULL && l2 > 0)
            update_add(g + layer->weights, l2, w, n);
    }
    return sum;
}

/* ---- rows -------------------------------------------------------------- */

/* The next block of a batch, from place `done` on. */
static struct block block_at(const struct rows *rows,
                             const struct batch *batch, size_t done,
                             bool drops)
{
    size_t left = batch->count - done;

    return (struct block){
        .rows = rows,
        .index = batch->rows != NULL ? batch->rows + done : NULL,
        .first = batch->first + done,
        .count = left < NETWORK_BLOCK ? left : NETWORK_BLOCK,
        .more = batch->more + (left > NETWORK_BLOCK ? left - NETWORK_BLOCK
                                                    : 0),
        .skip = left > NETWORK_BLOCK ? 0 : batch->skip,
        .drops = drops, .epoch = batch->epoch, .position = batch->first + done,
    };
}

/* Add to the loss and the gradient what the block adds. */
static double add_block(struct model *model, const struct block *block,
                        double scale, const double *x, double *g)
{
    struct network *network = &model->network;
    double sum;

    if (network->is_float)
        network_forward_f32(network, block, x);
    else
        network_forward_f64(network, block, x);
    sum = head_differentiate(model, block, scale);
    if (g != NULL && network->is_float)
        network_backward_f32(network, block, x, g);
    else if (g != NULL)
        network_backward_f64(network, block, x, g);
    return sum;
}

/* The same for one score a row and dense rows of float64: steps of few rows
 * are made of little else, so nothing is copied on the way. */
static double add_scores(struct model *model, const struct block *block,
                         double scale, const double *x, double *g)
{
    const struct rows *rows = block->rows;
    size_t n = rows->features, count = block->count;
    struct rows_f64 X = {
        .first = rows->dense64
               + (block->index == NULL ? block->first * n : 0),
        .stride = n, .index = block->index, .more = block->more,
        .skip = block->skip,
    };
    double *f = model->f, *slope = model->slope, sum;

    rows_dot_f64(X, count, n, x, f);
    for (size_t i = 0; model->network.has_biases && i < count; i++)
        f[i] += x[n];
    sum = head_slopes(model, block, scale, f, slope);
    if (g == NULL)
        return sum;
    rows_add_f64(X, count, n, slope, g);
    for (size_t i = 0; model->network.has_biases && i < count; i++)
        g[n] += slope[i];
    return sum;
}

double model_evaluate(struct model *model, const struct rows *rows,
                      const struct batch *batch, bool drops, const double *x,
                      double *g)
{
    struct network *network = &model->network;
    double scale = model->design.is_sum ? 1 : 1 / (double)batch->count;
    bool is_plain = rows->layout == ROWS_DENSE64 && network->layer_count == 1
                 && network->layers[0].outputs == 1;
    double sum = 0;

    if (model_is_canceled(model)) /* perhaps before there were any rows */
        return NAN;
    network_prepare(network, x);
    if (g != NULL)
        memset(g, 0, network->n * sizeof *g);
    for (size_t done = 0; done < batch->count; done += NETWORK_BLOCK) {
        struct block block = block_at(rows, batch, done, drops);

        if (model_is_canceled(model))
            return NAN;
        sum += is_plain ? add_scores(model, &block, scale, x, g)
                        : add_block(model, &block, scale, x, g);
    }
    return sum;
}
