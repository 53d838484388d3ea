/*
 * ill_conditioned_quadratic.c - axes from 1 to a million in equal ratios.
 *
 * f(x) = sum over i of 10^(6 (i - 1) / (n - 1)) x_i^2
 */
#include "core/function/function.h"
#include "core/kernel/math.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0, last = (double)(n - 1);

    for (size_t i = 0; i < n; i++) {
        double weight = math_pow(10, 6 * (double)i / last);

        f += weight * x[i] * x[i];
        if (g != NULL)
            g[i] = 2 * weight * x[i];
    }
    return f;
}

const struct function function_ill_conditioned_quadratic = {
    .name = "ill_conditioned_quadratic",
    .formula = "sum(i, 1, n, 10^(6*(i - 1)/(n - 1))*x[i]^2)",
    .sentence = "Condition number 1e6: plain descent needs millions of steps, "
                "rules that scale each coordinate do not notice.",
    .source = "Hansen, Finck, Ros & Auger 2009, INRIA RR-6829, f2 without its "
              "transformations",
    .dimension_min = 2,
    .dimension_default = 2,
    .start = (const double[]){1},
    .start_period = 1,
    .low = -5,
    .high = 5,
    .minima = {{0, (const double[]){0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
