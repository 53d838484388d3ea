/* squared_hinge.c - the square of the hinge, which has a derivative. */
#include <math.h>

#include "core/loss/loss.h"

static void evaluate(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope)
{
    (void)p;
    for (size_t i = 0; i < n; i++) {
        double short_of = 1 - y[i] * f[i];
        double size = short_of > 0 || isnan(short_of) ? short_of : 0;

        if (ret_loss != NULL)
            ret_loss[i] = size * size;
        ret_slope[i] = -2 * y[i] * size;
    }
}

static double slope(double f, double y)
{
    double short_of = 1 - y * f;

    return -2 * y * (short_of > 0 || isnan(short_of) ? short_of : 0);
}

static void curve(const double *f, const double *y, size_t n, double p,
                  double *ret_curvature)
{
    (void)p;
    for (size_t i = 0; i < n; i++)
        ret_curvature[i] = 1 - y[i] * f[i] > 0 ? 2 : 0;
}

const struct loss loss_squared_hinge = {
    .name = "squared_hinge",
    .formula = "max(0, 1 - y f)^2, y = 1 or -1",
    .sentence = "A support vector machine for methods that need a "
                "derivative; LIBLINEAR's L2 loss.",
    .source = "Chang, Hsieh & Lin 2008, J. Machine Learning Research 9, "
              "1369-1398",
    .target = LOSS_OF_CLASSES,
    .evaluate = evaluate,
    .slope = slope,
    .curve = curve,
    .curvature_max = 2,
};
