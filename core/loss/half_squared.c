/* half_squared.c - half the square of the error, whose derivative is it. */
#include "core/loss/loss.h"

static void evaluate(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope)
{
    (void)p;
    for (size_t i = 0; i < n; i++)
        ret_slope[i] = f[i] - y[i];
    for (size_t i = 0; ret_loss != NULL && i < n; i++)
        ret_loss[i] = 0.5 * ret_slope[i] * ret_slope[i];
}

static void curve(const double *f, const double *y, size_t n, double p,
                  double *ret_curvature)
{
    (void)f, (void)y, (void)p;
    for (size_t i = 0; i < n; i++)
        ret_curvature[i] = 1;
}

const struct loss loss_half_squared = {
    .name = "half_squared",
    .formula = "(f - y)^2 / 2",
    .sentence = "As squared, with the half that scikit-learn and glmnet write.",
    .source = "Hastie, Tibshirani & Friedman 2009, The Elements of "
              "Statistical Learning, (3.68)",
    .target = LOSS_OF_NUMBERS,
    .evaluate = evaluate,
    .curve = curve,
    .curvature_max = 1,
};
