/*
 * rastrigin.c - a bowl with a regular grid of dents.
 *
 * f(x) = 10 n + sum of x_i^2 - 10 cos(2 pi x_i)
 */
#include "core/function/function.h"
#include "core/kernel/math.h"

#define TAU 6.283185307179586476925286766559 /* 2 pi */

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i < n; i++) {
        f += x[i] * x[i] + 10 * (1 - math_cos(TAU * x[i]));
        if (g != NULL)
            g[i] = 2 * x[i] + 10 * TAU * math_sin(TAU * x[i]);
    }
    return f;
}

const struct function function_rastrigin = {
    .name = "rastrigin",
    .formula = "10*n + sum(i, 1, n, x[i]^2 - 10*cos(2*pi*x[i]))",
    .sentence = "A minimum near every whole number: descent ends in the "
                "nearest, seldom the best.",
    .source = "Rastrigin 1974; Muehlenbein, Schomisch & Born 1991, Parallel "
              "Computing 17, 619-632",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){3.2, -1.7},
    .start_period = 2,
    .low = -5.12,
    .high = 5.12,
    .minima = {{0, (const double[]){0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
