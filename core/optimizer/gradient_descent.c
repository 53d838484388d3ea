/* gradient_descent.c - plain gradient descent: against the gradient. */
#include "core/optimizer/optimizer.h"

enum { RATE };

static const struct parameter parameters[] = {
    [RATE] = {"learning_rate", 0.01, 0, 1e6, "Step size.", OPEN_LOW},
    {0},
};

/*
 * x = x - rate g
 *
 * Source  Cauchy 1847, Comptes rendus 25, 536-538
 */
static void step(struct step *s)
{
    double *x = s->x, rate = s->p[RATE];
    const double *g = s->g;

    for (size_t i = 0; i < s->n; i++)
        x[i] -= rate * g[i];
}

const struct optimizer_kind optimizer_gradient_descent = {
    .name = "gradient_descent",
    .formula = "x = x - rate*g",
    .sentence = "The rule that all others start from; converges on a convex "
                "function while rate < 2 / its greatest curvature.",
    .source = "Cauchy 1847, Comptes rendus 25, 536-538",
    .parameters = parameters,
    .step = step,
};
