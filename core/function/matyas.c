/* matyas.c - a quadratic plate: flat along the diagonal. */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    (void)n;
    if (g != NULL) {
        g[0] = 0.52 * x[0] - 0.48 * x[1];
        g[1] = 0.52 * x[1] - 0.48 * x[0];
    }
    return 0.26 * (x[0] * x[0] + x[1] * x[1]) - 0.48 * x[0] * x[1];
}

const struct function function_matyas = {
    .name = "matyas",
    .formula = "0.26*(x1^2 + x2^2) - 0.48*x1*x2",
    .sentence = "A long flat trough of condition number 25: fast across, slow "
                "along.",
    .source = "Jamil & Yang 2013, arXiv:1308.4008, function 71",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){6, -7},
    .start_period = 2,
    .low = -10,
    .high = 10,
    .minima = {{0, (const double[]){0, 0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
