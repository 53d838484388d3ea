/* mccormick.c - a tilted trough with waves along it. */
#include "core/function/function.h"
#include "core/kernel/math.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double across = x[0] - x[1], along = x[0] + x[1];

    (void)n;
    if (g != NULL) {
        double wave = math_cos(along);

        g[0] = wave + 2 * across - 1.5;
        g[1] = wave - 2 * across + 2.5;
    }
    return math_sin(along) + across * across - 1.5 * x[0] + 2.5 * x[1] + 1;
}

/* Where x - y = 1 and cos(x + y) = -1/2: x = 1/2 - pi/3, and one wave on. */
const struct function function_mccormick = {
    .name = "mccormick",
    .formula = "sin(x1 + x2) + (x1 - x2)^2 - 1.5*x1 + 2.5*x2 + 1",
    .sentence = "A trough that waves on for ever: every wave has its own "
                "minimum, lower to one side.",
    .source = "Surjanovic & Bingham 2013, Virtual Library of Simulation "
              "Experiments",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){0, 0},
    .start_period = 2,
    .box = (const struct interval[]){{-1.5, 4}, {-3, 4}},
    .minima = {
        {-1.9132229549810364,
         (const double[]){-0.5471975511965977, -1.5471975511965979}},
        {1.2283696986087569,
         (const double[]){2.5943951023931957, 1.5943951023931955},
         .local = true},
    },
    .minima_count = 2,
    .evaluate = evaluate,
};
