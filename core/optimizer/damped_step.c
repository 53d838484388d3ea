/*
 * damped_step.c - damped least-squares steps, accelerated and inside bounds.
 *
 * With the residuals r and their Jacobian J at x, a step s solves
 *
 *     |J s + r|^2 + mu |D s|^2 = least
 *
 * by QR (kernel/qr.h), never by J'J. The model of the loss, |J s + r|^2, says
 * by how much it should fall: the predicted reduction.
 *
 * Steps have an acceleration: a is the same problem's solution with r's second
 * derivative along s, by one more evaluation, in the place of r; the step is
 * s + a / 2, and one with |D a| > 3/4 |D s| is refused untried. That follows
 * curved valleys, and avoids regions where exponentials are so small that the
 * loss is flat.
 *
 * Bounds: parameters at a bound whose gradient points out are held. The
 * others' step is cut off at the bounds, parameter by parameter, and judged as
 * it then is, without acceleration. With mu large that is projected gradient
 * descent, which finds a lower loss. A step that brings a parameter to a bound
 * where it has lost its influence is refused, as nothing would ever move it
 * from there: the next one goes only part of the way.
 *
 * Careful steps let a parameter grow to ten times itself, or fall to a tenth,
 * and change its sign only where it is next to nothing beside what it has been:
 * so it does not leap over a pole, as t in exp(-x/t) has at 0.
 *
 * Source  Transtrum & Sethna 2012, arXiv:1201.5885, (12) to (15)
 */
#include <float.h>
#include <math.h>

#include "core/base/bounds.h"
#include "core/kernel/vector.h"
#include "core/objective/robust.h"
#include "core/optimizer/damped.h"

#define KEPT_LEAST 1e-4     /* of the predicted reduction, to take a step */
#define STALE 2             /* D by J's lengths, from which on to renew it */
#define BENT_MOST 0.75      /* |D a| / |D s| */
#define BENT_FROM 1e-6      /* of the loss: steps with less to gain are straight
                               enough */
#define PROBE 0.02          /* of s, along which the derivative is taken */
#define PROBED_FROM 1e-8    /* of what residuals are differences of: the
                               derivative of less is rounding */
#define DAMPING_LEAST 1e-20 /* beside none at all, mu = 0 */
#define INFLUENCE_LEAST 1e-3 /* of a column's length, to step onto a bound */
#define REACH_LEAST 1e-3    /* of the way to a bound, until mu must rise */
#define SHRINKING 0.9       /* of a parameter, at most, in a careful step */
#define GROWING 9           /* times it the same, away from zero */
#define SMALL 1e-10         /* of the greatest |x|: then it may change sign */

/* ---- within limits ----------------------------------------------------- */

/* The careful part of a step of parameter j. */
static double careful_part(const struct damped *d, size_t j, double step)
{
    double x = d->x[j], size = fabs(x), small = SMALL * d->greatest_x[j];

    if (d->greatest_x[j] == 0)
        return step;
    if (size > small && (x > 0) != (step > 0))
        return copysign(fmin(fabs(step), SHRINKING * size), step);
    return copysign(fmin(fabs(step), GROWING * fmax(size, small)), step);
}

/* Where parameter j gets by a step, within all limits. */
static double limited(const struct damped *d, size_t j, double step)
{
    struct bounds box = {d->m->low, d->m->high};
    double x = d->x[j] + (d->careful ? careful_part(d, j, step) : step);
    double end = bounds_nearest(box, x, j);

    if (end != x && d->reach < 1)
        end = bounds_nearest(box, d->x[j] + d->reach * (end - d->x[j]), j);
    return end;
}

/* Set the trial to x + step within the limits; returns whether none was in
 * the way. */
static bool place_trial(struct damped *d)
{
    bool was_inside = true;

    for (size_t j = 0; j < d->n; j++) {
        d->trial[j] = limited(d, j, d->step[j]);
        was_inside &= d->trial[j] == d->x[j] + d->step[j];
        d->step[j] = d->trial[j] - d->x[j];
    }
    return was_inside;
}

/* ---- steps ------------------------------------------------------------- */

/* By how much the model of the loss falls along the step. */
static double predict(struct damped *d)
{
    double *product = d->trial_r;

    qr_multiply(&d->qr, d->step, product);
    return -2 * vector_dot(d->qtr, product, d->rows)
         - vector_dot(product, product, d->rows);
}

bool damped_propose(struct damped *d)
{
    bool was_inside;

    for (size_t j = 0; j < d->n; j++)
        d->damping[j] = sqrt(d->mu) * (d->D[j] > 0 ? d->D[j] : 1);
    if (d->mu > 0)
        qr_solve_damped(&d->qr, d->qtr, d->damping, d->step);
    else
        qr_solve(&d->qr, d->qtr, d->step);
    for (size_t j = 0; j < d->n; j++)
        d->step[j] = -d->step[j];
    d->unbounded_reduction = d->predicted_reduction = predict(d);
    was_inside = place_trial(d);
    if (!was_inside)
        d->predicted_reduction = predict(d);
    return was_inside;
}

/* |D v|, but for a factor. */
static double damped_length(const struct damped *d, const double *v)
{
    double sum = 0;

    for (size_t j = 0; j < d->n; j++)
        sum += d->damping[j] * v[j] * d->damping[j] * v[j];
    return sqrt(sum);
}

/* Add half the geodesic acceleration to the step, whose end is inside the
 * limits; whether it may be tried is told by ret_straight. */
static enum reason add_acceleration(struct damped *d, bool *ret_straight)
{
    double *second = d->trial_r, *a = d->trial_g, *Js = d->trial_J;
    enum reason reason;

    for (size_t j = 0; j < d->n; j++)
        d->trial[j] = d->x[j] + PROBE * d->step[j];
    reason = damped_evaluate(d, NULL);
    if (reason != REASON_NONE)
        return reason;
    for (size_t i = 0; i < d->rows; i++)
        second[i] = (second[i] - d->r[i]) / PROBE;
    qr_apply_qt(&d->qr, second);
    qr_multiply(&d->qr, d->step, Js);
    for (size_t i = 0; i < d->rows; i++)
        second[i] = 2 / PROBE * (second[i] - Js[i]);
    qr_solve_damped(&d->qr, second, d->damping, a);
    *ret_straight = damped_length(d, a)
                    <= BENT_MOST * damped_length(d, d->step);
    for (size_t j = 0; *ret_straight && j < d->n; j++)
        d->step[j] -= a[j] / 2;
    place_trial(d);
    return REASON_NONE;
}

/* ---- what a trial is worth --------------------------------------------- */

bool damped_is_short(const struct damped *d, double share)
{
    double rounding = DBL_EPSILON * damped_greatest_part(d);

    for (size_t j = 0; j < d->n; j++)
        if (fabs(d->step[j]) > share * fabs(d->x[j])
            && d->length[j] * fabs(d->step[j]) > rounding)
            return false;
    return true;
}

bool damped_is_level(const struct damped *d)
{
    return d->unbounded_reduction <= d->rounding;
}

/* Whether to take the trial. */
static bool is_better(const struct damped *d)
{
    double fall = d->loss - d->trial_loss;

    return damped_is_level(d) ? fall >= -d->rounding
                              : fall >= KEPT_LEAST * d->predicted_reduction;
}

/* Whether the step brought parameter j to a bound. */
static bool came_to_bound(const struct damped *d, size_t j)
{
    const struct method *m = d->m;

    return d->step[j] != 0
        && ((m->low != NULL && d->trial[j] == m->low[j])
            || (m->high != NULL && d->trial[j] == m->high[j]));
}

static bool is_at_new_bound(const struct damped *d)
{
    for (size_t j = 0; j < d->n; j++)
        if (came_to_bound(d, j))
            return true;
    return false;
}

/* Whether a parameter came to a bound and means nothing any more there. */
static bool loses_a_parameter(const struct damped *d)
{
    for (size_t j = 0; j < d->n; j++)
        if (came_to_bound(d, j)
            && vector_norm2(d->trial_J + j * d->rows, d->rows)
                   < INFLUENCE_LEAST * d->length[j])
            return true;
    return false;
}

/* Whether the step is long enough for a second derivative along it to be known
 * from differences, and to matter. */
static bool is_long(const struct damped *d)
{
    double change = sqrt(d->predicted_reduction);

    return change > PROBED_FROM * damped_greatest_part(d)
        && d->predicted_reduction > BENT_FROM * d->loss;
}

enum reason damped_try(struct damped *d, bool was_inside, bool *ret_better)
{
    bool straight = true, finite;
    enum reason reason = REASON_NONE;

    *ret_better = d->lost = false;
    if (!(d->predicted_reduction > 0) && !damped_is_level(d))
        return REASON_NONE; /* the limits leave nothing of it */
    if (was_inside && d->residuals->robust == NULL && is_long(d))
        reason = add_acceleration(d, &straight);
    if (reason != REASON_NONE || !straight)
        return reason;
    reason = damped_look(d, &finite);
    if (reason != REASON_NONE)
        return reason;
    d->lost = finite ? loses_a_parameter(d) : is_at_new_bound(d);
    *ret_better = finite && is_better(d) && !d->lost;
    return REASON_NONE;
}

/* ---- damping ----------------------------------------------------------- */

void damped_ease(struct damped *d)
{
    double fall = d->loss - d->trial_loss;
    double gain_ratio = fall / d->predicted_reduction;
    double off = 2 * gain_ratio - 1; /* 0: just half of it came */

    d->reach = 1;
    if (damped_is_level(d))
        return;
    d->mu *= fmax(1 - off * off * off, 1.0 / 3);
    d->growth = 2;
}

void damped_stiffen(struct damped *d)
{
    if (d->lost && d->reach > REACH_LEAST) {
        d->reach /= 2;
        return;
    }
    d->mu = fmax(d->mu * d->growth, DAMPING_LEAST);
    d->growth *= 2;
}

bool damped_renew(struct damped *d, double mu)
{
    bool was_stale = false;

    for (size_t j = 0; j < d->n; j++) {
        was_stale |= d->D[j] > STALE * d->length[j];
        d->D[j] = d->length[j];
    }
    d->mu = mu;
    d->growth = 2;
    d->reach = 1;
    return was_stale;
}
