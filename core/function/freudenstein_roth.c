/*
 * freudenstein_roth.c - two curves that meet once and nearly meet again.
 *
 * r1 = -13 + x + ((5 - y) y - 2) y, r2 = -29 + x + ((y + 1) y - 14) y
 */
#include "core/function/function.h"
#include "core/function/residuals.h"

static double rest(size_t i, const double *x, size_t n, double *d)
{
    double y = x[1];

    (void)n;
    d[0] = 1;
    if (i == 0) {
        d[1] = (10 - 3 * y) * y - 2;
        return -13 + x[0] + ((5 - y) * y - 2) * y;
    }
    d[1] = (3 * y + 2) * y - 14;
    return -29 + x[0] + ((y + 1) * y - 14) * y;
}

static double evaluate(const double *x, size_t n, double *g)
{
    return residuals_evaluate(rest, 2, x, n, g);
}

/* The local one by Newton's method with 50 digits, then rounded. */
const struct function function_freudenstein_roth = {
    .name = "freudenstein_roth",
    .formula = "(-13 + x1 + ((5 - x2)*x2 - 2)*x2)^2 + "
               "(-29 + x1 + ((x2 + 1)*x2 - 14)*x2)^2",
    .sentence = "From the default start descent ends where the equations are "
                "nearly solved, not where they are.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 2",
    .dimension = 2,
    .dimension_default = 2,
    .start = (const double[]){0.5, -2},
    .start_period = 2,
    .box = (const struct interval[]){{-2, 16}, {-4, 6}},
    .minima = {
        {0, (const double[]){5, 4}},
        {48.98425367924002,
         (const double[]){11.412778986902094, -0.8968052532744765},
         .local = true},
    },
    .minima_count = 2,
    .evaluate = evaluate,
};
