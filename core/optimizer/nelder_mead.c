/*
 * nelder_mead.c - a simplex of n + 1 points walks downhill by comparing losses.
 *
 * With c the centre of all corners but the worst w, the trial
 *
 *     c + a (c - w)      takes w's place; a = alpha   reflected,
 *                                         a = beta    expanded, if that is the
 *                                                     best of all,
 *                                         a = +-gamma contracted, if it is no
 *                                                     better than the others,
 *
 * or else all corners move towards the best one by the share delta. Trials are
 * moved to the nearest point inside the bounds; a loss that is not finite is
 * worse than any other.
 *
 * A simplex may collapse away from any minimum: onto a bound, or where the
 * loss has a kink or a narrow valley. It is then as small as one that has
 * found the minimum. So at the end of a search one looks from its best point
 * to both sides along every axis, at steps from a tenth of the first ones down
 * to rounding. Where that is better, the search begins again there with such
 * steps; where it is not, once more with a tenth of the first ones, and the
 * run ends if that is no better either.
 *
 * Source  Nelder & Mead 1965, Comput. J. 7:308; alpha ... delta by dimension:
 *         Gao & Han 2012, Comput. Optim. Appl. 51:259; beginning again: Kelley
 *         1999, SIAM J. Optim. 10:43; looks along the axes: trials.h
 */
#include <float.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/bounds.h"
#include "core/optimizer/trials.h"
#include "core/search/memory.h"

enum { X_TOLERANCE, LOSS_TOLERANCE, INITIAL_STEP };

static const struct parameter parameters[] = {
    [X_TOLERANCE]    = ROW_X_TOLERANCE(1e-16, "."),
    [LOSS_TOLERANCE] = ROW_LOSS_TOLERANCE,
    [INITIAL_STEP]   = ROW_INITIAL_STEP,
    {0},
};

enum { DIMENSION_MAX = 1000 };

#define STEP_FLOOR 1e-16   /* of the first step: x near 0 has no scale */
#define LEVEL_SHARE 1e-5   /* of x: so near, equal losses are rounding */
#define LOSS_NOISE 1e-13   /* of a loss: such falls are rounding */

/* The table of symbols: f of the n variables are free, as their bounds leave
 * room. */
struct simplex {
    struct trials t;       /* its x is corner 0 between two searches */
    size_t n, f;
    double *corners;       /* [f + 1][n] */
    double *losses;        /* [f + 1] infinite where not finite */
    double *centre;        /* [n] */
    double *kept;          /* [n] a trial */
    size_t best, worst;    /* corners */
    double next_worst;     /* loss of the worst but one */
};

static struct simplex take(struct memory_cursor *c, size_t n)
{
    struct simplex s = {.n = n};

    s.corners = s.t.x = memory_take(c, (n + 1) * n);
    s.losses = memory_take(c, n + 1);
    s.t.trial = memory_take(c, n);
    s.t.steps = memory_take(c, n);
    s.centre = memory_take(c, n);
    s.kept = memory_take(c, n);
    return s;
}

static size_t memory_size(size_t n, const double *p)
{
    struct memory_cursor c = {0};

    (void)p;
    take(&c, n);
    return c.taken;
}

static double *corner(const struct simplex *s, size_t k)
{
    return s->corners + k * s->n;
}

static struct bounds bounds_of(const struct simplex *s)
{
    return (struct bounds){s->t.m->low, s->t.m->high};
}

/* Find the best corner, the worst, and the loss of the worst but one. */
static void rank(struct simplex *s)
{
    s->best = s->worst = 0;
    for (size_t k = 1; k <= s->f; k++) {
        if (s->losses[k] < s->losses[s->best])
            s->best = k;
        if (s->losses[k] >= s->losses[s->worst])
            s->worst = k;
    }
    s->next_worst = s->losses[s->best];
    for (size_t k = 0; k <= s->f; k++)
        if (k != s->worst && s->losses[k] > s->next_worst)
            s->next_worst = s->losses[k];
}

/* x + step, or x - step, or as far as there is room on the roomier side. */
static double beside(const struct simplex *s, double x, double step, size_t i)
{
    struct bounds bounds = bounds_of(s);
    double there = bounds_nearest(bounds, x + step, i);
    double back = bounds_nearest(bounds, x - step, i);

    return there == x + step || fabs(there - x) >= fabs(back - x) ? there
                                                                  : back;
}

/* Set up corners beside the first one, whose loss is known, at `share` times
 * the first steps. False: the run ended. */
static bool set_up(struct simplex *s, double share)
{
    size_t k = 0;

    s->losses[0] = s->t.loss;
    for (size_t i = 0; i < s->n; i++) {
        double *x;

        if (s->t.steps[i] == 0)
            continue;
        x = corner(s, ++k);
        memcpy(x, corner(s, 0), s->n * sizeof *x);
        x[i] = beside(s, x[i], share * s->t.steps[i], i);
        s->losses[k] = trials_look(&s->t, x);
        if (s->t.reason != REASON_NONE)
            return false;
    }
    return true;
}

/* ---- steps ------------------------------------------------------------- */

/* The loss at c + a (c - w), which stands in s->t.trial then. */
static double try_at(struct simplex *s, double a)
{
    const double *worst = corner(s, s->worst);

    for (size_t i = 0; i < s->n; i++)
        s->t.trial[i] = bounds_nearest(
            bounds_of(s), s->centre[i] + a * (s->centre[i] - worst[i]), i);
    return trials_look(&s->t, s->t.trial);
}

static void replace(struct simplex *s, const double *x, double loss)
{
    memcpy(corner(s, s->worst), x, s->n * sizeof *x);
    s->losses[s->worst] = loss;
}

static void find_centre(struct simplex *s)
{
    memset(s->centre, 0, s->n * sizeof *s->centre);
    for (size_t k = 0; k <= s->f; k++)
        for (size_t i = 0; k != s->worst && i < s->n; i++)
            s->centre[i] += corner(s, k)[i];
    for (size_t i = 0; i < s->n; i++) /* a sum of equal numbers is rounded */
        s->centre[i] = s->t.steps[i] == 0 ? corner(s, 0)[i]
                                        : s->centre[i] / (double)s->f;
}

/* All corners move towards the best one by the share delta. */
static void shrink(struct simplex *s, double delta)
{
    const double *best = corner(s, s->best);

    for (size_t k = 0; k <= s->f && s->t.reason == REASON_NONE; k++) {
        double *x = corner(s, k);

        if (k == s->best)
            continue;
        for (size_t i = 0; i < s->n; i++)
            x[i] = best[i] + delta * (x[i] - best[i]);
        s->losses[k] = trials_look(&s->t, x);
    }
}

/* The reflected corner is the best: expand. */
static void expand(struct simplex *s, double beta, double reflected)
{
    double expanded;

    memcpy(s->kept, s->t.trial, s->n * sizeof *s->kept);
    expanded = try_at(s, beta);
    if (expanded < reflected)
        replace(s, s->t.trial, expanded);
    else
        replace(s, s->kept, reflected);
}

/* The reflected corner is no better than the others: contract on its side
 * where it is better than the worst, else inside. False: that is no better. */
static bool contract(struct simplex *s, double gamma, double reflected)
{
    double worst = s->losses[s->worst];
    bool outside = reflected < worst;
    double loss = try_at(s, outside ? gamma : -gamma);

    if (!(loss < (outside ? reflected : worst)))
        return false;
    replace(s, s->t.trial, loss);
    return true;
}

static void step(struct simplex *s)
{
    double f = fmax(2, (double)s->f);
    double beta = 1 + 2 / f, gamma = 0.75 - 0.5 / f, delta = 1 - 1 / f;
    double reflected;

    find_centre(s);
    reflected = try_at(s, 1);
    if (s->t.reason != REASON_NONE)
        return;
    if (reflected < s->losses[s->best])
        expand(s, beta, reflected);
    else if (reflected < s->next_worst)
        replace(s, s->t.trial, reflected);
    else if (!contract(s, gamma, reflected) && s->t.reason == REASON_NONE)
        shrink(s, delta);
}

/* ---- ends -------------------------------------------------------------- */

/* Whether all corners are as near the best one as this share of it. */
static bool is_within(const struct simplex *s, double share)
{
    const double *best = corner(s, s->best);

    for (size_t i = 0; i < s->n; i++) {
        double most = share * fmax(fabs(best[i]), STEP_FLOOR * s->t.steps[i]);

        for (size_t k = 0; k <= s->f; k++)
            if (fabs(corner(s, k)[i] - best[i]) > most)
                return false;
    }
    return true;
}

/* Why a search ends, or REASON_NONE. */
static enum reason find_end(const struct simplex *s)
{
    const double *p = s->t.m->p;
    double best = s->losses[s->best], spread = s->losses[s->worst] - best;

    if (is_within(s, fmax(p[X_TOLERANCE], 2 * DBL_EPSILON)))
        return REASON_STEP_TOLERANCE;
    if (p[LOSS_TOLERANCE] > 0 && spread <= p[LOSS_TOLERANCE] * fabs(best))
        return REASON_LOSS_TOLERANCE;
    return spread == 0 && is_within(s, LEVEL_SHARE) ? REASON_LINE_SEARCH
                                                    : REASON_NONE;
}

/* Search from corner 0; why it ended, or the run did. */
static enum reason search(struct simplex *s, double share)
{
    enum reason reason = REASON_NONE;

    if (!set_up(s, share))
        return s->t.reason;
    for (;;) {
        rank(s);
        reason = find_end(s);
        if (reason != REASON_NONE)
            return reason;
        step(s);
        if (s->t.reason != REASON_NONE)
            return s->t.reason;
    }
}

/* ---- beginning again ----------------------------------------------------- */

/* The best corner is where looks along the axes, and the next search, begin. */
static void keep_best(struct simplex *s)
{
    memmove(corner(s, 0), corner(s, s->best), s->n * sizeof(double));
    s->t.loss = s->losses[s->best];
}

/* Search, and begin again until neither a look along the axes nor another
 * search makes the loss better. */
static enum reason search_again(struct simplex *s)
{
    double share = 1, side = TRIALS_LATER_STEP, goal, found;
    bool is_last = false;
    enum reason reason;

    for (;;) {
        goal = trials_goal(&s->t);
        reason = search(s, share);
        if (s->t.reason != REASON_NONE)
            return reason;
        keep_best(s);
        is_last = is_last && !(s->t.loss < goal);
        found = trials_poll(&s->t);
        if (s->t.reason != REASON_NONE)
            return s->t.reason;
        if (found == 0 && is_last)
            return reason;
        is_last = found == 0;
        side = is_last ? -side : side;
        share = is_last ? side : found;
    }
}

static enum error drive(struct method *m, enum reason *ret_reason)
{
    struct simplex s = take(&(struct memory_cursor){m->state, 0}, m->n);

    s.t.m = m;
    s.t.level = fmax(LOSS_NOISE, m->p[LOSS_TOLERANCE]);
    for (size_t i = 0; i < m->n; i++) {
        s.t.steps[i] = trials_step(m, m->p[INITIAL_STEP], i);
        s.f += s.t.steps[i] > 0;
    }
    memcpy(s.corners, m->x, m->n * sizeof *s.corners);
    s.losses[0] = s.t.loss = s.t.first = trials_look(&s.t, s.corners);
    *ret_reason = s.t.reason != REASON_NONE ? s.t.reason
                : s.f == 0 ? REASON_STEP_TOLERANCE : search_again(&s);
    return OK;
}

const struct optimizer_kind optimizer_nelder_mead = {
    .name = "nelder_mead",
    .formula = "the worst corner of a simplex is reflected, expanded or "
               "contracted through the centre of the others, or the simplex "
               "shrinks; at its end a new one begins there, while that helps",
    .sentence = "Few variables and no gradient; noise, kinks and edges are "
                "borne.",
    .source = "Nelder & Mead 1965, Comput. J. 7:308; Gao & Han 2012, Comput. "
              "Optim. Appl. 51:259",
    .parameters = parameters,
    .memory = memory_size,
    .drive = drive,
    .shows_trials = true,
    .takes_bounds = true,
    .dimension_max = DIMENSION_MAX,
};
