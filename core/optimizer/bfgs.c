/*
 * bfgs.c - BFGS: an inverse Hessian learned from every step.
 *
 *     d = -H g,  s the step along it,  y what it did to g,  rho = 1 / s.y
 *     H = (I - rho s y') H (I - rho y s') + rho s s'
 *       = H - rho (s w' + w s') + rho (1 + rho y.w) s s',   w = H y
 *
 * H starts as the identity and is scaled to s.y / y.y before the first update.
 * A row's update and its product with the new gradient are one pass. Over a
 * large H a pass takes long: the cancel flag is looked at on the way.
 *
 * Source  Broyden, Fletcher, Goldfarb, Shanno 1970; Nocedal & Wright 2006,
 *         (6.17), (6.20) and Algorithm 6.1
 */
#include <math.h>
#include <string.h>

#include "core/kernel/update.h"
#include "core/optimizer/optimizer.h"
#include "core/search/memory.h"
#include "core/search/search.h"

enum { DECREASE, CURVATURE };

static const struct parameter parameters[] = {
    [DECREASE]  = ROW_DECREASE,
    [CURVATURE] = ROW_CURVATURE(0.9),
    {0},
};

struct memory {
    size_t n;
    double *H;               /* [n][n] */
    double *d, *s, *y, *w;   /* [n] */
    double *scratch;         /* [2n] */
    double *known;           /* 0: H is not set and stands for the identity */
};

static struct memory take(struct memory_cursor *c, size_t n)
{
    struct memory k = {.n = n};

    k.H = memory_take(c, n * n);
    k.d = memory_take(c, n);
    k.s = memory_take(c, n);
    k.y = memory_take(c, n);
    k.w = memory_take(c, n);
    k.scratch = memory_take(c, 2 * n);
    k.known = memory_take(c, 1);
    return k;
}

static size_t memory_size(size_t n, const double *p)
{
    struct memory_cursor c = {0};

    (void)p;
    take(&c, n);
    return c.taken;
}

static struct memory memory_of(const struct method *m)
{
    return take(&(struct memory_cursor){m->state, 0}, m->n);
}

static void forget(const struct memory *k, const double *g)
{
    *k->known = 0;
    update_negate(k->d, g, k->n);
}

/* Whether the run is canceled, asked at some of the rows. */
static bool is_canceled(struct method *m, size_t row)
{
    size_t rows = 1 + (size_t)(METHOD_WORK / 4 / (double)m->n);

    return row % rows == 0 && method_is_canceled(m);
}

/* w = H y, where H = scale I before the first update. False: the run is
 * canceled. */
static bool multiply(const struct memory *k, struct method *m, double scale)
{
    size_t n = k->n;

    for (size_t i = 0; i < n; i++) {
        if (is_canceled(m, i))
            return false;
        if (*k->known == 0) {
            memset(k->H + i * n, 0, n * sizeof *k->H);
            k->H[i * n + i] = scale;
        }
        k->w[i] = vector_dot(k->H + i * n, k->y, n);
    }
    *k->known = 1;
    return true;
}

/* Update H by the step to the line's trial, and d to -H g there. A step along
 * which the gradient does not grow teaches nothing. False: the run is canceled,
 * and H is lost. */
static bool learn(const struct memory *k, struct method *m,
                  const struct line *line)
{
    size_t n = k->n;
    struct pair p =
        update_pair(k->s, k->y, line->x, m->x, line->g, m->g, n);
    double rho = 1 / p.sy, own = 0;
    bool teaches = pair_curves(p) && isfinite(rho);

    if (teaches) {
        if (!multiply(k, m, p.sy / p.yy))
            return false;
        own = rho * (1 + rho * vector_dot(k->y, k->w, n));
    }
    for (size_t i = 0; i < n; i++) {
        const double *row = k->H + i * n;

        if (is_canceled(m, i))
            return false;
        if (teaches)
            k->d[i] = -update_rank2_dot(
                k->H + i * n, own * k->s[i] - rho * k->w[i], k->s,
                -rho * k->s[i], k->w, line->g, n);
        else
            k->d[i] = *k->known == 0 ? -line->g[i]
                                     : -vector_dot(row, line->g, n);
    }
    return true;
}

static enum reason search(const struct memory *k, struct method *m,
                          struct line *line)
{
    struct line_search how = {
        .first = *k->known != 0 ? 1 : 1 / vector_norm2(m->g, m->n),
        .longest = INFINITY, .decrease = m->p[DECREASE],
        .curvature = m->p[CURVATURE],
    };
    double slope = vector_dot(m->g, k->d, m->n);

    line_begin(line, m, k->d, slope, k->scratch);
    if (!(slope < 0))
        return REASON_LINE_SEARCH;
    return search_strong_wolfe(line, &how);
}

static enum reason advance(struct method *m)
{
    struct memory k = memory_of(m);
    struct line line;
    enum reason reason;

    if (m->t == 1)
        forget(&k, m->g);
    reason = search(&k, m, &line);
    if (reason == REASON_LINE_SEARCH && *k.known != 0) {
        m->evaluations_left = line.evaluations_left;
        forget(&k, m->g); /* the gradient itself is the last resort */
        reason = search(&k, m, &line);
    }
    if (reason != REASON_NONE)
        return reason;
    if (!learn(&k, m, &line))
        return REASON_CANCELED;
    line_accept(&line);
    return REASON_NONE;
}

const struct optimizer_kind optimizer_bfgs = {
    .name = "bfgs",
    .formula = "x = x - step*H*g; H = (I - rho*s*y')H(I - rho*y*s') + "
               "rho*s*s', rho = 1/(s.y), step by a strong Wolfe line search",
    .sentence = "Fewest iterations for smooth functions of up to some hundred "
                "variables: it keeps an n by n matrix.",
    .source = "Broyden, Fletcher, Goldfarb, Shanno 1970",
    .parameters = parameters,
    .memory = memory_size,
    .advance = advance,
};
