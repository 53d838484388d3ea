/*
 * schwefel.c - the best minimum lies in a corner, far from the second best.
 *
 * f(x) = sum of 418.982887 - x_i sin(sqrt|x_i|)
 *
 * The slope of x sin(s), s = sqrt|x|, is sin s + s cos(s) / 2: smooth at 0.
 */
#include <math.h>

#include "core/function/function.h"
#include "core/kernel/math.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i < n; i++) {
        double root = sqrt(fabs(x[i])), s = math_sin(root);

        f += 418.982887 - x[i] * s;
        if (g != NULL)
            g[i] = -s - 0.5 * root * math_cos(root);
    }
    return f;
}

/* The constant has six decimals: hence -2.7e-7 a coordinate, and not 0. */
const struct function function_schwefel = {
    .name = "schwefel",
    .formula = "sum(i, 1, n, 418.982887 - x[i]*sin(sqrt(abs(x[i]))))",
    .sentence = "Deceptive: the second best dent lies at the far end from the "
                "best.",
    .source = "Schwefel 1981, Numerical Optimization of Computer Models, "
              "Wiley",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){400, 440},
    .start_period = 2,
    .low = -500,
    .high = 500,
    .minima = {{0, (const double[]){420.96874635998205}}},
    .minima_count = 1,
    .loss_per_dimension = -5.448674125495729e-07 / 2,
    .evaluate = evaluate,
};
