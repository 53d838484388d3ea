/*
 * nadam.c - NAdam: Adam with Nesterov's look ahead.
 *
 * The momentum of step t is beta1 (1 - 0.96^(t psi) / 2): it starts near half
 * of beta1 and rises to it, the sooner the greater psi. PyTorch's psi is a
 * parameter (momentum_decay); Keras' is 1.
 *
 * PyTorch before 2.0 had one factor too many in the next step's product of
 * momenta (pull request 92699, 1.7e-3 off after 20 steps). This is the
 * corrected rule.
 */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON, MOMENTUM_DECAY };
enum { KERAS_WEIGHT_DECAY = MOMENTUM_DECAY };

static const struct parameter parameters[] = {
    [RATE]           = ROW_RATE(2e-3),
    [BETA1]          = ROW_BETA1(0.9),
    [BETA2]          = ROW_BETA2(0.999),
    [EPSILON]        = ROW_EPSILON(1e-8),
    [MOMENTUM_DECAY] = {"momentum_decay", 4e-3, 0, 1e6,
                        "How soon the momentum rises from half of beta1."},
    {0},
};

static const struct parameter keras_parameters[] = {
    [RATE]               = ROW_RATE(1e-3),
    [BETA1]              = ROW_BETA1(0.9),
    [BETA2]              = ROW_BETA2(0.999),
    [EPSILON]            = ROW_EPSILON(1e-7),
    [KERAS_WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

static void begin(struct step *s)
{
    s->state[2 * s->n] = 1;
}

/*
 *   state  [2n + 1]  in/out  m mean, v mean square, product of the momenta
 *
 * Source  Dozat 2016, ICLR workshop; PyTorch 2.0
 */
CLONES static void move(struct step *s, double psi)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n, *product = v + s->n;
    double beta1 = p[BETA1], beta2 = p[BETA2], epsilon = p[EPSILON];
    double t = (double)s->t;
    double mu = beta1 * (1 - 0.5 * math_pow(0.96, t * psi));
    double mu_next = beta1 * (1 - 0.5 * math_pow(0.96, (t + 1) * psi));
    double unbias2 = math_bias_correction(beta2, s->t);
    double rate_g, rate_m;

    *product *= mu;
    rate_g = p[RATE] * (1 - mu) / (1 - *product);
    rate_m = p[RATE] * mu_next / (1 - *product * mu_next);
    for (size_t i = 0; i < s->n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        x[i] -= (rate_g * g[i] + rate_m * m[i])
              / (sqrt(v[i] / unbias2) + epsilon);
    }
}

static void step(struct step *s)
{
    move(s, s->p[MOMENTUM_DECAY]);
}

static void step_keras(struct step *s)
{
    rule_shrink(s, s->p[KERAS_WEIGHT_DECAY]);
    move(s, 1);
}

const struct optimizer_kind optimizer_nadam = {
    .name = "nadam",
    .dialect = "torch",
    .formula = "mu(t) = beta1*(1 - 0.96^(t*momentum_decay)/2); x = x - "
               "rate*((1 - mu(t))*g/(1 - mu(1)..mu(t)) + mu(t+1)*m/(1 - "
               "mu(1)..mu(t+1)))/(sqrt(v/(1 - beta2^t)) + epsilon), m and v "
               "as in Adam",
    .sentence = "Adam that looks ahead: often a little faster where Adam's "
                "momentum lags behind a bend. It shares Adam's circling near "
                "the minimum.",
    .source = "Dozat 2016, ICLR workshop; as in PyTorch's NAdam from 2.0 on",
    .parameters = parameters,
    .states = 2,
    .scalars = 1,
    .begin = begin,
    .step = step,
};

const struct optimizer_kind optimizer_nadam_keras = {
    .name = "nadam",
    .dialect = "keras",
    .formula = "mu(t) = beta1*(1 - 0.96^t/2); x = x - rate*((1 - mu(t))*g/(1 - "
               "mu(1)..mu(t)) + mu(t+1)*m/(1 - mu(1)..mu(t+1)))/"
               "(sqrt(v/(1 - beta2^t)) + epsilon), m and v as in Adam",
    .sentence = "NAdam whose momentum reaches beta1 within a hundred steps "
                "instead of tens of thousands.",
    .source = "Dozat 2016, ICLR workshop; as in Keras' Nadam",
    .parameters = keras_parameters,
    .states = 2,
    .scalars = 1,
    .begin = begin,
    .step = step_keras,
};
