/* model_data.h - what lies behind objective->data of a model; for core/model
 * and the methods that know linear models. */
#ifndef CORE_MODEL_MODEL_DATA_H
#define CORE_MODEL_MODEL_DATA_H

#include "core/dataset/prepare.h"
#include "core/model/linear_model.h"
#include "core/model/model.h"
#include "core/model/network.h"

struct model {
    struct model_design design;
    struct network network;
    struct rows training, validation;  /* validation.count 0: there is none */
    const atomic_bool *cancel;         /* NULL: nobody cancels */
    struct preparation_request *request; /* of what load() reads; NULL where
                                          the rows were attached otherwise */
    struct filling *filling;           /* load() is under way, or NULL */
    struct prepared prepared;

    struct by_rows by_rows;
    struct metric metrics[METRICS_MAX];
    struct linear_model linear;
    double *start;                     /* [n], or NULL: it is drawn */
    double total_squares[2];           /* of the target about its mean, in
                                          the training and validation part */

    /* Scratch, [NETWORK_BLOCK]. */
    double *f, *y, *loss, *slope, *weight;
    uint32_t *label;
};

/* As model_attach(). */
MUST_CHECK enum error model_attach_rows(struct model *model,
                                        const struct rows *training,
                                        const struct rows *validation,
                                        uint64_t seed,
                                        const atomic_bool *cancel,
                                        struct arena *arena);

static inline bool model_is_canceled(const struct model *model)
{
    return model->cancel != NULL
        && atomic_load_explicit(model->cancel, memory_order_relaxed);
}

/* Number of the block's row i within its rows. */
static inline size_t block_row(const struct block *block, size_t i)
{
    return block->index != NULL ? block->index[i] : block->first + i;
}

/*
 * The scores in the network's last z become the derivative of
 * scale * weight * loss by them.
 *
 * Returns the sum of scale * weight * loss over the block
 */
double head_differentiate(struct model *model, const struct block *block,
                          double scale);

/* The same of one score a row: slope [count] from f [count]. */
double head_slopes(struct model *model, const struct block *block,
                   double scale, const double *f, double *slope);

/* What `count` scores [count][outputs] say: the class from 0, or the number
 * as the loss sees the target. */
void head_decide(const struct model *model, const double *scores,
                 size_t count, double *ret_value);

/*
 * The mean (or sum) of the loss over rows, without penalties; g [n] is set to
 * its gradient where it is not NULL.
 *
 *   batch   in   rows of `rows`
 *   drops   in   dropout is at work
 */
double model_evaluate(struct model *model, const struct rows *rows,
                      const struct batch *batch, bool drops, const double *x,
                      double *g);

/* The penalties at x; their gradient is added to g unless it is NULL. */
double model_penalize(const struct model *model, const double *x, double *g);

/* by_rows->descend of a model (descend.c). */
size_t model_descend(void *data, const struct batch *batch,
                     const struct descent *how, double *x, double *before,
                     double *g, size_t n, double *ret_loss);

/* by_rows->measure of a model (metrics.c), and its columns. */
void model_measure(void *data, const double *x, double *ret);
void model_set_metrics(struct model *model);

/* objective->draw_start of a layered model (start.c). */
void model_draw_start(const void *data, uint64_t seed, double *ret_x);

#endif
