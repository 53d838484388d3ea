/*
 * gradient_descent.c - plain gradient descent: against the gradient.
 *
 * By a fixed rate it is a rule as any other, scheduled and wrapped; by a line
 * search the rate is only the first step that is tried.
 */
#include <math.h>
#include <string.h>

#include "core/kernel/update.h"
#include "core/optimizer/optimizer.h"
#include "core/search/search.h"

enum { RATE, LINE_SEARCH };

enum { FIXED, BACKTRACKING, STRONG_WOLFE, EXACT, BARZILAI_BORWEIN };

static const char *const searches_named[] = {
    [FIXED] = "fixed", [BACKTRACKING] = "backtracking",
    [STRONG_WOLFE] = "strong_wolfe", [EXACT] = "exact",
    [BARZILAI_BORWEIN] = "barzilai_borwein", NULL,
};

static const struct parameter parameters[] = {
    [RATE]        = {"learning_rate", 0.01, 0, 1e6,
                     "Step size; with a line search the first that is tried, "
                     "above 0."},
    [LINE_SEARCH] = {"line_search",
                     PARAMETER_ONE_OF(searches_named, FIXED,
                                      "How steps are found; exact is for "
                                      "quadratics.")},
    {0},
};

/* ---- by a fixed rate --------------------------------------------------- */

/*
 * x = x - rate g
 *
 * Source  Cauchy 1847, Comptes rendus 25, 536-538
 */
static void step(struct step *s)
{
    update_add(s->x, -s->p[RATE], s->g, s->n);
}

static _Bool is_plain(const double *p)
{
    return p[LINE_SEARCH] == FIXED;
}

static double2 step_two(const struct step *s, double2 x, double2 g)
{
    return x - s->p[RATE] * g;
}

/* ---- by a line search -------------------------------------------------- */

/* Losses that a Barzilai-Borwein step may exceed: it need only be less than
 * the greatest of the last so many. */
enum { LOSSES = 10 };

#define DECREASE 1e-4
#define DECREASE_BACKTRACKING 0.1 /* its steps have no other condition */
#define CURVATURE 0.1
#define LONGER 2      /* backtracking tries so much more than the last step */

struct memory {
    double *d, *scratch;  /* [n], [2n] */
    double *s, *y;        /* [n] the last move, for Barzilai and Borwein */
    double *losses;       /* [LOSSES] the last ones */
    double *first;        /* step to try first; 0: none yet */
};

static _Bool searches(const double *p)
{
    return p[LINE_SEARCH] != FIXED;
}

static void check(const double *p, const char *pointer, struct faults *faults)
{
    if (searches(p) && p[RATE] == 0)
        fault_add(faults, pointer_member(faults, pointer, "learning_rate"),
                  FAULT_CONFLICT, NULL,
                  "a line search needs a first step above 0");
}

static size_t memory_size(size_t n, const double *p)
{
    return searches(p) ? 5 * n + LOSSES + 1 : 0;
}

static struct memory memory_of(const struct method *m)
{
    double *d = m->state;
    size_t n = m->n;

    return (struct memory){
        .d = d, .scratch = d + n, .s = d + 3 * n, .y = d + 4 * n,
        .losses = d + 5 * n, .first = d + 5 * n + LOSSES,
    };
}

static double greatest(const double *losses, uint64_t t)
{
    double most = losses[0];

    for (uint64_t i = 1; i < LOSSES && i < t; i++)
        most = fmax(most, losses[i]);
    return most;
}

/* The first step of the next line, after one that ended at `line`. */
static double next_step(const struct memory *k, const struct method *m,
                        const struct line *line)
{
    struct pair p;
    double same; /* predicts the same fall as this one did */

    switch ((int)m->p[LINE_SEARCH]) {
    case BARZILAI_BORWEIN:
        p = update_pair(k->s, k->y, line->x, m->x, line->g, m->g, m->n);
        return search_barzilai_borwein(p.ss, p.sy, p.yy, m->t % 2 == 0,
                                       LONGER * line->step);
    case BACKTRACKING:
        return LONGER * line->step;
    default:
        same = line->step * -line->slope0
             / vector_dot(line->g, line->g, m->n);
        return isfinite(same) ? same : line->step;
    }
}

static enum reason search(struct line *line, int kind,
                          const struct line_search *how)
{
    switch (kind) {
    case STRONG_WOLFE:
        return search_strong_wolfe(line, how);
    case EXACT:
        return search_exact(line, how);
    default:
        return search_backtracking(line, how);
    }
}

static enum reason advance(struct method *m)
{
    struct memory k = memory_of(m);
    int kind = (int)m->p[LINE_SEARCH];
    struct line_search how = {
        .first = *k.first > 0 ? *k.first : m->p[RATE], .longest = INFINITY,
        .decrease = DECREASE, .curvature = CURVATURE, .reference = m->loss,
    };
    struct line line;
    enum reason reason;

    if (kind == BACKTRACKING)
        how.decrease = DECREASE_BACKTRACKING;
    k.losses[(m->t - 1) % LOSSES] = m->loss;
    if (kind == BARZILAI_BORWEIN)
        how.reference = greatest(k.losses, m->t);
    update_negate(k.d, m->g, m->n);
    line_begin(&line, m, k.d, -vector_dot(m->g, m->g, m->n), k.scratch);
    if (line.slope0 == 0)
        return REASON_LINE_SEARCH;
    reason = search(&line, kind, &how);
    if (reason != REASON_NONE)
        return reason;
    *k.first = next_step(&k, m, &line);
    line_accept(&line);
    return REASON_NONE;
}

const struct optimizer_kind optimizer_gradient_descent = {
    .name = "gradient_descent",
    .formula = "x = x - rate*g, or x = x - step*g with a line search",
    .sentence = "The rule that all others start from; converges on a convex "
                "function while rate < 2 / its greatest curvature, and with a "
                "line search on every smooth one.",
    .source = "Cauchy 1847, Comptes rendus 25, 536-538; Armijo 1966; Barzilai "
              "& Borwein 1988 with Raydan 1997's safeguard",
    .parameters = parameters,
    .memory = memory_size,
    .step = step,
    .is_plain = is_plain,
    .step_two = step_two,
    .searches = searches,
    .check = check,
    .advance = advance,
};
