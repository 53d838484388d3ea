/*
 * hartmann_3.c - four bells of different width in the unit cube.
 *
 * f(x) = -sum over i of c_i exp(-sum over j of A_ij (x_j - P_ij)^2)
 *
 * The last P_1 is 0.0381 as in the library named below; others have 0.03815.
 */
#include "core/function/function.h"
#include "core/kernel/math.h"

enum { BELLS = 4, SIZE = 3 };

static const double height[BELLS] = {1, 1.2, 3, 3.2};
static const double A[BELLS][SIZE] = {
    {3, 10, 30}, {0.1, 10, 35}, {3, 10, 30}, {0.1, 10, 35},
};
static const double P[BELLS][SIZE] = {
    {0.3689, 0.117, 0.2673},
    {0.4699, 0.4387, 0.747},
    {0.1091, 0.8732, 0.5547},
    {0.0381, 0.5743, 0.8828},
};

static double evaluate(const double *x, size_t n, double *g)
{
    double f = 0;

    for (size_t j = 0; g != NULL && j < n; j++)
        g[j] = 0;
    for (size_t i = 0; i < BELLS; i++) {
        double far = 0, bell;

        for (size_t j = 0; j < SIZE; j++)
            far += A[i][j] * (x[j] - P[i][j]) * (x[j] - P[i][j]);
        bell = height[i] * math_exp(-far);
        f -= bell;
        for (size_t j = 0; g != NULL && j < SIZE; j++)
            g[j] += 2 * bell * A[i][j] * (x[j] - P[i][j]);
    }
    return f;
}

/* Found by Newton's method with 50 digits, then rounded. */
const struct function function_hartmann_3 = {
    .name = "hartmann_3",
    .formula = "-sum(i, 1, 4, c[i]*exp(-sum(j, 1, 3, "
               "A[i,j]*(x[j] - P[i,j])^2)))",
    .sentence = "Four overlapping wells: the widest is easily found, the "
                "deepest is not.",
    .source = "Hartman 1973; Dixon & Szego 1978; constants of Surjanovic & "
              "Bingham 2013, Virtual Library of Simulation Experiments",
    .dimension = SIZE,
    .dimension_default = SIZE,
    .start = (const double[]){0.5},
    .start_period = 1,
    .low = 0,
    .high = 1,
    .minima = {{-3.8627797873326624,
                (const double[]){0.11458887665506896, 0.55564889461693,
                                 0.8525469846866774}}},
    .minima_count = 1,
    .evaluate = evaluate,
};
