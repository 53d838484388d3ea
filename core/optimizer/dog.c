/*
 * dog.c - DoG: the rate is the distance covered over the slopes met.
 *
 * The greatest distance from the start so far stands in for the distance to
 * the minimum that the best constant rate would need to know.
 */
#include <string.h>

#include "core/kernel/vector.h"
#include "core/optimizer/rule.h"

enum { RATE, FIRST_DISTANCE, EPSILON };

/* The numbers behind the start. */
enum { DISTANCE, SQUARES, SCALARS };

static const struct parameter parameters[] = {
    [RATE]           = ROW_RATE_THAT(1, "Factor of the rate that the rule "
                                        "finds."),
    [FIRST_DISTANCE] = {"initial_distance", 1e-6, 0, 1e6,
                        "Length of the first step, as a share of 1 + |start|.",
                        OPEN_LOW},
    [EPSILON]        = {"epsilon", 1e-8, 0, 1,
                        "Added to the sum of squares."},
    {0},
};

static void begin(struct step *s)
{
    double *scalars = s->state + s->n;

    memcpy(s->state, s->x, s->n * sizeof *s->x);
    scalars[DISTANCE] = s->p[FIRST_DISTANCE] * (1 + vector_norm2(s->x, s->n));
}

/*
 *   state  [n + 2]  in/out  the start, greatest distance from it, sum of |g|^2
 *
 * Source  Ivgi, Hinder & Carmon 2023, arXiv:2302.12022, equation 1; epsilon as
 *         in the authors' code
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *x0 = s->state;
    double *x = s->x, *scalars = s->state + s->n, divisor, rate;

    scalars[DISTANCE] = fmax(scalars[DISTANCE], vector_distance(x, x0, s->n));
    scalars[SQUARES] += vector_dot(g, g, s->n);
    divisor = sqrt(scalars[SQUARES] + s->p[EPSILON]);
    if (divisor == 0) /* no slope yet, and no epsilon */
        return;
    rate = s->p[RATE] * scalars[DISTANCE] / divisor;
    for (size_t i = 0; i < s->n; i++)
        x[i] -= rate * g[i];
}

const struct optimizer_kind optimizer_dog = {
    .name = "dog",
    .dialect = "paper",
    .formula = "r = max over the steps of |x - start|, at least "
               "initial_distance*(1 + |start|); x = x - rate*r/sqrt(sum of "
               "|g|^2 + epsilon)*g",
    .sentence = "No learning rate to find: leave it at 1. Made for noisy "
                "slopes, best with ema_decay; steep slopes at the start weigh "
                "on the rate for ever.",
    .source = "Ivgi, Hinder & Carmon 2023, arXiv:2302.12022",
    .parameters = parameters,
    .states = 1,
    .scalars = SCALARS,
    .begin = begin,
    .step = step,
};
