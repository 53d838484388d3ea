/*
 * fit_rows.c - the loss over some rows and its gradient.
 *
 * Each row's loss depends on x through the formula's value f alone: with the
 * slopes dloss/df of all rows, the gradient is one pass backwards through the
 * formula.
 */
#include <math.h>

#include "core/kernel/math.h"
#include "core/objective/fit.h"
#include "core/objective/robust.h"

/* log(1 + e^f) - y f, and its slope: no exponential of what is above 0. */
static double log_loss(double f, double y, double *ret_slope)
{
    *ret_slope = math_logistic(f) - y;
    return fmax(f, 0) - y * f + math_log1p(math_exp(-fabs(f)));
}

static double row_loss(const struct fit_data *fit, size_t row, double f,
                       double *ret_slope)
{
    double weight = fit->weights != NULL ? fit->weights[row] : 1;
    double root = fit->root != NULL ? fit->root[row] : 1, slope = 1, loss = f;

    if (fit->loss == FIT_RESIDUALS) {
        loss = robust_row(&fit->residuals, root * (f - fit->target[row]),
                          &slope);
        *ret_slope = root * slope;
        return loss;
    }
    if (fit->loss == FIT_LOG)
        loss = log_loss(f, fit->target[row], &slope);
    *ret_slope = weight * slope;
    return weight * loss;
}

/* The losses of values in rows as their sum; fit->slopes, which depend on no
 * value where the loss is a sum of them. */
static double set_losses(const struct fit_data *fit,
                         const struct row_set *set, const double *values)
{
    double sum = 0;

    for (size_t i = 0; i < set->count; i++) {
        size_t row = set->rows != NULL ? set->rows[i] : set->first + i;

        sum += row_loss(fit, row, values[i], &fit->slopes[i]);
    }
    return sum;
}

double fit_evaluate_rows(const struct fit_data *fit, const struct row_set *set,
                         const double *x, double *g)
{
    double loss;

    if (g != NULL && fit->loss == FIT_SUM) {
        set_losses(fit, set, fit->r);
        expression_pull_back(fit->formula, x, set, fit->slopes, fit->r, g);
        return set_losses(fit, set, fit->r);
    }
    expression_values(fit->formula, x, set, fit->r);
    loss = set_losses(fit, set, fit->r);
    if (g != NULL)
        expression_pull_back(fit->formula, x, set, fit->slopes, fit->r, g);
    return loss;
}
