/* qr.c - Householder's QR with scaled and pivoted columns, and its uses. */
#include "core/kernel/qr.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/kernel/vector.h"

enum { EXPONENT_MAX = 1000 }; /* so that no scale is infinite or zero */

#define SHARE_LEAST 1e-8 /* of a column in another: below it is rounding */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

enum error qr_init_over(struct qr *qr, double *A, size_t m, size_t n,
                        struct arena *arena)
{
    assert(m > 0 && n > 0);
    *qr = (struct qr){
        .m = m, .n = n, .A = A,
        .diagonal = arena_array(arena, n, sizeof *qr->diagonal),
        .scale = arena_array(arena, n, sizeof *qr->scale),
        .pivot = arena_array(arena, n, sizeof *qr->pivot),
        .work = n > SIZE_MAX / (n + 3) ? NULL
              : arena_array(arena, n * (n + 3), sizeof *qr->work),
    };
    return qr->diagonal == NULL || qr->scale == NULL || qr->pivot == NULL
                   || qr->work == NULL
               ? ERR_MEMORY : OK;
}

enum error qr_init(struct qr *qr, size_t m, size_t n, struct arena *arena)
{
    double *A = n > SIZE_MAX / m ? NULL : arena_array(arena, m * n,
                                                      sizeof *A);

    return A == NULL ? ERR_MEMORY : qr_init_over(qr, A, m, n, arena);
}

double qr_size(double m, double n)
{
    return m * n + n * (n + 6);
}

/* ---- the factors ------------------------------------------------------- */

static void scale_columns(struct qr *qr)
{
    for (size_t j = 0; j < qr->n; j++) {
        double *a = qr->A + j * qr->m;
        int exponent;

        frexp(vector_norm2(a, qr->m), &exponent);
        if (exponent > EXPONENT_MAX)
            exponent = EXPONENT_MAX;
        if (exponent < -EXPONENT_MAX)
            exponent = -EXPONENT_MAX;
        qr->scale[j] = ldexp(1, -exponent);
        for (size_t i = 0; i < qr->m; i++)
            a[i] *= qr->scale[j];
    }
}

/* Bring the column that is longest from row k on to place k; its length. */
static double take_longest(struct qr *qr, size_t k)
{
    size_t m = qr->m, longest = k, kept;
    double length = -1;

    for (size_t j = k; j < qr->n; j++) {
        double norm = vector_norm2(qr->A + j * m + k, m - k);

        if (norm > length) {
            length = norm;
            longest = j;
        }
    }
    if (longest == k)
        return length;
    for (size_t i = 0; i < m; i++) {
        double *a = qr->A + k * m + i, *b = qr->A + longest * m + i, c = *a;

        *a = *b;
        *b = c;
    }
    kept = qr->pivot[k];
    qr->pivot[k] = qr->pivot[longest];
    qr->pivot[longest] = kept;
    return length;
}

/* b = (I - v v' / v[0]) b from row k on, v the reflection of step k. */
static inline void reflect(const struct qr *qr, size_t k, double *b)
{
    const double *v = qr->A + k * qr->m + k;
    size_t rows = qr->m - k;
    double part = vector_dot(v, b + k, rows) / v[0];

    for (size_t i = 0; i < rows; i++)
        b[k + i] -= part * v[i];
}

static void find_rank(struct qr *qr)
{
    double rounding = DBL_EPSILON * (double)(qr->m > qr->n ? qr->m : qr->n);

    qr->rank = 0;
    while (qr->rank < least(qr->m, qr->n)
           && fabs(qr->diagonal[qr->rank]) > rounding * fabs(qr->diagonal[0]))
        qr->rank++;
}

void qr_factor(struct qr *qr)
{
    size_t m = qr->m, n = qr->n;

    scale_columns(qr);
    for (size_t j = 0; j < n; j++) {
        qr->pivot[j] = j;
        qr->diagonal[j] = 0;
    }
    for (size_t k = 0; k < least(m, n); k++) {
        double length = take_longest(qr, k), *v = qr->A + k * m + k;

        if (!(length > 0))
            break; /* what is left is zero */
        if (v[0] < 0)
            length = -length;
        for (size_t i = 0; i < m - k; i++)
            v[i] /= length;
        v[0] += 1;
        qr->diagonal[k] = -length;
        for (size_t j = k + 1; j < n; j++)
            reflect(qr, k, qr->A + j * m);
    }
    find_rank(qr);
}

void qr_apply_qt(const struct qr *qr, double *b)
{
    for (size_t k = 0; k < least(qr->m, qr->n) && qr->diagonal[k] != 0; k++)
        reflect(qr, k, b);
}

void qr_apply_q(const struct qr *qr, double *b)
{
    size_t k = 0;

    while (k < least(qr->m, qr->n) && qr->diagonal[k] != 0)
        k++;
    while (k-- > 0)
        reflect(qr, k, b);
}

/* ---- solving ----------------------------------------------------------- */

/* R's element (k, j), k <= j. */
static inline double element(const struct qr *qr, size_t k, size_t j)
{
    return k == j ? qr->diagonal[k] : k < qr->m ? qr->A[j * qr->m + k] : 0;
}

/* Undo S and P: z [n] belongs to the scaled columns in their new order. */
static void put_back(const struct qr *qr, const double *z, double *x)
{
    for (size_t k = 0; k < qr->n; k++) {
        size_t j = qr->pivot[k];

        x[j] = z[k] * qr->scale[j];
    }
}

void qr_solve(const struct qr *qr, const double *qtb, double *x)
{
    double *z = qr->work;

    for (size_t k = qr->rank; k < qr->n; k++)
        z[k] = 0;
    for (size_t k = qr->rank; k-- > 0;) {
        double sum = qtb[k];

        for (size_t j = k + 1; j < qr->rank; j++)
            sum -= element(qr, k, j) * z[j];
        z[k] = sum / qr->diagonal[k];
    }
    put_back(qr, z, x);
}

/*
 * Turn the damping row of unknown k, (0 ... row[k] ... row[n - 1] | rest), into
 * row k and those below of the triangle T and the right hand side z.
 */
static void rotate_away(double *T, double *z, double *row, size_t k, size_t n)
{
    double rest = 0;

    for (size_t i = k; i < n; i++) {
        double *t = T + i * n, side[2] = {t[i], row[i]}, c, s, old;
        double length = vector_norm2(side, 2);

        if (row[i] == 0)
            continue;
        c = t[i] / length;
        s = row[i] / length;
        for (size_t j = i; j < n; j++) {
            old = t[j];
            t[j] = c * old + s * row[j];
            row[j] = c * row[j] - s * old;
        }
        old = z[i];
        z[i] = c * old + s * rest;
        rest = c * rest - s * old;
    }
}

void qr_solve_damped(const struct qr *qr, const double *qtb,
                     const double *damping, double *x)
{
    size_t n = qr->n;
    double *T = qr->work, *z = T + n * n, *row = z + n;

    for (size_t k = 0; k < n; k++) {
        for (size_t j = k; j < n; j++)
            T[k * n + j] = element(qr, k, j);
        z[k] = k < qr->m ? qtb[k] : 0;
    }
    for (size_t k = 0; k < n; k++) {
        size_t j = qr->pivot[k];

        memset(row, 0, n * sizeof *row);
        row[k] = damping[j] * qr->scale[j];
        rotate_away(T, z, row, k, n);
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++)
            z[k] -= T[k * n + j] * z[j];
        z[k] = T[k * n + k] != 0 ? z[k] / T[k * n + k] : 0;
    }
    put_back(qr, z, x);
}

void qr_multiply(const struct qr *qr, const double *x, double *ret)
{
    double *z = qr->work;
    size_t n = qr->n;

    for (size_t k = 0; k < n; k++)
        z[k] = x[qr->pivot[k]] / qr->scale[qr->pivot[k]];
    for (size_t k = 0; k < qr->m; k++) {
        ret[k] = 0;
        for (size_t j = k; j < n; j++)
            ret[k] += element(qr, k, j) * z[j];
    }
}

/* The inverse of R up to the rank, in the upper left of U [n][n], by rows. */
static void invert_triangle(const struct qr *qr, double *U)
{
    size_t n = qr->n;

    memset(U, 0, n * n * sizeof *U);
    for (size_t j = 0; j < qr->rank; j++) {
        U[j * n + j] = 1 / qr->diagonal[j];
        for (size_t k = j; k-- > 0;) {
            double sum = 0;

            for (size_t i = k + 1; i <= j; i++)
                sum += element(qr, k, i) * U[i * n + j];
            U[k * n + j] = -sum / qr->diagonal[k];
        }
    }
}

/* Whether no column beyond the rank is made of that at place k. */
static bool is_determined(const struct qr *qr, const double *U, size_t k)
{
    for (size_t l = qr->rank; l < qr->n; l++) {
        double share = 0;

        for (size_t i = k; i < qr->rank; i++)
            share += U[k * qr->n + i] * element(qr, i, l);
        if (!(fabs(share) <= SHARE_LEAST))
            return false;
    }
    return true;
}

void qr_inverse(const struct qr *qr, double *C)
{
    size_t n = qr->n, rank = qr->rank;
    double *U = qr->work;

    for (size_t i = 0; i < n * n; i++)
        C[i] = NAN;
    invert_triangle(qr, U);
    for (size_t k = 0; k < rank; k++)
        if (!is_determined(qr, U, k))
            U[k * n + rank - 1] = NAN; /* and so every product with row k */
    for (size_t k = 0; k < rank; k++) {
        for (size_t l = k; l < rank; l++) {
            size_t i = qr->pivot[k], j = qr->pivot[l];
            double sum = vector_dot(U + k * n + l, U + l * n + l, rank - l);

            sum = sum * qr->scale[i] * qr->scale[j];
            C[i * n + j] = C[j * n + i] = sum;
        }
    }
}

void qr_inverse_roots(const struct qr *qr, double *ret)
{
    size_t n = qr->n, rank = qr->rank;
    double *U = qr->work;

    for (size_t j = 0; j < n; j++)
        ret[j] = NAN;
    invert_triangle(qr, U);
    for (size_t k = 0; k < rank; k++)
        if (is_determined(qr, U, k))
            ret[qr->pivot[k]] = vector_norm2(U + k * n + k, rank - k)
                              * qr->scale[qr->pivot[k]];
}
