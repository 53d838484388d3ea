/* principal.c - the two directions in which a path moves most. */
#include "core/landscape/principal.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/kernel/update.h"
#include "core/kernel/vector.h"

enum { SWEEPS_MAX = 60 };

/* Rows without their mean, divided by their largest part: no product of them
 * overflows. */
struct rows {
    size_t count, n;
    double *x;               /* [count][n] */
};

static void subtract_mean(struct rows *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        double mean = 0;

        for (size_t r = 0; r < rows->count; r++)
            mean += rows->x[r * rows->n + i] / (double)rows->count;
        for (size_t r = 0; r < rows->count; r++)
            rows->x[r * rows->n + i] -= mean;
    }
}

static enum error rows_init(struct rows *rows, const double *x, size_t count,
                            size_t n, struct arena *arena)
{
    double largest = 0;

    *rows = (struct rows){count, n,
                          arena_array(arena, count * n, sizeof *rows->x)};
    if (rows->x == NULL)
        return ERR_MEMORY;
    /* From the first row: exact where nothing moves. Halves: no overflow. */
    for (size_t i = 0; i < count * n; i++)
        rows->x[i] = x[i] / 2 - x[i % n] / 2;
    subtract_mean(rows);
    for (size_t i = 0; i < count * n; i++)
        largest = fmax(largest, fabs(rows->x[i]));
    for (size_t i = 0; i < count * n && largest > 0; i++)
        rows->x[i] /= largest;
    return OK;
}

/* ---- eigenvectors of a small symmetric matrix --------------------------- */

/* A symmetric matrix that becomes diagonal, and what it was turned by. */
struct jacobi {
    size_t order;
    double *A;               /* [order][order] */
    double *V;               /* [order][order] row k: an eigenvector */
};

/* Turn rows p and q of a matrix. */
static void turn_rows(double *M, size_t order, size_t p, size_t q, double c,
                      double s)
{
    for (size_t k = 0; k < order; k++) {
        double a = M[p * order + k], b = M[q * order + k];

        M[p * order + k] = c * a - s * b;
        M[q * order + k] = s * a + c * b;
    }
}

static void turn_columns(double *M, size_t order, size_t p, size_t q,
                         double c, double s)
{
    for (size_t k = 0; k < order; k++) {
        double a = M[k * order + p], b = M[k * order + q];

        M[k * order + p] = c * a - s * b;
        M[k * order + q] = s * a + c * b;
    }
}

/* Make element (p, q) zero. False: it was nothing beside the diagonal. */
static bool rotate(struct jacobi *j, size_t p, size_t q)
{
    size_t m = j->order;
    double apq = j->A[p * m + q], app = j->A[p * m + p];
    double aqq = j->A[q * m + q], tau, t, c;

    if (fabs(apq) <= DBL_EPSILON / 4 * sqrt(fabs(app)) * sqrt(fabs(aqq)))
        return false;
    tau = (aqq - app) / (2 * apq);
    t = copysign(1 / (fabs(tau) + sqrt(1 + tau * tau)), tau);
    c = 1 / sqrt(1 + t * t);
    turn_rows(j->A, m, p, q, c, t * c);
    turn_columns(j->A, m, p, q, c, t * c);
    j->A[p * m + q] = j->A[q * m + p] = 0;
    turn_rows(j->V, m, p, q, c, t * c);
    return true;
}

static void diagonalize(struct jacobi *j)
{
    bool moved = true;

    for (size_t k = 0; k < j->order; k++)
        j->V[k * j->order + k] = 1;
    for (int sweep = 0; sweep < SWEEPS_MAX && moved; sweep++) {
        moved = false;
        for (size_t p = 0; p + 1 < j->order; p++)
            for (size_t q = p + 1; q < j->order; q++)
                moved |= rotate(j, p, q);
    }
}

/* ---- from the matrix to directions -------------------------------------- */

/* Products of the rows' columns, or of the rows where these are fewer. */
static void multiply(const struct rows *rows, struct jacobi *j)
{
    size_t m = j->order, n = rows->n;

    if (n == m) {
        for (size_t r = 0; r < rows->count; r++)
            for (size_t p = 0; p < n; p++)
                update_add(j->A + p * n, rows->x[r * n + p],
                           rows->x + r * n, n);
        return;
    }
    for (size_t p = 0; p < m; p++)
        for (size_t q = 0; q < m; q++)
            j->A[p * m + q] = vector_dot(rows->x + p * n, rows->x + q * n, n);
}

/* The eigenvector of row k as a direction; not of length 1 yet. */
static void direction_of(const struct rows *rows, const struct jacobi *j,
                         size_t k, double *ret)
{
    const double *v = j->V + k * j->order;

    for (size_t i = 0; i < rows->n; i++)
        ret[i] = 0;
    if (rows->n == j->order)
        update_add(ret, 1, v, rows->n);
    else
        for (size_t r = 0; r < rows->count; r++)
            update_add(ret, v[r], rows->x + r * rows->n, rows->n);
}

/* Make it of length 1, at right angles to `other` (NULL: to none). False: too
 * little is left of it. */
static bool straighten(double *direction, const double *other, size_t n)
{
    double before = vector_norm2(direction, n), after = before;

    for (int pass = 0; pass < 2 && other != NULL && after > 0; pass++) {
        update_add(direction, -vector_dot(direction, other, n), other, n);
        after = vector_norm2(direction, n);
    }
    if (!(after > 0 && after > before / 2))
        return false;
    for (size_t i = 0; i < n; i++)
        direction[i] /= after;
    return true;
}

/* The first variable's direction that fits. */
static void any_direction(double *direction, const double *other, size_t n)
{
    size_t i = 0;

    do {
        for (size_t k = 0; k < n; k++)
            direction[k] = k == i;
        i++;
    } while (!straighten(direction, other, n) && i < n);
}

static void choose_sign(double *direction, const double *x, size_t count,
                        size_t n)
{
    const double *last = x + (count - 1) * n;
    double along = 0, greatest = 0;

    for (size_t i = 0; i < n; i++) {
        along += (last[i] - x[i]) * direction[i];
        if (fabs(direction[i]) > fabs(greatest))
            greatest = direction[i];
    }
    if (along < 0 || (along == 0 && greatest < 0))
        for (size_t i = 0; i < n; i++)
            direction[i] = -direction[i];
}

/* The place of the greatest eigenvalue but `not`. */
static size_t greatest(const struct jacobi *j, size_t not)
{
    size_t best = not == 0 ? 1 : 0;

    for (size_t k = 0; k < j->order; k++)
        if (k != not
            && j->A[k * j->order + k] > j->A[best * j->order + best])
            best = k;
    return best;
}

/* Eigenvalue k of the sum of products; none is below rounding. */
static double eigenvalue(const struct jacobi *j, size_t k, double sum)
{
    double value = k < j->order ? j->A[k * j->order + k] : 0;

    return value > DBL_EPSILON * (double)j->order * sum ? value : 0;
}

static void find(const struct rows *rows, const struct jacobi *j,
                 const double *x, struct principal *ret)
{
    size_t place = SIZE_MAX;
    double sum = 0;

    for (size_t k = 0; k < j->order; k++)
        sum += j->A[k * j->order + k];
    for (size_t k = 0; k < ret->dims; k++) {
        const double *other = k > 0 ? ret->direction[0] : NULL;
        double value;

        place = greatest(j, place);
        value = eigenvalue(j, place, sum);
        ret->explained[k] = sum > 0 ? value / sum : (double)NAN;
        if (value > 0)
            direction_of(rows, j, place, ret->direction[k]);
        if (!(value > 0) || !straighten(ret->direction[k], other, rows->n))
            any_direction(ret->direction[k], other, rows->n);
        choose_sign(ret->direction[k], x, rows->count, rows->n);
    }
}

enum error principal_find(const double *x, size_t count, size_t n,
                          struct arena *arena, struct principal *ret)
{
    size_t order = count < n ? count : n;
    struct jacobi j = {order, arena_array(arena, order * order, sizeof *j.A),
                       arena_array(arena, order * order, sizeof *j.V)};
    struct principal made = {.dims = n < 2 ? n : 2};
    struct rows rows;

    assert(count > 0 && order <= PRINCIPAL_ORDER_MAX);
    TRY(rows_init(&rows, x, count, n, arena));
    for (size_t k = 0; k < made.dims; k++) {
        made.direction[k] = arena_array(arena, n, sizeof *x);
        if (made.direction[k] == NULL)
            return ERR_MEMORY;
    }
    if (j.A == NULL || j.V == NULL)
        return ERR_MEMORY;
    multiply(&rows, &j);
    diagonalize(&j);
    find(&rows, &j, x, &made);
    *ret = made;
    return OK;
}
