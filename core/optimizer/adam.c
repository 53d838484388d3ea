/* adam.c - Adam: steps scaled by running moments of the gradient. */
#include <math.h>

#include "core/kernel/math.h"
#include "core/optimizer/optimizer.h"

enum { RATE, BETA1, BETA2, EPSILON, AMSGRAD };

static const struct parameter parameters[] = {
    [RATE]         = {"learning_rate", 1e-3, 0, 1e6, "Step size.", OPEN_LOW},
    [BETA1]        = {"beta1", 0.9, 0, 1, "Decay of the mean.", OPEN_HIGH},
    [BETA2]        = {"beta2", 0.999, 0, 1, "Decay of the mean square.",
                      OPEN_HIGH},
    [EPSILON]      = {"epsilon", 1e-8, 0, 1, "Keeps the divisor from zero."},
    [AMSGRAD]      = {"amsgrad", 0, 0, 1,
                      "Divide by the greatest mean square so far.", CLOSED,
                      PARAMETER_FLAG},
    {0},
};

/*
 *   state  [3n]  in/out  m mean, v mean square, u greatest v (amsgrad)
 *
 * Source  Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1; Reddi, Kale & Kumar
 *         2018 for amsgrad; PyTorch 1.13 for the order of operations
 */
static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n, *u = v + s->n;
    double unbias1 = 1 - math_pow_int(p[BETA1], s->t);
    double unbias2 = sqrt(1 - math_pow_int(p[BETA2], s->t));
    double rate = p[RATE] / unbias1;

    for (size_t i = 0; i < s->n; i++) {
        double square;

        m[i] = p[BETA1] * m[i] + (1 - p[BETA1]) * g[i];
        v[i] = p[BETA2] * v[i] + (1 - p[BETA2]) * g[i] * g[i];
        square = v[i];
        if (p[AMSGRAD] != 0)
            square = u[i] = v[i] > u[i] ? v[i] : u[i];
        x[i] -= rate * m[i] / (sqrt(square) / unbias2 + p[EPSILON]);
    }
}

const struct optimizer_kind optimizer_adam = {
    .name = "adam",
    .dialect = "torch",
    .formula = "m = beta1*m + (1 - beta1)*g; v = beta2*v + (1 - beta2)*g^2; "
               "x = x - rate/(1 - beta1^t)*m/(sqrt(v/(1 - beta2^t)) + "
               "epsilon)",
    .sentence = "Momentum and slope-independent steps in one; works at its "
                "defaults on most things.",
    .source = "Kingma & Ba 2015, arXiv:1412.6980; as in PyTorch's Adam",
    .parameters = parameters,
    .states = 3,
    .step = step,
};
