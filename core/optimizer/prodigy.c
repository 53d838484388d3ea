/*
 * prodigy.c - Prodigy: Adam that estimates its own learning rate.
 *
 * How far the slopes so far agree on leading away from the start bounds the
 * distance d to the minimum from below; the rate is the greatest such bound.
 * It starts tiny and grows by itself.
 */
#include <string.h>

#include "core/optimizer/rule.h"

enum {
    RATE, BETA1, BETA2, BETA3, EPSILON, FIRST_DISTANCE, DISTANCE_FACTOR,
    GROWTH_RATE, BIAS_CORRECTION, SAFEGUARD_WARMUP, WEIGHT_DECAY,
};

/* The numbers behind the vectors. */
enum { DISTANCE, DISTANCE_MAX, NUMERATOR, SCALARS };

static const struct parameter parameters[] = {
    [RATE]             = ROW_RATE_THAT(1, "Factor of the rate that the rule "
                                          "finds."),
    [BETA1]            = ROW_BETA1(0.9),
    [BETA2]            = ROW_BETA2(0.999),
    [BETA3]            = {"beta3", PARAMETER_OFF, 0, 1,
                          "Decay of what the distance is estimated from; if "
                          "left out, the root of beta2.", OPEN_HIGH},
    [EPSILON]          = ROW_EPSILON(1e-8),
    [FIRST_DISTANCE]   = {"initial_distance", 1e-6, 0, 1e6,
                          "First estimate of the distance to the minimum: "
                          "better far too small than too large.", OPEN_LOW},
    [DISTANCE_FACTOR]  = {"distance_factor", 1, 0, 1e6,
                          "Factor of the estimates; tune this, not the rate.",
                          OPEN_LOW},
    [GROWTH_RATE]      = {"growth_rate", PARAMETER_OFF, 1, 1e6,
                          "The distance grows by at most this factor in a "
                          "step; if left out, by any."},
    [BIAS_CORRECTION]  = {"bias_correction", 0, 0, 1,
                          "Take the bias out of Adam's means.", CLOSED,
                          PARAMETER_FLAG},
    [SAFEGUARD_WARMUP] = {"safeguard_warmup", 0, 0, 1,
                          "Keep a schedule's warm-up out of the estimate's "
                          "divisor.", CLOSED, PARAMETER_FLAG},
    [WEIGHT_DECAY]     = {"weight_decay", 0, 0, 1e6,
                          "Before each step x shrinks by the rate that was "
                          "found times this."},
    {0},
};

static void begin(struct step *s)
{
    double *scalars = s->state + 4 * s->n;

    memcpy(s->state, s->x, s->n * sizeof *s->x);
    scalars[DISTANCE] = scalars[DISTANCE_MAX] = s->p[FIRST_DISTANCE];
}

/*
 * Follow the slopes.
 *
 *   rate     that of this step, with the distance before it
 *   ret_sum  -  out  what the numerator is to be divided by
 */
static void follow(struct step *s, double *scalars, double rate,
                   double *ret_sum)
{
    const double *x = s->x, *g = s->g, *p = s->p, *x0 = s->state;
    double *m = s->state + s->n, *v = m + s->n, *a = v + s->n;
    double d = scalars[DISTANCE], grown = d / p[FIRST_DISTANCE];
    double beta1 = p[BETA1], beta2 = p[BETA2];
    double beta3 = isnan(p[BETA3]) ? sqrt(beta2) : p[BETA3];
    double weight = grown * (p[SAFEGUARD_WARMUP] != 0 ? d : rate);
    double dot = 0, sum = 0;

    for (size_t i = 0; i < s->n; i++) {
        m[i] = beta1 * m[i] + d * (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + d * d * (1 - beta2) * g[i] * g[i];
        a[i] = beta3 * a[i] + weight * g[i];
        dot += g[i] * (x0[i] - x[i]);
        sum += fabs(a[i]);
    }
    scalars[NUMERATOR] = beta3 * scalars[NUMERATOR] + grown * rate * dot;
    *ret_sum = sum;
}

/* Let the distance grow to what the slopes tell. */
static void estimate(const double *p, double *scalars, double sum)
{
    double told = p[DISTANCE_FACTOR] * scalars[NUMERATOR] / sum;
    double d = scalars[DISTANCE], most;

    if (d == p[FIRST_DISTANCE])
        d = fmax(d, told);
    most = isnan(p[GROWTH_RATE]) ? INFINITY : d * p[GROWTH_RATE];
    scalars[DISTANCE_MAX] = fmax(scalars[DISTANCE_MAX], told);
    scalars[DISTANCE] = fmin(scalars[DISTANCE_MAX], most);
}

/*
 *   state  [4n + 3]  in/out  the start, m mean and v mean square of d g, a sum
 *                            of slopes; then the distance, its greatest
 *                            estimate, and the estimates' numerator
 *
 * Source  Mishchenko & Defazio 2023, arXiv:2306.06101, Algorithm 4; the
 *         authors' code, whose bias correction is off where optax's is on
 */
CLONES static void step(struct step *s)
{
    const double *p = s->p;
    double *x = s->x, *m = s->state + s->n, *v = m + s->n;
    double *scalars = s->state + 4 * s->n, sum;
    double rate = scalars[DISTANCE] * p[RATE], keep, floor;

    if (p[BIAS_CORRECTION] != 0)
        rate *= sqrt(math_bias_correction(p[BETA2], s->t))
              / math_bias_correction(p[BETA1], s->t);
    if (rate == 0) /* a schedule that has come to its end */
        return;
    follow(s, scalars, rate, &sum);
    if (sum == 0) /* no slope yet: nothing to divide by, nowhere to go */
        return;
    estimate(p, scalars, sum);
    floor = scalars[DISTANCE] * p[EPSILON];
    keep = 1 - rate * p[WEIGHT_DECAY];
    for (size_t i = 0; i < s->n; i++)
        x[i] = keep * x[i] - rate * m[i] / (sqrt(v[i]) + floor);
}

const struct optimizer_kind optimizer_prodigy = {
    .name = "prodigy",
    .dialect = "paper",
    .formula = "m, v as in Adam of d*g; a = beta3*a + (d/d0)*d*rate*g; r = "
               "beta3*r + (d/d0)*d*rate*g.(x0 - x); d = max(d, "
               "distance_factor*r/|a|_1); x = x - d before*rate*m/(sqrt(v) + "
               "d*epsilon)",
    .sentence = "No learning rate to find: leave it at 1. It needs some dozens "
                "of tiny steps to get going, and on long valleys the distance "
                "it finds can be too large; then lower distance_factor.",
    .source = "Mishchenko & Defazio 2023, arXiv:2306.06101; the authors' code",
    .parameters = parameters,
    .states = 4,
    .scalars = SCALARS,
    .begin = begin,
    .step = step,
};
