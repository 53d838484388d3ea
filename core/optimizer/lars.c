/*
 * lars.c - LARS: momentum whose steps are measured by x, not by the slope.
 *
 * The whole iterate is one layer here.
 */
#include "core/kernel/vector.h"
#include "core/optimizer/rule.h"

enum { RATE, MOMENTUM, TRUST, EPSILON, WEIGHT_DECAY };

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE_THAT(1, "Factor of the trusted step."),
    [MOMENTUM]     = ROW_MOMENTUM(0.9),
    [TRUST]        = {"trust", 1e-3, 0, 1e6,
                      "Length of a step before momentum, as a share of |x|.",
                      OPEN_LOW},
    [EPSILON]      = ROW_EPSILON(0),
    [WEIGHT_DECAY] = {"weight_decay", 0, 0, 1e6,
                      "Adds this times x to the gradient, and this times |x| "
                      "to its length."},
    {0},
};

/*
 * At x = 0 or g = 0 the ratio is 1, or no step would ever leave zero.
 *
 *   state  [n]  in/out  b, the running step
 *
 * Source  You, Gitman & Ginsburg 2017, arXiv:1708.03888, Algorithm 1
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *b = s->state, rate = p[RATE];
    double momentum = p[MOMENTUM], decay = p[WEIGHT_DECAY];
    double x_norm = vector_norm2(x, s->n), g_norm = vector_norm2(g, s->n);

    if (x_norm > 0 && g_norm > 0)
        rate *= p[TRUST] * x_norm / (g_norm + decay * x_norm + p[EPSILON]);
    for (size_t i = 0; i < s->n; i++) {
        b[i] = momentum * b[i] + rate * (g[i] + decay * x[i]);
        x[i] -= b[i];
    }
}

const struct optimizer_kind optimizer_lars = {
    .name = "lars",
    .dialect = "paper",
    .formula = "r = rate*trust*|x|/(|g| + weight_decay*|x| + epsilon); "
               "b = momentum*b + r*(g + weight_decay*x); x = x - b",
    .sentence = "Made for training with very large batches: steep slopes "
                "cannot throw it off. Near the minimum its steps do not get "
                "shorter: let the rate fall.",
    .source = "You, Gitman & Ginsburg 2017, arXiv:1708.03888",
    .parameters = parameters,
    .states = 1,
    .step = step,
};
