/*
 * gaussian.c - a bell curve fitted to fifteen points of one.
 *
 * r_i = x exp(-y (t_i - z)^2 / 2) - y_i, t_i = (8 - i) / 2
 */
#include "core/function/function.h"
#include "core/function/residuals.h"
#include "core/kernel/math.h"

enum { POINTS = 15 };

static double rest(size_t i, const double *x, size_t n, double *d)
{
    static const double y[POINTS] = {
        0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989,
        0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009,
    };
    double far = (7 - (double)i) / 2 - x[2];
    double bell = math_exp(-x[1] * far * far / 2);

    (void)n;
    d[0] = bell;
    d[1] = -x[0] * bell * far * far / 2;
    d[2] = x[0] * bell * x[1] * far;
    return x[0] * bell - y[i];
}

static double evaluate(const double *x, size_t n, double *g)
{
    return residuals_evaluate(rest, POINTS, x, n, g);
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_gaussian = {
    .name = "gaussian",
    .formula = "sum(i, 1, 15, (x1*exp(-x2*((8 - i)/2 - x3)^2/2) - y[i])^2)",
    .sentence = "A fit that starts almost at its end: what is left is smaller "
                "than many a tolerance.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 9",
    .dimension = 3,
    .dimension_default = 3,
    .start = (const double[]){0.4, 1, 0},
    .start_period = 3,
    .box = (const struct interval[]){{0, 1}, {0, 2}, {-1, 1}},
    .minima = {{1.127932769618648e-08,
                (const double[]){0.39895613783875666, 1.0000190844878056,
                                 0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
