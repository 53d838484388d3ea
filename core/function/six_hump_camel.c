/* six_hump_camel.c - six dents in three pairs, mirrored at the origin. */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double s = x[0] * x[0], t = x[1] * x[1];

    (void)n;
    if (g != NULL) {
        g[0] = x[0] * (8 - 8.4 * s + 2 * s * s) + x[1];
        g[1] = x[0] + x[1] * (16 * t - 8);
    }
    return (4 - 2.1 * s + s * s / 3) * s + x[0] * x[1] + (4 * t - 4) * t;
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_six_hump_camel = {
    .name = "six_hump_camel",
    .formula = "(4 - 2.1*x1^2 + x1^4/3)*x1^2 + x1*x2 + (4*x2^2 - 4)*x2^2",
    .sentence = "Two best dents among six: the start decides, and momentum "
                "may carry over a ridge.",
    .source = "Dixon & Szego 1978, Towards Global Optimisation 2, "
              "North-Holland",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){1, 1},
    .start_period = 2,
    .box = (const struct interval[]){{-3, 3}, {-2, 2}},
    .minima = {
        {-1.0316284534898774,
         (const double[]){0.08984201310031806, -0.7126564030207396}},
        {-1.0316284534898774,
         (const double[]){-0.08984201310031806, 0.7126564030207396}},
        {-0.21546382438371764,
         (const double[]){1.703606714969981, -0.7960835686726251},
         .local = true},
        {-0.21546382438371764,
         (const double[]){-1.703606714969981, 0.7960835686726251},
         .local = true},
        {2.1042503103112584,
         (const double[]){-1.6071047529201972, -0.5686514548841314},
         .local = true},
        {2.1042503103112584,
         (const double[]){1.6071047529201972, 0.5686514548841314},
         .local = true},
    },
    .minima_count = 6,
    .evaluate = evaluate,
};
