/*
 * rosenbrock.c - the curved valley: easy to enter, slow to follow.
 *
 * f(x) = sum over i of 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2
 *
 * Long sums run in sixteen lanes (kernel/lanes.h), the term of x_i in lane
 * i - 1 mod 16, to which the first term is added last.
 */
#include <string.h>

#include "core/function/function.h"
#include "core/kernel/lanes.h"

static double term(double x, double next)
{
    double above = next - x * x, rest = 1 - x;

    return 100 * above * above + rest * rest;
}

/* Of the term that x begins. */
static double slope(double x, double next)
{
    return -400 * (next - x * x) * x - 2 * (1 - x);
}

/* Of the term that x ends. */
static double slope_behind(double before, double x)
{
    return 200 * (x - before * before);
}

static double evaluate_short(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i + 1 < n; i++)
        f += term(x[i], x[i + 1]);
    if (g == NULL)
        return f;
    g[0] = slope(x[0], x[1]);
    for (size_t i = 1; i + 1 < n; i++)
        g[i] = slope_behind(x[i - 1], x[i]) + slope(x[i], x[i + 1]);
    g[n - 1] = slope_behind(x[n - 2], x[n - 1]);
    return f;
}

/* The terms from x[0] on, all sixteen with a term before them. A factor of two
 * is exact, so the slopes are those of slope() and slope_behind(). */
static inline void add_block(const double *x, double *g, lanes sum[2])
{
    for (size_t k = 0; k < 2; k++, x += VECTOR_LANES) {
        lanes here = *(const lanes *)x, next = *(const lanes *)(x + 1);
        lanes before = *(const lanes *)(x - 1);
        lanes above = 100 * (next - here * here), rest = 1 - here;
        lanes behind = 100 * (here - before * before);

        sum[k] += above * (next - here * here) + rest * rest;
        if (g != NULL) {
            lanes half = behind - (2 * (above * here) + rest);

            *(lanes *)(g + k * VECTOR_LANES) = half + half;
        }
    }
}

CLONES static double evaluate_long(const double *x, size_t n, double *g)
{
    lanes sum[2] = {{0}};
    double s[LANES_TWICE], first = term(x[0], x[1]);
    size_t i = 1, lane = 0;

    if (g != NULL)
        g[0] = slope(x[0], x[1]);
    for (; i + LANES_TWICE < n; i += LANES_TWICE)
        add_block(x + i, g == NULL ? NULL : g + i, sum);
    memcpy(s, sum, sizeof s);
    for (; i + 1 < n; i++, lane++) {
        s[lane] += term(x[i], x[i + 1]);
        if (g != NULL)
            g[i] = slope_behind(x[i - 1], x[i]) + slope(x[i], x[i + 1]);
    }
    if (g != NULL)
        g[n - 1] = slope_behind(x[n - 2], x[n - 1]);
    return first + add_lanes_twice(s);
}

static double evaluate(const double *x, size_t n, double *g)
{
    return n > VECTOR_LANES ? evaluate_long(x, n, g)
                            : evaluate_short(x, n, g);
}

const struct function function_rosenbrock = {
    .name = "rosenbrock",
    .formula = "sum(i, 1, n-1, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)",
    .sentence = "A narrow bent valley: plain descent zigzags in it for long, "
                "momentum follows it.",
    .source = "Rosenbrock 1960, The Computer Journal 3(3), 175-184",
    .dimension_min = 2,
    .dimension_default = 2,
    .start = (const double[]){-1.2, 1},
    .start_period = 2,
    .low = -2.048,
    .high = 2.048,
    .minima = {{0, (const double[]){1}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
