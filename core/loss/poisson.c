/* poisson.c - counts whose logarithm is the score. */
#include <math.h>

#include "core/kernel/math.h"
#include "core/loss/loss.h"

static void evaluate(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope)
{
    (void)p;
    math_exp_block(ret_slope, f, n);
    for (size_t i = 0; i < n; i++) {
        if (ret_loss != NULL)
            ret_loss[i] = ret_slope[i] - y[i] * f[i];
        ret_slope[i] -= y[i];
    }
}

static void curve(const double *f, const double *y, size_t n, double p,
                  double *ret_curvature)
{
    (void)y, (void)p;
    math_exp_block(ret_curvature, f, n);
}

const struct loss loss_poisson = {
    .name = "poisson",
    .formula = "exp(f) - y f",
    .sentence = "Counts, and other targets that are never negative; the "
                "prediction is exp(f). PyTorch's PoissonNLLLoss.",
    .source = "Nelder & Wedderburn 1972, J. R. Statist. Soc. A 135(3), "
              "370-384",
    .target = LOSS_OF_COUNTS,
    .is_log_link = true,
    .evaluate = evaluate,
    .curve = curve,
    .curvature_max = INFINITY,
};
