/*
 * novograd.c - NovoGrad: momentum of gradients brought to one length.
 *
 * One mean square for the whole iterate, which is one layer here; it starts
 * from the first gradient's square, so that no bias is to be taken out.
 */
#include "core/kernel/vector.h"
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY };

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE(0.01),
    [BETA1]        = ROW_BETA1(0.9),
    [BETA2]        = {"beta2", 0.25, 0, 1,
                      "Decay of the mean square of the gradient's norm.",
                      OPEN_HIGH},
    [EPSILON]      = ROW_EPSILON(1e-6),
    [WEIGHT_DECAY] = {"weight_decay", 0, 0, 1e6,
                      "Adds this times x to the gradient of length one."},
    {0},
};

/*
 *   state  [n + 1]  in/out  m running direction, v mean square of |g|
 *
 * Source  Ginsburg et al. 2019, arXiv:1905.11286, Algorithm 1; defaults and
 *         epsilon as in optax
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n;
    double rate = p[RATE], beta1 = p[BETA1], decay = p[WEIGHT_DECAY];
    double g_norm = vector_norm2(g, s->n), divisor;

    *v = s->t == 1 ? g_norm * g_norm
                   : p[BETA2] * *v + (1 - p[BETA2]) * (g_norm * g_norm);
    divisor = sqrt(*v) + p[EPSILON];
    if (divisor == 0) /* no slope yet, and no epsilon: 0/0 */
        divisor = 1;
    for (size_t i = 0; i < s->n; i++) {
        m[i] = beta1 * m[i] + g[i] / divisor + decay * x[i];
        x[i] -= rate * m[i];
    }
}

const struct optimizer_kind optimizer_novograd = {
    .name = "novograd",
    .dialect = "paper",
    .formula = "v = beta2*v + (1 - beta2)*|g|^2, v = |g|^2 at first; m = "
               "beta1*m + g/(sqrt(v) + epsilon) + weight_decay*x; x = x - "
               "rate*m",
    .sentence = "Momentum that does not care how steep the ground is, with "
                "half of Adam's memory. It does not slow down near the "
                "minimum, and all coordinates share one scale.",
    .source = "Ginsburg et al. 2019, arXiv:1905.11286",
    .parameters = parameters,
    .states = 1,
    .scalars = 1,
    .step = step,
};
