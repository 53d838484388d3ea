/*
 * lion.c - Lion: the sign of a momentum that looks ahead.
 *
 * The paper and Keras have one rule; the default rates differ.
 */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, WEIGHT_DECAY };

#define ROW_BETA_STEP                                                         \
    {"beta1", 0.9, 0, 1, "Share of the mean in the step's direction.",        \
     OPEN_HIGH, PARAMETER_NUMBER}
#define ROW_BETA_MEAN                                                         \
    {"beta2", 0.99, 0, 1, "Decay of the mean.", OPEN_HIGH, PARAMETER_NUMBER}

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE(1e-4),
    [BETA1]        = ROW_BETA_STEP,
    [BETA2]        = ROW_BETA_MEAN,
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

static const struct parameter keras_parameters[] = {
    [RATE]         = ROW_RATE(1e-3),
    [BETA1]        = ROW_BETA_STEP,
    [BETA2]        = ROW_BETA_MEAN,
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

/*
 *   state  [n]  in/out  m, the mean of the slopes
 *
 * Source  Chen et al. 2023, arXiv:2302.06675, Algorithm 2; x - rate (sign +
 *         decay x) is the same as shrinking first
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state;
    double rate = p[RATE], beta1 = p[BETA1], beta2 = p[BETA2];

    rule_shrink(s, p[WEIGHT_DECAY]);
    for (size_t i = 0; i < s->n; i++) {
        x[i] -= rate * rule_sign(beta1 * m[i] + (1 - beta1) * g[i]);
        m[i] = beta2 * m[i] + (1 - beta2) * g[i];
    }
}

const struct optimizer_kind optimizer_lion = {
    .name = "lion",
    .dialect = "paper",
    .formula = "x = (1 - rate*weight_decay)*x - rate*sign(beta1*m + (1 - "
               "beta1)*g); m = beta2*m + (1 - beta2)*g",
    .sentence = "Every coordinate moves by exactly the rate: little memory, "
                "good for large networks at a third to a tenth of Adam's "
                "rate. It never comes closer than a step; let the rate fall.",
    .source = "Chen et al. 2023, arXiv:2302.06675",
    .parameters = parameters,
    .states = 1,
    .step = step,
};

const struct optimizer_kind optimizer_lion_keras = {
    .name = "lion",
    .dialect = "keras",
    .formula = "x = (1 - rate*weight_decay)*x - rate*sign(beta1*m + (1 - "
               "beta1)*g); m = beta2*m + (1 - beta2)*g",
    .sentence = "The same rule with ten times the paper's default rate.",
    .source = "Chen et al. 2023, arXiv:2302.06675; as in Keras' Lion",
    .parameters = keras_parameters,
    .states = 1,
    .step = step,
};
