/* three_hump_camel.c - three dents in a sextic bowl, the middle one deepest. */
#include "core/function/function.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double square = x[0] * x[0];

    (void)n;
    if (g != NULL) {
        g[0] = x[0] * (4 - 4.2 * square + square * square) + x[1];
        g[1] = x[0] + 2 * x[1];
    }
    return square * (2 - 1.05 * square + square * square / 6) + x[0] * x[1]
           + x[1] * x[1];
}

/* On y = -x / 2 the slope in x is 3.5 - 4.2 x^2 + x^4 = 0 for the outer two:
 * solved with 50 digits, then rounded. */
const struct function function_three_hump_camel = {
    .name = "three_hump_camel",
    .formula = "2*x1^2 - 1.05*x1^4 + x1^6/6 + x1*x2 + x2^2",
    .sentence = "Three dents, of which the outer two are traps.",
    .source = "Surjanovic & Bingham 2013, Virtual Library of Simulation "
              "Experiments",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){-2, 2},
    .start_period = 2,
    .low = -5,
    .high = 5,
    .minima = {
        {0, (const double[]){0, 0}},
        {0.2986384422368598,
         (const double[]){-1.7475523458302888, 0.8737761729151444},
         .local = true},
        {0.2986384422368598,
         (const double[]){1.7475523458302888, -0.8737761729151444},
         .local = true},
    },
    .minima_count = 3,
    .evaluate = evaluate,
};
