/* bohachevsky_1.c - a bowl with ripples of two wavelengths. */
#include "core/function/function.h"
#include "core/kernel/math.h"

#define PI 3.141592653589793238462643383280

static double evaluate(const double *x, size_t n, double *g)
{
    double u = 3 * PI * x[0], v = 4 * PI * x[1];

    (void)n;
    if (g != NULL) {
        g[0] = 2 * x[0] + 0.9 * PI * math_sin(u);
        g[1] = 4 * x[1] + 1.6 * PI * math_sin(v);
    }
    return x[0] * x[0] + 2 * x[1] * x[1] + 0.3 * (1 - math_cos(u))
           + 0.4 * (1 - math_cos(v));
}

const struct function function_bohachevsky_1 = {
    .name = "bohachevsky_1",
    .formula = "x1^2 + 2*x2^2 - 0.3*cos(3*pi*x1) - 0.4*cos(4*pi*x2) + 0.7",
    .sentence = "From afar a smooth bowl, near the minimum a field of dents.",
    .source = "Bohachevsky, Johnson & Stein 1986, Technometrics 28(3), "
              "209-217",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){0.4, -0.3},
    .start_period = 2,
    .low = -15,
    .high = 15,
    .minima = {{0, (const double[]){0, 0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
