/*
 * adadelta.c - Adadelta: steps in the unit of the steps before.
 *
 * The slope, divided by its running root mean square, has no unit; times the
 * root mean square of past steps it has that of x. The dialects differ in
 * their defaults, and in what weight_decay means.
 */
#include "core/optimizer/rule.h"

enum { RATE, DECAY, EPSILON, WEIGHT_DECAY };

static const struct parameter parameters[] = {
    [RATE]    = ROW_RATE_THAT(1, "Factor of the steps that the rule finds."),
    [DECAY]   = ROW_DECAY(0.9),
    [EPSILON] = ROW_EPSILON(1e-6),
    {0},
};

static const struct parameter keras_parameters[] = {
    [RATE]         = ROW_RATE_THAT(1e-3, "Factor of the steps that the rule "
                                         "finds; 1 is the paper's."),
    [DECAY]        = ROW_DECAY(0.95),
    [EPSILON]      = ROW_EPSILON(1e-7),
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

/*
 *   state  [2n]  in/out  v mean square slope, u mean square step
 *
 * Source  Zeiler 2012, arXiv:1212.5701, Algorithm 1
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *v = s->state, *u = v + s->n;
    double rate = p[RATE], epsilon = p[EPSILON];
    double keep = p[DECAY], take = 1 - p[DECAY];

    for (size_t i = 0; i < s->n; i++) {
        double move;

        v[i] = keep * v[i] + take * g[i] * g[i];
        move = sqrt(u[i] + epsilon) / sqrt(v[i] + epsilon) * g[i];
        u[i] = keep * u[i] + take * move * move;
        x[i] -= rate * move;
    }
}

static void step_keras(struct step *s)
{
    rule_shrink(s, s->p[WEIGHT_DECAY]);
    step(s);
}

const struct optimizer_kind optimizer_adadelta = {
    .name = "adadelta",
    .dialect = "torch",
    .formula = "v = decay*v + (1 - decay)*g^2; d = sqrt(u + epsilon)/"
               "sqrt(v + epsilon)*g; u = decay*u + (1 - decay)*d^2; "
               "x = x - rate*d",
    .sentence = "Needs no learning rate to be found; starts very slowly, as "
                "the first steps are of the size of sqrt(epsilon).",
    .source = "Zeiler 2012, arXiv:1212.5701; as in PyTorch's Adadelta",
    .parameters = parameters,
    .states = 2,
    .step = step,
};

const struct optimizer_kind optimizer_adadelta_keras = {
    .name = "adadelta",
    .dialect = "keras",
    .formula = "v = decay*v + (1 - decay)*g^2; d = sqrt(u + epsilon)/"
               "sqrt(v + epsilon)*g; u = decay*u + (1 - decay)*d^2; "
               "x = x - rate*d",
    .sentence = "The same rule with a default rate of a thousandth, which "
                "hardly moves: set learning_rate to 1 for the paper's.",
    .source = "Zeiler 2012, arXiv:1212.5701; as in Keras' Adadelta",
    .parameters = keras_parameters,
    .states = 2,
    .step = step_keras,
};
