/* residuals.c - adds up squares of residuals and their gradient. */
#include "core/function/residuals.h"

#include <assert.h>

double residuals_evaluate(residual *r, size_t m, const double *x, size_t n,
                          double *g)
{
    double d[RESIDUAL_DIMENSION_MAX], f = 0;

    assert(n <= RESIDUAL_DIMENSION_MAX);
    for (size_t j = 0; g != NULL && j < n; j++)
        g[j] = 0;
    for (size_t i = 0; i < m; i++) {
        double rest = r(i, x, n, d);

        f += rest * rest;
        for (size_t j = 0; g != NULL && j < n; j++)
            g[j] += 2 * rest * d[j];
    }
    return f;
}
