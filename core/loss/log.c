/* log.c - minus the logarithm of the probability of the true class. */
#include <math.h>

#include "core/kernel/math.h"
#include "core/kernel/softmax.h"
#include "core/loss/loss.h"

static void evaluate(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope)
{
    (void)p;
    for (size_t i = 0; i < n; i++)
        ret_slope[i] = y[i] * f[i];
    softmax_two_f64(ret_slope, n, ret_loss, ret_slope);
    for (size_t i = 0; i < n; i++)
        ret_slope[i] *= y[i];
}

static double slope(double f, double y)
{
    return softmax_slope_f64(y * f) * y;
}

/* q = exp(-|f|): q / (1 + q)^2, the same for both classes. */
static void curve(const double *f, const double *y, size_t n, double p,
                  double *ret_curvature)
{
    (void)y, (void)p;
    for (size_t i = 0; i < n; i++) {
        double q = math_exp(-fabs(f[i]));

        ret_curvature[i] = q / ((1 + q) * (1 + q));
    }
}

const struct loss loss_log = {
    .name = "log",
    .formula = "log(1 + exp(-y f)), y = 1 or -1; of more classes "
               "log(sum_k exp(f_k)) - f_y",
    .sentence = "Probabilities of classes: logistic regression, softmax; "
                "PyTorch's BCEWithLogitsLoss and CrossEntropyLoss.",
    .source = "Cox 1958, J. R. Statist. Soc. B 20(2), 215-242",
    .target = LOSS_OF_CLASSES,
    .evaluate = evaluate,
    .slope = slope,
    .curve = curve,
    .curvature_max = 0.25,
};
