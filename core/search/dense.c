/* dense.c - Gauss's elimination with partial pivoting. */
#include "core/search/dense.h"

#include <math.h>

static void swap_rows(double *a, double *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double kept = a[i];

        a[i] = b[i];
        b[i] = kept;
    }
}

bool dense_factor(double *A, double *pivot, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t greatest = k;

        for (size_t i = k + 1; i < n; i++)
            if (fabs(A[i * n + k]) > fabs(A[greatest * n + k]))
                greatest = i;
        pivot[k] = (double)greatest;
        if (greatest != k)
            swap_rows(A + k * n, A + greatest * n, n);
        if (!(fabs(A[k * n + k]) > 0) || !isfinite(A[k * n + k]))
            return false;
        for (size_t i = k + 1; i < n; i++) {
            double factor = A[i * n + k] /= A[k * n + k];

            for (size_t j = k + 1; j < n; j++)
                A[i * n + j] -= factor * A[k * n + j];
        }
    }
    return true;
}

void dense_solve(const double *A, const double *pivot, double *x, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t from = (size_t)pivot[k];
        double kept = x[k];

        x[k] = x[from];
        x[from] = kept;
    }
    for (size_t i = 1; i < n; i++)
        for (size_t j = 0; j < i; j++)
            x[i] -= A[i * n + j] * x[j];
    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j < n; j++)
            x[i] -= A[i * n + j] * x[j];
        x[i] /= A[i * n + i];
    }
}
