/*
 * styblinski_tang.c - two dents along every axis, one of them deeper.
 *
 * f(x) = 1/2 sum of x_i^4 - 16 x_i^2 + 5 x_i
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i < n; i++) {
        double square = x[i] * x[i];

        f += 0.5 * (square * square - 16 * square + 5 * x[i]);
        if (g != NULL)
            g[i] = 2 * square * x[i] - 16 * x[i] + 2.5;
    }
    return f;
}

/* The best is where 2 x^3 - 16 x + 5/2 = 0, the least of three roots; with the
 * greatest in some coordinates it is a local one, listed for the plane. */
const struct function function_styblinski_tang = {
    .name = "styblinski_tang",
    .formula = "sum(i, 1, n, x[i]^4 - 16*x[i]^2 + 5*x[i])/2",
    .sentence = "2^n minima, one the best: each coordinate chooses its dent by "
                "its start.",
    .source = "Styblinski & Tang 1990, Neural Networks 3(4), 467-483",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){0},
    .start_period = 1,
    .low = -5,
    .high = 5,
    .minima = {
        {0, (const double[]){-2.903534027771177}},
        {-64.19561235905536,
         (const double[]){-2.903534027771177, 2.746802770990837}, 2,
         .local = true},
        {-64.19561235905536,
         (const double[]){2.746802770990837, -2.903534027771177}, 2,
         .local = true},
        {-50.05889331056788,
         (const double[]){2.746802770990837, 2.746802770990837}, 2,
         .local = true},
    },
    .minima_count = 4,
    .loss_per_dimension = -39.16616570377141,
    .evaluate = evaluate,
};
