/*
 * levenberg_marquardt.c - Gauss and Newton's steps, damped until they help.
 *
 * A step s makes |J s + r|^2 + mu |D s|^2 least (damped_step.c). It is taken if
 * the loss falls by a share of what the model predicts; mu falls the more of
 * that came, and grows faster and faster while steps are refused.
 *
 * D follows the lengths of J's columns slowly, and a column may shorten by many
 * powers of ten in one step; so no run ends by steps that were damped by such a
 * D: it is J's lengths once more first, and what is rounding is judged by those
 * alone.
 *
 * Near the minimum the loss changes by less than its rounding, while steps are
 * still good to many digits: there undamped steps are taken as long as what
 * the model predicts for them shrinks.
 *
 * Long steps may end where some parameter has no influence any more, beyond a
 * pole, or where two parameters do the same; and a start may be where some
 * have none. After such an end there is a second attempt from the start, with
 * careful steps; the better end is the result. An end is called converged if J
 * would take little more of the loss away, and no parameter has lost its
 * influence; else the run has stalled.
 *
 * Linear residuals without bounds need no search: they are solved by QR, from
 * their values at 0, and refined. Where the solution's loss is greater than
 * the start's, the search begins instead.
 *
 * Source  Marquardt 1963, J. SIAM 11(2), 431-441; mu: Nielsen 1999,
 *         IMM-REP-1999-05, (2.21); bent steps: Transtrum & Sethna 2012,
 *         arXiv:1201.5885, (12) to (15)
 */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/kernel/vector.h"
#include "core/objective/objective.h"
#include "core/optimizer/damped.h"

enum { X_TOLERANCE, LOSS_TOLERANCE, COSINE_TOLERANCE, DAMPING };

/* A step takes time as rows * n^2 and n^3, which cancel has to wait. */
enum { PARAMETERS_AT_MOST = 300 };
#define FACTOR_AT_MOST 1e8  /* rows * n^2: 0.1 s or so */

#define DAMPING_MOST 1e100
#define CAREFUL_STEPS_MOST 1000 /* of a second attempt: some creep for ever */

static const struct parameter parameters[] = {
    [X_TOLERANCE] = {
        "xtol_rel", 1e-13, 0, 1,
        "End when no parameter changes by more than this share of itself.",
        OPEN_HIGH},
    [LOSS_TOLERANCE] = {
        "ftol_rel", 0, 0, 1,
        "End when the loss falls, and was predicted to fall, by less than this "
        "share of itself; 0: by less than rounding.", OPEN_HIGH},
    [COSINE_TOLERANCE] = {
        "gtol", 0, 0, 1,
        "End when the cosine between the residuals and each column of their "
        "Jacobian is at most this.", OPEN_HIGH},
    [DAMPING] = {
        "damping", 1e-3, 0, 1e10,
        "The first mu: more makes the first steps shorter.", OPEN},
    {0},
};

/* ---- the search -------------------------------------------------------- */

struct search {
    struct damped d;
    const double *p;
    double last_reduction;  /* predicted for an undamped step within rounding */
    enum reason rest;       /* why a search found no way on; REASON_NONE while
                               it does */
    double steps_left;      /* of this attempt */
    size_t alike;           /* columns at the start that repeat others */
};

static enum reason show(struct damped *d)
{
    return d->m->show(d->m, d->x, d->loss, d->g);
}

static enum reason come_to_rest(struct search *s, enum reason why)
{
    s->rest = why;
    return REASON_NONE;
}

/* Find a trial to take as D is, or come to rest. Returns what ends the run. */
static enum reason damp_until_better(struct search *s)
{
    struct damped *d = &s->d;
    bool undamped = d->mu == 0, was_inside, better;
    enum reason reason;

    s->rest = REASON_NONE;
    while (d->mu < DAMPING_MOST) {
        was_inside = damped_propose(d);
        if (damped_is_level(d) && !undamped) {
            undamped = true;
            d->mu = 0;
            was_inside = damped_propose(d);
        }
        if (damped_is_short(d, 0))
            return come_to_rest(s, REASON_STEP_TOLERANCE);
        if (damped_is_level(d)) {
            if (d->mu > 0 || d->unbounded_reduction >= s->last_reduction)
                return come_to_rest(s, REASON_LOSS_TOLERANCE);
            s->last_reduction = d->unbounded_reduction;
        }
        reason = damped_try(d, was_inside, &better);
        if (reason != REASON_NONE || better)
            return reason;
        damped_stiffen(d);
    }
    return come_to_rest(s, REASON_LINE_SEARCH);
}

/* The same, with D renewed where it was stale. */
static enum reason find_step(struct search *s)
{
    enum reason reason = damp_until_better(s);

    if (s->rest == REASON_NONE)
        return reason;
    s->last_reduction = INFINITY;
    return damped_renew(&s->d, s->p[DAMPING]) ? damp_until_better(s) : reason;
}

/* Which tolerance was met by a step that was taken from a point with this loss;
 * REASON_NONE: no one. */
static enum reason tolerance_met(const struct search *s, double loss_before)
{
    const struct damped *d = &s->d;

    if (damped_is_short(d, s->p[X_TOLERANCE]))
        return REASON_STEP_TOLERANCE;
    if (fmax(d->predicted_reduction, loss_before - d->loss)
        < s->p[LOSS_TOLERANCE] * loss_before)
        return REASON_LOSS_TOLERANCE;
    return REASON_NONE;
}

/* From the point to where it comes to rest. Returns what ends the run before
 * that. */
static enum reason search(struct search *s)
{
    struct damped *d = &s->d;

    s->last_reduction = INFINITY;
    while (d->cosine > s->p[COSINE_TOLERANCE]) {
        double loss = d->loss;
        enum reason reason;

        if (s->steps_left-- < 1)
            return come_to_rest(s, REASON_STALLED);
        reason = find_step(s);
        if (reason != REASON_NONE || s->rest != REASON_NONE)
            return reason;
        damped_ease(d);
        damped_take(d);
        reason = show(d);
        if (reason != REASON_NONE)
            return reason;
        s->rest = tolerance_met(s, loss);
        if (s->rest != REASON_NONE)
            return REASON_NONE;
    }
    return come_to_rest(s, REASON_GRADIENT_TOLERANCE);
}

/* Begin at `x`, where all was finite before. */
static enum reason begin_at(struct search *s, const double *x)
{
    bool finite;
    enum reason reason;

    damped_restart(&s->d, x, s->p[DAMPING]);
    reason = damped_look(&s->d, &finite);
    if (reason == REASON_NONE)
        damped_take(&s->d);
    return reason;
}

/* ---- what an end is worth ---------------------------------------------- */

/* Whether the way here may have led astray. */
static bool is_doubtful(const struct search *s)
{
    const struct damped *d = &s->d;

    return !damped_is_exact(d)
        && (damped_predicts_more(d) || damped_has_lost_influence(d)
            || damped_count_alike(d) > s->alike);
}

/* Whether the spec asked for an end as this, by a tolerance of its own. */
static bool was_asked_for(const struct search *s)
{
    static const struct {
        enum reason reason;
        unsigned tolerance;
    } tolerances[] = {
        {REASON_STEP_TOLERANCE, X_TOLERANCE},
        {REASON_LOSS_TOLERANCE, LOSS_TOLERANCE},
        {REASON_GRADIENT_TOLERANCE, COSINE_TOLERANCE},
    };

    for (size_t i = 0; i < sizeof tolerances / sizeof *tolerances; i++) {
        unsigned row = tolerances[i].tolerance;

        if (s->rest == tolerances[i].reason)
            return s->p[row] > parameters[row].initial;
    }
    return false;
}

/* Why the search came to rest, if that is evidence of a minimum. */
static enum reason verdict(const struct search *s)
{
    const struct damped *d = &s->d;

    if (damped_predicts_more(d) || damped_has_lost_influence(d))
        return REASON_STALLED;
    return s->rest;
}

/* ---- attempts ---------------------------------------------------------- */

/* The second attempt, from the start with careful steps; the end is that of the
 * first one if the second is no better. */
static enum reason attempt_again(struct search *s, const double *start,
                                 double *first_end)
{
    struct damped *d = &s->d;
    double first_loss = d->loss;
    enum reason first_rest = s->rest, reason;

    memcpy(first_end, d->x, d->n * sizeof *first_end);
    d->careful = true;
    s->steps_left = CAREFUL_STEPS_MOST;
    reason = begin_at(s, start);
    if (reason == REASON_NONE)
        reason = show(d);
    if (reason == REASON_NONE)
        reason = search(s);
    if (reason != REASON_NONE || d->loss <= first_loss + d->rounding)
        return reason;
    s->rest = first_rest;
    reason = begin_at(s, first_end);
    return reason != REASON_NONE ? reason : show(d);
}

/* Move parameters of the start that have had no influence anywhere to where
 * one of them has some; whether there is such a place. (A parameter that the
 * formula does not use has none.) */
static enum reason rouse(struct search *s, double *start, bool *ret_roused)
{
    struct damped *d = &s->d;
    bool mute = false, finite;

    *ret_roused = false;
    if (damped_is_exact(d))
        return REASON_NONE;
    for (size_t j = 0; j < d->n; j++)
        mute |= damped_is_mute(d, j);
    for (unsigned k = 0; mute && k < DAMPED_PLACES && !*ret_roused; k++) {
        enum reason reason;

        for (size_t j = 0; j < d->n; j++)
            d->trial[j] = damped_is_mute(d, j) ? damped_elsewhere(d, j, k)
                                               : d->x[j];
        reason = damped_look(d, &finite);
        if (reason != REASON_NONE)
            return reason;
        for (size_t j = 0; finite && j < d->n; j++)
            *ret_roused |= damped_is_mute(d, j)
                        && vector_norm2(d->trial_J + j * d->rows, d->rows) > 0;
    }
    for (size_t j = 0; *ret_roused && j < d->n; j++)
        if (damped_is_mute(d, j))
            start[j] = d->trial[j];
    return REASON_NONE;
}

/* From the start, which is the point, to the end. */
static enum reason attempt(struct search *s, double *start, double *first_end)
{
    enum reason reason;
    bool roused;

    s->alike = damped_count_alike(&s->d);
    reason = search(s);
    if (reason != REASON_NONE || was_asked_for(s))
        return reason != REASON_NONE ? reason : s->rest;
    reason = rouse(s, start, &roused);
    if (reason == REASON_NONE && (roused || is_doubtful(s)))
        reason = attempt_again(s, start, first_end);
    return reason != REASON_NONE ? reason : verdict(s);
}

/* ---- linear residuals -------------------------------------------------- */

/* The minimum of linear residuals r = J x - b, where b = -r(0), as the trial;
 * whether it is one to take. Overwrites r. */
static enum reason solve(struct damped *d, bool *ret_better)
{
    double *b = d->qtr;
    enum reason reason;
    bool finite;

    *ret_better = false;
    memset(d->trial, 0, d->n * sizeof *d->trial);
    reason = damped_look(d, &finite);
    if (reason != REASON_NONE || !finite)
        return reason;
    for (size_t i = 0; i < d->rows; i++)
        b[i] = -d->trial_r[i];
    qr_solve_refined(&d->qr, d->trial_J, b, d->trial_r, d->r, d->trial);
    reason = damped_look(d, &finite);
    *ret_better = finite && d->trial_loss <= d->loss + d->rounding;
    return reason;
}

/* Solve what is said to be linear; search where that leads nowhere. */
static enum reason solve_or_search(struct search *s, double *start,
                                   double *first_end)
{
    struct damped *d = &s->d;
    bool better;
    enum reason reason = solve(d, &better);

    if (reason != REASON_NONE)
        return reason;
    if (better) {
        damped_take(d);
        reason = show(d);
        return reason != REASON_NONE ? reason : REASON_GRADIENT_TOLERANCE;
    }
    reason = begin_at(s, start);
    return reason != REASON_NONE ? reason : attempt(s, start, first_end);
}

static enum error drive(struct method *m, enum reason *ret_reason)
{
    struct search s = {.p = m->p, .steps_left = INFINITY};
    double *start, *first_end;
    bool finite;

    TRY(damped_init(&s.d, m, m->p[DAMPING], &start, &first_end));
    memcpy(start, m->x, m->n * sizeof *start);
    *ret_reason = damped_look(&s.d, &finite);
    if (*ret_reason != REASON_NONE)
        return OK;
    if (!finite) {
        *ret_reason = m->show(m, s.d.trial, s.d.trial_loss, s.d.trial_g);
        if (*ret_reason == REASON_NONE) /* as only the Jacobian is not */
            *ret_reason = REASON_NONFINITE;
        return OK;
    }
    damped_take(&s.d);
    *ret_reason = show(&s.d);
    if (*ret_reason == REASON_NONE)
        *ret_reason = s.d.residuals->linear && s.d.residuals->robust == NULL
                              && m->low == NULL && m->high == NULL
                          ? solve_or_search(&s, start, first_end)
                          : attempt(&s, start, first_end);
    return OK;
}

const struct optimizer_kind optimizer_levenberg_marquardt = {
    .name = "levenberg_marquardt",
    .formula = "x += s + a/2, s = argmin |J s + r|^2 + mu |D s|^2 by QR, a the "
               "same for r'' along s; mu falls with the loss and grows when it "
               "does not fall",
    .sentence = "Curves fitted to data: the fewest iterations and the most "
                "digits, where the loss is a sum over residuals.",
    .source = "Marquardt 1963, J. SIAM 11(2), 431-441; Nielsen 1999, "
              "IMM-REP-1999-05; Transtrum & Sethna 2012, arXiv:1201.5885",
    .parameters = parameters,
    .drive = drive,
    .takes_bounds = true,
    .needs_residuals = true,
    .residuals_memory = damped_size,
    .dimension_max = PARAMETERS_AT_MOST,
    .factor_max = FACTOR_AT_MOST,
};
