/* adagrad.c - AdaGrad: each coordinate's step shrinks with its past slopes. */
#include <math.h>

#include "core/optimizer/optimizer.h"

enum { RATE, RATE_DECAY, ACCUMULATOR, EPSILON };

static const struct parameter parameters[] = {
    [RATE]         = {"learning_rate", 0.01, 0, 1e6, "Step size.", OPEN_LOW},
    [RATE_DECAY]   = {"lr_decay", 0, 0, 1e6,
                      "Divides the rate of step t by 1 + (t - 1) times this."},
    [ACCUMULATOR]  = {"initial_accumulator", 0, 0, 1e6,
                      "What the sum of squares starts from."},
    [EPSILON]      = {"epsilon", 1e-10, 0, 1,
                      "Keeps the divisor from zero."},
    {0},
};

static void begin(struct step *s)
{
    for (size_t i = 0; i < s->n; i++)
        s->state[i] = s->p[ACCUMULATOR];
}

/*
 *   state  [n]  in/out  a, the sum of squared gradients
 *
 * Source  Duchi, Hazan & Singer 2011, JMLR 12, 2121-2159; PyTorch 1.13
 */
static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *a = s->state;
    double rate = p[RATE] / (1 + (double)(s->t - 1) * p[RATE_DECAY]);

    for (size_t i = 0; i < s->n; i++) {
        a[i] += g[i] * g[i];
        x[i] -= rate * g[i] / (sqrt(a[i]) + p[EPSILON]);
    }
}

const struct optimizer_kind optimizer_adagrad = {
    .name = "adagrad",
    .dialect = "torch",
    .formula = "a = a + g^2; x = x - rate/(1 + (t - 1)*lr_decay)*g/(sqrt(a) + "
               "epsilon)",
    .sentence = "Long steps along rarely moved coordinates; the steps only "
                "ever shrink.",
    .source = "Duchi, Hazan & Singer 2011, JMLR 12; as in PyTorch's Adagrad",
    .parameters = parameters,
    .states = 1,
    .begin = begin,
    .step = step,
};
