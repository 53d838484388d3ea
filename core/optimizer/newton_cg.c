/*
 * newton_cg.c - Newton's direction by conjugate gradients, without a Hessian.
 *
 * H d = -g is solved by conjugate gradients, whose only need of H are products
 * H v. Those come from differences of gradients,
 *
 *     H v ~ (g(x + e v) - g(x)) / e,    e = 2 sqrt(epsilon) (1 + |x|) / |v|,
 *
 * one evaluation each. The solution is cut short where the residual is below
 * min(1/2, sqrt(|g| / G)) |g|, G the longest gradient so far: far from the
 * minimum a rough direction will do, near it convergence is faster than
 * linear. It ends too where v'Hv is not positive: what was found so far is the
 * direction (or -g, if nothing was).
 *
 * Source  Dembo & Steihaug 1983, Math. Prog. 26; Nocedal & Wright 2006,
 *         Algorithm 7.1; the difference as (8.20) there
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/kernel/update.h"
#include "core/optimizer/optimizer.h"
#include "core/search/memory.h"
#include "core/search/search.h"

enum { DECREASE, CURVATURE, INNER_MAX };

static const struct parameter parameters[] = {
    [DECREASE]  = ROW_DECREASE,
    [CURVATURE] = ROW_CURVATURE(0.9),
    [INNER_MAX] = {"inner_iterations", 200, 1, 1e6,
                   "Hessian products for one direction, at most.", CLOSED,
                   PARAMETER_INTEGER},
    {0},
};

/* Along v the curvature is positive if v'Hv exceeds this share of |v| |Hv|. */
#define FLAT DBL_EPSILON

struct memory {
    double *d;         /* [n] the direction: the solution so far */
    double *r, *v;     /* [n] residual H d + g, and conjugate direction */
    double *Hv;        /* [n] */
    double *scratch;   /* [2n] a trial point and its gradient */
    double *longest;   /* gradient at an iterate */
};

static struct memory take(struct memory_cursor *c, size_t n)
{
    struct memory k;

    k.d = memory_take(c, n);
    k.r = memory_take(c, n);
    k.v = memory_take(c, n);
    k.Hv = memory_take(c, n);
    k.scratch = memory_take(c, 2 * n);
    k.longest = memory_take(c, 1);
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

/* Hv = H v at the iterate. */
static enum reason multiply(const struct memory *k, struct method *m)
{
    double *at = k->scratch, *gradient = k->scratch + m->n;
    double length = vector_norm2(k->v, m->n);
    double e = 2 * sqrt(DBL_EPSILON) * (1 + vector_norm2(m->x, m->n))
             / length;
    bool stop;

    if (m->evaluations_left < 1)
        return REASON_MAX_EVALUATIONS;
    m->evaluations_left--;
    update_step(at, m->x, e, k->v, m->n);
    m->evaluate(m, at, gradient, &stop);
    if (stop)
        return REASON_CANCELED;
    for (size_t i = 0; i < m->n; i++)
        k->Hv[i] = (gradient[i] - m->g[i]) / e;
    return REASON_NONE;
}

/* Solve H d = -g, as far as it is worth. */
static enum reason direct(const struct memory *k, struct method *m)
{
    size_t n = m->n;
    double size = vector_norm2(m->g, n), rr = size * size;
    double enough;

    *k->longest = fmax(*k->longest, size);
    enough = fmin(0.5, sqrt(size / *k->longest)) * size;
    memset(k->d, 0, n * sizeof *k->d);
    memcpy(k->r, m->g, n * sizeof *k->r);
    update_negate(k->v, m->g, n);
    for (double j = 0; j < m->p[INNER_MAX] && sqrt(rr) > enough; j++) {
        enum reason reason = multiply(k, m);
        double curvature, before = rr;

        if (reason != REASON_NONE)
            return reason;
        curvature = vector_dot(k->v, k->Hv, n);
        if (!(curvature
              > FLAT * vector_norm2(k->v, n) * vector_norm2(k->Hv, n)))
            break;
        update_add(k->d, rr / curvature, k->v, n);
        update_add(k->r, rr / curvature, k->Hv, n);
        rr = vector_dot(k->r, k->r, n);
        update_scale(k->v, rr / before, n);
        update_add(k->v, -1, k->r, n);
    }
    return REASON_NONE;
}

static enum reason search(const struct memory *k, struct method *m,
                          double first)
{
    struct line_search how = {
        .first = first, .longest = INFINITY, .decrease = m->p[DECREASE],
        .curvature = m->p[CURVATURE],
    };
    double slope = vector_dot(m->g, k->d, m->n);
    struct line line;
    enum reason reason;

    if (!(slope < 0))
        return REASON_LINE_SEARCH;
    line_begin(&line, m, k->d, slope, k->scratch);
    reason = search_strong_wolfe(&line, &how);
    m->evaluations_left = line.evaluations_left;
    if (reason == REASON_NONE)
        line_accept(&line);
    return reason;
}

static enum reason advance(struct method *m)
{
    struct memory k = memory_of(m);
    enum reason reason = direct(&k, m);

    if (reason == REASON_NONE)
        reason = search(&k, m, 1);
    if (reason != REASON_LINE_SEARCH)
        return reason;
    update_negate(k.d, m->g, m->n);
    return search(&k, m, 1 / vector_norm2(m->g, m->n));
}

const struct optimizer_kind optimizer_newton_cg = {
    .name = "newton_cg",
    .formula = "x = x + step*d, H*d = -g solved by conjugate gradients, step "
               "by a strong Wolfe line search",
    .sentence = "Newton's fast end without a Hessian: few iterations, each of "
                "several gradients.",
    .source = "Dembo & Steihaug 1983, Mathematical Programming 26, 190-212",
    .parameters = parameters,
    .memory = memory_size,
    .advance = advance,
};
