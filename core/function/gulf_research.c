/*
 * gulf_research.c - a Weibull law fitted to its own quantiles.
 *
 * r_i = exp(-|y_i - x2|^x3 / x1) - t_i, t_i = i / 100, i to 99,
 * y_i = 25 + (-50 log t_i)^(2/3)
 *
 * Gulf Research and Development's function. The paper prints a product with m
 * and i inside the absolute value; with the difference above the known
 * solution (50, 25, 1.5) solves it, as it should.
 */
#include <math.h>

#include "core/function/function.h"
#include "core/function/residuals.h"
#include "core/kernel/math.h"

enum { POINTS = 99 };

static double rest(size_t i, const double *x, size_t n, double *d)
{
    double t = (double)(i + 1) / 100;
    double gap = 25 + math_pow(-50 * math_log(t), 2.0 / 3) - x[1];
    double far = fabs(gap), power = math_pow(far, x[2]);
    double law = math_exp(-power / x[0]);

    (void)n;
    d[0] = law * power / (x[0] * x[0]);
    d[1] = d[2] = 0;
    if (far > 0) { /* at 0 there may be a corner: its flat tangent */
        d[1] = law * x[2] * power / (gap * x[0]);
        d[2] = -law * power * math_log(far) / x[0];
    }
    return law - t;
}

static double evaluate(const double *x, size_t n, double *g)
{
    return residuals_evaluate(rest, POINTS, x, n, g);
}

const struct function function_gulf_research = {
    .name = "gulf_research",
    .formula = "sum(i, 1, 99, (exp(-abs(25 + (-50*log(i/100))^(2/3) - x2)^x3"
               "/x1) - i/100)^2)",
    .sentence = "The minimum lies far from the start, on a floor of curvature "
                "1e-5.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 11, "
              "m = 99",
    .dimension = 3,
    .dimension_default = 3,
    .start = (const double[]){5, 2.5, 0.15},
    .start_period = 3,
    .box = (const struct interval[]){{0.1, 100}, {0, 25.6}, {0, 5}},
    .minima = {{0, (const double[]){50, 25, 1.5}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
