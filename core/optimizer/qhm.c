/* qhm.c - quasi-hyperbolic momentum: a mean of the slope and its momentum. */
#include "core/optimizer/rule.h"

enum { RATE, MOMENTUM, NU };

static const struct parameter parameters[] = {
    [RATE]     = ROW_RATE(0.01),
    [MOMENTUM] = {"momentum", 0.999, 0, 1, "Decay of the mean of the slopes.",
                  OPEN_HIGH},
    [NU]       = {"nu", 0.7, 0, 1,
                  "Share of that mean in the step; the rest is the slope."},
    {0},
};

/*
 *   state  [n]  in/out  b, the mean of the slopes
 *
 * Source  Ma & Yarats 2019, arXiv:1810.06801, equations 3 and 4
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *b = s->state;
    double rate = p[RATE], beta = p[MOMENTUM], nu = p[NU];

    for (size_t i = 0; i < s->n; i++) {
        b[i] = beta * b[i] + (1 - beta) * g[i];
        x[i] -= rate * ((1 - nu) * g[i] + nu * b[i]);
    }
}

const struct optimizer_kind optimizer_qhm = {
    .name = "qhm",
    .dialect = "paper",
    .formula = "b = momentum*b + (1 - momentum)*g; x = x - rate*((1 - nu)*g + "
               "nu*b)",
    .sentence = "One formula for many: nu = 0 is gradient descent, nu = 1 "
                "damped momentum, nu = momentum Nesterov's. A long memory "
                "without its inertia; one rate serves all coordinates.",
    .source = "Ma & Yarats 2019, arXiv:1810.06801",
    .parameters = parameters,
    .states = 1,
    .step = step,
};
