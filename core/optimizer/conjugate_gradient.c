/*
 * conjugate_gradient.c - each direction remembers the one before.
 *
 *     d = -g + beta d,  y = g - g before
 *     fletcher_reeves      beta = g.g / (g.g before)
 *     polak_ribiere_plus   beta = max(0, g.y / (g.g before))
 *     hestenes_stiefel     beta = max(0, g.y / (d.y))
 *     hager_zhang          beta = max(eta, (y - 2 d y.y / d.y).g / d.y),
 *                          eta = -1 / (|d| min(0.01, |g before|))
 *
 * It starts again from -g where d does not lead downhill. The other formulas
 * turn back to -g by themselves when two gradients in a row are alike;
 * fletcher_reeves is made to, as Powell proposed. On a quadratic with exact
 * steps all of them end in n steps.
 *
 * Source  Nocedal & Wright 2006, Algorithm 5.4 and (5.52); Hager & Zhang 2005,
 *         SIAM J. Optim. 16(1), (1.4) to (1.6); Powell 1977, Math. Prog. 12
 */
#include <math.h>
#include <string.h>

#include "core/kernel/update.h"
#include "core/optimizer/optimizer.h"
#include "core/search/memory.h"
#include "core/search/search.h"

enum { FORMULA, LINE_SEARCH, DECREASE, CURVATURE };

enum formula {
    FLETCHER_REEVES, POLAK_RIBIERE_PLUS, HESTENES_STIEFEL, HAGER_ZHANG
};
enum { STRONG_WOLFE, EXACT };

static const char *const formulas[] = {
    [FLETCHER_REEVES] = "fletcher_reeves",
    [POLAK_RIBIERE_PLUS] = "polak_ribiere_plus",
    [HESTENES_STIEFEL] = "hestenes_stiefel",
    [HAGER_ZHANG] = "hager_zhang",
    NULL,
};

static const char *const searches[] = {
    [STRONG_WOLFE] = "strong_wolfe", [EXACT] = "exact", NULL,
};

static const struct parameter parameters[] = {
    [FORMULA]     = {"formula",
                     PARAMETER_ONE_OF(formulas, POLAK_RIBIERE_PLUS,
                                      "How much of the last direction is "
                                      "kept.")},
    [LINE_SEARCH] = {"line_search",
                     PARAMETER_ONE_OF(searches, STRONG_WOLFE,
                                      "How steps are found; exact is for "
                                      "quadratics.")},
    [DECREASE]    = ROW_DECREASE,
    [CURVATURE]   = ROW_CURVATURE(0.1),
    {0},
};

/* Powell's |g.g before| >= this g.g. */
#define FAR_FROM_PERPENDICULAR 0.2

/* Hager and Zhang's least beta: their eta. */
#define ETA 0.01

struct memory {
    double *d, *scratch;  /* [n], [2n] */
    double *slope;        /* g.d of the last line, 0: none yet */
    double *step;         /* its step */
};

static struct memory take(struct memory_cursor *c, size_t n)
{
    struct memory k;

    k.d = memory_take(c, n);
    k.scratch = memory_take(c, 2 * n);
    k.slope = memory_take(c, 1);
    k.step = memory_take(c, 1);
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

static void start_again(const struct memory *k, const struct method *m)
{
    update_negate(k->d, m->g, m->n);
}

/* The products that the formulas are made of: u the gradient before, g the
 * one now. */
struct products {
    double gg, uu, gu, dg, du, dd;
};

static double beta(enum formula formula, const struct products *s)
{
    double gy = s->gg - s->gu, dy = s->dg - s->du;
    double yy = s->gg - 2 * s->gu + s->uu;
    double eta = -1 / (sqrt(s->dd) * fmin(ETA, sqrt(s->uu)));

    switch (formula) {
    case FLETCHER_REEVES:
        return s->gg / s->uu;
    case POLAK_RIBIERE_PLUS:
        return fmax(0, gy / s->uu);
    case HESTENES_STIEFEL:
        return fmax(0, gy / dy);
    case HAGER_ZHANG:
        return fmax(eta, (gy - 2 * s->dg * yy / dy) / dy);
    }
    return 0;
}

/* d for the line's trial, which is accepted next. */
static void update_direction(const struct memory *k, const struct method *m,
                             const struct line *line)
{
    enum formula formula = (enum formula)m->p[FORMULA];
    const double *g = line->g, *u = m->g;
    size_t n = m->n;
    struct products s = {
        .gg = vector_dot(g, g, n), .uu = vector_dot(u, u, n),
        .gu = vector_dot(g, u, n), .dg = line->slope, .du = line->slope0,
        .dd = vector_dot(k->d, k->d, n),
    };
    double keep = beta(formula, &s);

    if (!isfinite(keep)
        || (formula == FLETCHER_REEVES
            && fabs(s.gu) >= FAR_FROM_PERPENDICULAR * s.gg))
        keep = 0;
    update_scale(k->d, keep, n);
    update_add(k->d, -1, g, n);
    *k->slope = line->slope0;
    *k->step = line->step;
}

/* Along d. The slope predicts the same fall for the first trial as it did for
 * the last step. */
static enum reason search(const struct memory *k, struct method *m,
                          struct line *line)
{
    double slope = vector_dot(m->g, k->d, m->n);
    double first = *k->slope != 0 ? *k->step * *k->slope / slope
                                  : 1 / vector_norm2(m->g, m->n);
    struct line_search how = {
        .first = first, .longest = INFINITY, .decrease = m->p[DECREASE],
        .curvature = m->p[CURVATURE], .reference = m->loss,
    };

    line_begin(line, m, k->d, slope, k->scratch);
    if (!(slope < 0) || !isfinite(first))
        return REASON_LINE_SEARCH;
    return m->p[LINE_SEARCH] == EXACT ? search_exact(line, &how)
                                      : search_strong_wolfe(line, &how);
}

static enum reason advance(struct method *m)
{
    struct memory k = memory_of(m);
    struct line line;
    enum reason reason;

    if (m->t == 1)
        start_again(&k, m);
    reason = search(&k, m, &line);
    if (reason == REASON_LINE_SEARCH && m->t > 1) {
        m->evaluations_left = line.evaluations_left;
        start_again(&k, m);
        *k.slope = 0;
        reason = search(&k, m, &line);
    }
    if (reason != REASON_NONE)
        return reason;
    update_direction(&k, m, &line);
    line_accept(&line);
    return REASON_NONE;
}

const struct optimizer_kind optimizer_conjugate_gradient = {
    .name = "conjugate_gradient",
    .formula = "d = -g + beta*d; x = x + step*d, beta by `formula`, step by a "
               "line search",
    .sentence = "For large smooth functions where even L-BFGS's memory is too "
                "much; exact in n steps on quadratics.",
    .source = "Hestenes & Stiefel 1952; Fletcher & Reeves 1964; Polak & "
              "Ribiere 1969; Hager & Zhang 2005",
    .parameters = parameters,
    .memory = memory_size,
    .advance = advance,
};
