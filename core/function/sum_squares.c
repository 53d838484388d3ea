/* sum_squares.c - a bowl whose axes grow steeper one by one: sum of i x_i^2. */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i < n; i++) {
        double weight = (double)(i + 1);

        f += weight * x[i] * x[i];
        if (g != NULL)
            g[i] = 2 * weight * x[i];
    }
    return f;
}

const struct function function_sum_squares = {
    .name = "sum_squares",
    .formula = "sum(i, 1, n, i*x[i]^2)",
    .sentence = "A bowl of condition number n: the last coordinate limits the "
                "rate, the first one waits.",
    .source = "Surjanovic & Bingham 2013, Virtual Library of Simulation "
              "Experiments",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){5, -4, 3, -2, 1},
    .start_period = 5,
    .low = -10,
    .high = 10,
    .minima = {{0, (const double[]){0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
