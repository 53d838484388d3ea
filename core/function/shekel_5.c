/*
 * shekel_5.c - five foxholes in four dimensions.
 *
 * f(x) = -sum over i of 1 / (|x - a_i|^2 + c_i)
 */
#include "core/function/function.h"

enum { HOLES = 5, SIZE = 4 };

static const double a[HOLES][SIZE] = {
    {4, 4, 4, 4}, {1, 1, 1, 1}, {8, 8, 8, 8}, {6, 6, 6, 6}, {3, 7, 3, 7},
};
static const double c[HOLES] = {0.1, 0.2, 0.2, 0.4, 0.4};

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t j = 0; g != NULL && j < n; j++)
        g[j] = 0;
    for (size_t i = 0; i < HOLES; i++) {
        double far = c[i];

        for (size_t j = 0; j < SIZE; j++)
            far += (x[j] - a[i][j]) * (x[j] - a[i][j]);
        f -= 1 / far;
        for (size_t j = 0; g != NULL && j < SIZE; j++)
            g[j] += 2 * (x[j] - a[i][j]) / (far * far);
    }
    return f;
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_shekel_5 = {
    .name = "shekel_5",
    .formula = "-sum(i, 1, 5, 1/(sum(j, 1, 4, (x[j] - a[i,j])^2) + c[i]))",
    .sentence = "Five narrow holes in a plain: descent ends in the one it "
                "starts above.",
    .source = "Shekel 1971; Dixon & Szego 1978, Towards Global Optimisation "
              "2, North-Holland",
    .dimension = SIZE,
    .dimension_default = SIZE,
    .start = (const double[]){5},
    .start_period = 1,
    .low = 0,
    .high = 10,
    .minima = {{-10.153199679058227,
                (const double[]){4.000037152819676, 4.00013327659156,
                                 4.000037152819676, 4.00013327659156}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
