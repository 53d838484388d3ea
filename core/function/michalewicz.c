/*
 * michalewicz.c - plains cut by narrow ditches.
 *
 * f(x) = -sum over i of sin(x_i) sin(i x_i^2 / pi)^20
 */
#include "core/function/function.h"
#include "core/kernel/math.h"

#define PI 3.141592653589793238462643383280

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t i = 0; i < n; i++) {
        double frequency = (double)(i + 1) * x[i] / PI;
        double s = math_sin(x[i]), wave = math_sin(frequency * x[i]);
        double power = math_pow_int(wave, 19);

        f -= s * power * wave;
        if (g != NULL)
            g[i] = -power * (math_cos(x[i]) * wave
                             + 40 * s * frequency * math_cos(frequency * x[i]));
    }
    return f;
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_michalewicz = {
    .name = "michalewicz",
    .formula = "-sum(i, 1, n, sin(x[i])*sin(i*x[i]^2/pi)^20)",
    .sentence = "n! ditches with plains between them on which no gradient "
                "tells where to go.",
    .source = "Michalewicz 1992, Genetic Algorithms + Data Structures = "
              "Evolution Programs, Springer",
    .dimension_min = 1,
    .dimension_default = 2,
    .start = (const double[]){2, 1.4},
    .start_period = 2,
    .low = 0,
    .high = 3.141592653589793,
    .minima = {
        {-1.8013034100985525,
         (const double[]){2.2029055201726093, 1.5707963267948966}, 2},
        {-1.2140595156208163,
         (const double[]){2.2029055201726093, 2.7115714838430143}, 2,
         .local = true},
    },
    .minima_count = 2,
    .evaluate = evaluate,
};
