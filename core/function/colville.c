/*
 * colville.c - two Rosenbrock valleys, coupled: Colville's and Wood's name.
 *
 * f = 100 (y - x^2)^2 + (1 - x)^2 + 90 (w - z^2)^2 + (1 - z)^2
 *     + 10.1 ((y - 1)^2 + (w - 1)^2) + 19.8 (y - 1) (w - 1)
 *
 * Wood's last two residuals, sqrt(10) (y + w - 2) and (y - w) / sqrt(10), are
 * the last line: both names are one polynomial.
 */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double above1 = x[1] - x[0] * x[0], rest1 = 1 - x[0];
    double above2 = x[3] - x[2] * x[2], rest2 = 1 - x[2];
    double u = x[1] - 1, v = x[3] - 1;

    (void)n;
    if (g != NULL) {
        g[0] = -400 * above1 * x[0] - 2 * rest1;
        g[1] = 200 * above1 + 20.2 * u + 19.8 * v;
        g[2] = -360 * above2 * x[2] - 2 * rest2;
        g[3] = 180 * above2 + 20.2 * v + 19.8 * u;
    }
    return 100 * above1 * above1 + rest1 * rest1 + 90 * above2 * above2
           + rest2 * rest2 + 10.1 * (u * u + v * v) + 19.8 * u * v;
}

const struct function function_colville = {
    .name = "colville",
    .formula = "100*(x1^2 - x2)^2 + (x1 - 1)^2 + (x3 - 1)^2 + "
               "90*(x3^2 - x4)^2 + 10.1*((x2 - 1)^2 + (x4 - 1)^2) + "
               "19.8*(x2 - 1)*(x4 - 1)",
    .sentence = "Two bent valleys that must be walked together; a saddle "
                "waits near (-1, 1, -1, 1).",
    .source = "Colville 1968, IBM New York Scientific Center Report 320-2949",
    .dimension = 4,
    .dimension_default = 4,
    .start = (const double[]){-3, -1},
    .start_period = 2,
    .low = -10,
    .high = 10,
    .minima = {{0, (const double[]){1, 1, 1, 1}}},
    .minima_count = 1,
    .evaluate = evaluate,
};

const struct function function_wood = {
    .name = "wood",
    .formula = "100*(x2 - x1^2)^2 + (1 - x1)^2 + 90*(x4 - x3^2)^2 + "
               "(1 - x3)^2 + 10*(x2 + x4 - 2)^2 + (x2 - x4)^2/10",
    .sentence = "Colville's polynomial by its other name: from the default "
                "start many methods dwell at a saddle.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 14",
    .dimension = 4,
    .dimension_default = 4,
    .start = (const double[]){-3, -1},
    .start_period = 2,
    .low = -4,
    .high = 4,
    .minima = {{0, (const double[]){1, 1, 1, 1}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
