/*
 * lbfgs.c - limited-memory BFGS: curvature from the last few steps.
 *
 * Of the last `memory` iterations the step s and the gradient's change y are
 * kept. Two loops over them give d = -H g, where H is what BFGS would have
 * made of these pairs from gamma I, gamma = s.y / y.y of the newest:
 *
 *     q = -g
 *     newest to oldest:  a_i = rho_i s_i.q,  q -= a_i y_i     rho = 1 / s.y
 *     q *= gamma
 *     oldest to newest:  b = rho_i y_i.q,    q += (a_i - b) s_i
 *
 * Each update of q takes the next product along (update_add_dot), so that
 * every pair is read from memory twice, not four times.
 *
 * Source  Nocedal 1980, Math. Comp. 35; Liu & Nocedal 1989, Math. Prog. 45;
 *         Nocedal & Wright 2006, Algorithms 7.4 and 7.5
 */
#include <math.h>
#include <string.h>

#include "core/kernel/update.h"
#include "core/optimizer/optimizer.h"
#include "core/optimizer/pairs.h"
#include "core/search/memory.h"
#include "core/search/search.h"

enum { MEMORY_MAX = 1000 };

static const struct parameter parameters[] = {
    PAIR_ROWS(6, MEMORY_MAX),
    {0},
};

/* There is one row more than pairs are kept: a pair is tried out in it. Of n
 * variables n pairs tell all; older ones tell of places farther away. */
static size_t rows_of(size_t n, const double *p)
{
    size_t pairs = (size_t)p[MEMORY];

    return 1 + (pairs < n ? pairs : n);
}

/* What lies in the method's state. Rows are `stride` apart: whole cache
 * lines. */
struct memory {
    size_t n, stride, rows;
    double *count, *newest;  /* pairs that are kept; the newest one's row */
    double *gamma;           /* s.y / y.y of the newest */
    double *rho, *a;         /* [rows] */
    double *d, *scratch;     /* [n], [2n] */
    double *s, *y;           /* [rows][stride] */
};

static size_t stride_of(size_t n)
{
    return (n + 7) / 8 * 8;
}

static struct memory take(struct memory_cursor *c, size_t n, const double *p)
{
    struct memory k = {
        .n = n, .stride = stride_of(n), .rows = rows_of(n, p),
    };

    k.s = memory_take(c, k.rows * k.stride);
    k.y = memory_take(c, k.rows * k.stride);
    k.d = memory_take(c, n);
    k.scratch = memory_take(c, 2 * n);
    k.rho = memory_take(c, k.rows);
    k.a = memory_take(c, k.rows);
    k.count = memory_take(c, 1);
    k.gamma = memory_take(c, 1);
    k.newest = memory_take(c, 1);
    return k;
}

static size_t memory_size(size_t n, const double *p)
{
    struct memory_cursor c = {0};

    take(&c, n, p);
    return c.taken;
}

static struct memory memory_of(const struct method *m)
{
    return take(&(struct memory_cursor){m->state, 0}, m->n, m->p);
}

/* The ring's next row and the one before. */
static size_t after(const struct memory *k, size_t row)
{
    return row + 1 < k->rows ? row + 1 : 0;
}

static size_t before(const struct memory *k, size_t row)
{
    return row > 0 ? row - 1 : k->rows - 1;
}

static double *s_of(const struct memory *k, size_t row)
{
    return k->s + row * k->stride;
}

static double *y_of(const struct memory *k, size_t row)
{
    return k->y + row * k->stride;
}

/* Whether the run is canceled, where rows are so long that a thousand of them
 * take a while. */
static bool is_canceled(struct method *m)
{
    return (double)m->n > METHOD_WORK / 1e4 && method_is_canceled(m);
}

/* k->d = -H g; returns g . d. Nothing of that counts where the run is
 * canceled. */
static double direct(const struct memory *k, struct method *m)
{
    const double *g = m->g;
    size_t n = k->n, row = (size_t)*k->newest, left;
    double *q = k->d, product;

    update_negate(q, g, n);
    if (*k->count == 0)
        return vector_dot(q, g, n);
    product = vector_dot(s_of(k, row), q, n);
    for (left = (size_t)*k->count; left > 1 && !is_canceled(m); left--) {
        double a = k->a[row] = k->rho[row] * product;
        size_t older = before(k, row);

        product = update_add_dot(q, -a, y_of(k, row), s_of(k, older), n);
        row = older;
    }
    k->a[row] = k->rho[row] * product;
    product = *k->gamma
            * update_add_dot(q, -k->a[row], y_of(k, row), y_of(k, row), n);
    update_scale(q, *k->gamma, n);
    for (left = (size_t)*k->count; left > 1 && !is_canceled(m); left--) {
        double b = k->a[row] - k->rho[row] * product;
        size_t newer = after(k, row);

        product = update_add_dot(q, b, s_of(k, row), y_of(k, newer), n);
        row = newer;
    }
    return update_add_dot(q, k->a[row] - k->rho[row] * product, s_of(k, row),
                          g, n);
}

/* Keep the pair of the step to the line's trial, if the curvature along s is
 * positive. */
static void learn(const struct memory *k, const struct method *m,
                  const struct line *line)
{
    size_t row = after(k, (size_t)*k->newest);
    struct pair p = update_pair(s_of(k, row), y_of(k, row), line->x, m->x,
                                line->g, m->g, m->n);

    if (!pair_curves(p) || !isfinite(1 / p.sy))
        return;
    k->rho[row] = 1 / p.sy;
    *k->gamma = p.sy / p.yy;
    *k->newest = (double)row;
    if (*k->count + 1 < (double)k->rows)
        ++*k->count;
}

/* Along d, whose first step has length one where nothing is known yet. */
static enum reason search(const struct memory *k, struct method *m,
                          double slope, struct line *line)
{
    struct line_search how = {
        .first = *k->count > 0 ? 1 : 1 / vector_norm2(m->g, m->n),
        .longest = INFINITY, .decrease = m->p[DECREASE],
        .curvature = m->p[CURVATURE],
    };

    line_begin(line, m, k->d, slope, k->scratch);
    if (is_canceled(m))
        return REASON_CANCELED;
    if (!(slope < 0))
        return REASON_LINE_SEARCH;
    return search_strong_wolfe(line, &how);
}

static enum reason advance(struct method *m)
{
    struct memory k = memory_of(m);
    struct line line;
    enum reason reason = search(&k, m, direct(&k, m), &line);

    if (reason == REASON_LINE_SEARCH && *k.count > 0) {
        m->evaluations_left = line.evaluations_left;
        *k.count = 0; /* the gradient itself is the last resort */
        reason = search(&k, m, direct(&k, m), &line);
    }
    if (reason != REASON_NONE)
        return reason;
    learn(&k, m, &line);
    line_accept(&line);
    return REASON_NONE;
}

const struct optimizer_kind optimizer_lbfgs = {
    .name = "lbfgs",
    .formula = "x = x - step*H*g, H from the last `memory` steps and gradient "
               "changes, step by a strong Wolfe line search",
    .sentence = "The first choice for smooth functions, of any size.",
    .source = "Liu & Nocedal 1989, Mathematical Programming 45, 503-528",
    .parameters = parameters,
    .memory = memory_size,
    .advance = advance,
};
