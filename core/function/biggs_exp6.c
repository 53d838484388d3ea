/*
 * biggs_exp6.c - three exponentials fitted to a sum of three.
 *
 * r_i = x3 exp(-t x1) - x4 exp(-t x2) + x6 exp(-t x5) - y, t = i / 10,
 * y = exp(-t) - 5 exp(-10 t) + 3 exp(-4 t)
 *
 * The published second minimum, 5.65565e-3, has a Hessian with an eigenvalue
 * of -0.0098: a saddle at which methods stall, so it is not listed as one.
 */
#include "core/function/function.h"
#include "core/function/residuals.h"
#include "core/kernel/math.h"

enum { POINTS = 13 };

static double rest(size_t i, const double *x, size_t n, double *d)
{
    double t = (double)(i + 1) / 10;
    double y = math_exp(-t) - 5 * math_exp(-10 * t) + 3 * math_exp(-4 * t);

    (void)n;
    d[2] = math_exp(-t * x[0]);
    d[3] = -math_exp(-t * x[1]);
    d[5] = math_exp(-t * x[4]);
    d[0] = -t * x[2] * d[2];
    d[1] = -t * x[3] * d[3];
    d[4] = -t * x[5] * d[5];
    return x[2] * d[2] + x[3] * d[3] + x[5] * d[5] - y;
}

static double evaluate(const double *x, size_t n, double *g)
{
    return residuals_evaluate(rest, POINTS, x, n, g);
}

const struct function function_biggs_exp6 = {
    .name = "biggs_exp6",
    .formula = "sum(i, 1, 13, (x3*exp(-i/10*x1) - x4*exp(-i/10*x2) + "
               "x6*exp(-i/10*x5) - (exp(-i/10) - 5*exp(-i) + "
               "3*exp(-4*i/10)))^2)",
    .sentence = "Sums of exponentials are hard to tell apart: a saddle at "
                "loss 0.00566 holds many methods.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 18, "
              "m = 13",
    .dimension = 6,
    .dimension_default = 6,
    .start = (const double[]){1, 2, 1, 1, 1, 1},
    .start_period = 6,
    .box = (const struct interval[]){{0, 6}, {0, 20}, {0, 6}, {0, 6}, {0, 6},
                                     {0, 6}},
    .minima = {{0, (const double[]){1, 10, 1, 5, 4, 3}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
