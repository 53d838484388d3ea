/*
 * branin.c - three equal minima in one winding valley.
 *
 * f = (y - b x^2 + c x - 6)^2 + 10 (1 - t) cos x + 10,
 * b = 5.1 / (4 pi^2), c = 5 / pi, t = 1 / (8 pi)
 */
#include "core/function/function.h"
#include "core/kernel/math.h"

#define PI 3.141592653589793238462643383280

static double evaluate(const double *x, size_t n, double *g)
{
    const double b = 5.1 / (4 * PI * PI), c = 5 / PI;
    const double height = 10 * (1 - 1 / (8 * PI));
    double u = x[1] - b * x[0] * x[0] + c * x[0] - 6;

    (void)n;
    if (g != NULL) {
        g[0] = 2 * u * (c - 2 * b * x[0]) - height * math_sin(x[0]);
        g[1] = 2 * u;
    }
    return u * u + height * math_cos(x[0]) + 10;
}

/* At odd multiples of pi with u = 0: f = 10 t = 5 / (4 pi). */
const struct function function_branin = {
    .name = "branin",
    .formula = "(x2 - 5.1/(4*pi^2)*x1^2 + 5/pi*x1 - 6)^2 + "
               "10*(1 - 1/(8*pi))*cos(x1) + 10",
    .sentence = "Three equal minima along one valley: whichever side of a "
                "saddle the start lies on.",
    .source = "Branin 1972, IBM Journal of Research and Development 16(5), "
              "504-522",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){2.5, 7.5},
    .start_period = 2,
    .box = (const struct interval[]){{-5, 10}, {0, 15}},
    .minima = {
        {0.3978873577297383, (const double[]){-3.141592653589793, 12.275}},
        {0.3978873577297383, (const double[]){3.141592653589793, 2.275}},
        {0.3978873577297383, (const double[]){9.42477796076938, 2.475}},
    },
    .minima_count = 3,
    .evaluate = evaluate,
};
