/*
 * griewank.c - a wide bowl under a product of waves.
 *
 * f(x) = 1 + sum of x_i^2 / 4000 - product of c_i, c_i = cos(x_i / sqrt(i))
 *
 * The slope of the product in x_j holds all c_i but c_j. Dividing by c_j would
 * fail where it is zero: the product before j, kept in g_j on the way up, is
 * multiplied by the product after j on the way down.
 */
#include <math.h>

#include "core/function/function.h"
#include "core/kernel/math.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double squares = 0, product = 1, after = 1;

    for (size_t i = 0; i < n; i++) {
        squares += x[i] * x[i];
        if (g != NULL)
            g[i] = product;
        product *= math_cos(x[i] / sqrt((double)(i + 1)));
    }
    for (size_t i = n; g != NULL && i-- > 0;) {
        double root = sqrt((double)(i + 1));

        g[i] = x[i] / 2000 + g[i] * after * math_sin(x[i] / root) / root;
        after *= math_cos(x[i] / root);
    }
    return squares / 4000 + (1 - product);
}

const struct function function_griewank = {
    .name = "griewank",
    .formula = "1 + sum(i, 1, n, x[i]^2)/4000 - "
               "prod(i, 1, n, cos(x[i]/sqrt(i)))",
    .sentence = "Thousands of shallow dents on a wide bowl; oddly, easier in "
                "more dimensions.",
    .source = "Griewank 1981, Journal of Optimization Theory and Applications "
              "34(1), 11-39",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){1, -2},
    .start_period = 2,
    .low = -600,
    .high = 600,
    .minima = {{0, (const double[]){0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
