/* sphere.c - f(x) = sum of x_i^2: a bowl that is round in every dimension. */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i < n; i++) {
        f += x[i] * x[i];
        if (g != NULL)
            g[i] = 2 * x[i];
    }
    return f;
}

const struct function function_sphere = {
    .name = "sphere",
    .formula = "sum(i, 1, n, x[i]^2)",
    .sentence = "The easiest of all: every method walks straight down.",
    .source = "De Jong 1975, test function F1",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){3, -2, 1, 4, -5},
    .start_period = 5,
    .low = -5.12,
    .high = 5.12,
    .minima = {{0, (const double[]){0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
