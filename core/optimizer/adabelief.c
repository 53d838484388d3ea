/*
 * adabelief.c - AdaBelief: long steps where the slope is what was expected.
 *
 * Adam divides by the size of the slopes, AdaBelief by how far they stray from
 * their mean.
 */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON };

static const struct parameter parameters[] = {
    [RATE]    = ROW_RATE(1e-3),
    [BETA1]   = ROW_BETA1(0.9),
    [BETA2]   = {"beta2", 0.999, 0, 1, "Decay of the mean square deviation.",
                 OPEN_HIGH},
    [EPSILON] = {"epsilon", 1e-8, 0, 1,
                 "Added to the mean square at each step, and to the divisor."},
    {0},
};

/*
 *   state  [2n]  in/out  m mean, v mean square of g - m
 *
 * Source  Zhuang et al. 2020, arXiv:2010.07468, Algorithm 2
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n;
    double beta1 = p[BETA1], beta2 = p[BETA2], epsilon = p[EPSILON];
    double rate = p[RATE] / math_bias_correction(beta1, s->t);
    double unbias2 = math_bias_correction(beta2, s->t);

    for (size_t i = 0; i < s->n; i++) {
        double stray;

        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        stray = g[i] - m[i];
        v[i] = beta2 * v[i] + (1 - beta2) * stray * stray + epsilon;
        x[i] -= rate * m[i] / (sqrt(v[i] / unbias2) + epsilon);
    }
}

const struct optimizer_kind optimizer_adabelief = {
    .name = "adabelief",
    .dialect = "paper",
    .formula = "m = beta1*m + (1 - beta1)*g; v = beta2*v + (1 - beta2)*(g - "
               "m)^2 + epsilon; x = x - rate/(1 - beta1^t)*m/(sqrt(v/(1 - "
               "beta2^t)) + epsilon)",
    .sentence = "As fast as Adam, and faster down long even slopes, where it "
                "takes long steps. Those can overshoot: epsilon is its brake "
                "and wants tuning.",
    .source = "Zhuang et al. 2020, arXiv:2010.07468",
    .parameters = parameters,
    .states = 2,
    .step = step,
};
