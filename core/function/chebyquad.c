/*
 * chebyquad.c - n points whose mean integrates n polynomials exactly.
 *
 * r_k = (1/n) sum over j of T_k(2 x_j - 1) - I_k, k = 1 ... n, with T_k the
 * polynomials of Chebyshev and I_k their integral over the unit interval:
 * 0 for odd k, -1 / (k^2 - 1) for even k.
 *
 * Cost    O(n^2) time; the residuals lie on the stack, hence the limit of n
 */
#include "core/function/function.h"

enum { DIMENSION_LIMIT = 100 };

/* Add T_k(2 x - 1), k = 1 ... n, to sums[k - 1]. */
static void add_polynomials(double x, size_t n, double *sums)
{
    double y = 2 * x - 1, before = 1, t = y;

    for (size_t k = 0; k < n; k++) {
        double next = 2 * y * t - before;

        sums[k] += t;
        before = t;
        t = next;
    }
}

/* The sum of r_k times the slope of T_k(2 x - 1) in x; d is T_k's in y. */
static double weigh_slopes(double x, size_t n, const double *r)
{
    double y = 2 * x - 1, before = 1, t = y, d_before = 0, d = 1, sum = 0;

    for (size_t k = 0; k < n; k++) {
        double next = 2 * y * t - before;
        double d_next = 2 * t + 2 * y * d - d_before;

        sum += r[k] * d;
        before = t;
        t = next;
        d_before = d;
        d = d_next;
    }
    return 2 * sum;
}

static double evaluate(const double *x, size_t n, double *g)
{
    double r[DIMENSION_LIMIT] = {0}, f = 0, size = (double)n;

    for (size_t j = 0; j < n; j++)
        add_polynomials(x[j], n, r);
    for (size_t k = 1; k <= n; k++) {
        double order = (double)k;
        double integral = k % 2 == 0 ? -1 / (order * order - 1) : 0;

        r[k - 1] = r[k - 1] / size - integral;
        f += r[k - 1] * r[k - 1];
    }
    for (size_t j = 0; g != NULL && j < n; j++)
        g[j] = 2 / size * weigh_slopes(x[j], n, r);
    return f;
}

static void start_at(size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (double)(i + 1) / (double)(n + 1);
}

/* Any order of these points is as good. Found by Newton's method with 50
 * digits, then rounded. */
const struct function function_chebyquad = {
    .name = "chebyquad",
    .formula = "sum(k, 1, n, (sum(j, 1, n, T(k, 2*x[j] - 1))/n - I[k])^2)",
    .sentence = "Equally weighted quadrature: solvable with 7 points and with "
                "9, not with 8.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 35, "
              "m = n",
    .dimension_min = 2,
    .dimension_max = DIMENSION_LIMIT,
    .dimension_default = 8,
    .start_at = start_at,
    .low = 0,
    .high = 1,
    .minima = {{0.0035168737256779316,
                (const double[]){0.04315276015101663, 0.9568472398489833,
                                 0.26632870689027294, 0.1930908403841861,
                                 0.5, 0.8069091596158139, 0.5,
                                 0.7336712931097271},
                8}},
    .minima_count = 1,
    .evaluate = evaluate,
};
