/* booth.c - a quadratic bowl, nine times as steep one way as the other. */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double u = x[0] + 2 * x[1] - 7;
    double v = 2 * x[0] + x[1] - 5;

    (void)n;
    if (g != NULL) {
        g[0] = 2 * u + 4 * v;
        g[1] = 4 * u + 2 * v;
    }
    return u * u + v * v;
}

const struct function function_booth = {
    .name = "booth",
    .formula = "(x1 + 2*x2 - 7)^2 + (2*x1 + x2 - 5)^2",
    .sentence = "A tilted bowl of condition number 9: curvature in one "
                "direction limits the rate in all.",
    .source = "Jamil & Yang 2013, arXiv:1308.4008, function 17",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){-5, 7},
    .start_period = 2,
    .low = -10,
    .high = 10,
    .minima = {{0, (const double[]){1, 3}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
