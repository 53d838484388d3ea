/*
 * adamax.c - Adamax: Adam with the greatest slope in place of the mean square.
 *
 * PyTorch adds epsilon to each slope before the greatest is taken, Keras to
 * the divisor.
 */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY };

#define ROW_BETA_MAX                                                          \
    {"beta2", 0.999, 0, 1, "Decay of the greatest slope.", OPEN_HIGH,         \
     PARAMETER_NUMBER}

static const struct parameter parameters[] = {
    [RATE]    = ROW_RATE(2e-3),
    [BETA1]   = ROW_BETA1(0.9),
    [BETA2]   = ROW_BETA_MAX,
    [EPSILON] = ROW_EPSILON(1e-8),
    {0},
};

static const struct parameter keras_parameters[] = {
    [RATE]         = ROW_RATE(1e-3),
    [BETA1]        = ROW_BETA1(0.9),
    [BETA2]        = ROW_BETA_MAX,
    [EPSILON]      = ROW_EPSILON(1e-7),
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

/*
 * `inside` is added to every slope, `outside` to the divisor.
 *
 *   state  [2n]  in/out  m mean, u greatest slope
 *
 * Source  Kingma & Ba 2015, arXiv:1412.6980, Algorithm 2
 */
CLONES static void move(struct step *s, double inside, double outside)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *u = m + s->n;
    double beta1 = p[BETA1], beta2 = p[BETA2];
    double rate = p[RATE] / math_bias_correction(beta1, s->t);

    for (size_t i = 0; i < s->n; i++) {
        double slope = fabs(g[i]) + inside;

        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        u[i] = beta2 * u[i] > slope ? beta2 * u[i] : slope;
        x[i] -= rate * m[i] / (u[i] + outside);
    }
}

static void step(struct step *s)
{
    move(s, s->p[EPSILON], 0);
}

static void step_keras(struct step *s)
{
    rule_shrink(s, s->p[WEIGHT_DECAY]);
    move(s, 0, s->p[EPSILON]);
}

const struct optimizer_kind optimizer_adamax = {
    .name = "adamax",
    .dialect = "torch",
    .formula = "m = beta1*m + (1 - beta1)*g; u = max(beta2*u, |g| + epsilon); "
               "x = x - rate/(1 - beta1^t)*m/u",
    .sentence = "Adam whose steps are bounded more simply, by the rate; steady "
                "where slopes come in bursts. One steep slope slows it for "
                "long.",
    .source = "Kingma & Ba 2015, arXiv:1412.6980, section 7.1; as in PyTorch's "
              "Adamax",
    .parameters = parameters,
    .states = 2,
    .step = step,
};

const struct optimizer_kind optimizer_adamax_keras = {
    .name = "adamax",
    .dialect = "keras",
    .formula = "m = beta1*m + (1 - beta1)*g; u = max(beta2*u, |g|); "
               "x = x - rate/(1 - beta1^t)*m/(u + epsilon)",
    .sentence = "Adamax with epsilon in the divisor, and half of PyTorch's "
                "rate.",
    .source = "Kingma & Ba 2015, arXiv:1412.6980, section 7.1; as in Keras' "
              "Adamax",
    .parameters = keras_parameters,
    .states = 2,
    .step = step_keras,
};
