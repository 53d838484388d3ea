/*
 * adagrad.c - AdaGrad: each coordinate's step shrinks with its past slopes.
 *
 * Keras has epsilon inside the root, starts the sums at 0.1 and knows no decay
 * of the rate.
 */
#include "core/optimizer/rule.h"

enum { RATE, RATE_DECAY, ACCUMULATOR, EPSILON };

static const struct parameter parameters[] = {
    [RATE]        = ROW_RATE(0.01),
    [RATE_DECAY]  = {"lr_decay", 0, 0, 1e6,
                     "Divides the rate of step t by 1 + (t - 1) times this."},
    [ACCUMULATOR] = ROW_ACCUMULATOR(0),
    [EPSILON]     = ROW_EPSILON(1e-10),
    {0},
};

static void fill(struct step *s, double accumulator)
{
    for (size_t i = 0; i < s->n; i++)
        s->state[i] = accumulator;
}

static void begin(struct step *s)
{
    fill(s, s->p[ACCUMULATOR]);
}

/*
 *   state  [n]  in/out  a, the sum of squared gradients
 *
 * Source  Duchi, Hazan & Singer 2011, JMLR 12, 2121-2159; PyTorch 1.13
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *a = s->state, epsilon = p[EPSILON];
    double rate = p[RATE] / (1 + (double)(s->t - 1) * p[RATE_DECAY]);

    for (size_t i = 0; i < s->n; i++) {
        a[i] += g[i] * g[i];
        x[i] -= rate * g[i] / (sqrt(a[i]) + epsilon);
    }
}

const struct optimizer_kind optimizer_adagrad = {
    .name = "adagrad",
    .dialect = "torch",
    .formula = "a = a + g^2; x = x - rate/(1 + (t - 1)*lr_decay)*g/(sqrt(a) + "
               "epsilon)",
    .sentence = "Long steps along rarely moved coordinates, as sparse data "
                "need them; the steps only ever shrink, in the end to a halt.",
    .source = "Duchi, Hazan & Singer 2011, JMLR 12; as in PyTorch's Adagrad",
    .parameters = parameters,
    .states = 1,
    .begin = begin,
    .step = step,
};

/* ---- Keras ------------------------------------------------------------- */

enum { KERAS_RATE, KERAS_ACCUMULATOR, KERAS_EPSILON, KERAS_WEIGHT_DECAY };

static const struct parameter keras_parameters[] = {
    [KERAS_RATE]         = ROW_RATE(1e-3),
    [KERAS_ACCUMULATOR]  = ROW_ACCUMULATOR(0.1),
    [KERAS_EPSILON]      = ROW_EPSILON(1e-7),
    [KERAS_WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

static void begin_keras(struct step *s)
{
    fill(s, s->p[KERAS_ACCUMULATOR]);
}

/* state as above. Source  Keras 3.16, optimizers/adagrad.py */
CLONES static void step_keras(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *a = s->state;
    double rate = p[KERAS_RATE], epsilon = p[KERAS_EPSILON];

    rule_shrink(s, p[KERAS_WEIGHT_DECAY]);
    for (size_t i = 0; i < s->n; i++) {
        a[i] += g[i] * g[i];
        x[i] -= rate * g[i] / sqrt(a[i] + epsilon);
    }
}

const struct optimizer_kind optimizer_adagrad_keras = {
    .name = "adagrad",
    .dialect = "keras",
    .formula = "a = a + g^2, from 0.1; x = x - rate*g/sqrt(a + epsilon)",
    .sentence = "AdaGrad with gentler first steps: the sum of squares does not "
                "start from nothing.",
    .source = "Duchi, Hazan & Singer 2011, JMLR 12; as in Keras' Adagrad",
    .parameters = keras_parameters,
    .states = 1,
    .begin = begin_keras,
    .step = step_keras,
};
