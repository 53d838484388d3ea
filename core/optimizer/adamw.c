/* adamw.c - AdamW: Adam whose weight decay stays out of the moments. */
#include "core/optimizer/adam.h"
#include "core/optimizer/rule.h"

static const struct parameter parameters[] = {
    [ADAM_RATE]         = ROW_RATE(1e-3),
    [ADAM_BETA1]        = ROW_BETA1(0.9),
    [ADAM_BETA2]        = ROW_BETA2(0.999),
    [ADAM_EPSILON]      = ROW_EPSILON(1e-8),
    [ADAM_AMSGRAD]      = ROW_AMSGRAD,
    [ADAM_WEIGHT_DECAY] = ROW_SHRINK(0.01),
    {0},
};

static const struct parameter keras_parameters[] = {
    [ADAM_RATE]         = ROW_RATE(1e-3),
    [ADAM_BETA1]        = ROW_BETA1(0.9),
    [ADAM_BETA2]        = ROW_BETA2(0.999),
    [ADAM_EPSILON]      = ROW_EPSILON(1e-7),
    [ADAM_AMSGRAD]      = ROW_AMSGRAD,
    [ADAM_WEIGHT_DECAY] = ROW_SHRINK(0.004),
    {0},
};

/* state as Adam's. Source  Loshchilov & Hutter 2019, Algorithm 2 */
static void step(struct step *s)
{
    rule_shrink(s, s->p[ADAM_WEIGHT_DECAY]);
    adam_step(s);
}

static void step_keras(struct step *s)
{
    rule_shrink(s, s->p[ADAM_WEIGHT_DECAY]);
    adam_step_keras(s);
}

const struct optimizer_kind optimizer_adamw = {
    .name = "adamw",
    .dialect = "torch",
    .formula = "x = (1 - rate*weight_decay)*x, then as Adam",
    .sentence = "The usual choice for networks: all weights shrink alike, "
                "whatever their slopes. On a plain function the decay moves "
                "the minimum towards zero; there, take adam.",
    .source = "Loshchilov & Hutter 2019, arXiv:1711.05101; as in PyTorch's "
              "AdamW",
    .parameters = parameters,
    .states = ADAM_STATES,
    .step = step,
};

const struct optimizer_kind optimizer_adamw_keras = {
    .name = "adamw",
    .dialect = "keras",
    .formula = "x = (1 - rate*weight_decay)*x, then as Keras' Adam",
    .sentence = "AdamW with less decay and Keras' larger epsilon; the decay "
                "moves the minimum towards zero here too.",
    .source = "Loshchilov & Hutter 2019, arXiv:1711.05101; as in Keras' AdamW",
    .parameters = keras_parameters,
    .states = ADAM_STATES,
    .step = step_keras,
};
