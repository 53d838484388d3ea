/*
 * beale.c - flat plateaus with steep walls at the corners.
 *
 * f(x, y) = sum over k = 1, 2, 3 of (c_k - x (1 - y^k))^2
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    static const double c[] = {1.5, 2.25, 2.625};
    double power = 1, f = 0; /* power is y^(k-1) */

    (void)n;
    if (g != NULL)
        g[0] = g[1] = 0;
    for (int k = 1; k <= 3; k++) {
        double slope = k * power;
        double rest;

        power *= x[1];
        rest = c[k - 1] - x[0] + x[0] * power;
        f += rest * rest;
        if (g != NULL) {
            g[0] += 2 * rest * (power - 1);
            g[1] += 2 * rest * x[0] * slope;
        }
    }
    return f;
}

const struct function function_beale = {
    .name = "beale",
    .formula = "(1.5 - x1 + x1*x2)^2 + (2.25 - x1 + x1*x2^2)^2 + "
               "(2.625 - x1 + x1*x2^3)^2",
    .sentence = "Nearly flat in the middle and steep at the corners: one rate "
                "does not fit both.",
    .source = "Beale 1958; More, Garbow & Hillstrom 1981, ACM TOMS 7(1), "
              "problem 5",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){1, 1},
    .start_period = 2,
    .low = -4.5,
    .high = 4.5,
    .minima = {{0, (const double[]){3, 0.5}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
