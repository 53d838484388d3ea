/* metrics.c - what is told of a model at the end of an epoch. */
#include <math.h>

#include "core/kernel/math.h"
#include "core/kernel/vector.h"
#include "core/model/model_data.h"

enum { LOSS, ACCURACY, RMSE, R_SQUARED, QUANTITIES, VALIDATION = 8 };

struct told {
    const char *name;
    unsigned what;       /* a quantity, with VALIDATION or without */
    bool less_is_better;
};

static const struct told of_classes[] = {
    {"training_loss", LOSS, true},
    {"validation_loss", VALIDATION | LOSS, true},
    {"accuracy", ACCURACY, false},
    {"validation_accuracy", VALIDATION | ACCURACY, false},
    {NULL},
};
static const struct told of_numbers[] = {
    {"training_loss", LOSS, true},
    {"validation_loss", VALIDATION | LOSS, true},
    {"rmse", RMSE, true},
    {"r_squared", R_SQUARED, false},
    {"validation_rmse", VALIDATION | RMSE, true},
    {"validation_r_squared", VALIDATION | R_SQUARED, false},
    {NULL},
};

static const struct told *columns_of(const struct model *model)
{
    return heads[model->design.head].of_classes ? of_classes : of_numbers;
}

static bool is_told(const struct model *model, const struct told *column)
{
    return !(column->what & VALIDATION) || model->design.validation_rows > 0;
}

void model_set_metrics(struct model *model)
{
    struct by_rows *by_rows = &model->by_rows;

    by_rows->metrics = model->metrics;
    by_rows->measure = model_measure;
    for (const struct told *c = columns_of(model); c->name != NULL; c++) {
        if (!is_told(model, c))
            continue;
        if (c->what == (VALIDATION | LOSS))
            by_rows->judged = by_rows->metric_count;
        model->metrics[by_rows->metric_count++] =
            (struct metric){c->name, c->less_is_better};
    }
}

/* What is counted of a block of rows side by side: those that are right, or
 * squares of errors. */
static double count(const struct model *model, const struct block *block,
                    const double *scores)
{
    const double *target = block->rows->target + block->first;
    const double *said = model->slope;
    size_t right = 0;
    double sum = 0;

    head_decide(model, scores, block->count, model->slope);
    if (model->design.loss->is_log_link)
        for (size_t i = 0; i < block->count; i++)
            model->slope[i] = math_exp(model->slope[i]);
    if (heads[model->design.head].of_classes) {
        for (size_t i = 0; i < block->count; i++)
            right += said[i] == target[i];
        return (double)right;
    }
    for (size_t i = 0; i < block->count; i++)
        sum += (said[i] - target[i]) * (said[i] - target[i]);
    return sum;
}

/* All quantities over one part, in one pass. */
static void measure_part(struct model *model, const struct rows *rows,
                         double squares, const double *x,
                         double ret[QUANTITIES])
{
    double scale = model->design.is_sum ? 1 : 1 / (double)rows->count;
    double loss = 0, counted = 0;

    for (size_t done = 0; done < rows->count; done += NETWORK_BLOCK) {
        size_t left = rows->count - done;
        struct block block = {
            .rows = rows, .first = done,
            .count = left < NETWORK_BLOCK ? left : NETWORK_BLOCK,
        };
        const double *scores;

        if (model_is_canceled(model))
            break;
        scores = network_scores(&model->network, &block, x);
        counted += count(model, &block, scores);
        loss += head_differentiate(model, &block, scale);
    }
    ret[LOSS] = loss;
    ret[ACCURACY] = counted / (double)rows->count;
    ret[RMSE] = sqrt(counted / (double)rows->count)
              * model->design.target_deviation;
    ret[R_SQUARED] = 1 - counted / squares;
}

void model_measure(void *data, const double *x, double *ret)
{
    struct model *model = data;
    double training[QUANTITIES] = {0}, validation[QUANTITIES] = {0};

    if (model_is_canceled(model)) /* perhaps before there were any rows */
        return;
    network_prepare(&model->network, x);
    measure_part(model, &model->training, model->total_squares[0], x,
                 training);
    training[LOSS] += model_penalize(model, x, NULL);
    if (model->design.validation_rows > 0)
        measure_part(model, &model->validation, model->total_squares[1], x,
                     validation);
    for (const struct told *c = columns_of(model); c->name != NULL; c++)
        if (is_told(model, c))
            *ret++ = (c->what & VALIDATION ? validation
                                           : training)[c->what % VALIDATION];
}
