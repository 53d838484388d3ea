/* huber.c - squares of small errors, sizes of large ones. */
#include <math.h>

#include "core/loss/loss.h"

static const struct parameter parameters[] = {
    {"loss_scale", 1, 0, 1e300, "The size of an error from which on it counts "
     "by its size, not its square.", OPEN_LOW, PARAMETER_NUMBER},
    {0},
};

static void evaluate(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope)
{
    for (size_t i = 0; i < n; i++) {
        double r = f[i] - y[i], size = fabs(r);

        if (ret_loss != NULL)
            ret_loss[i] = size > p ? p * (size - 0.5 * p) : 0.5 * r * r;
        ret_slope[i] = size > p ? copysign(p, r) : r;
    }
}

static void curve(const double *f, const double *y, size_t n, double p,
                  double *ret_curvature)
{
    for (size_t i = 0; i < n; i++)
        ret_curvature[i] = fabs(f[i] - y[i]) > p ? 0 : 1;
}

const struct loss loss_huber = {
    .name = "huber",
    .formula = "r^2/2 if |r| <= s, else s (|r| - s/2); r = f - y, s = "
               "loss_scale",
    .sentence = "Targets with outliers, which it forgives; PyTorch's "
                "HuberLoss.",
    .source = "Huber 1964, Annals of Mathematical Statistics 35(1), 73-101",
    .target = LOSS_OF_NUMBERS,
    .parameters = parameters,
    .evaluate = evaluate,
    .curve = curve,
    .curvature_max = 1,
};
