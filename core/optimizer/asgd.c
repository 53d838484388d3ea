/*
 * asgd.c - averaged gradient descent: the mean of the late iterates.
 *
 * On noisy slopes the iterates end up wandering around the minimum; their
 * average does not. It starts at step t0; until then it is the iterate.
 */
#include <string.h>

#include "core/optimizer/rule.h"

enum { RATE, LAMBDA, ALPHA, T0 };

static const struct parameter parameters[] = {
    [RATE]   = ROW_RATE(0.01),
    [LAMBDA] = {"lambda", 1e-4, 0, 1e6,
                "Decay: of x towards zero, and of the rate over time."},
    [ALPHA]  = {"alpha", 0.75, 0, 10, "Power by which the rate falls."},
    [T0]     = {"t0", 1e6, 0, 1e15, "Step at which averaging starts."},
    {0},
};

static void begin(struct step *s)
{
    memcpy(s->state, s->x, s->n * sizeof *s->x);
}

/*
 *   state  [n]  in/out  a, the average
 *
 * The rate is a closed form of the step's own learning rate. Under a schedule
 * PyTorch's is one step late: it works the next rate out beforehand.
 *
 * Source  Polyak & Juditsky 1992; Bottou 2010; PyTorch 1.13, asgd.py
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *a = s->state, t = (double)(s->t - 1);
    double rate = p[RATE]
                / math_pow(1 + p[LAMBDA] * p[RATE] * t, p[ALPHA]);
    double keep = 1 - p[LAMBDA] * rate;
    double share = 1 / fmax(1, t - p[T0]);

    for (size_t i = 0; i < s->n; i++) {
        x[i] = keep * x[i] - rate * g[i];
        a[i] = share == 1 ? x[i] : a[i] + share * (x[i] - a[i]);
    }
}

static void average(const struct step *s, double *ret_average)
{
    memcpy(ret_average, s->state, s->n * sizeof *ret_average);
}

const struct optimizer_kind optimizer_asgd = {
    .name = "asgd",
    .dialect = "torch",
    .formula = "r = rate/(1 + lambda*rate*(t - 1))^alpha; x = (1 - lambda*r)*x "
               "- r*g; average = average + (x - average)/max(1, t - 1 - t0)",
    .sentence = "For noisy gradients: result.average is much closer to the "
                "minimum than the last iterate. Without noise it only lags, "
                "and t0 must be set below the number of steps.",
    .source = "Polyak & Juditsky 1992, SIAM J. Control Optim. 30; as in "
              "PyTorch's ASGD",
    .parameters = parameters,
    .states = 1,
    .begin = begin,
    .step = step,
    .average = average,
};
