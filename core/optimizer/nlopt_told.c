/*
 * nlopt_told.c - what NLopt is told, and what of that is shown.
 *
 * The loss is scaled by its gradient where NLopt begins (or, without
 * gradients, by the loss there), each constraint by its own gradient: by
 * powers of two, which is exact, so that nothing depends on units. A loss that
 * is not finite is told as infinite to a method that compares; to one that
 * models the loss, as twice as far above the best as the worst so far, so that
 * it comes nearer.
 */
#include "core/optimizer/nlopt_told.h"

#include <math.h>

#include "core/base/bounds.h"
#include "core/kernel/vector.h"

#define GRADIENT_BEYOND 1e10 /* of that where NLopt began: told for infinity */

enum { REPEATS_MAX = 10 };   /* of one point, in a row: it stands still */

enum { NEAR_POINTS = 100 };  /* in a row, for each corner of a simplex */

#define NEAR 1.0             /* first step, along each axis */
#define RADIUS_LEAST 0.1     /* first steps, */
#define RADIUS_SPREAD 20     /* and spreads of the points that are near */

enum { SLACK_POWER = 10 };   /* mma: gradients from 2^-10 to 2^10 are told as
                                they are */

/* ---- what is shown ----------------------------------------------------- */

static struct feasibility measure(const struct method *m, const double *x)
{
    return constraints_measure(m->constraints, m->constraint_count, x, m->n);
}

/* Note what was found at x. */
static void note(struct nlopt_run *s, const double *x)
{
    struct trials *t = &s->trials;
    double norm;

    if (!isfinite(s->loss))
        return;
    s->worst = fmax(s->worst, s->loss);
    if ((s->has_best && !(s->loss < t->loss))
        || !measure(s->method, x).feasible)
        return;
    s->has_best = true;
    t->loss = s->loss;
    copy(s, BEST, x);
    if (!s->traits->takes_gradient)
        return;
    copy(s, BEST_GRADIENT, vector(s, GRADIENT));
    norm = vector_norm2(vector(s, GRADIENT), s->method->n);
    if (isfinite(norm))
        s->steepest = fmax(s->steepest, norm);
}

void told_look(struct nlopt_run *s, const double *x)
{
    struct method *m = s->method;
    double *gradient = s->traits->takes_gradient ? vector(s, GRADIENT) : NULL;
    bool stop;

    s->loss = m->evaluate(m, x, gradient, &stop);
    s->trials.reason = m->show(m, x, s->loss, gradient);
    if (s->trials.reason == REASON_NONE && stop)
        s->trials.reason = REASON_CANCELED;
    note(s, x);
}

const double *told_inside(const struct nlopt_run *s, const double *x)
{
    const struct method *m = s->method;

    copy(s, INSIDE, x);
    bounds_project((struct bounds){m->low, m->high}, vector(s, INSIDE), m->n);
    return vector(s, INSIDE);
}

/* ---- what NLopt is told ------------------------------------------------ */

/* mma does best with constraints, and a loss beside them, as they are, where
 * they are neither flat nor steep. */
double told_scale(const struct nlopt_run *s, double size)
{
    int power;

    if (!(size > 0) || isinf(size))
        return 1;
    power = -ilogb(size);
    if (s->traits->algorithm == NLOPT_LD_MMA
        && s->method->constraint_count > 0)
        power -= power > 0 ? (power < SLACK_POWER ? power : SLACK_POWER)
                           : (power > -SLACK_POWER ? power : -SLACK_POWER);
    return ldexp(1, power);
}

static double tell_loss(const struct nlopt_run *s, double loss)
{
    double best = s->trials.loss, above;

    if (isfinite(loss))
        return s->scale * loss;
    if (!s->traits->is_model || !s->has_best)
        return INFINITY;
    above = s->worst > best ? s->worst - best : fmax(fabs(best), 1 / s->scale);
    return s->scale * (s->worst + above);
}

static void tell_gradient(const struct nlopt_run *s, const double *gradient,
                          double scale, double *ret)
{
    for (size_t i = 0; i < s->method->n; i++) {
        double g = scale * gradient[i];

        ret[i] = isnan(g) ? 0
                          : fmin(fmax(g, -GRADIENT_BEYOND), GRADIENT_BEYOND);
    }
}

/* How far x is from s->near, in first steps. */
static double distance(const struct nlopt_run *s, const double *x)
{
    double most = 0;

    for (size_t i = 0; i < s->method->n; i++)
        if (s->trials.steps[i] > 0)
            most = fmax(most, fabs(x[i] - s->near[i]) / s->trials.steps[i]);
    return most;
}

/*
 * Where constraints cannot hold all at once, cobyla goes on for tens of
 * thousands of points near the one where the greatest violation is least, or
 * to and fro between two of them. After many points near each other, none of
 * them feasible, it is ended if every feasible point is much farther away than
 * they are from each other.
 */
static void watch_feasibility(struct nlopt_run *s, const double *x)
{
    const struct method *m = s->method;
    double radius, away;

    if (s->near == NULL || s->has_best)
        return;
    away = distance(s, x);
    if (s->near_count == 0 || !(away <= NEAR)) {
        memcpy(s->near, x, m->n * sizeof *x);
        s->near_count = 0;
        s->spread = away = 0;
    }
    s->spread = fmax(s->spread, away);
    if (++s->near_count < NEAR_POINTS * (m->n + 1))
        return;
    s->near_count = 0;
    radius = infeasible_radius(&s->infeasible, m, x, s->trials.steps);
    s->is_infeasible = radius >= RADIUS_LEAST
                    && radius >= RADIUS_SPREAD * s->spread;
}

/* Look at the point that NLopt asks for. One where it stands still, as mma does
 * on a bound at 0, beside which no step is small, ends it. */
static void look_at(struct nlopt_run *s, const double *x)
{
    size_t bytes = s->method->n * sizeof *x;
    bool again = memcmp(x, s->method->x, bytes) == 0;

    s->repeats = again ? s->repeats + 1 : 0;
    if (s->repeats < REPEATS_MAX || !s->traits->is_local)
        told_look(s, x);
    else
        nlopt_force_stop(s->opt);
    watch_feasibility(s, x);
    if (s->is_infeasible)
        nlopt_force_stop(s->opt);
}

/* What NLopt calls: the loss at x, and its gradient where it wants one. What
 * is known of the point where it begins is not asked for again. */
double told_loss(unsigned n, const double *x, double *gradient, void *self)
{
    struct nlopt_run *s = self;
    bool known = !s->has_called
        && memcmp(x, vector(s, FROM), n * sizeof *x) == 0;

    s->has_called = true;
    if (!has_ended(s) && !known)
        look_at(s, told_inside(s, x));
    if (has_ended(s))
        nlopt_force_stop(s->opt);
    if (gradient != NULL)
        tell_gradient(s, vector(s, known ? FROM_GRADIENT : GRADIENT),
                      s->scale, gradient);
    return tell_loss(s, known ? s->from_loss : s->loss);
}

/* The same for a constraint. After the end the value is not used. */
double told_constraint(unsigned n, const double *x, double *gradient,
                       void *self)
{
    const struct constraint_data *data = self;
    const struct constraint *c = data->constraint;
    double value;

    if (has_ended(data->search))
        nlopt_force_stop(data->search->opt);
    value = c->evaluate(c->data, told_inside(data->search, x), n, gradient);
    if (gradient != NULL)
        tell_gradient(data->search, gradient, data->scale, gradient);
    return data->scale * value;
}
