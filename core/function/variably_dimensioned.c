/*
 * variably_dimensioned.c - a round bowl with a steep quartic in one direction.
 *
 * f(x) = sum of (x_i - 1)^2 + s^2 + s^4, s = sum of i (x_i - 1)
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0, s = 0, pull;

    for (size_t i = 0; i < n; i++) {
        f += (x[i] - 1) * (x[i] - 1);
        s += (double)(i + 1) * (x[i] - 1);
    }
    pull = 2 * s + 4 * s * s * s;
    for (size_t i = 0; g != NULL && i < n; i++)
        g[i] = 2 * (x[i] - 1) + (double)(i + 1) * pull;
    return f + s * s + s * s * s * s;
}

static void start_at(size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = 1 - (double)(i + 1) / (double)n;
}

const struct function function_variably_dimensioned = {
    .name = "variably_dimensioned",
    .formula = "sum(i, 1, n, (x[i] - 1)^2) + sum(i, 1, n, i*(x[i] - 1))^2 + "
               "sum(i, 1, n, i*(x[i] - 1))^4",
    .sentence = "A wall as steep as n^8 at the start and a gentle bowl behind "
                "it: a rate safe for one is slow for the other.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 25",
    .dimension_min = 1,
    .dimension_default = 10,
    .start_at = start_at,
    .low = -2,
    .high = 2,
    .minima = {{0, (const double[]){1}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
