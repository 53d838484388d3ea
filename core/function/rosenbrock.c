/*
 * rosenbrock.c - the curved valley: easy to enter, slow to follow.
 *
 * f(x) = sum over i of 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    if (g != NULL)
        g[0] = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        double bend = x[i + 1] - x[i] * x[i];
        double rest = 1 - x[i];

        f += 100 * bend * bend + rest * rest;
        if (g != NULL) {
            g[i] += -400 * bend * x[i] - 2 * rest;
            g[i + 1] = 200 * bend;
        }
    }
    return f;
}

const struct function function_rosenbrock = {
    .name = "rosenbrock",
    .formula = "sum(i, 1, n-1, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)",
    .sentence = "A narrow bent valley: plain descent zigzags in it for long, "
                "momentum follows it.",
    .source = "Rosenbrock 1960, The Computer Journal 3(3), 175-184",
    .dimension_min = 2,
    .dimension_default = 2,
    .start = (const double[]){-1.2, 1},
    .start_period = 2,
    .low = -2.048,
    .high = 2.048,
    .minima = {{0, (const double[]){1}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
