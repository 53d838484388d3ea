/*
 * log_sum_exp.c - a smooth maximum of three planes.
 *
 * f = log(e^a + e^b + e^c), a = x + 3 y - 0.1, b = x - 3 y - 0.1,
 * c = -x - 0.1. The largest exponent is taken out, so that none overflows.
 */
#include <math.h>

#include "core/function/function.h"
#include "core/kernel/math.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double a = x[0] + 3 * x[1] - 0.1;
    double b = x[0] - 3 * x[1] - 0.1;
    double c = -x[0] - 0.1;
    double top = fmax(a, fmax(b, c));
    double sum;

    (void)n;
    a = math_exp(a - top);
    b = math_exp(b - top);
    c = math_exp(c - top);
    sum = a + b + c;
    if (g != NULL) {
        g[0] = (a + b - c) / sum;
        g[1] = 3 * (a - b) / sum;
    }
    return top + math_log(sum);
}

/* By symmetry y = 0; then 2 e^x = e^-x: x = -log(2) / 2, f is log(8) / 2 - 0.1
 * there. */
const struct function function_log_sum_exp = {
    .name = "log_sum_exp",
    .formula = "log(exp(x1 + 3*x2 - 0.1) + exp(x1 - 3*x2 - 0.1) + "
               "exp(-x1 - 0.1))",
    .sentence = "Convex and almost a cone far out: the gradient keeps its "
                "size until close to the minimum.",
    .source = "Boyd & Vandenberghe 2004, Convex Optimization, equation 9.20",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){-1, 0.7},
    .start_period = 2,
    .low = -3,
    .high = 3,
    .minima = {{0.939720770839918,
                (const double[]){-0.34657359027997264, 0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
