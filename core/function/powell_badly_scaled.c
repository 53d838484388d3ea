/*
 * powell_badly_scaled.c - two unknowns of which one is a million times larger.
 *
 * r1 = 10^4 x y - 1, r2 = exp(-x) + exp(-y) - 1.0001
 */
#include "core/function/function.h"
#include "core/function/residuals.h"
#include "core/kernel/math.h"

static double rest(size_t i, const double *x, size_t n, double *d)
{
    (void)n;
    if (i == 0) {
        d[0] = 1e4 * x[1];
        d[1] = 1e4 * x[0];
        return 1e4 * x[0] * x[1] - 1;
    }
    d[0] = -math_exp(-x[0]);
    d[1] = -math_exp(-x[1]);
    return -d[0] - d[1] - 1.0001;
}

static double evaluate(const double *x, size_t n, double *g)
{
    return residuals_evaluate(rest, 2, x, n, g);
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_powell_badly_scaled = {
    .name = "powell_badly_scaled",
    .formula = "(10000*x1*x2 - 1)^2 + (exp(-x1) + exp(-x2) - 1.0001)^2",
    .sentence = "Curvatures from 1e-8 to 1e10 at the minimum: no single rate "
                "moves both coordinates.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 3",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){0, 1},
    .start_period = 2,
    .box = (const struct interval[]){{-2e-5, 1e-4}, {-1, 12}},
    .minima = {{0, (const double[]){1.0981593296998175e-05,
                                    9.106146739866524}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
