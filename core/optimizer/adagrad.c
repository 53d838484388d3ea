/* adagrad.c - AdaGrad: each coordinate's step shrinks with its past slopes. */
#include <math.h>

#include "core/optimizer/optimizer.h"

enum { RATE, RATE_DECAY, WEIGHT_DECAY, ACCUMULATOR, EPSILON, MAXIMIZE };

static const struct parameter parameters[] = {
    [RATE]         = {"learning_rate", 0.01, 0, 1e6, "Step size.", OPEN_LOW},
    [RATE_DECAY]   = {"lr_decay", 0, 0, 1e6,
                      "Divides the rate of step t by 1 + (t - 1) times this."},
    [WEIGHT_DECAY] = {"weight_decay", 0, 0, 1e6,
                      "Adds this times x to the gradient."},
    [ACCUMULATOR]  = {"initial_accumulator", 0, 0, 1e6,
                      "What the sum of squares starts from."},
    [EPSILON]      = {"epsilon", 1e-10, 0, 1,
                      "Keeps the divisor from zero."},
    [MAXIMIZE]     = {"maximize", 0, 0, 1, "Go uphill instead.", CLOSED,
                      PARAMETER_FLAG},
    {0},
};

static void begin(double *state, size_t n, const double *p)
{
    for (size_t i = 0; i < n; i++)
        state[i] = p[ACCUMULATOR];
}

/*
 *   state  [n]  in/out  a, the sum of squared gradients
 *
 * Source  Duchi, Hazan & Singer 2011, JMLR 12, 2121-2159; PyTorch 1.13
 */
static void step(double *x, double *g, double *state, size_t n,
                 const double *p, uint64_t t)
{
    double *a = state;
    double sign = p[MAXIMIZE] != 0 ? -1 : 1;
    double rate = p[RATE] / (1 + (double)(t - 1) * p[RATE_DECAY]);

    for (size_t i = 0; i < n; i++) {
        double slope = sign * g[i] + p[WEIGHT_DECAY] * x[i];

        a[i] += slope * slope;
        x[i] -= rate * slope / (sqrt(a[i]) + p[EPSILON]);
    }
}

const struct optimizer_kind optimizer_adagrad = {
    .name = "adagrad",
    .formula = "a = a + g^2; x = x - rate/(1 + (t - 1)*lr_decay)*g/(sqrt(a) + "
               "epsilon)",
    .sentence = "Long steps along rarely moved coordinates; the steps only "
                "ever shrink.",
    .source = "Duchi, Hazan & Singer 2011, JMLR 12; as in PyTorch's Adagrad",
    .parameters = parameters,
    .states = 1,
    .maximize = "maximize",
    .begin = begin,
    .step = step,
};
