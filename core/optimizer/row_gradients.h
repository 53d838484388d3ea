/*
 * row_gradients.h - what sag and saga share: the derivative of each row's loss
 * by its score, as it was when the row was last visited, and their mean
 * gradient.
 *
 * The gradient of a linear model's row is its slope times the row, so one
 * number a row is remembered, not n.
 */
#ifndef CORE_OPTIMIZER_ROW_GRADIENTS_H
#define CORE_OPTIMIZER_ROW_GRADIENTS_H

#include "core/model/linear_model.h"
#include "core/objective/objective.h"
#include "core/optimizer/optimizer.h"

enum {
    ROW_GRADIENTS_STATES = 2,  /* of the mean gradient, and of a scratch */
    ROW_GRADIENTS_ROWS = 2,    /* slope, and the new one */
};

/*
 * Take the new slopes of the batch at x.
 *
 *   ret_change  [n]  out  mean over the batch of (new - old slope) * row
 *
 * Before it, state [n] is the mean over all rows of old slope * row; after it,
 * of the new ones. Rows that were never visited have slope 0.
 */
void row_gradients_take(struct step *s, double *ret_change);

/* The penalties' gradient at x, without l1, added to `g`. */
void row_gradients_penalize(const struct step *s, double *g);

/* Shrink weights towards 0 by rate * l1, not beyond: l1's proximal step. */
void row_gradients_shrink(const struct step *s);

/* What both ask of an objective. */
void row_gradients_check(const char *name, const struct objective *objective,
                         const char *pointer, struct faults *faults);

#endif
