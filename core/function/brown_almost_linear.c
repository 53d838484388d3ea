/*
 * brown_almost_linear.c - n - 1 linear equations and a product.
 *
 * r_i = x_i + S - (n + 1) for i < n, S = sum of x_j; r_n = product of x_j - 1
 *
 * The slope of the product in x_j is the product of all others, which is that
 * before j, kept in g_j on the way up, times that after j on the way down.
 * The paper's loss of 1 at (0, ..., 0, n + 1) is no minimum: from there on,
 * (t, ..., t, n + 1 - n t) lowers the product's residual and no other moves.
 */
#include "core/function/function.h"
#include "core/kernel/vector.h"

static double evaluate(const double *x, size_t n, double *g)
{
    double sum = vector_sum(x, n), target = (double)(n + 1);
    double f = 0, rests = 0, product = 1, after = 1, gap;

    for (size_t i = 0; i < n; i++) {
        if (i + 1 < n) {
            double rest = x[i] + sum - target;

            f += rest * rest;
            rests += rest;
        }
        if (g != NULL)
            g[i] = product;
        product *= x[i];
    }
    gap = product - 1;
    for (size_t i = n; g != NULL && i-- > 0;) {
        double own = i + 1 < n ? x[i] + sum - target : 0;

        g[i] = 2 * (own + rests + gap * g[i] * after);
        after *= x[i];
    }
    return f + gap * gap;
}

const struct function function_brown_almost_linear = {
    .name = "brown_almost_linear",
    .formula = "sum(i, 1, n-1, (x[i] + sum(j, 1, n, x[j]) - (n + 1))^2) + "
               "(prod(j, 1, n, x[j]) - 1)^2",
    .sentence = "All equations but one are linear; the product bends the "
                "floor of their valley.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 27",
    .dimension_min = 2,
    .dimension_default = 10,
    .start = (const double[]){0.5},
    .start_period = 1,
    .low = -2,
    .high = 2,
    .minima = {{0, (const double[]){1}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
