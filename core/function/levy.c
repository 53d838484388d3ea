/*
 * levy.c - waves that grow with the distance from (1, ..., 1).
 *
 * With u_i = (x_i - 1) / 4, so that the usual w_i is 1 + u_i:
 * f(x) = sin(pi u_1)^2 + sum over i < n of u_i^2 (1 + 10 sin(pi u_i + 1)^2)
 *        + u_n^2 (1 + sin(2 pi u_n)^2)
 *
 * The squares swallow the sign that a shift by pi leaves.
 */
#include "core/function/function.h"
#include "core/kernel/math.h"

#define PI 3.141592653589793238462643383280

/* u^2 (1 + a sin(b u + c)^2), and its slope in u. */
static double term(double u, double a, double b, double c, double *slope)
{
    double s = math_sin(b * u + c);
    double wave = 1 + a * s * s;

    if (slope != NULL)
        *slope = 2 * u * wave
                 + u * u * 2 * a * b * s * math_cos(b * u + c);
    return u * u * wave;
}

static double evaluate(const double *x, size_t n, double *g)
{
    double first = PI * (x[0] - 1) / 4, s = math_sin(first), f = s * s;

    for (size_t i = 0; i < n; i++) {
        double u = (x[i] - 1) / 4, slope;
        double *wanted = g != NULL ? &slope : NULL;

        f += i + 1 < n ? term(u, 10, PI, 1, wanted)
                       : term(u, 1, 2 * PI, 0, wanted);
        if (g != NULL)
            g[i] = slope / 4;
    }
    if (g != NULL)
        g[0] += PI / 2 * s * math_cos(first);
    return f;
}

const struct function function_levy = {
    .name = "levy",
    .formula = "sin(pi*(x[1] - 1)/4)^2 + sum(i, 1, n-1, ((x[i] - 1)/4)^2*"
               "(1 + 10*sin(pi*(x[i] - 1)/4 + 1)^2)) + "
               "((x[n] - 1)/4)^2*(1 + sin(pi*(x[n] - 1)/2)^2)",
    .sentence = "Waves on a bowl, the higher the further out: a small rate "
                "stays in the first dent it meets.",
    .source = "Levy & Montalvo 1985, SIAM Journal on Scientific and "
              "Statistical Computing 6(1), 15-29",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){0.2, 1.5, 2},
    .start_period = 3,
    .low = -10,
    .high = 10,
    .minima = {{0, (const double[]){1}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
