/* himmelblau.c - four equal minima: the start decides which one is found. */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double u = x[0] * x[0] + x[1] - 11;
    double v = x[0] + x[1] * x[1] - 7;

    (void)n;
    if (g != NULL) {
        g[0] = 4 * x[0] * u + 2 * v;
        g[1] = 2 * u + 4 * x[1] * v;
    }
    return u * u + v * v;
}

/* Beside (3, 2) the minima are roots of quartics: found by Newton's method
 * with 50 digits, then rounded. */
const struct function function_himmelblau = {
    .name = "himmelblau",
    .formula = "(x1^2 + x2 - 11)^2 + (x1 + x2^2 - 7)^2",
    .sentence = "Four equal minima: which one is found depends on the start.",
    .source = "Himmelblau 1972, Applied Nonlinear Programming, McGraw-Hill",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){0, 0},
    .start_period = 2,
    .low = -6,
    .high = 6,
    .minima = {
        {0, (const double[]){3, 2}},
        {0, (const double[]){-2.805118086952745, 3.131312518250573}},
        {0, (const double[]){-3.779310253377747, -3.2831859912861696}},
        {0, (const double[]){3.5844283403304917, -1.8481265269644036}},
    },
    .minima_count = 4,
    .evaluate = evaluate,
};
