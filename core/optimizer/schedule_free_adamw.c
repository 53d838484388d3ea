/* schedule_free_adamw.c - AdamW's scaling with averaging for a schedule. */
#include "core/optimizer/rule.h"
#include "core/optimizer/schedule_free.h"

enum {
    RATE = SCHEDULE_FREE_RATE, BETA1 = SCHEDULE_FREE_BETA, BETA2, EPSILON,
    WARMUP_STEPS, POWER, RATE_POWER, WEIGHT_DECAY,
};

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE_THAT(0.0025, "Step size."),
    [BETA1]        = {"beta1", 0.9, 0, 1,
                      "Where gradients are taken: 1 at the average, 0 at the "
                      "plain iterate.", OPEN},
    [BETA2]        = ROW_BETA2(0.999),
    [EPSILON]      = ROW_EPSILON(1e-8),
    [WARMUP_STEPS] = ROW_WARMUP_STEPS,
    [POWER]        = ROW_AVERAGING_POWER,
    [RATE_POWER]   = ROW_AVERAGING_RATE_POWER,
    [WEIGHT_DECAY] = {"weight_decay", 0, 0, 1e6,
                      "Adds this times x to the scaled gradient."},
    {0},
};

/*
 *   state  [2n + 2]  in/out  z, v mean square, greatest rate, sum of weights
 *
 * Source  Defazio et al. 2024, arXiv:2405.15682, Algorithm 1
 */
CLONES static void step(struct step *s)
{
    const double *p = s->p;
    double *y = s->x, *g = s->g, *v = s->state + s->n;
    double beta2 = p[BETA2], epsilon = p[EPSILON], decay = p[WEIGHT_DECAY];
    double unbias2 = math_bias_correction(beta2, s->t);

    for (size_t i = 0; i < s->n; i++) {
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        g[i] = g[i] / (sqrt(v[i] / unbias2) + epsilon) + decay * y[i];
    }
    schedule_free_move(s, v + s->n, schedule_free_warm(s, p[WARMUP_STEPS]),
                       p[POWER], p[RATE_POWER]);
}

const struct optimizer_kind optimizer_schedule_free_adamw = {
    .name = "schedule_free_adamw",
    .dialect = "paper",
    .formula = "d = g(y)/(sqrt(v/(1 - beta2^t)) + epsilon) + weight_decay*y, v "
               "as in Adam; c = w(t)/(w(1) + .. + w(t)), w(t) = t^r*rate^q; y "
               "= (1 - c)*y + c*z - rate*(1 - beta1*(1 - c))*d; z = z - "
               "rate*d; average = (y - (1 - beta1)*z)/beta1",
    .sentence = "AdamW without a schedule: result.average needs no end of the "
                "run to be planned. Give it a few warm-up steps, a larger rate "
                "than AdamW's, and read the average, not the trace's x.",
    .source = "Defazio et al. 2024, arXiv:2405.15682; the authors' code",
    .parameters = parameters,
    .states = 2,
    .scalars = SCHEDULE_FREE_SCALARS,
    .begin = schedule_free_begin,
    .step = step,
    .average = schedule_free_average,
};
