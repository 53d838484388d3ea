/*
 * goldstein_price.c - a product of two quartics over six orders of magnitude.
 *
 * f = a b, a = 1 + u^2 p(x, y), b = 30 + w^2 q(x, y), with u = x + y + 1 and
 * w = 2 x - 3 y; the gradient is a' b + a b'.
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double s = x[0], t = x[1];
    double u = s + t + 1, w = 2 * s - 3 * t;
    double p = 19 - 14 * s + 3 * s * s - 14 * t + 6 * s * t + 3 * t * t;
    double q = 18 - 32 * s + 12 * s * s + 48 * t - 36 * s * t + 27 * t * t;
    double a = 1 + u * u * p, b = 30 + w * w * q;

    (void)n;
    if (g != NULL) {
        /* a depends on s + t alone: both its slopes are equal. */
        double da = 2 * u * p + u * u * (-14 + 6 * s + 6 * t);
        double db_ds = 4 * w * q + w * w * (-32 + 24 * s - 36 * t);
        double db_dt = -6 * w * q + w * w * (48 - 36 * s + 54 * t);

        g[0] = da * b + a * db_ds;
        g[1] = da * b + a * db_dt;
    }
    return a * b;
}

const struct function function_goldstein_price = {
    .name = "goldstein_price",
    .formula = "(1 + (x1 + x2 + 1)^2*(19 - 14*x1 + 3*x1^2 - 14*x2 + 6*x1*x2 + "
               "3*x2^2))*(30 + (2*x1 - 3*x2)^2*(18 - 32*x1 + 12*x1^2 + 48*x2 - "
               "36*x1*x2 + 27*x2^2))",
    .sentence = "Values from 3 to a million in a small box: a rate that is "
                "safe on the walls crawls on the floor.",
    .source = "Goldstein & Price 1971, Mathematics of Computation 25, 569-574",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){-0.5, -0.5},
    .start_period = 2,
    .low = -2,
    .high = 2,
    .minima = {
        {3, (const double[]){0, -1}},
        {30, (const double[]){-0.6, -0.4}, .local = true},
        {84, (const double[]){1.8, 0.2}, .local = true},
        {840, (const double[]){1.2, 0.8}, .local = true},
    },
    .minima_count = 4,
    .evaluate = evaluate,
};
