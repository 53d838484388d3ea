/*
 * ackley.c - a rippled plain with one deep funnel.
 *
 * f(x) = 20 - 20 exp(-r / 5) + e - exp(c),
 * r = sqrt(sum of x_i^2 / n), c = sum of cos(2 pi x_i) / n
 *
 * At the origin r has a corner and f no gradient; zero is given there, which
 * is the one subgradient that lets a run rest at the minimum.
 */
#include <math.h>

#include "core/function/function.h"
#include "core/kernel/math.h"
#include "core/kernel/vector.h"

#define E 2.718281828459045235360287471353
#define TAU 6.283185307179586476925286766559 /* 2 pi */

static double evaluate(const double *x, size_t n, double *g)
{
    double size = (double)n, cosines = 0, r, funnel, ripple;

    for (size_t i = 0; i < n; i++)
        cosines += math_cos(TAU * x[i]);
    r = vector_norm2(x, n) / sqrt(size);
    funnel = math_exp(-r / 5);
    ripple = math_exp(cosines / size);
    if (g != NULL) {
        double pull = r > 0 ? 4 * funnel / (r * size) : 0;
        double wave = TAU * ripple / size;

        for (size_t i = 0; i < n; i++)
            g[i] = pull * x[i] + wave * math_sin(TAU * x[i]);
    }
    return (20 - 20 * funnel) + (E - ripple);
}

const struct function function_ackley = {
    .name = "ackley",
    .formula = "20 - 20*exp(-0.2*sqrt(sum(i, 1, n, x[i]^2)/n)) + e - "
               "exp(sum(i, 1, n, cos(2*pi*x[i]))/n)",
    .sentence = "Ripples everywhere and one deep funnel with a sharp tip: no "
                "gradient at the minimum.",
    .source = "Ackley 1987, A Connectionist Machine for Genetic Hillclimbing, "
              "Kluwer",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){0.3, -0.2},
    .start_period = 2,
    .low = -35,
    .high = 35,
    .minima = {{0, (const double[]){0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
