/*
 * broyden_tridiagonal.c - a chain of quadratic equations.
 *
 * r_i = (3 - 2 x_i) x_i - x_{i-1} - 2 x_{i+1} + 1, zeros outside
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; g != NULL && i < n; i++)
        g[i] = 0;
    for (size_t i = 0; i < n; i++) {
        double before = i > 0 ? x[i - 1] : 0;
        double after = i + 1 < n ? x[i + 1] : 0;
        double rest = (3 - 2 * x[i]) * x[i] - before - 2 * after + 1;

        f += rest * rest;
        if (g == NULL)
            continue;
        g[i] += 2 * rest * (3 - 4 * x[i]);
        if (i > 0)
            g[i - 1] -= 2 * rest;
        if (i + 1 < n)
            g[i + 1] -= 4 * rest;
    }
    return f;
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_broyden_tridiagonal = {
    .name = "broyden_tridiagonal",
    .formula = "sum(i, 1, n, ((3 - 2*x[i])*x[i] - x[i-1] - 2*x[i+1] + 1)^2), "
               "x[0] = x[n+1] = 0",
    .sentence = "Well conditioned in any dimension: a fair race between "
                "methods by cost alone.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 30",
    .dimension_min = 2,
    .dimension_default = 10,
    .start = (const double[]){-1},
    .start_period = 1,
    .low = -2,
    .high = 2,
    .minima = {{0,
                (const double[]){-0.5707221320112248, -0.681806949984275,
                                 -0.7022100760176601, -0.7055106298950804,
                                 -0.7049061557287437, -0.7014966070298512,
                                 -0.6918893223547983, -0.6657965144058537,
                                 -0.5960351090263657, -0.4164122575286934},
                10}},
    .minima_count = 1,
    .evaluate = evaluate,
};
