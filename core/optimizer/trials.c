/*
 * trials.c - looks along the axes.
 *
 * Where the loss is smooth and x is not stationary inside its bounds, one of
 * the axes leads downhill, and steps along it that are short enough show it.
 *
 * Source  Lewis & Torczon 1999, SIAM J. Optim. 9:1082 (pattern searches inside
 *         bounds)
 */
#include "core/optimizer/trials.h"

#include <string.h>

#include "core/base/bounds.h"

/* How near one looks, as a share of the first steps, and how much nearer each
 * time. */
#define NEAREST 1e-10
#define NEARER 0.125

#define FALL_FLOOR 1e-20   /* of all that the loss fell */

double trials_step(const struct method *m, double wanted, size_t i)
{
    double x = fabs(m->x[i]), step = wanted;

    if (isnan(step))
        step = x > 0 ? x : 1;
    return m->low != NULL && m->high != NULL
               ? fmin(step, (m->high[i] - m->low[i]) / 4) : step;
}

double trials_look(struct trials *t, const double *x)
{
    struct method *m = t->m;
    bool stop;
    double loss = m->evaluate(m, x, NULL, &stop);

    t->reason = m->show(m, x, loss, NULL);
    if (t->reason == REASON_NONE && stop)
        t->reason = REASON_CANCELED;
    return isfinite(loss) ? loss : INFINITY;
}

double trials_goal(const struct trials *t)
{
    return t->loss - fmax(t->level * fabs(t->loss),
                          FALL_FLOOR * fabs(t->first - t->loss));
}

static bool is_feasible(const struct trials *t)
{
    const struct method *m = t->m;

    return constraints_measure(m->constraints, m->constraint_count, t->trial,
                               m->n).feasible;
}

/* Move x along axis i by `step`, twice as far each time, while that is better.
 * Whether it was. */
static bool follow(struct trials *t, size_t i, double step)
{
    const struct method *m = t->m;
    struct bounds bounds = {m->low, m->high};
    bool moved = false;

    for (;; step *= 2) {
        double loss;

        memcpy(t->trial, t->x, m->n * sizeof *t->x);
        t->trial[i] = bounds_nearest(bounds, t->x[i] + step, i);
        if (t->trial[i] == t->x[i] || !isfinite(t->trial[i]))
            return moved;
        loss = trials_look(t, t->trial);
        if (t->reason != REASON_NONE || !(loss < trials_goal(t))
            || !is_feasible(t))
            return moved;
        memcpy(t->x, t->trial, m->n * sizeof *t->x);
        t->loss = loss;
        moved = true;
    }
}

double trials_poll(struct trials *t)
{
    bool moved = false;

    for (double share = TRIALS_LATER_STEP; share > NEAREST; share *= NEARER) {
        for (size_t i = 0; i < t->m->n; i++) {
            if (t->steps[i] == 0)
                continue;
            moved |= follow(t, i, share * t->steps[i]);
            if (t->reason == REASON_NONE)
                moved |= follow(t, i, -share * t->steps[i]);
            if (t->reason != REASON_NONE)
                return 0;
        }
        if (moved)
            return share;
    }
    return 0;
}
