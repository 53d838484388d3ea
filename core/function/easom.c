/* easom.c - one narrow well in a plain that is flat to the last bit. */
#include "core/function/function.h"
#include "core/kernel/math.h"

#define PI 3.141592653589793238462643383280

static double evaluate(const double *x, size_t n, double *g)
{
    double u = x[0] - PI, v = x[1] - PI;
    double bell = math_exp(-(u * u + v * v));
    double cos_x = math_cos(x[0]), cos_y = math_cos(x[1]);

    (void)n;
    if (g != NULL) {
        g[0] = bell * cos_y * (math_sin(x[0]) + 2 * u * cos_x);
        g[1] = bell * cos_x * (math_sin(x[1]) + 2 * v * cos_y);
    }
    return -cos_x * cos_y * bell;
}

const struct function function_easom = {
    .name = "easom",
    .formula = "-cos(x1)*cos(x2)*exp(-((x1 - pi)^2 + (x2 - pi)^2))",
    .sentence = "A needle in a plain: far from it the gradient is zero, and "
                "zero looks like success.",
    .source = "Easom 1990, A Survey of Global Optimization Techniques, "
              "University of Louisville",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){2.5, 3.9},
    .start_period = 2,
    .low = -100,
    .high = 100,
    .minima = {{-1, (const double[]){3.141592653589793, 3.141592653589793}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
