/*
 * bfgs.c - BFGS: an inverse Hessian learned from every step.
 *
 *     d = -H g,  s the step along it,  y what it did to g,  rho = 1 / s.y
 *     H = (I - rho s y') H (I - rho y s') + rho s s'
 *       = H - rho (s w' + w s') + rho (1 + rho y.w) s s',   w = H y
 *
 * H starts as the identity and is scaled to s.y / y.y before the first update.
 * A row's update and its product with the new gradient are one pass.
 *
 * Source  Broyden, Fletcher, Goldfarb, Shanno 1970; Nocedal & Wright 2006,
 *         (6.17), (6.20) and Algorithm 6.1
 */
#include <math.h>
#include <string.h>

#include "core/kernel/update.h"
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

static size_t memory_size(size_t n, const double *p)
{
    (void)p;
    return n * n + 6 * n + 1;
}

static struct memory memory_of(const struct method *m)
{
    size_t n = m->n;
    double *H = m->state, *d = H + n * n;

    return (struct memory){
        .n = n, .H = H, .d = d, .s = d + n, .y = d + 2 * n, .w = d + 3 * n,
        .scratch = d + 4 * n, .known = d + 6 * n,
    };
}

static void forget(const struct memory *k, const double *g)
{
    *k->known = 0;
    update_negate(k->d, g, k->n);
}

/* w = H y, where H = scale I before the first update. */
static void multiply(const struct memory *k, double scale)
{
    size_t n = k->n;

    if (*k->known == 0) {
        memset(k->H, 0, n * n * sizeof *k->H);
        for (size_t i = 0; i < n; i++)
            k->H[i * n + i] = scale;
        *k->known = 1;
    }
    for (size_t i = 0; i < n; i++)
        k->w[i] = vector_dot(k->H + i * n, k->y, n);
}

/* Update H by the step to the line's trial, and d to -H g there. A step along
 * which the gradient does not grow teaches nothing. */
static void learn(const struct memory *k, const struct method *m,
                  const struct line *line)
{
    size_t n = k->n;
    struct pair p =
        update_pair(k->s, k->y, line->x, m->x, line->g, m->g, n);
    double rho = 1 / p.sy, own = 0;

    if (!pair_curves(p) || !isfinite(rho)) {
        for (size_t i = 0; i < n; i++)
            k->d[i] = *k->known == 0
                          ? -line->g[i]
                          : -vector_dot(k->H + i * n, line->g, n);
        return;
    }
    multiply(k, p.sy / p.yy);
    own = rho * (1 + rho * vector_dot(k->y, k->w, n));
    for (size_t i = 0; i < n; i++)
        k->d[i] = -update_rank2_dot(
            k->H + i * n, own * k->s[i] - rho * k->w[i], k->s,
            -rho * k->s[i], k->w, line->g, n);
}

static enum reason search(const struct memory *k, struct method *m,
                          struct line *line)
{
    struct search how = {
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
    learn(&k, m, &line);
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
