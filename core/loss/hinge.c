/* hinge.c - by how much a row is on the wrong side of its margin. */
#include <math.h>

#include "core/loss/loss.h"

static double slope(double f, double y)
{
    double short_of = 1 - y * f;

    return short_of > 0 ? -y : isnan(short_of) ? short_of : 0;
}

static void evaluate(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope)
{
    (void)p;
    for (size_t i = 0; i < n; i++) {
        double short_of = 1 - y[i] * f[i];

        if (ret_loss != NULL)
            ret_loss[i] = short_of > 0 || isnan(short_of) ? short_of : 0;
        ret_slope[i] = slope(f[i], y[i]);
    }
}

const struct loss loss_hinge = {
    .name = "hinge",
    .formula = "max(0, 1 - y f), y = 1 or -1",
    .sentence = "The support vector machine: rows beyond the margin cost "
                "nothing.",
    .source = "Cortes & Vapnik 1995, Machine Learning 20(3), 273-297",
    .target = LOSS_OF_CLASSES,
    .evaluate = evaluate,
    .slope = slope,
    .curvature_max = INFINITY,
};
