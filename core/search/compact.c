/*
 * compact.c - pairs kept in a ring, their products, and the middle matrix.
 *
 *   letter   shape     meaning
 *   n, k     -         variables; pairs that are kept
 *   s, y     [n]       a pair: a step, and what it changed of the gradient
 *   S, Y     [n][k]    all of them, oldest first
 *   theta    -         y.y / s.y of the newest pair: the curvature where the
 *                      pairs say nothing
 *   B        [n][n]    the Hessian's estimate, theta I - W M W'; never formed
 *   W        [n][2k]   [Y, theta S]; formed by row or column only
 *   D        [k][k]    diagonal of S'Y
 *   L        [k][k]    S'Y strictly below the diagonal
 *   M        [2k][2k]  inverse of [-D L'; L theta S'S], whose factors are kept
 *                      in c->M and c->pivot
 *   sy, ss   [k+1][k+1]  s_i.y_j and s_i.s_j, by the slots of i and j
 */
#include "core/search/compact.h"

#include <math.h>
#include <string.h>

#include "core/kernel/update.h"
#include "core/search/dense.h"

static size_t stride_of(size_t n)
{
    return (n + 7) / 8 * 8;
}

/* A pair is tried out in a row that is not in use. */
static size_t rows_of(size_t pairs)
{
    return pairs + 1;
}

size_t compact_size(size_t n, size_t pairs)
{
    size_t rows = rows_of(pairs);

    return 2 * rows * stride_of(n) + 2 * rows * rows + 4 * pairs * pairs
         + 2 * pairs + 3;
}

struct compact compact_at(double *memory, size_t n, size_t pairs)
{
    size_t stride = stride_of(n), rows = rows_of(pairs);
    double *s = memory, *y = s + rows * stride, *sy = y + rows * stride;
    double *ss = sy + rows * rows, *M = ss + rows * rows;
    double *pivot = M + 4 * pairs * pairs, *rest = pivot + 2 * pairs;

    return (struct compact){
        .n = n, .stride = stride, .rows = rows, .s = s, .y = y, .sy = sy,
        .ss = ss, .M = M, .pivot = pivot, .first = rest, .count = rest + 1,
        .theta = rest + 2,
    };
}

size_t compact_columns(const struct compact *c)
{
    return 2 * (size_t)*c->count;
}

void compact_forget(const struct compact *c)
{
    *c->first = *c->count = 0;
    *c->theta = 1;
}

/* Where the i-th oldest pair is kept. */
static size_t slot(const struct compact *c, size_t i)
{
    return ((size_t)*c->first + i) % c->rows;
}

const double *compact_column(const struct compact *c, size_t j,
                             double *ret_scale)
{
    size_t k = (size_t)*c->count;
    bool is_y = j < k;

    *ret_scale = is_y ? 1 : *c->theta;
    return (is_y ? c->y : c->s) + slot(c, is_y ? j : j - k) * c->stride;
}

/* Factor [-D  L'; L  theta S'S]; false where rounding made it singular. */
static bool factor(const struct compact *c)
{
    size_t k = (size_t)*c->count, side = 2 * k;

    memset(c->M, 0, side * side * sizeof *c->M);
    for (size_t i = 0; i < k; i++) {
        size_t at = slot(c, i) * c->rows;

        c->M[i * side + i] = -c->sy[at + slot(c, i)];
        for (size_t j = 0; j < i; j++)
            c->M[(k + i) * side + j] = c->M[j * side + k + i] =
                c->sy[at + slot(c, j)];
        for (size_t j = 0; j <= i; j++)
            c->M[(k + i) * side + k + j] = c->M[(k + j) * side + k + i] =
                *c->theta * c->ss[at + slot(c, j)];
    }
    return dense_factor(c->M, c->pivot, side);
}

void compact_learn(const struct compact *c, const double *to_x,
                   const double *x, const double *to_g, const double *g)
{
    size_t n = c->n, at = slot(c, (size_t)*c->count);
    double *s = c->s + at * c->stride, *y = c->y + at * c->stride;
    struct pair p = update_pair(s, y, to_x, x, to_g, g, n);

    if (!pair_curves(p) || !isfinite(p.yy / p.sy))
        return;
    if (*c->count + 1 < (double)c->rows)
        ++*c->count;
    else
        *c->first = (double)((at + 2) % c->rows);
    *c->theta = p.yy / p.sy;
    for (size_t i = 0; i < (size_t)*c->count; i++) {
        size_t other = slot(c, i);

        c->sy[at * c->rows + other] =
            vector_dot(s, c->y + other * c->stride, n);
        c->ss[at * c->rows + other] = c->ss[other * c->rows + at] =
            vector_dot(s, c->s + other * c->stride, n);
    }
    if (!factor(c))
        compact_forget(c);
}

void compact_row(const struct compact *c, size_t i, double *w)
{
    size_t k = (size_t)*c->count;

    for (size_t j = 0; j < k; j++) {
        w[j] = c->y[slot(c, j) * c->stride + i];
        w[k + j] = *c->theta * c->s[slot(c, j) * c->stride + i];
    }
}

void compact_down(const struct compact *c, const double *v, double *w)
{
    for (size_t j = 0; j < compact_columns(c); j++) {
        double scale;
        const double *column = compact_column(c, j, &scale);

        w[j] = scale * vector_dot(column, v, c->n);
    }
}

void compact_up(const struct compact *c, double scale, const double *w,
                double *v)
{
    for (size_t j = 0; j < compact_columns(c); j++) {
        double own;
        const double *column = compact_column(c, j, &own);

        update_add(v, scale * own * w[j], column, c->n);
    }
}

void compact_add_gram(const struct compact *c, const double *kept, size_t from,
                      size_t rows, double *scratch, double *G)
{
    size_t columns = compact_columns(c);

    for (size_t j = 0; j < columns; j++) {
        double scale;
        const double *column = compact_column(c, j, &scale) + from;

        for (size_t i = 0; i < rows; i++)
            scratch[i] = scale * column[i] * kept[from + i];
        for (size_t i = 0; i <= j; i++) {
            column = compact_column(c, i, &scale) + from;
            G[i * columns + j] += scale * vector_dot(column, scratch, rows);
        }
    }
}

void compact_middle(const struct compact *c, double *w)
{
    dense_solve(c->M, c->pivot, w, compact_columns(c));
}
