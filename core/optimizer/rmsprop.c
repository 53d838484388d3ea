/* rmsprop.c - RMSprop: slopes divided by their running root mean square. */
#include <math.h>

#include "core/optimizer/optimizer.h"

enum { RATE, DECAY, EPSILON, MOMENTUM, CENTERED };

static const struct parameter parameters[] = {
    [RATE]         = {"learning_rate", 0.01, 0, 1e6, "Step size.", OPEN_LOW},
    [DECAY]        = {"decay", 0.99, 0, 1, "Decay of the mean square.",
                      OPEN_HIGH},
    [EPSILON]      = {"epsilon", 1e-8, 0, 1, "Keeps the divisor from zero."},
    [MOMENTUM]     = {"momentum", 0, 0, 1,
                      "Share of the last step's direction that is kept.",
                      OPEN_HIGH},
    [CENTERED]     = {"centered", 0, 0, 1,
                      "Divide by the deviation from the mean slope instead.",
                      CLOSED, PARAMETER_FLAG},
    {0},
};

/*
 *   state  [3n]  in/out  v mean square, m mean (centered), b direction
 *
 * Rounding can leave v a little below m^2; the variance is then taken as 0,
 * where PyTorch has a NaN.
 *
 * Source  Hinton 2012, lecture 6e; Graves 2013, arXiv:1308.0850; PyTorch 1.13
 */
static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *v = s->state, *m = v + s->n, *b = m + s->n;
    double keep = p[DECAY], take = 1 - p[DECAY];

    for (size_t i = 0; i < s->n; i++) {
        double square;

        v[i] = keep * v[i] + take * g[i] * g[i];
        square = v[i];
        if (p[CENTERED] != 0) {
            m[i] = keep * m[i] + take * g[i];
            square = v[i] - m[i] * m[i];
            square = square < 0 ? 0 : square;
        }
        b[i] = p[MOMENTUM] * b[i] + g[i] / (sqrt(square) + p[EPSILON]);
        x[i] -= p[RATE] * b[i];
    }
}

const struct optimizer_kind optimizer_rmsprop = {
    .name = "rmsprop",
    .dialect = "torch",
    .formula = "v = decay*v + (1 - decay)*g^2; b = momentum*b + g/(sqrt(v) + "
               "epsilon); x = x - rate*b",
    .sentence = "Steps of like size whatever the slope; follows a slope that "
                "changes.",
    .source = "Hinton 2012, lecture 6e; as in PyTorch's RMSprop",
    .parameters = parameters,
    .states = 3,
    .step = step,
};
