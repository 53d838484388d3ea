/* quantile.c - the pinball loss, least at a quantile of the target. */
#include <math.h>

#include "core/loss/loss.h"

static const struct parameter parameters[] = {
    {"quantile", 0.5, 0, 1, "The share of targets that are to lie below the "
     "prediction; 0.5 is the median.", OPEN, PARAMETER_NUMBER},
    {0},
};

static void evaluate(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope)
{
    for (size_t i = 0; i < n; i++) {
        double r = y[i] - f[i];
        double slope = r > 0 ? -p : r < 0 ? 1 - p : r;

        if (ret_loss != NULL)
            ret_loss[i] = -slope * r;
        ret_slope[i] = slope;
    }
}

const struct loss loss_quantile = {
    .name = "quantile",
    .formula = "q (y - f) if f < y, else (1 - q) (f - y); q = quantile",
    .sentence = "A quantile of the target rather than its mean: medians, "
                "bands of forecasts.",
    .source = "Koenker & Bassett 1978, Econometrica 46(1), 33-50",
    .target = LOSS_OF_NUMBERS,
    .parameters = parameters,
    .evaluate = evaluate,
    .curvature_max = INFINITY,
};
