/*
 * polyak.c - Polyak's step: as long as the loss lies above its minimum.
 *
 * The tangent along the gradient reaches the minimum's height after
 * (f - f*)/|g|^2 gradients: so long is the step, up to learning_rate.
 */
#include "core/kernel/vector.h"
#include "core/optimizer/rule.h"

enum { RATE, TARGET, EPSILON };

static const struct parameter parameters[] = {
    [RATE]    = ROW_RATE_THAT(1, "Greatest step size."),
    [TARGET]  = {"target", 0, -INFINITY, INFINITY,
                 "The loss at the minimum (at the maximum, with maximize).",
                 OPEN},
    [EPSILON] = {"epsilon", 0, 0, 1, "Added to the square of the gradient."},
    {0},
};

/* Source  Polyak 1987, Introduction to Optimization, 5.3; Loizou et al. 2021,
 *         arXiv:2002.10542 for the cap */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, rate = p[RATE];
    double gap = s->uphill ? p[TARGET] - s->loss : s->loss - p[TARGET];
    double square = vector_dot(g, g, s->n) + p[EPSILON];

    if (gap < rate * square)
        rate = gap > 0 ? gap / square : 0;
    for (size_t i = 0; i < s->n; i++)
        x[i] -= rate * g[i];
}

const struct optimizer_kind optimizer_polyak = {
    .name = "polyak",
    .dialect = "paper",
    .formula = "x = x - min(rate, max(0, f - target)/(|g|^2 + epsilon))*g",
    .sentence = "The best rate at every step for whoever knows the least loss, "
                "as 0 in fits that can be exact. A target too low makes it "
                "jump for ever; one too high stops it at that height.",
    .source = "Polyak 1987, Introduction to Optimization, section 5.3",
    .parameters = parameters,
    .step = step,
};
