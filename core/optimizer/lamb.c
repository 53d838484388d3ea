/*
 * lamb.c - LAMB: Adam's direction, as long as x itself times the rate.
 *
 * The whole iterate is one layer here. The paper adds its weight decay to the
 * direction before the length is taken; Keras shrinks x beforehand.
 */
#include "core/kernel/vector.h"
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY };

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE_THAT(1e-3, "Length of a step, as a share of "
                                         "|x|."),
    [BETA1]        = ROW_BETA1(0.9),
    [BETA2]        = ROW_BETA2(0.999),
    [EPSILON]      = ROW_EPSILON(1e-6),
    [WEIGHT_DECAY] = {"weight_decay", 0, 0, 1e6,
                      "Adds this times x to the direction."},
    {0},
};

static const struct parameter keras_parameters[] = {
    [RATE]         = ROW_RATE_THAT(1e-3, "Length of a step, as a share of "
                                         "|x|."),
    [BETA1]        = ROW_BETA1(0.9),
    [BETA2]        = ROW_BETA2(0.999),
    [EPSILON]      = ROW_EPSILON(1e-7),
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

/*
 * The direction is left in g. A vector of no length has a ratio of 1.
 *
 *   state  [2n]  in/out  m mean, v mean square
 *
 * Source  You et al. 2020, arXiv:1904.00962, Algorithm 2, phi the identity
 */
CLONES static void move(struct step *s, double decay)
{
    const double *p = s->p;
    double *x = s->x, *g = s->g, *m = s->state, *v = m + s->n;
    double beta1 = p[BETA1], beta2 = p[BETA2], epsilon = p[EPSILON];
    double unbias1 = math_bias_correction(beta1, s->t);
    double unbias2 = math_bias_correction(beta2, s->t);
    double length, here, rate;

    for (size_t i = 0; i < s->n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        g[i] = m[i] / unbias1 / (sqrt(v[i] / unbias2) + epsilon)
             + decay * x[i];
    }
    here = vector_norm2(x, s->n);
    length = vector_norm2(g, s->n);
    rate = here > 0 && length > 0 ? p[RATE] * (here / length) : p[RATE];
    for (size_t i = 0; i < s->n; i++)
        x[i] -= rate * g[i];
}

static void step(struct step *s)
{
    move(s, s->p[WEIGHT_DECAY]);
}

static void step_keras(struct step *s)
{
    rule_shrink(s, s->p[WEIGHT_DECAY]);
    move(s, 0);
}

const struct optimizer_kind optimizer_lamb = {
    .name = "lamb",
    .dialect = "paper",
    .formula = "u = m/(1 - beta1^t)/(sqrt(v/(1 - beta2^t)) + epsilon) + "
               "weight_decay*x, m and v as in Adam; x = x - rate*|x|/|u|*u",
    .sentence = "Made for training with very large batches: no step is longer "
                "than its share of x. Near a minimum at zero it creeps, and "
                "it never settles: let the rate fall.",
    .source = "You et al. 2020, arXiv:1904.00962",
    .parameters = parameters,
    .states = 2,
    .step = step,
};

const struct optimizer_kind optimizer_lamb_keras = {
    .name = "lamb",
    .dialect = "keras",
    .formula = "u = m/(1 - beta1^t)/(sqrt(v/(1 - beta2^t)) + epsilon), m and v "
               "as in Adam; x = x - rate*|x|/|u|*u",
    .sentence = "LAMB with a smaller epsilon and the decay kept out of the "
                "direction.",
    .source = "You et al. 2020, arXiv:1904.00962; as in Keras' Lamb",
    .parameters = keras_parameters,
    .states = 2,
    .step = step_keras,
};
