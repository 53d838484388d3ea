/*
 * linear_model.h - a model with one score w.x + b a row, as methods see it
 * that are made for such: sums over rows of a loss of the score.
 *
 *     sum_i scale * weight_i * loss(w.x_i + b, y_i) + l1 |w|_1 + l2/2 |w|^2
 *
 * x of the objective is w [features], then b where there is an intercept.
 */
#ifndef CORE_MODEL_LINEAR_MODEL_H
#define CORE_MODEL_LINEAR_MODEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/dataset/rows.h"
#include "core/loss/loss.h"
#include "core/objective/batch.h"

/* The rows by their columns: what coordinate descent walks over. */
struct columns {
    const uint64_t *offsets;  /* [features + 1] */
    const uint32_t *rows;     /* [entries] ascending in a column */
    const double *values;     /* [entries] none of them 0 */
};

struct linear_model {
    const struct rows *rows;  /* the training part; its arrays are there from
                                 objective->load on */
    const struct loss *loss;
    double loss_parameter;
    double scale;             /* of each row's loss: 1 / rows, or 1 */
    double l1, l2;
    bool intercept;
    bool is_sum;              /* scale is 1: no mean */
    uint64_t entries;         /* of the rows, at most */
    const atomic_bool *const *cancel; /* where the flag's place stands, which
                                 may be NULL */
    struct columns *columns;  /* of linear_columns(); its offsets are NULL
                                 until it was called */
};

/* Whether the run is canceled: what was asked for last means nothing. */
bool linear_is_canceled(const struct linear_model *linear);

/* The target of a row as the loss takes it: 1 or -1 for classes. */
double linear_target(const struct linear_model *linear, size_t row);

/* scale * weight of a row. */
double linear_weight(const struct linear_model *linear, size_t row);

/* w . x_row, without the intercept. */
double linear_dot(const struct rows *rows, size_t row, const double *w);

/* w += a x_row. */
void linear_add(const struct rows *rows, size_t row, double a, double *w);

/* Ask for a row to be brought near, as it comes soon. */
void linear_prefetch(const struct rows *rows, size_t row);

/* |x_row|^2 */
double linear_square(const struct rows *rows, size_t row);

/*
 * Loss and its derivative by the score of each row of a batch, neither scaled
 * nor weighted.
 *
 *   x          [n]             in
 *   ret_loss   [batch->count]  out  NULL: not wanted
 *   ret_slope  [batch->count]  out
 */
void linear_slopes(const struct linear_model *linear,
                   const struct batch *batch, const double *x,
                   double *ret_loss, double *ret_slope);

/*
 * The rows by columns, made once in `arena`.
 *
 * Fails   ERR_MEMORY; ERR_CLOSING when the run is canceled
 * Cost    O(entries) time, 12 bytes an entry
 */
MUST_CHECK enum error linear_columns(const struct linear_model *linear,
                                     struct arena *arena,
                                     const struct columns **ret);

/* How many bytes of an arena it takes, at most. */
double linear_columns_bytes(const struct linear_model *linear,
                            size_t features);

#endif
