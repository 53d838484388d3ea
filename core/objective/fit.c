/*
 * fit.c - the objective "fit": a formula's parameters, from data.
 *
 * Row i of the dataset has the residual r_i = sqrt(w_i) (f(x; row i) - y_i);
 * the loss is the sum of their squares, or of what a robust loss makes of them.
 * Optimizers that know only losses get its gradient, 2 J' rho' r; the others
 * get r and J.
 *
 * With other losses (fit_loss.h), and where J would be too large, the gradient
 * comes from one pass backwards over the rows, as that of batches does.
 */
#include "core/objective/fit.h"

#include <math.h>

#include "core/kernel/math.h"
#include "core/kernel/vector.h"
#include "core/objective/fit_internal.h"
#include "core/objective/robust.h"

/* ---- evaluating -------------------------------------------------------- */

static void evaluate_residuals(void *data, const double *x, double *r,
                               double *J)
{
    const struct fit_data *fit = data;
    size_t m = fit->rows;

    expression_evaluate_rows(fit->formula, x, r, J);
    for (size_t i = 0; i < m; i++)
        r[i] -= fit->target[i];
    if (fit->root == NULL)
        return;
    for (size_t i = 0; i < m; i++)
        r[i] *= fit->root[i];
    for (size_t j = 0; J != NULL && j < fit->n; j++)
        for (size_t i = 0; i < m; i++)
            J[j * m + i] *= fit->root[i];
}

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    const struct fit_data *fit = data;
    size_t m = fit->rows;
    double loss;

    evaluate_residuals(data, x, fit->r, g != NULL ? fit->J : NULL);
    loss = robust_loss(&fit->residuals, fit->r);
    if (g != NULL)
        robust_weigh(&fit->residuals, fit->r);
    for (size_t j = 0; g != NULL && j < n; j++)
        g[j] = 2 * vector_dot(fit->J + j * m, fit->r, m);
    return loss;
}

static double evaluate_sum(void *data, const double *x, size_t n, double *g)
{
    const struct fit_data *fit = data;
    const struct row_set all = {.count = fit->rows};

    (void)n;
    return fit_evaluate_rows(fit, &all, x, g);
}

/* ---- batches ----------------------------------------------------------- */

/* The mean: what all rows of the batch add, over their number; weights are part
 * of what a row adds. */
static double evaluate_batch(void *data, const struct batch *batch,
                             const double *x, size_t n, double *g)
{
    const struct row_set set = {batch->first, batch->count, batch->rows};
    double share = 1 / (double)batch->count;
    double loss = fit_evaluate_rows(data, &set, x, g);

    for (size_t j = 0; g != NULL && j < n; j++)
        g[j] *= share;
    return loss * share;
}

/* By the loss. Weights count in the first one alone. */
static const struct metric
    of_residuals[] = {{"training_loss", true}, {"rmse", true},
                      {"r_squared", false}},
    of_classes[] = {{"training_loss", true}, {"accuracy", false}},
    of_sums[] = {{"training_loss", true}};

static const struct {
    const struct metric *metrics;
    size_t count;
} metrics_of[] = {
    [FIT_RESIDUALS] = {of_residuals, 3},
    [FIT_LOG]       = {of_classes, 2},
    [FIT_SUM]       = {of_sums, 1},
};

/* The share of rows whose class is the more probable one; even odds are for
 * class 0. */
static double accuracy(const struct fit_data *fit, const double *values)
{
    double right = 0;

    for (size_t i = 0; i < fit->rows; i++)
        right += (values[i] > 0) == (fit->target[i] > 0.5);
    return right / (double)fit->rows;
}

static void measure_residuals(const struct fit_data *fit,
                              const double *values, double *ret_rmse,
                              double *ret_r_squared)
{
    double mean = vector_sum(fit->target, fit->rows) / (double)fit->rows;
    double total = 0, left = 0;

    for (size_t i = 0; i < fit->rows; i++) {
        double by = fit->target[i] - mean, r = fit->target[i] - values[i];

        total += by * by;
        left += r * r;
    }
    *ret_rmse = sqrt(left / (double)fit->rows);
    *ret_r_squared = total > 0 ? 1 - left / total : NAN;
}

static void measure(void *data, const double *x, double *ret)
{
    const struct fit_data *fit = data;
    const struct row_set all = {.count = fit->rows};

    ret[0] = fit_evaluate_rows(fit, &all, x, NULL) / (double)fit->rows;
    if (fit->loss == FIT_LOG)
        ret[1] = accuracy(fit, fit->r);
    else if (fit->loss == FIT_RESIDUALS)
        measure_residuals(fit, fit->r, &ret[1], &ret[2]);
}

static void set_batches(struct fit_data *fit)
{
    fit->by_rows = (struct by_rows){
        .count = fit->rows,
        .evaluate = evaluate_batch,
        .metrics = metrics_of[fit->loss].metrics,
        .metric_count = metrics_of[fit->loss].count,
        .measure = measure,
    };
}

/* ---- what is known of it ----------------------------------------------- */

bool fit_residuals(const struct objective *objective, const double *x,
                   double *ret)
{
    const struct fit_data *fit = fit_data_of(objective);
    const struct row_set all = {.count = fit->rows};

    if (fit->target == NULL)
        return false;
    expression_values(fit->formula, x, &all, ret);
    for (size_t i = 0; i < fit->rows; i++)
        ret[i] = fit->target[i] - (fit->loss == FIT_LOG ? math_logistic(ret[i])
                                                        : ret[i]);
    return true;
}

const struct fit_data *fit_data_of(const struct objective *objective)
{
    return objective->kind == &objective_fit ? objective->data : NULL;
}

/* A fit that is linear in its parameters arrives from anywhere: it starts at 0
 * where the spec does not say. */
static enum error set_start(struct arena *arena, const struct fit_data *fit,
                            struct objective *objective)
{
    double *start;

    if (!fit->formula->linear || fit->loss == FIT_SUM)
        return OK;
    start = arena_array(arena, fit->n, sizeof *start);
    objective->start = start;
    return start != NULL ? OK : ERR_MEMORY;
}

static enum error build(struct arena *arena, const struct value *values,
                        const char *pointer, struct faults *faults,
                        struct objective *ret)
{
    struct symbols *names = ARENA_NEW(arena, struct symbols);
    struct fit_data *fit;

    if (names == NULL)
        return ERR_MEMORY;
    TRY(fit_build(arena, values, pointer, faults, names, &fit));
    set_batches(fit);
    *ret = (struct objective){
        .kind = &objective_fit, .n = fit->n, .data = fit, .symbols = names,
        .by_rows = &fit->by_rows, .evaluate = evaluate_sum,
    };
    if (fit->fixed != NULL) {
        ret->full_count = fit->fixed->count;
        ret->full_index = fit->fixed->index;
    }
    TRY(set_start(arena, fit, ret));
    if (fit->J == NULL)
        return OK;
    fit->residuals.count = fit->rows;
    fit->residuals.linear = fit->formula->linear;
    fit->residuals.evaluate = evaluate_residuals;
    ret->residuals = &fit->residuals;
    ret->evaluate = evaluate;
    return OK;
}

const struct objective_kind objective_fit = {
    .name = "fit",
    .formula = "sum over the rows of w*loss(formula, target)",
    .sentence = "A formula's parameters from data: a curve with its standard "
                "errors (made for levenberg_marquardt), or a model with a loss "
                "of its own.",
    .members = fit_members,
    .build = build,
};
