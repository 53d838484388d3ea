/*
 * extended_rosenbrock.c - curved valleys side by side, in pairs.
 *
 * f(x) = sum over pairs (a, b) of 100 (b - a^2)^2 + (1 - a)^2. Unlike
 * rosenbrock.c's chain the pairs do not touch.
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i + 1 < n; i += 2) {
        double above = x[i + 1] - x[i] * x[i];
        double rest = 1 - x[i];

        f += 100 * above * above + rest * rest;
        if (g != NULL) {
            g[i] = -400 * above * x[i] - 2 * rest;
            g[i + 1] = 200 * above;
        }
    }
    return f;
}

const struct function function_extended_rosenbrock = {
    .name = "extended_rosenbrock",
    .formula = "sum(i, 1, n/2, 100*(x[2*i] - x[2*i-1]^2)^2 + "
               "(1 - x[2*i-1])^2)",
    .sentence = "Many copies of one bent valley: no harder than one, and a "
                "plain measure of cost per dimension.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 21",
    .dimension_min = 2,
    .dimension_step = 2,
    .dimension_default = 10,
    .start = (const double[]){-1.2, 1},
    .start_period = 2,
    .low = -2.048,
    .high = 2.048,
    .minima = {{0, (const double[]){1}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
