/*
 * adam.c - Adam: steps scaled by running moments of the gradient.
 *
 * The dialects differ in where epsilon stands (see adam.h). With amsgrad both
 * keep the greatest v before the bias is taken out; optax takes it after.
 */
#include "core/optimizer/adam.h"
#include "core/optimizer/rule.h"

static const struct parameter parameters[] = {
    [ADAM_RATE]    = ROW_RATE(1e-3),
    [ADAM_BETA1]   = ROW_BETA1(0.9),
    [ADAM_BETA2]   = ROW_BETA2(0.999),
    [ADAM_EPSILON] = ROW_EPSILON(1e-8),
    [ADAM_AMSGRAD] = ROW_AMSGRAD,
    {0},
};

static const struct parameter keras_parameters[] = {
    [ADAM_RATE]         = ROW_RATE(1e-3),
    [ADAM_BETA1]        = ROW_BETA1(0.9),
    [ADAM_BETA2]        = ROW_BETA2(0.999),
    [ADAM_EPSILON]      = ROW_EPSILON(1e-7),
    [ADAM_AMSGRAD]      = ROW_AMSGRAD,
    [ADAM_WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

/*
 * x -= rate * m / (sqrt(v) * root + epsilon), after m and v moved on.
 *
 *   state  [3n]  in/out  m mean, v mean square, u greatest v (amsgrad)
 */
CLONES static void move(struct step *s, double rate, double root)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n, *u = v + s->n;
    double beta1 = p[ADAM_BETA1], beta2 = p[ADAM_BETA2];
    double epsilon = p[ADAM_EPSILON];

    if (p[ADAM_AMSGRAD] != 0) {
        for (size_t i = 0; i < s->n; i++) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            u[i] = v[i] > u[i] ? v[i] : u[i];
            x[i] -= rate * m[i] / (sqrt(u[i]) * root + epsilon);
        }
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        x[i] -= rate * m[i] / (sqrt(v[i]) * root + epsilon);
    }
}

/*
 * Source  Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1; Reddi, Kale & Kumar
 *         2018 for amsgrad; PyTorch 1.13
 */
void adam_step(struct step *s)
{
    double unbias1 = math_bias_correction(s->p[ADAM_BETA1], s->t);
    double unbias2 = math_bias_correction(s->p[ADAM_BETA2], s->t);

    move(s, s->p[ADAM_RATE] / unbias1, 1 / sqrt(unbias2));
}

/* Source  Kingma & Ba 2015, end of section 2; Keras 3.16, optimizers/adam.py */
void adam_step_keras(struct step *s)
{
    double unbias1 = math_bias_correction(s->p[ADAM_BETA1], s->t);
    double unbias2 = math_bias_correction(s->p[ADAM_BETA2], s->t);

    move(s, s->p[ADAM_RATE] * sqrt(unbias2) / unbias1, 1);
}

static void step_keras(struct step *s)
{
    rule_shrink(s, s->p[ADAM_WEIGHT_DECAY]);
    adam_step_keras(s);
}

const struct optimizer_kind optimizer_adam = {
    .name = "adam",
    .dialect = "torch",
    .formula = "m = beta1*m + (1 - beta1)*g; v = beta2*v + (1 - beta2)*g^2; "
               "x = x - rate/(1 - beta1^t)*m/(sqrt(v/(1 - beta2^t)) + "
               "epsilon)",
    .sentence = "Momentum and slope-independent steps in one; works at its "
                "defaults on most things. It can circle the minimum at the "
                "distance of a step: amsgrad or a falling rate cures that.",
    .source = "Kingma & Ba 2015, arXiv:1412.6980; as in PyTorch's Adam",
    .parameters = parameters,
    .states = ADAM_STATES,
    .step = adam_step,
};

const struct optimizer_kind optimizer_adam_keras = {
    .name = "adam",
    .dialect = "keras",
    .formula = "m = beta1*m + (1 - beta1)*g; v = beta2*v + (1 - beta2)*g^2; "
               "x = x - rate*sqrt(1 - beta2^t)/(1 - beta1^t)*m/(sqrt(v) + "
               "epsilon)",
    .sentence = "Adam with a larger epsilon that counts most in the first "
                "steps, where slopes are small.",
    .source = "Kingma & Ba 2015, arXiv:1412.6980; as in Keras' Adam",
    .parameters = keras_parameters,
    .states = ADAM_STATES,
    .step = step_keras,
};
