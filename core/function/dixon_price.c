/*
 * dixon_price.c - a chain in which each coordinate is bent onto the next.
 *
 * f(x) = (x_1 - 1)^2 + sum over i > 1 of i (2 x_i^2 - x_{i-1})^2
 */
#include <math.h>

#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = (x[0] - 1) * (x[0] - 1);

    if (g != NULL)
        g[0] = 2 * (x[0] - 1);
    for (size_t i = 1; i < n; i++) {
        double weight = (double)(i + 1);
        double residual = 2 * x[i] * x[i] - x[i - 1];

        f += weight * residual * residual;
        if (g != NULL) {
            g[i - 1] -= 2 * weight * residual;
            g[i] = 8 * weight * residual * x[i];
        }
    }
    return f;
}

/* 2 x_i^2 = x_{i-1} from x_1 = 1 on. */
static double place(const struct function *function, size_t n, double *x)
{
    (void)function;
    x[0] = 1;
    for (size_t i = 1; i < n; i++)
        x[i] = sqrt(x[i - 1] / 2);
    return 0;
}

/* The same with x_n < 0 is as low. */
static double place_mirrored(const struct function *function, size_t n,
                             double *x)
{
    double loss = place(function, n, x);

    x[n - 1] = -x[n - 1];
    return loss;
}

const struct function function_dixon_price = {
    .name = "dixon_price",
    .formula = "(x[1] - 1)^2 + sum(i, 2, n, i*(2*x[i]^2 - x[i-1])^2)",
    .sentence = "A valley bent once in every coordinate, steeper towards the "
                "end of the chain.",
    .source = "Dixon & Price 1989, Journal of Optimization Theory and "
              "Applications 60(2), 261-275",
    .dimension_min = 2,
    .dimension_default = 2,
    .start = (const double[]){1},
    .start_period = 1,
    .low = -10,
    .high = 10,
    .minima = {{.place = place}, {.place = place_mirrored}},
    .minima_count = 2,
    .evaluate = evaluate,
};
