/*
 * yogi.c - Yogi: Adam whose mean square moves by bounded amounts.
 *
 * Adam's v falls quickly after a steep slope, and the step jumps up; Yogi's
 * changes by at most (1 - beta2) g^2, whichever way. No bias is taken out: v
 * starts from a small number instead.
 */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON, ACCUMULATOR };

static const struct parameter parameters[] = {
    [RATE]        = ROW_RATE(0.01),
    [BETA1]       = ROW_BETA1(0.9),
    [BETA2]       = {"beta2", 0.999, 0, 1,
                     "1 minus the share of g^2 by which v moves.", OPEN_HIGH},
    [EPSILON]     = ROW_EPSILON(1e-3),
    [ACCUMULATOR] = ROW_ACCUMULATOR(1e-6),
    {0},
};

static void begin(struct step *s)
{
    double *v = s->state + s->n;

    for (size_t i = 0; i < s->n; i++)
        v[i] = s->p[ACCUMULATOR];
}

/*
 *   state  [2n]  in/out  m mean, v mean square
 *
 * Source  Zaheer et al. 2018, NeurIPS 31, Algorithm 2
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n, rate = p[RATE];
    double beta1 = p[BETA1], beta2 = p[BETA2], epsilon = p[EPSILON];

    for (size_t i = 0; i < s->n; i++) {
        double square = g[i] * g[i];

        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] -= (1 - beta2) * rule_sign(v[i] - square) * square;
        x[i] -= rate * m[i] / (sqrt(v[i]) + epsilon);
    }
}

const struct optimizer_kind optimizer_yogi = {
    .name = "yogi",
    .dialect = "paper",
    .formula = "m = beta1*m + (1 - beta1)*g; v = v - (1 - beta2)*sign(v - "
               "g^2)*g^2; x = x - rate*m/(sqrt(v) + epsilon)",
    .sentence = "Steadier than Adam when slopes come in bursts, as with sparse "
                "data. Its first steps are large until v has grown, so start "
                "with a small rate or a warm-up.",
    .source = "Zaheer et al. 2018, NeurIPS 31, Adaptive methods for nonconvex "
              "optimization",
    .parameters = parameters,
    .states = 2,
    .begin = begin,
    .step = step,
};
