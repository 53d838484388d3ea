/*
 * rotated_hyper_ellipsoid.c - the sum of all leading sums of squares.
 *
 * f(x) = sum over i of (x_1^2 + ... + x_i^2): x_j^2 stands in n - j + 1 sums.
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i < n; i++) {
        double weight = (double)(n - i);

        f += weight * x[i] * x[i];
        if (g != NULL)
            g[i] = 2 * weight * x[i];
    }
    return f;
}

const struct function function_rotated_hyper_ellipsoid = {
    .name = "rotated_hyper_ellipsoid",
    .formula = "sum(i, 1, n, sum(j, 1, i, x[j]^2))",
    .sentence = "A bowl of condition number n, steepest along the first axis; "
                "from afar the first steps are long.",
    .source = "Surjanovic & Bingham 2013, Virtual Library of Simulation "
              "Experiments",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){30, -20, 10},
    .start_period = 3,
    .low = -65.536,
    .high = 65.536,
    .minima = {{0, (const double[]){0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
