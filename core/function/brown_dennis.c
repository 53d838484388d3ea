/*
 * brown_dennis.c - a fit that leaves large residuals whatever one does.
 *
 * r_i = (x1 + t x2 - exp(t))^2 + (x3 + x4 sin(t) - cos(t))^2, t = i / 5
 */
#include "core/function/function.h"
#include "core/function/residuals.h"
#include "core/kernel/math.h"

enum { POINTS = 20 };

static double rest(size_t i, const double *x, size_t n, double *d)
{
    double t = (double)(i + 1) / 5, wave = math_sin(t);
    double u = x[0] + t * x[1] - math_exp(t);
    double v = x[2] + x[3] * wave - math_cos(t);

    (void)n;
    d[0] = 2 * u;
    d[1] = 2 * u * t;
    d[2] = 2 * v;
    d[3] = 2 * v * wave;
    return u * u + v * v;
}

static double evaluate(const double *x, size_t n, double *g)
{
    return residuals_evaluate(rest, POINTS, x, n, g);
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_brown_dennis = {
    .name = "brown_dennis",
    .formula = "sum(i, 1, 20, ((x1 + i/5*x2 - exp(i/5))^2 + "
               "(x3 + x4*sin(i/5) - cos(i/5))^2)^2)",
    .sentence = "The best loss is 85822: a tolerance on the loss itself never "
                "fires, one on the gradient must be wide.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 16, "
              "m = 20",
    .dimension = 4,
    .dimension_default = 4,
    .start = (const double[]){25, 5, -5, 1},
    .start_period = 4,
    .box = (const struct interval[]){{-30, 30}, {-20, 20}, {-6, 6}, {-6, 6}},
    .minima = {{85822.20162635634,
                (const double[]){-11.594439904762165, 13.203630051207204,
                                 -0.40343948817685954,
                                 0.2367787744557363}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
