/* signum.c - Signum: the sign of the momentum; without momentum, signSGD. */
#include "core/optimizer/rule.h"

enum { RATE, MOMENTUM };

static const struct parameter parameters[] = {
    [RATE]     = ROW_RATE_THAT(1e-4, "How far every coordinate moves."),
    [MOMENTUM] = {"momentum", 0.9, 0, 1, "Decay of the mean of the slopes.",
                  OPEN_HIGH},
    {0},
};

/*
 *   state  [n]  in/out  m, the mean of the slopes
 *
 * Source  Bernstein et al. 2018, arXiv:1802.04434, Algorithm 2
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, rate = p[RATE], beta = p[MOMENTUM];

    for (size_t i = 0; i < s->n; i++) {
        m[i] = beta * m[i] + (1 - beta) * g[i];
        x[i] -= rate * rule_sign(m[i]);
    }
}

const struct optimizer_kind optimizer_signum = {
    .name = "signum",
    .dialect = "paper",
    .formula = "m = momentum*m + (1 - momentum)*g; x = x - rate*sign(m)",
    .sentence = "Only the signs count, so it bears any scale of the slopes "
                "and heavy noise. It never comes closer than a step: let the "
                "rate fall. momentum = 0 is signSGD.",
    .source = "Bernstein et al. 2018, arXiv:1802.04434",
    .parameters = parameters,
    .states = 1,
    .step = step,
};
