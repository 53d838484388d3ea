/*
 * rmsprop.c - RMSprop: slopes divided by their running root mean square.
 *
 * Keras has epsilon inside the root, forgets faster, and keeps steps rather
 * than directions in its momentum. In both, rounding can leave the variance
 * v - m^2 of `centered` a little below zero; it is then taken as 0, where
 * PyTorch and Keras can have a NaN.
 */
#include "core/optimizer/rule.h"

enum { RATE, DECAY, EPSILON, MOMENTUM, CENTERED, WEIGHT_DECAY };

#define ROW_CENTERED                                                          \
    {"centered", 0, 0, 1,                                                     \
     "Divide by the deviation from the mean slope instead.", CLOSED,          \
     PARAMETER_FLAG}

static const struct parameter parameters[] = {
    [RATE]     = ROW_RATE(0.01),
    [DECAY]    = ROW_DECAY(0.99),
    [EPSILON]  = ROW_EPSILON(1e-8),
    [MOMENTUM] = ROW_MOMENTUM(0),
    [CENTERED] = ROW_CENTERED,
    {0},
};

static const struct parameter keras_parameters[] = {
    [RATE]         = ROW_RATE(1e-3),
    [DECAY]        = ROW_DECAY(0.9),
    [EPSILON]      = ROW_EPSILON(1e-7),
    [MOMENTUM]     = ROW_MOMENTUM(0),
    [CENTERED]     = ROW_CENTERED,
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

/*
 * Divide the slopes, in place, by their running root mean square or deviation,
 * with an epsilon inside and one beside the root.
 *
 *   state  [3n]  in/out  v mean square, m mean (centered), b for the caller
 */
CLONES static void divide(struct step *s, double inside, double outside)
{
    double *g = s->g, *v = s->state, *m = v + s->n;
    double keep = s->p[DECAY], take = 1 - s->p[DECAY];

    for (size_t i = 0; i < s->n; i++)
        v[i] = keep * v[i] + take * g[i] * g[i];
    if (s->p[CENTERED] == 0) {
        for (size_t i = 0; i < s->n; i++)
            g[i] /= sqrt(v[i] + inside) + outside;
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        double variance;

        m[i] = keep * m[i] + take * g[i];
        variance = v[i] - m[i] * m[i];
        variance = variance < 0 ? 0 : variance;
        g[i] /= sqrt(variance + inside) + outside;
    }
}

/*
 * b is a direction.
 *
 * Source  Hinton 2012, lecture 6e; Graves 2013, arXiv:1308.0850; PyTorch 1.13
 */
CLONES static void step(struct step *s)
{
    double *x = s->x, *g = s->g, *b = s->state + 2 * s->n;
    double rate = s->p[RATE], momentum = s->p[MOMENTUM];

    divide(s, 0, s->p[EPSILON]);
    for (size_t i = 0; i < s->n; i++) {
        b[i] = momentum * b[i] + g[i];
        x[i] -= rate * b[i];
    }
}

/* b is a step. Source  Keras 3.16, optimizers/rmsprop.py */
CLONES static void step_keras(struct step *s)
{
    double *x = s->x, *g = s->g, *b = s->state + 2 * s->n;
    double rate = s->p[RATE], momentum = s->p[MOMENTUM];

    rule_shrink(s, s->p[WEIGHT_DECAY]);
    divide(s, s->p[EPSILON], 0);
    for (size_t i = 0; i < s->n; i++) {
        b[i] = momentum * b[i] + rate * g[i];
        x[i] -= b[i];
    }
}

const struct optimizer_kind optimizer_rmsprop = {
    .name = "rmsprop",
    .dialect = "torch",
    .formula = "v = decay*v + (1 - decay)*g^2; b = momentum*b + g/(sqrt(v) + "
               "epsilon); x = x - rate*b",
    .sentence = "Steps of like size whatever the slope; follows a slope that "
                "changes. Near the minimum it goes on stepping by the rate, "
                "so let the rate fall.",
    .source = "Hinton 2012, lecture 6e; as in PyTorch's RMSprop",
    .parameters = parameters,
    .states = 3,
    .step = step,
};

const struct optimizer_kind optimizer_rmsprop_keras = {
    .name = "rmsprop",
    .dialect = "keras",
    .formula = "v = decay*v + (1 - decay)*g^2; b = momentum*b + "
               "rate*g/sqrt(v + epsilon); x = x - b",
    .sentence = "RMSprop with a shorter memory and epsilon inside the root, "
                "which tames it more where slopes are tiny.",
    .source = "Hinton 2012, lecture 6e; as in Keras' RMSprop",
    .parameters = keras_parameters,
    .states = 3,
    .step = step_keras,
};
