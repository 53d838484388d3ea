/* head.c - what scores mean: a number, a side, or one class of many. */
#include <math.h>
#include <string.h>

#include "core/kernel/softmax.h"
#include "core/kernel/vector.h"
#include "core/model/model_data.h"

extern const struct loss loss_squared, loss_half_squared, loss_huber,
    loss_epsilon_insensitive, loss_quantile, loss_poisson, loss_log,
    loss_hinge, loss_squared_hinge;

static const struct loss *const of_numbers[] = {
    &loss_squared, &loss_half_squared, &loss_huber, &loss_epsilon_insensitive,
    &loss_quantile, &loss_poisson, NULL,
};
static const struct loss *const of_probabilities[] = {&loss_log, NULL};
static const struct loss *const of_margins[] = {
    &loss_hinge, &loss_squared_hinge, NULL,
};

const struct head_kind heads[HEADS] = {
    [HEAD_REGRESSION] = {"regression", false, false, false, of_numbers},
    [HEAD_LOGISTIC]   = {"logistic", true, false, true, of_probabilities},
    [HEAD_MARGIN]     = {"margin", true, false, false, of_margins},
    [HEAD_SOFTMAX]    = {"softmax", true, true, true, of_probabilities},
};

/* Targets that are asked for before they are needed: a batch or two ahead, as
 * those of one batch are read at once. */
enum { AHEAD = 64 };

/* scale * weight of the block's rows, to model->weight. */
static void weigh(struct model *model, const struct block *block, double scale)
{
    const double *weight = block->rows->weight;

    for (size_t i = 0; i < block->count; i++)
        model->weight[i] = scale * weight[block_row(block, i)];
}

/* Number `place` of an array with one for each row, and those of rows that
 * come soon asked for. */
static double number_of_row(const double *array, const struct block *block,
                            size_t place)
{
    if (block->index == NULL)
        return array[block->first + place];
    if (place + AHEAD < block->count + block->more)
        __builtin_prefetch(&array[block->index[place + AHEAD]]);
    return array[block->index[place]];
}

static double differentiate_many(struct model *model,
                                 const struct block *block, double scale)
{
    struct network *network = &model->network;
    size_t last = network->layer_count - 1, count = block->count;
    size_t classes = network->layers[last].outputs;

    for (size_t i = 0; i < count; i++)
        model->label[i] =
            (uint32_t)number_of_row(block->rows->target, block, i);
    for (size_t i = 0; block->rows->weight == NULL && i < count; i++)
        model->weight[i] = scale;
    if (block->rows->weight != NULL)
        weigh(model, block, scale);
    if (network->is_float)
        softmax_loss_f32(network->z[last], classes, count, classes,
                         model->label, model->weight, model->loss);
    else
        softmax_loss_f64(network->z[last], classes, count, classes,
                         model->label, model->weight, model->loss);
    return vector_sum(model->loss, count);
}

/* The targets as the loss takes them. */
static void set_targets(struct model *model, const struct block *block)
{
    const double *target = block->rows->target, *y = model->y;

    if (block->index == NULL)
        y = target + block->first;
    for (size_t i = 0; block->index != NULL && i < block->count; i++)
        model->y[i] = number_of_row(target, block, i);
    if (heads[model->design.head].of_classes)
        for (size_t i = 0; i < block->count; i++)
            model->y[i] = 2 * y[i] - 1;
    else if (y != model->y)
        memcpy(model->y, y, block->count * sizeof *y);
}

double head_slopes(struct model *model, const struct block *block,
                   double scale, const double *f, double *slope)
{
    const struct loss *loss = model->design.loss;
    size_t count = block->count;

    set_targets(model, block);
    loss->evaluate(f, model->y, count, model->design.loss_parameter,
                   model->loss, slope);
    if (block->rows->weight == NULL) {
        for (size_t i = 0; i < count; i++)
            slope[i] *= scale;
        return scale * vector_sum(model->loss, count);
    }
    weigh(model, block, scale);
    for (size_t i = 0; i < count; i++)
        slope[i] *= model->weight[i];
    return vector_dot(model->weight, model->loss, count);
}

static double differentiate_one(struct model *model, const struct block *block,
                                double scale)
{
    struct network *network = &model->network;
    size_t count = block->count, last = network->layer_count - 1;
    float *z = network->z[last];
    double sum;

    if (!network->is_float) {
        memcpy(model->f, network->z[last], count * sizeof *model->f);
        return head_slopes(model, block, scale, model->f, network->z[last]);
    }
    for (size_t i = 0; i < count; i++)
        model->f[i] = z[i];
    sum = head_slopes(model, block, scale, model->f, model->slope);
    for (size_t i = 0; i < count; i++)
        z[i] = (float)model->slope[i];
    return sum;
}

double head_differentiate(struct model *model, const struct block *block,
                          double scale)
{
    return heads[model->design.head].of_many
               ? differentiate_many(model, block, scale)
               : differentiate_one(model, block, scale);
}

static double greatest(const double *scores, size_t classes)
{
    size_t best = 0;

    for (size_t k = 1; k < classes; k++)
        if (scores[k] > scores[best])
            best = k;
    return (double)best;
}

void head_decide(const struct model *model, const double *scores, size_t count,
                 double *ret_value)
{
    const struct head_kind *head = &heads[model->design.head];
    size_t outputs = network_last(&model->network)->outputs;

    if (head->of_many)
        for (size_t i = 0; i < count; i++)
            ret_value[i] = greatest(scores + i * outputs, outputs);
    else if (head->of_classes)
        for (size_t i = 0; i < count; i++)
            ret_value[i] = scores[i] > 0;
    else
        memcpy(ret_value, scores, count * sizeof *scores);
}
