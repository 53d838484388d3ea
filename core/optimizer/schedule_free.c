/* schedule_free.c - what the schedule-free rules share. */
#include "core/optimizer/schedule_free.h"

#include <string.h>

#include "core/optimizer/rule.h"

void schedule_free_begin(struct step *s)
{
    memcpy(s->state, s->x, s->n * sizeof *s->x);
}

double schedule_free_warm(const struct step *s, double warmup_steps)
{
    double t = (double)s->t, rate = s->p[SCHEDULE_FREE_RATE];

    return t < warmup_steps ? rate * (t / warmup_steps) : rate;
}

/* The newest z's share of the average. */
static double newest_share(const struct step *s, double *scalars, double rate,
                           double power, double rate_power)
{
    double weight;

    scalars[RATE_MAX] = fmax(scalars[RATE_MAX], rate);
    weight = math_pow((double)s->t, power)
           * math_pow(scalars[RATE_MAX], rate_power);
    scalars[WEIGHT_SUM] += weight;
    return scalars[WEIGHT_SUM] > 0 ? weight / scalars[WEIGHT_SUM] : 0;
}

CLONES void schedule_free_move(struct step *s, double *scalars, double rate,
                               double power, double rate_power)
{
    const double *d = s->g;
    double *y = s->x, *z = s->state, beta = s->p[SCHEDULE_FREE_BETA];
    double share = newest_share(s, scalars, rate, power, rate_power);
    double rate_y = rate * (1 - beta * (1 - share));

    for (size_t i = 0; i < s->n; i++) {
        y[i] += share * (z[i] - y[i]) - rate_y * d[i];
        z[i] -= rate * d[i];
    }
}

void schedule_free_average(const struct step *s, double *ret_average)
{
    const double *y = s->x, *z = s->state;
    double beta = s->p[SCHEDULE_FREE_BETA];

    for (size_t i = 0; i < s->n; i++)
        ret_average[i] = (y[i] - (1 - beta) * z[i]) / beta;
}
