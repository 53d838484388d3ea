/*
 * ademamix.c - AdEMAMix: Adam with a second, very long memory of the slopes.
 *
 * The slow mean's bias is not taken out: it is to fill slowly. The warm-ups of
 * its weight and of its decay are closed forms of the step number.
 */
#include "core/optimizer/rule.h"

enum {
    RATE, BETA1, BETA2, BETA3, ALPHA, EPSILON, ALPHA_WARMUP, BETA3_WARMUP,
    WEIGHT_DECAY,
};

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE(1e-3),
    [BETA1]        = {"beta1", 0.9, 0, 1, "Decay of the fast mean.", OPEN},
    [BETA2]        = ROW_BETA2(0.999),
    [BETA3]        = {"beta3", 0.9999, 0, 1, "Decay of the slow mean.", OPEN},
    [ALPHA]        = {"alpha", 5, 0, 1e6, "Weight of the slow mean."},
    [EPSILON]      = ROW_EPSILON(1e-8),
    [ALPHA_WARMUP] = {"alpha_warmup", 0, 0, 1e15,
                      "Steps in which alpha rises to its value; 0: none.",
                      CLOSED, PARAMETER_INTEGER},
    [BETA3_WARMUP] = {"beta3_warmup", 0, 0, 1e15,
                      "Steps in which the slow mean's memory grows from the "
                      "fast one's; 0: none.", CLOSED, PARAMETER_INTEGER},
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

/* How far a warm-up of `steps` is at step t: 1 when it is over. */
static double progress(uint64_t t, double steps)
{
    return (double)t < steps ? (double)t / steps : 1;
}

/* The decay whose half-life lies so far on the way from beta1's to beta3's. */
static double slow_decay(const double *p, uint64_t t)
{
    double way = progress(t, p[BETA3_WARMUP]);
    double fast = math_log(p[BETA1]), slow = math_log(p[BETA3]);
    double decay;

    if (way == 1)
        return p[BETA3];
    decay = math_exp(fast * slow / ((1 - way) * slow + way * fast));
    return decay < p[BETA3] ? decay : p[BETA3];
}

/*
 *   state  [3n]  in/out  m fast mean, w slow mean, v mean square
 *
 * Source  Pagliardini, Ablin & Grangier 2024, arXiv:2409.03137, Algorithm 1
 *         and its equation for the warm-up of beta3
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *w = m + s->n, *v = w + s->n;
    double beta1 = p[BETA1], beta2 = p[BETA2], beta3 = slow_decay(p, s->t);
    double unbias1 = math_bias_correction(beta1, s->t);
    double unbias2 = math_bias_correction(beta2, s->t);
    double alpha = p[ALPHA] * progress(s->t, p[ALPHA_WARMUP]);
    double rate = p[RATE], epsilon = p[EPSILON];

    rule_shrink(s, p[WEIGHT_DECAY]);
    for (size_t i = 0; i < s->n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        w[i] = beta3 * w[i] + (1 - beta3) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        x[i] -= rate * (m[i] / unbias1 + alpha * w[i])
              / (sqrt(v[i] / unbias2) + epsilon);
    }
}

const struct optimizer_kind optimizer_ademamix = {
    .name = "ademamix",
    .dialect = "paper",
    .formula = "m = beta1*m + (1 - beta1)*g; w = beta3*w + (1 - beta3)*g; x = "
               "(1 - rate*weight_decay)*x - rate*(m/(1 - beta1^t) + alpha*w)/"
               "(sqrt(v/(1 - beta2^t)) + epsilon), v as in Adam",
    .sentence = "For very long runs: slopes of ten thousand steps ago still "
                "count. In short ones the slow mean only overshoots; then "
                "lower beta3 or take adam.",
    .source = "Pagliardini, Ablin & Grangier 2024, arXiv:2409.03137",
    .parameters = parameters,
    .states = 3,
    .step = step,
};
