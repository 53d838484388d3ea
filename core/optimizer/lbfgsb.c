/*
 * lbfgsb.c - L-BFGS inside bounds.
 *
 * An iteration minimises the model m(z) = g'(z - x) + (z - x)'B(z - x) / 2 in
 * two strokes: to the Cauchy point (cauchy.h), which says which variables stay
 * at their bounds; then to the model's minimum over the others,
 *
 *     du = -B_F^-1 r,   r = g + theta (xc - x) - W M c  on the free variables,
 *     B_F^-1 = I/theta + U (I - M U'U / theta)^-1 M U' / theta^2,  U = W's free
 *              rows,
 *
 * moved back into the bounds. A strong Wolfe line search goes from x towards
 * there, and never out of the bounds. Without bounds this is L-BFGS.
 *
 *   letter   shape     meaning                                    in the code
 *   n, k     -         variables; pairs
 *   x, g     [n]       the iterate, its gradient
 *   B        [n][n]    the model's Hessian                        k->B
 *   theta    -         B's curvature where the pairs say nothing  *k->B.theta
 *   W, M     [n][2k], [2k][2k]  B = theta I - W M W' (compact.c)
 *   xc       [n]       the Cauchy point                           k->target
 *   c        [2k]      W'(xc - x)                                 k->cauchy.c
 *   F        -         the variables that are at no bound at xc: "free"
 *   U        [n][2k]   W, with zeros in the rows that are not free
 *   N        [2k][2k]  U'U, then I - M U'U / theta                k->N
 *   r        [n]       the model's gradient at xc, on F           k->r
 *   v        [2k]      U'r, then what is solved with it           k->v
 *   du       [n]       from xc to the model's minimum over F      k->move
 *   d        [n]       from x to the end of both strokes          k->d
 *
 * Source  Byrd, Lu, Nocedal & Zhu 1995, SIAM J. Sci. Comput. 16(5), 1190-1208,
 *         direct primal method (5.11); the way back into the bounds: Morales &
 *         Nocedal 2011, ACM TOMS 38(1)
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/base/bounds.h"
#include "core/kernel/update.h"
#include "core/optimizer/optimizer.h"
#include "core/optimizer/pairs.h"
#include "core/search/cauchy.h"
#include "core/search/dense.h"
#include "core/search/memory.h"
#include "core/search/search.h"

enum { MEMORY_MAX = 100 };

static const struct parameter parameters[] = {
    PAIR_ROWS(6, MEMORY_MAX),
    {0},
};

struct memory {
    struct compact B;
    struct cauchy cauchy;    /* its x is the target later, its t and d free */
    double *target;          /* [n] where the model is least */
    double *d, *scratch;     /* [n], [2n] */
    double *r, *move;        /* [n] reduced gradient, and du */
    double *N, *pivot, *v;   /* [2k][2k], [2k], [2k] */
};

static size_t pairs_of(size_t n, const double *p)
{
    return (size_t)fmin(p[MEMORY], (double)n);
}

static struct memory take(struct memory_cursor *c, size_t n, const double *p)
{
    size_t pairs = pairs_of(n, p), columns = 2 * pairs;
    double *compact = memory_take(c, compact_size(n, pairs));
    struct memory k = {0};

    if (compact != NULL)
        k.B = compact_at(compact, n, pairs);
    k.target = k.cauchy.x = memory_take(c, n);
    k.d = memory_take(c, n);
    k.scratch = memory_take(c, 2 * n);
    k.r = memory_take(c, n);
    k.move = memory_take(c, n);
    k.cauchy.d = memory_take(c, n);
    k.cauchy.t = memory_take(c, n);
    k.cauchy.heap = memory_take(c, n);
    k.N = memory_take(c, columns * columns);
    k.pivot = memory_take(c, columns);
    k.v = memory_take(c, columns);
    k.cauchy.c = memory_take(c, columns);
    k.cauchy.p = memory_take(c, columns);
    k.cauchy.w = memory_take(c, columns);
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

static bool is_free(const struct method *m, double x, size_t i)
{
    return (m->low == NULL || x > m->low[i])
        && (m->high == NULL || x < m->high[i]);
}

static double inside(const struct method *m, double x, size_t i)
{
    return bounds_nearest((struct bounds){m->low, m->high}, x, i);
}

/* N = U'U; U's columns are W's with zeros in the rows of variables that are not
 * free. False: the run is canceled. */
static bool find_gram(const struct memory *k, struct method *m)
{
    size_t columns = compact_columns(&k->B), n = k->B.n;

    memset(k->N, 0, columns * columns * sizeof *k->N);
    for (size_t from = 0; from < n; from += COMPACT_BLOCK) {
        size_t rows = n - from < COMPACT_BLOCK ? n - from : COMPACT_BLOCK;

        if (method_is_canceled(m))
            return false;
        compact_add_gram(&k->B, k->cauchy.d, from, rows, k->cauchy.t, k->N);
    }
    for (size_t i = 0; i < columns; i++)
        for (size_t j = 0; j < i; j++)
            k->N[i * columns + j] = k->N[j * columns + i];
    return true;
}

/* v = M v, then solve (I - M U'U / theta) v' = v. False: singular, or the run
 * is canceled. */
static bool solve_small(const struct memory *k, struct method *m)
{
    size_t columns = compact_columns(&k->B);
    double *w = k->cauchy.w;

    if (!find_gram(k, m))
        return false;
    for (size_t j = 0; j < columns; j++) {
        for (size_t i = 0; i < columns; i++)
            w[i] = k->N[i * columns + j];
        compact_middle(&k->B, w);
        for (size_t i = 0; i < columns; i++)
            k->N[i * columns + j] = (i == j) - w[i] / *k->B.theta;
    }
    compact_middle(&k->B, k->v);
    if (!dense_factor(k->N, k->pivot, columns))
        return false;
    dense_solve(k->N, k->pivot, k->v, columns);
    return true;
}

/* move = -B_F^-1 r on the free variables, 0 on the others. */
static bool reduce(const struct memory *k, struct method *m)
{
    size_t n = m->n, columns = compact_columns(&k->B);
    double theta = *k->B.theta, *is_kept = k->cauchy.d, *c = k->cauchy.c;

    for (size_t i = 0; i < n; i++) {
        is_kept[i] = is_free(m, k->target[i], i);
        k->r[i] = m->g[i] + theta * (k->target[i] - m->x[i]);
    }
    if (columns > 0) {
        compact_middle(&k->B, c);
        compact_up(&k->B, -1, c, k->r);
    }
    for (size_t i = 0; i < n; i++) {
        k->r[i] *= is_kept[i];
        k->move[i] = -k->r[i] / theta;
    }
    if (columns == 0)
        return true;
    compact_down(&k->B, k->r, k->v);
    if (!solve_small(k, m))
        return false;
    compact_up(&k->B, -1 / (theta * theta), k->v, k->move);
    for (size_t i = 0; i < n; i++)
        k->move[i] *= is_kept[i];
    return true;
}

/* The longest part of `move` from the target that stays inside. */
static double part_inside(const struct memory *k, const struct method *m)
{
    double part = 1;

    for (size_t i = 0; i < m->n; i++) {
        double x = k->target[i], by = k->move[i];

        if (by < 0 && m->low != NULL && x + by < m->low[i])
            part = fmin(part, (m->low[i] - x) / by);
        if (by > 0 && m->high != NULL && x + by > m->high[i])
            part = fmin(part, (m->high[i] - x) / by);
    }
    return part;
}

/* Set target and d; returns g . d. */
static double direct(const struct memory *k, struct method *m)
{
    double slope = 0, part;

    cauchy_find(&k->B, m, &k->cauchy);
    if (method_is_canceled(m) || !reduce(k, m))
        return 0;
    for (size_t i = 0; i < m->n; i++) {
        double x = inside(m, k->target[i] + k->move[i], i);

        k->d[i] = x - m->x[i];
    }
    slope = vector_dot(m->g, k->d, m->n);
    part = slope < 0 ? 0 : part_inside(k, m);
    for (size_t i = 0; i < m->n; i++) {
        double by = slope < 0 ? k->move[i] : part * k->move[i];

        k->target[i] = inside(m, k->target[i] + by, i);
        k->d[i] = k->target[i] - m->x[i];
    }
    return vector_dot(m->g, k->d, m->n);
}

/* How far d may be followed: at least to the target. */
static double longest(const struct memory *k, const struct method *m)
{
    double most = INFINITY;

    for (size_t i = 0; i < m->n; i++) {
        if (k->d[i] < 0 && m->low != NULL)
            most = fmin(most, (m->low[i] - m->x[i]) / k->d[i]);
        if (k->d[i] > 0 && m->high != NULL)
            most = fmin(most, (m->high[i] - m->x[i]) / k->d[i]);
    }
    return fmax(1, most);
}

/* Without pairs the model's curvature is such that its minimum along the
 * gradient is one unit away, whatever the unit of the loss. */
static void set_first_curvature(const struct memory *k, const struct method *m)
{
    double norm = vector_norm2(m->g, m->n);

    *k->B.theta = norm > 0 && isfinite(norm) ? norm : 1;
}

static enum reason search(const struct memory *k, struct method *m,
                          struct line *line)
{
    bool is_new = *k->B.count == 0;
    double slope;
    struct line_search how = {
        .decrease = m->p[DECREASE], .curvature = m->p[CURVATURE],
    };

    if (is_new)
        set_first_curvature(k, m);
    slope = direct(k, m);
    if (method_is_canceled(m))
        return REASON_CANCELED;
    how.longest = longest(k, m);
    line_begin(line, m, k->d, slope, k->scratch);
    if (!(slope < 0))
        return REASON_LINE_SEARCH;
    how.first = is_new ? fmin(how.longest, 1 / vector_norm2(k->d, m->n)) : 1;
    line->whole = k->target;
    return search_strong_wolfe(line, &how);
}

static enum reason advance(struct method *m)
{
    struct memory k = memory_of(m);
    struct line line;
    enum reason reason;

    if (m->t == 1)
        compact_forget(&k.B);
    reason = search(&k, m, &line);
    if (reason == REASON_LINE_SEARCH && *k.B.count > 0) {
        m->evaluations_left = line.evaluations_left;
        compact_forget(&k.B); /* the gradient itself is the last resort */
        reason = search(&k, m, &line);
    }
    if (reason != REASON_NONE)
        return reason;
    compact_learn(&k.B, line.x, m->x, line.g, m->g);
    line_accept(&line);
    return REASON_NONE;
}

const struct optimizer_kind optimizer_lbfgsb = {
    .name = "lbfgsb",
    .formula = "x = x + step*(z - x), z the least point of L-BFGS's model "
               "inside the bounds, step by a strong Wolfe line search",
    .sentence = "L-BFGS where variables have bounds.",
    .source = "Byrd, Lu, Nocedal & Zhu 1995, SIAM Journal on Scientific "
              "Computing 16(5), 1190-1208",
    .parameters = parameters,
    .memory = memory_size,
    .advance = advance,
    .takes_bounds = true,
};
