/* squared.c - the square of the error: least squares. */
#include "core/loss/loss.h"

static void evaluate(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope)
{
    (void)p;
    for (size_t i = 0; i < n; i++)
        ret_slope[i] = f[i] - y[i];
    for (size_t i = 0; ret_loss != NULL && i < n; i++)
        ret_loss[i] = ret_slope[i] * ret_slope[i];
    for (size_t i = 0; i < n; i++)
        ret_slope[i] *= 2;
}

static void curve(const double *f, const double *y, size_t n, double p,
                  double *ret_curvature)
{
    (void)f, (void)y, (void)p;
    for (size_t i = 0; i < n; i++)
        ret_curvature[i] = 2;
}

const struct loss loss_squared = {
    .name = "squared",
    .formula = "(f - y)^2",
    .sentence = "The mean of the target; PyTorch's MSELoss, without a half.",
    .source = "Legendre 1805, Nouvelles methodes, appendix",
    .target = LOSS_OF_NUMBERS,
    .evaluate = evaluate,
    .curve = curve,
    .curvature_max = 2,
};
