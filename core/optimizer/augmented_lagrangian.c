/*
 * augmented_lagrangian.c - nonlinear constraints around L-BFGS.
 *
 * Constraints h(x) = 0 and g(x) <= 0 become terms of a loss without any,
 *
 *     L(x) = f(x) + sum h (l + r h / 2) + sum p(g),
 *     p(g) = g (m + r g / 2) where m + r g > 0, else -m^2 / 2r,
 *
 * with a multiplier l or m >= 0 for each and one penalty r. L is minimised by
 * lbfgs, within bounds by lbfgsb: each of their iterations is one of the run.
 * Where its gradient has fallen to the inner tolerance, an outer step follows:
 *
 *     l = l + r h,   m = max(0, m + r g),
 *     r = growth * r unless max(|h|, |min(-g, m/r)|) fell to the share
 *                    `progress` of what it was at the last outer step,
 *     inner tolerance = max(shrink * inner tolerance, tolerance).
 *
 * grad L at x is the gradient of the Lagrangian f + l'h + m'g with the new
 * multipliers. Together with min(-g, m) where g < 0, which is how far a slack
 * constraint pulls all the same (the gap), it is zero at a solution.
 *
 * Where the loss's gradient at the start is shorter than a thirtieth, f is
 * multiplied in all of this by the power of two that brings its length to
 * [1, 2), so that tolerances and penalties are beside it what they are beside
 * others. Where the loss is then still small beside its gradient, as the units
 * of some variables are large, the tolerance is so much smaller.
 *
 * Outside of the constraints f may fall faster than any penalty rises. Where
 * the violation becomes a thousand times what it was at the last outer step, x
 * goes back there, and r grows. So it does where f's gradient, at a point that
 * is not feasible, becomes a million times as long as f's or L's was there: at
 * the edge of sqrt(y) it is infinite, and no penalty leads back.
 *
 *   letter   shape  meaning                              in the code
 *   f        -      the loss                             *k->loss
 *   grad f   [n]                                         k->gradient
 *   h, g     -      an equality's value; an inequality's k->values[i]
 *            [n]    their gradients, one at a time       k->normal
 *   l, m     -      their multipliers; m >= 0            k->multipliers[i]
 *   r        -      the penalty                          *k->penalty
 *   L        -      the augmented Lagrangian             *k->L
 *   grad L   [n]                                         method->g
 *   gap      -      how far slack inequalities pull      *k->gap
 *   scale    -      what f is multiplied by in L         *k->scale
 *
 * Source  Birgin & Martinez 2014, Practical Augmented Lagrangian Methods,
 *         Algorithm 4.1; the first penalty and inner tolerance: ALGENCAN 3;
 *         Nocedal & Wright 2006, sections 17.3 and 17.4
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/bounds.h"
#include "core/kernel/update.h"
#include "core/optimizer/optimizer.h"
#include "core/optimizer/pairs.h"
#include "core/search/memory.h"
#include "core/search/search.h"

extern const struct optimizer_kind optimizer_lbfgs, optimizer_lbfgsb;

/* Behind those of lbfgs and lbfgsb, which are given this p. */
enum {
    TOLERANCE = PAIR_PARAMETERS, PENALTY, GROWTH, PROGRESS, INNER, SHRINK,
};

static const struct parameter parameters[] = {
    PAIR_ROWS(10, 100),
    [TOLERANCE] = {"tolerance", 1e-8, 1e-16, 1,
                   "End when gradient_norm, which is the Lagrangian's, is at "
                   "most this and every constraint holds; where the loss's "
                   "gradient at the start is shorter than a thirtieth, at "
                   "most this share of it."},
    [PENALTY]   = {"penalty", PARAMETER_OFF, 0, 1e12,
                   "Weight of squared violations at first; if left out, 10 "
                   "max(1, |f|) / max(1, |c|^2 / 2) at the start, within "
                   "[1e-8, 1e8]. More of it where the loss falls without end "
                   "outside of the constraints.", OPEN_LOW},
    [GROWTH]    = {"penalty_growth", 10, 1, 1e6,
                   "The penalty grows by this factor.", OPEN_LOW},
    [PROGRESS]  = {"progress", 0.5, 0, 1,
                   "It grows unless an outer step leaves at most this share "
                   "of the violation.", OPEN},
    [INNER]     = {"inner_tolerance", 1e-4, 1e-16, 1e6,
                   "The first outer step comes when the gradient's norm is "
                   "at most this."},
    [SHRINK]    = {"inner_shrink", 0.1, 0, 1,
                   "Each outer step makes the inner tolerance smaller by "
                   "this factor, down to `tolerance`.", OPEN},
    {0},
};

#define PENALTY_START 10.0
#define PENALTY_LEAST 1e-8
#define PENALTY_GREATEST 1e8
#define PENALTY_MAX 1e16      /* beyond it L is all rounding */
#define MULTIPLIER_MAX 1e20
#define FLAT 0x1p-5           /* of a gradient's length */
#define RUNAWAY 1e3           /* of the violation, or of 1 if that is more */
#define STEEPER 1e6           /* of the gradient's length */

enum {
    OUTER_MAX = 40,           /* outer steps without any inner one */
    STUCK_MAX = 3,            /* of them, after searches that fail, at a
                                 feasible point */
};

/* What lies in the method's state, behind what the inner method has there. */
struct memory {
    struct method *m;
    const struct optimizer_kind *inner;
    size_t inner_size;
    double *gradient;            /* [n] of f at x */
    double *tried_gradient;      /* [n] of f at the latest trial */
    double *normal;              /* [n] a constraint's gradient */
    double *base;                /* [n] x at the last outer step */
    double *multipliers;         /* [CONSTRAINTS_MAX] */
    double *values, *tried;      /* [CONSTRAINTS_MAX] at x, at the trial */
    double *loss, *tried_loss;   /* f at x and at the trial */
    double *L;                   /* at x */
    double *penalty, *tolerance; /* the inner one */
    double *violation;           /* at the last outer step */
    double *steps;               /* inner ones since then */
    double *gap;                 /* at x, as it was shown */
    double *base_violation;      /* at the base */
    double *base_norm;          /* the longer gradient there, of f or L */
    double *scale;               /* of f in L; L, its gradient and the gap are
                                    so scaled, f and its gradient are not */
    double *share;               /* of the tolerance that is aimed at */
};

static struct memory take(struct memory_cursor *c, size_t n, size_t inner_size)
{
    struct memory k = {.inner_size = inner_size};

    memory_take(c, inner_size);
    k.gradient = memory_take(c, n);
    k.tried_gradient = memory_take(c, n);
    k.normal = memory_take(c, n);
    k.base = memory_take(c, n);
    k.multipliers = memory_take(c, CONSTRAINTS_MAX);
    k.values = memory_take(c, CONSTRAINTS_MAX);
    k.tried = memory_take(c, CONSTRAINTS_MAX);
    k.loss = memory_take(c, 1);
    k.tried_loss = memory_take(c, 1);
    k.L = memory_take(c, 1);
    k.penalty = memory_take(c, 1);
    k.tolerance = memory_take(c, 1);
    k.violation = memory_take(c, 1);
    k.steps = memory_take(c, 1);
    k.gap = memory_take(c, 1);
    k.base_violation = memory_take(c, 1);
    k.base_norm = memory_take(c, 1);
    k.scale = memory_take(c, 1);
    k.share = memory_take(c, 1);
    return k;
}

static size_t memory_size(size_t n, const double *p)
{
    size_t plain = optimizer_lbfgs.memory(n, p);
    size_t bounded = optimizer_lbfgsb.memory(n, p);
    struct memory_cursor c = {0};

    take(&c, n, plain > bounded ? plain : bounded);
    return c.taken;
}

static struct memory memory_of(struct method *m)
{
    bool is_bounded = m->low != NULL || m->high != NULL;
    const struct optimizer_kind *inner = is_bounded ? &optimizer_lbfgsb
                                                    : &optimizer_lbfgs;
    struct memory k = take(&(struct memory_cursor){m->state, 0}, m->n,
                           inner->memory(m->n, m->p));

    k.m = m;
    k.inner = inner;
    return k;
}

/* ---- the augmented Lagrangian ------------------------------------------ */

static bool is_equality(const struct memory *k, size_t i)
{
    return k->m->constraints[i].type == CONSTRAINT_EQUALITY;
}

/* L at x where the loss is `loss`; the loss's gradient g becomes that of L. */
static double augment(const struct memory *k, const double *x, double loss,
                      double *values, double *g)
{
    size_t n = k->m->n;
    double r = *k->penalty;

    loss *= *k->scale;
    update_scale(g, *k->scale, n);
    for (size_t i = 0; i < k->m->constraint_count; i++) {
        const struct constraint *c = &k->m->constraints[i];
        double value = c->evaluate(c->data, x, n, k->normal);
        double multiplier = k->multipliers[i], pull = multiplier + r * value;

        values[i] = value;
        if (!is_equality(k, i) && pull <= 0) {
            loss -= multiplier * multiplier / (2 * r);
            continue;
        }
        loss += value * (multiplier + r / 2 * value);
        for (size_t j = 0; j < n; j++)
            g[j] += pull * k->normal[j];
    }
    return loss;
}

/* What the inner method calls. A loss of minus infinity is given to the line
 * search as NaN, which is not accepted. */
static double evaluate(struct method *inner, const double *at, double *gradient,
                       bool *ret_stop)
{
    struct memory *k = inner->run;
    struct method *m = k->m;
    double L;

    m->evaluations_left--;
    *k->tried_loss = m->evaluate(m, at, k->tried_gradient, ret_stop);
    memcpy(gradient, k->tried_gradient, m->n * sizeof *gradient);
    L = augment(k, at, *k->tried_loss, k->tried, gradient);
    return L == -INFINITY ? NAN : L;
}

static bool is_canceled(struct method *inner)
{
    struct memory *k = inner->run;

    return method_is_canceled(k->m);
}

static double violation_at_x(const struct memory *k)
{
    double worst = 0;

    for (size_t i = 0; i < k->m->constraint_count; i++)
        worst = fmax(worst, constraint_violation(&k->m->constraints[i],
                                                 k->values[i]));
    return worst;
}

/* Set L and its gradient at x anew, for the multipliers and the penalty as
 * they are now; the inner method forgets what it learned of the former L. */
static void renew(const struct memory *k)
{
    struct method *m = k->m;

    memcpy(m->g, k->gradient, m->n * sizeof *m->g);
    *k->L = augment(k, m->x, *k->loss, k->values, m->g);
    memset(m->state, 0, k->inner_size * sizeof *m->state);
    *k->steps = 0;
    memcpy(k->base, m->x, m->n * sizeof *m->x);
    *k->base_violation = violation_at_x(k);
    *k->base_norm = fmax(vector_norm2(m->g, m->n),
                          *k->scale * vector_norm2(k->gradient, m->n));
}

/* ---- where x is -------------------------------------------------------- */

/* The norm of L's gradient at x, without what points out of the bounds. */
static double gradient_norm(const struct method *m)
{
    struct bounds bounds = {m->low, m->high};
    double sum = 0;

    for (size_t i = 0; i < m->n; i++) {
        double slope = bounds_free_gradient(bounds, m->x[i], m->g[i], i);

        sum += slope * slope;
    }
    return sqrt(sum);
}

/* How far slack constraints pull. */
static double gap_of(const struct memory *k)
{
    double sum = 0;

    for (size_t i = 0; i < k->m->constraint_count; i++) {
        double slack = fmax(-k->values[i], 0);
        double pull = k->multipliers[i] + *k->penalty * k->values[i];

        if (!is_equality(k, i) && pull > 0 && slack > 0)
            sum += fmin(slack, pull) * fmin(slack, pull);
    }
    return sqrt(sum);
}

static bool is_feasible(const struct memory *k)
{
    for (size_t i = 0; i < k->m->constraint_count; i++) {
        const struct constraint *c = &k->m->constraints[i];

        if (!(constraint_violation(c, k->values[i]) <= c->tolerance))
            return false;
    }
    return true;
}

/* ---- steps ------------------------------------------------------------- */

static double first_penalty(const struct memory *k)
{
    double squares = 0, penalty;

    for (size_t i = 0; i < k->m->constraint_count; i++) {
        double by = constraint_violation(&k->m->constraints[i], k->values[i]);

        squares += by * by;
    }
    penalty = PENALTY_START * fmax(1, fabs(*k->scale * *k->loss))
            / fmax(1, squares / 2);
    return fmin(fmax(penalty, PENALTY_LEAST), PENALTY_GREATEST);
}

static void begin(const struct memory *k)
{
    struct method *m = k->m;

    double norm = gradient_norm(m);

    *k->scale = norm > 0 && norm < FLAT ? ldexp(1, -ilogb(norm)) : 1;
    *k->share = 1;
    if (*k->scale > 1 && m->loss != 0)
        *k->share = fmin(1, *k->scale * fabs(m->loss));
    *k->loss = m->loss;
    *k->tolerance = fmax(m->constraint_count > 0 ? m->p[INNER] : 0,
                         *k->share * m->p[TOLERANCE]);
    *k->violation = INFINITY;
    *k->penalty = m->p[PENALTY];
    memcpy(k->gradient, m->g, m->n * sizeof *m->g);
    for (size_t i = 0; i < m->constraint_count; i++) {
        const struct constraint *c = &m->constraints[i];

        k->values[i] = c->evaluate(c->data, m->x, m->n, NULL);
    }
    if (isnan(*k->penalty))
        *k->penalty = first_penalty(k);
    renew(k);
}

/* The multipliers of the next L; returns what must fall from one outer step
 * to the next. */
static double learn(const struct memory *k)
{
    double worst = 0, r = *k->penalty;

    for (size_t i = 0; i < k->m->constraint_count; i++) {
        double value = k->values[i], *multiplier = &k->multipliers[i];
        double pull = *multiplier + r * value;
        double by = is_equality(k, i) ? value
                                      : fmin(-value, *multiplier / r);

        worst = fmax(worst, fabs(by));
        if (!is_equality(k, i))
            pull = fmax(pull, 0);
        *multiplier = fmin(fmax(pull, -MULTIPLIER_MAX), MULTIPLIER_MAX);
    }
    return worst;
}

/* An outer step; false: the penalty cannot grow any more. */
static bool outer_iteration(const struct memory *k)
{
    const double *p = k->m->p;
    double violation = learn(k);

    if (!(violation <= p[PROGRESS] * *k->violation) && !is_feasible(k))
        *k->penalty *= p[GROWTH];
    *k->violation = violation;
    *k->tolerance = fmax(p[SHRINK] * *k->tolerance, *k->share * p[TOLERANCE]);
    if (*k->penalty > PENALTY_MAX)
        return false;
    renew(k);
    return true;
}

/* An iteration of the inner method on L. */
static enum reason inner_iteration(struct memory *k)
{
    struct method *m = k->m, inner = *m;
    enum reason reason;

    inner.loss = *k->L;
    inner.t = (uint64_t)*k->steps + 1;
    inner.evaluate = evaluate;
    inner.is_canceled = is_canceled;
    inner.run = k;
    reason = k->inner->advance(&inner);
    if (reason != REASON_NONE)
        return reason;
    *k->L = inner.loss;
    *k->loss = m->loss = *k->tried_loss;
    ++*k->steps;
    memcpy(k->gradient, k->tried_gradient, m->n * sizeof *k->gradient);
    memcpy(k->values, k->tried, m->constraint_count * sizeof *k->values);
    m->step_length = inner.step_length;
    *k->gap = gap_of(k);
    return REASON_NONE;
}

static bool has_run_away(const struct memory *k)
{
    double norm = *k->scale * vector_norm2(k->gradient, k->m->n);

    return violation_at_x(k) > RUNAWAY * fmax(1, *k->base_violation)
        || (norm > STEEPER * *k->base_norm && !is_feasible(k));
}

/* An iteration that takes x back to the base, under a greater penalty. */
static enum reason go_back(const struct memory *k)
{
    struct method *m = k->m;
    double loss;
    bool stop;

    if (m->evaluations_left < 1)
        return REASON_MAX_EVALUATIONS;
    if (*k->penalty * m->p[GROWTH] > PENALTY_MAX)
        return REASON_LINE_SEARCH;
    loss = m->evaluate(m, k->base, k->gradient, &stop);
    if (stop)
        return REASON_CANCELED;
    *k->penalty *= m->p[GROWTH];
    *k->loss = m->loss = loss;
    memcpy(m->x, k->base, m->n * sizeof *m->x);
    renew(k);
    m->step_length = 0;
    *k->gap = gap_of(k);
    return REASON_NONE;
}

/* An iteration, in the units of L. */
static enum reason advance_scaled(struct memory *k)
{
    struct method *m = k->m;
    double norm = gradient_norm(m);
    enum reason reason;
    int stuck = 0;

    norm = sqrt(norm * norm + *k->gap * *k->gap); /* as it was shown */
    if (norm <= *k->share * m->p[TOLERANCE] && is_feasible(k))
        return REASON_GRADIENT_TOLERANCE;
    if (has_run_away(k))
        return go_back(k);
    for (int outer = 0; outer < OUTER_MAX; outer++) {
        if (gradient_norm(m) > *k->tolerance) {
            reason = inner_iteration(k);
            if (reason != REASON_LINE_SEARCH)
                return reason;
            if (is_feasible(k) && ++stuck == STUCK_MAX)
                return REASON_LINE_SEARCH;
        }
        if (!outer_iteration(k))
            return REASON_LINE_SEARCH;
    }
    return REASON_LINE_SEARCH;
}

static enum reason advance(struct method *m)
{
    struct memory k = memory_of(m);
    enum reason reason;

    if (m->t == 1)
        begin(&k);
    else
        update_scale(m->g, *k.scale, m->n);
    reason = advance_scaled(&k);
    update_scale(m->g, 1 / *k.scale, m->n);
    m->gap = *k.gap / *k.scale;
    return reason;
}

const struct optimizer_kind optimizer_augmented_lagrangian = {
    .name = "augmented_lagrangian",
    .formula = "x minimises f + l'h + r |h|^2 / 2 + |max(0, m + r g)|^2 / 2r "
               "by L-BFGS; then l += r h, m = max(0, m + r g), and r grows "
               "where h and g do not fall",
    .sentence = "Nonlinear constraints on many variables. gradient_norm is "
                "that of the Lagrangian, together with how far constraints "
                "that are slack still pull: it is zero at a solution.",
    .source = "Birgin & Martinez 2014, Practical Augmented Lagrangian Methods "
              "for Constrained Optimization, Algorithm 4.1",
    .parameters = parameters,
    .memory = memory_size,
    .advance = advance,
    .takes_bounds = true,
    .takes_inequalities = true,
    .takes_equalities = true,
    .shows_lagrangian = true,
};
