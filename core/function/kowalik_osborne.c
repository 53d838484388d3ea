/*
 * kowalik_osborne.c - an enzyme's rate fitted to eleven measurements.
 *
 * r_i = y_i - x1 (u^2 + u x2) / (u^2 + u x3 + x4), u = u_i
 */
#include "core/function/function.h"
#include "core/function/residuals.h"

enum { POINTS = 11 };

static double rest(size_t i, const double *x, size_t n, double *d)
{
    static const double y[POINTS] = {
        0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627,
        0.0456, 0.0342, 0.0323, 0.0235, 0.0246,
    };
    static const double us[POINTS] = {
        4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625,
    };
    double u = us[i];
    double above = u * u + u * x[1], below = u * u + u * x[2] + x[3];
    double ratio = above / below;

    (void)n;
    d[0] = -ratio;
    d[1] = -x[0] * u / below;
    d[2] = x[0] * ratio * u / below;
    d[3] = x[0] * ratio / below;
    return y[i] - x[0] * ratio;
}

static double evaluate(const double *x, size_t n, double *g)
{
    return residuals_evaluate(rest, POINTS, x, n, g);
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_kowalik_osborne = {
    .name = "kowalik_osborne",
    .formula = "sum(i, 1, 11, (y[i] - x1*(u[i]^2 + u[i]*x2)/"
               "(u[i]^2 + u[i]*x3 + x4))^2)",
    .sentence = "A small fit with poles nearby and a second valley that runs "
                "off to infinity.",
    .source = "More, Garbow & Hillstrom 1981, ACM TOMS 7(1), problem 15",
    .dimension = 4,
    .dimension_default = 4,
    .start = (const double[]){0.25, 0.39, 0.415, 0.39},
    .start_period = 4,
    .low = 0,
    .high = 0.42,
    .minima = {{0.00030750560384923745,
                (const double[]){0.19280693457903786, 0.19128232873436696,
                                 0.12305650692632066, 0.13606233068379484}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
