/*
 * zakharov.c - a round bowl with a quartic wall across one direction.
 *
 * f(x) = sum of x_i^2 + s^2 + s^4, s = sum of i x_i / 2
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0, s = 0, pull;

    for (size_t i = 0; i < n; i++) {
        f += x[i] * x[i];
        s += 0.5 * (double)(i + 1) * x[i];
    }
    pull = s + 2 * s * s * s; /* half of d(s^2 + s^4) / ds */
    for (size_t i = 0; g != NULL && i < n; i++)
        g[i] = 2 * x[i] + (double)(i + 1) * pull;
    return f + s * s + s * s * s * s;
}

const struct function function_zakharov = {
    .name = "zakharov",
    .formula = "sum(i, 1, n, x[i]^2) + sum(i, 1, n, i*x[i]/2)^2 + "
               "sum(i, 1, n, i*x[i]/2)^4",
    .sentence = "Convex, yet a quartic wall in one direction throws far what "
                "starts far out.",
    .source = "Surjanovic & Bingham 2013, Virtual Library of Simulation "
              "Experiments",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){2, -1, 3, 1},
    .start_period = 4,
    .low = -5,
    .high = 10,
    .minima = {{0, (const double[]){0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
