/*
 * trid.c - a quadratic whose neighbours pull at each other.
 *
 * f(x) = sum of (x_i - 1)^2 - sum of x_i x_{i-1}
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i < n; i++) {
        double before = i > 0 ? x[i - 1] : 0;
        double after = i + 1 < n ? x[i + 1] : 0;

        f += (x[i] - 1) * (x[i] - 1) - x[i] * before;
        if (g != NULL)
            g[i] = 2 * (x[i] - 1) - before - after;
    }
    return f;
}

/* 2 x_i - x_{i-1} - x_{i+1} = 2 with zeros outside: a parabola in i. */
static double place(const struct function *function, size_t n, double *x)
{
    double size = (double)n;

    (void)function;
    for (size_t i = 1; i <= n; i++)
        x[i - 1] = (double)i * (double)(n + 1 - i);
    return -size * (size + 4) * (size - 1) / 6;
}

const struct function function_trid = {
    .name = "trid",
    .formula = "sum(i, 1, n, (x[i] - 1)^2) - sum(i, 2, n, x[i]*x[i-1])",
    .sentence = "Each coordinate wants what its neighbours have: news "
                "crosses one coordinate a step.",
    .source = "Surjanovic & Bingham 2013, Virtual Library of Simulation "
              "Experiments",
    .dimension_min = 2,
    .dimension_default = 6,
    .start = (const double[]){0},
    .start_period = 1,
    .low = -36,
    .high = 36,
    .minima = {{.place = place}},
    .minima_count = 1,
    .evaluate = evaluate,
};
