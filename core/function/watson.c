/*
 * watson.c - a polynomial made to solve y' = 1 + y^2.
 *
 * r_i = sum over j > 1 of (j - 1) t^(j-2) x_j - s^2 - 1,
 * s = sum of t^(j-1) x_j, t = i / 29, i to 29; r_30 = x_1,
 * r_31 = x_2 - x_1^2 - 1
 *
 * Cost    O(31 n) time
 */
#include "core/function/function.h"
#include "core/function/residuals.h"

enum { POINTS = 29, DIMENSION_LIMIT = 31 }; /* as in the paper */

static double rest(size_t i, const double *x, size_t n, double *d)
{
    double t = (double)(i + 1) / POINTS, power = 1, s = 0, slope = 0;

    for (size_t j = 0; i >= POINTS && j < n; j++)
        d[j] = 0;
    if (i == POINTS) {
        d[0] = 1;
        return x[0];
    }
    if (i > POINTS) {
        d[0] = -2 * x[0];
        d[1] = 1;
        return x[1] - x[0] * x[0] - 1;
    }
    for (size_t j = 0; j < n; j++) { /* power is t^j */
        s += power * x[j];
        if (j + 1 < n)
            slope += (double)(j + 1) * power * x[j + 1];
        power *= t;
    }
    power = 1;
    d[0] = -2 * s;
    for (size_t j = 1; j < n; j++) { /* power is t^(j-1) */
        d[j] = (double)j * power - 2 * s * power * t;
        power *= t;
    }
    return slope - s * s - 1;
}

static double evaluate(const double *x, size_t n, double *g)
{
    return residuals_evaluate(rest, POINTS + 2, x, n, g);
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_watson = {
    .name = "watson",
    .formula = "x1^2 + (x2 - x1^2 - 1)^2 + sum(i, 1, 29, "
               "(sum(j, 2, n, (j - 1)*(i/29)^(j-2)*x[j]) - "
               "sum(j, 1, n, (i/29)^(j-1)*x[j])^2 - 1)^2)",
    .sentence = "Powers are nearly parallel: every added dimension makes the "
                "valley flatter by orders of magnitude.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 20",
    .dimension_min = 2,
    .dimension_max = DIMENSION_LIMIT,
    .dimension_default = 6,
    .start = (const double[]){0},
    .start_period = 1,
    .low = -2,
    .high = 2,
    .minima = {{0.0022876700535524363,
                (const double[]){-0.015725086401458456, 1.0124348693691099,
                                 -0.2329916259567377, 1.2604300877996084,
                                 -1.5137289227222797, 0.9929964324311346},
                6}},
    .minima_count = 1,
    .evaluate = evaluate,
};
