/*
 * qr_refine.c - least squares to the last digits.
 *
 * Solution and residual together solve (r + A x, A'r) = (b, 0). What is left of
 * both equations is computed in twice the precision, and solved for
 * corrections by the factors at hand. So large residuals cost no digits.
 */
#include <math.h>
#include <string.h>

#include "core/kernel/qr.h"

enum { ROUNDS_MAX = 10 };

/* A sum of products as if in twice the precision. */
struct sum {
    double high, low;
};

/* Source  Ogita, Rump & Oishi 2005, SIAM J. Sci. Comput. 26(6), Dot2 */
static inline void add_product(struct sum *sum, double a, double b)
{
    double product = a * b, rest = fma(a, b, -product);
    double total = sum->high + product, part = total - sum->high;

    sum->low += (sum->high - (total - part)) + (product - part) + rest;
    sum->high = total;
}

/* f [m] = b - r - A x */
static void first_rest(const struct qr *qr, const double *A, const double *b,
                       const double *r, const double *x, double *f)
{
    size_t m = qr->m;

    for (size_t i = 0; i < m; i++) {
        struct sum sum = {b[i], 0};

        add_product(&sum, -1, r[i]);
        for (size_t j = 0; j < qr->n; j++)
            add_product(&sum, -A[j * m + i], x[j]);
        f[i] = sum.high + sum.low;
    }
}

/* h [rank] solves R'h = -A'r, for the columns within the rank. */
static void second_rest(const struct qr *qr, const double *A, const double *r,
                        double *h)
{
    size_t m = qr->m;

    for (size_t k = 0; k < qr->rank; k++) {
        size_t j = qr->pivot[k];
        struct sum sum = {0, 0};
        double left;

        for (size_t i = 0; i < m; i++)
            add_product(&sum, -A[j * m + i], r[i]);
        left = (sum.high + sum.low) * qr->scale[j];
        for (size_t i = 0; i < k; i++)
            left -= qr->A[k * m + i] * h[i];
        h[k] = left / qr->diagonal[k];
    }
}

/* The length of a correction, in the scaled unknowns. */
static double length_of(const struct qr *qr, const double *x)
{
    double length = 0;

    for (size_t j = 0; j < qr->n; j++)
        length = fmax(length, fabs(x[j] / qr->scale[j]));
    return length;
}

void qr_solve_refined(const struct qr *qr, const double *A, const double *b,
                      double *scratch, double *r, double *x)
{
    size_t m = qr->m, n = qr->n;
    double *by = qr->work + n, *h = by + n, *f = scratch, last = INFINITY;

    memset(x, 0, n * sizeof *x);
    memset(r, 0, m * sizeof *r);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        double length;

        first_rest(qr, A, b, r, x, f);
        second_rest(qr, A, r, h);
        qr_apply_qt(qr, f);
        for (size_t k = 0; k < qr->rank; k++)
            f[k] -= h[k];
        qr_solve(qr, f, by);
        length = length_of(qr, by);
        if (!(length < last / 2))
            return;
        last = length;
        memcpy(f, h, qr->rank * sizeof *f);
        qr_apply_q(qr, f);
        for (size_t i = 0; i < m; i++)
            r[i] += f[i];
        for (size_t j = 0; j < n; j++)
            x[j] += by[j];
    }
}
