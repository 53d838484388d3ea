/* epsilon_insensitive.c - the size of the error beyond a width that is free. */
#include <math.h>

#include "core/loss/loss.h"

static const struct parameter parameters[] = {
    {"loss_scale", 1, 0, 1e300, "The size up to which an error costs nothing.",
     CLOSED, PARAMETER_NUMBER},
    {0},
};

static void evaluate(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope)
{
    for (size_t i = 0; i < n; i++) {
        double r = f[i] - y[i], beyond = fabs(r) - p;
        double size = beyond > 0 || isnan(beyond) ? beyond : 0;

        if (ret_loss != NULL)
            ret_loss[i] = size;
        ret_slope[i] = beyond > 0 ? copysign(1, r) : isnan(r) ? r : 0;
    }
}

const struct loss loss_epsilon_insensitive = {
    .name = "epsilon_insensitive",
    .formula = "max(0, |f - y| - s), s = loss_scale",
    .sentence = "Support vector regression; with loss_scale 0 the size of "
                "the error.",
    .source = "Vapnik 1995, The Nature of Statistical Learning Theory, "
              "section 6.1",
    .target = LOSS_OF_NUMBERS,
    .parameters = parameters,
    .evaluate = evaluate,
    .curvature_max = INFINITY,
};
