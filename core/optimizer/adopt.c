/*
 * adopt.c - ADOPT: Adam that converges with any beta2.
 *
 * Each slope is divided by the mean square of those before it, so the two are
 * independent, and the momentum is taken of the quotients. The first step only
 * sets the mean square: x stays where it is, which a step_tolerance or
 * loss_tolerance takes for the end.
 */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON };

static const struct parameter parameters[] = {
    [RATE]    = ROW_RATE(1e-3),
    [BETA1]   = ROW_BETA1(0.9),
    [BETA2]   = ROW_BETA2(0.9999),
    [EPSILON] = {"epsilon", 1e-6, 0, 1, "Least divisor of a slope."},
    {0},
};

/*
 *   state  [2n]  in/out  m mean quotient, v mean square of the slopes
 *
 * Source  Taniguchi et al. 2024, arXiv:2411.02853, Algorithm 2, with the clip
 *         of its later versions, (t - 1)^(1/4)
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n, rate = p[RATE];
    double beta1 = p[BETA1], beta2 = p[BETA2], epsilon = p[EPSILON];
    double most = sqrt(sqrt((double)(s->t - 1)));

    if (s->t == 1) {
        for (size_t i = 0; i < s->n; i++)
            v[i] = g[i] * g[i];
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        double root = sqrt(v[i]);
        double quotient = g[i] / (root > epsilon ? root : epsilon);

        quotient = rule_clip(quotient, -most, most);
        m[i] = beta1 * m[i] + (1 - beta1) * quotient;
        x[i] -= rate * m[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
    }
}

const struct optimizer_kind optimizer_adopt = {
    .name = "adopt",
    .dialect = "paper",
    .formula = "v = g^2 at t = 1, without a step; then m = beta1*m + (1 - "
               "beta1)*clip(g/max(sqrt(v), epsilon), -(t - 1)^(1/4), "
               "(t - 1)^(1/4)); x = x - rate*m; v = beta2*v + (1 - beta2)*g^2",
    .sentence = "Converges where Adam can be fooled, whatever its beta2. The "
                "first step does not move x (so give no step_tolerance), and "
                "a steep start makes it slow for long.",
    .source = "Taniguchi et al. 2024, arXiv:2411.02853",
    .parameters = parameters,
    .states = 2,
    .step = step,
};
