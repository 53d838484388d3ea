/*
 * adan.c - Adan: Nesterov's look ahead, estimated from how the slope changes.
 *
 * The betas are decays as in Adam: 1 minus the paper's. optax (up to its pull
 * request 1715) has 1 - beta2 where beta2 belongs; this follows the authors'
 * code.
 */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, BETA3, EPSILON, WEIGHT_DECAY };

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE(1e-3),
    [BETA1]        = ROW_BETA1(0.98),
    [BETA2]        = {"beta2", 0.92, 0, 1,
                      "Decay of the mean change of the slope.", OPEN_HIGH},
    [BETA3]        = {"beta3", 0.99, 0, 1, "Decay of the mean square.",
                      OPEN_HIGH},
    [EPSILON]      = ROW_EPSILON(1e-8),
    [WEIGHT_DECAY] = {"weight_decay", 0, 0, 1e6,
                      "After each step x is divided by 1 plus the rate times "
                      "this."},
    {0},
};

/*
 *   state  [4n]  in/out  m mean, d mean change, v mean square, g before
 *
 * Source  Xie et al. 2022, arXiv:2208.06677, Algorithm 1; sail-sg/Adan
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *d = m + s->n, *v = d + s->n;
    double *before = v + s->n, epsilon = p[EPSILON];
    double beta1 = p[BETA1], beta2 = p[BETA2], beta3 = p[BETA3];
    double rate_m = p[RATE] / math_bias_correction(beta1, s->t);
    double rate_d = p[RATE] * beta2 / math_bias_correction(beta2, s->t);
    double unbias3 = math_bias_correction(beta3, s->t);
    double shrink = 1 + p[RATE] * p[WEIGHT_DECAY];
    double known = s->t == 1 ? 0 : 1; /* no change at the first step */

#pragma GCC ivdep /* too many vectors for gcc to look whether they overlap */
    for (size_t i = 0; i < s->n; i++) {
        double change = known * (g[i] - before[i]);
        double ahead = g[i] + beta2 * change;

        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        d[i] = beta2 * d[i] + (1 - beta2) * change;
        v[i] = beta3 * v[i] + (1 - beta3) * ahead * ahead;
        x[i] -= (rate_m * m[i] + rate_d * d[i])
              / (sqrt(v[i] / unbias3) + epsilon);
        x[i] /= shrink;
        before[i] = g[i];
    }
}

const struct optimizer_kind optimizer_adan = {
    .name = "adan",
    .dialect = "paper",
    .formula = "c = g - g before; m = beta1*m + (1 - beta1)*g; d = beta2*d + "
               "(1 - beta2)*c; v = beta3*v + (1 - beta3)*(g + beta2*c)^2; "
               "x = (x - rate*(m/(1 - beta1^t) + beta2*d/(1 - beta2^t))/"
               "(sqrt(v/(1 - beta3^t)) + epsilon))/(1 + rate*weight_decay)",
    .sentence = "Bears larger rates than Adam and needs fewer steps for it; "
                "noise in the slopes is doubled in their changes, and it "
                "remembers four vectors.",
    .source = "Xie et al. 2022, arXiv:2208.06677",
    .parameters = parameters,
    .states = 4,
    .step = step,
};
