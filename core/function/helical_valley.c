/*
 * helical_valley.c - a valley that winds around the third axis.
 *
 * r1 = 10 (z - 10 t), r2 = 10 (r - 1), r3 = z, with r the distance of (x, y)
 * from the axis and t its angle in turns: -1/4 to 1/4 where x > 0, on to 3/4
 * where x < 0. The angle jumps by a turn where x = 0 > y; on the axis, where
 * it does not exist, its slope is given as zero.
 */
#include <math.h>

#include "core/function/function.h"
#include "core/function/residuals.h"
#include "core/kernel/math.h"

#define TAU 6.283185307179586476925286766559 /* 2 pi */

static double turns(double x, double y)
{
    if (x == 0)
        return y > 0 ? 0.25 : y < 0 ? -0.25 : 0;
    return math_atan(y / x) / TAU + (x < 0 ? 0.5 : 0);
}

static double rest(size_t i, const double *x, size_t n, double *d)
{
    double r2 = x[0] * x[0] + x[1] * x[1], r = sqrt(r2);
    bool axis = r2 == 0;

    (void)n;
    switch (i) {
    case 0:
        d[0] = axis ? 0 : 100 * x[1] / (TAU * r2);
        d[1] = axis ? 0 : -100 * x[0] / (TAU * r2);
        d[2] = 10;
        return 10 * (x[2] - 10 * turns(x[0], x[1]));
    case 1:
        d[0] = axis ? 0 : 10 * x[0] / r;
        d[1] = axis ? 0 : 10 * x[1] / r;
        d[2] = 0;
        return 10 * (r - 1);
    default:
        d[0] = d[1] = 0;
        d[2] = 1;
        return x[2];
    }
}

static double evaluate(const double *x, size_t n, double *g)
{
    return residuals_evaluate(rest, 3, x, n, g);
}

const struct function function_helical_valley = {
    .name = "helical_valley",
    .formula = "100*(x3 - 10*t)^2 + 100*(sqrt(x1^2 + x2^2) - 1)^2 + x3^2, "
               "t = atan(x2/x1)/(2*pi) + (1 - sign(x1))/4",
    .sentence = "A spiral staircase: the way down is half a turn around an "
                "axis.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 7",
    .dimension = 3,
    .dimension_default = 3,
    .start = (const double[]){-1, 0, 0},
    .start_period = 3,
    .box = (const struct interval[]){{-2, 2}, {-2, 2}, {-3, 8}},
    .minima = {{0, (const double[]){1, 0, 0}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
