/*
 * powell_singular.c - flat to third order along two directions at the minimum.
 *
 * For every four coordinates
 * (a + 10 b)^2 + 5 (c - d)^2 + (b - 2 c)^4 + 10 (a - d)^4
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i < n; i += 4) {
        const double *y = x + i;
        double p = y[0] + 10 * y[1], q = y[2] - y[3];
        double r = y[1] - 2 * y[2], s = y[0] - y[3];

        f += p * p + 5 * q * q + r * r * r * r + 10 * s * s * s * s;
        if (g != NULL) {
            g[i] = 2 * p + 40 * s * s * s;
            g[i + 1] = 20 * p + 4 * r * r * r;
            g[i + 2] = 10 * q - 8 * r * r * r;
            g[i + 3] = -10 * q - 40 * s * s * s;
        }
    }
    return f;
}

const struct function function_powell_singular = {
    .name = "powell_singular",
    .formula = "(x1 + 10*x2)^2 + 5*(x3 - x4)^2 + (x2 - 2*x3)^4 + "
               "10*(x1 - x4)^4",
    .sentence = "The Hessian is singular at the minimum: the last digits of x "
                "cost more steps than all before.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 13",
    .dimension = 4,
    .dimension_default = 4,
    .start = (const double[]){3, -1, 0, 1},
    .start_period = 4,
    .low = -4,
    .high = 4,
    .minima = {{0, (const double[]){0, 0, 0, 0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};

const struct function function_extended_powell_singular = {
    .name = "extended_powell_singular",
    .formula = "sum(i, 1, n/4, (x[4*i-3] + 10*x[4*i-2])^2 + "
               "5*(x[4*i-1] - x[4*i])^2 + (x[4*i-2] - 2*x[4*i-1])^4 + "
               "10*(x[4*i-3] - x[4*i])^4)",
    .sentence = "Many singular valleys side by side: as hard as one, in as "
                "many dimensions as wanted.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 22",
    .dimension_min = 4,
    .dimension_step = 4,
    .dimension_default = 8,
    .start = (const double[]){3, -1, 0, 1},
    .start_period = 4,
    .low = -4,
    .high = 4,
    .minima = {{0, (const double[]){0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
