/*
 * sgd.c - gradient descent with momentum, damped or Nesterov's.
 *
 * The dialects differ in what momentum remembers: PyTorch's direction is
 * multiplied by the learning rate when it is used, Keras' holds the rate that
 * was right when each slope came. At a constant rate, undamped, both walk the
 * same path.
 */
#include "core/optimizer/rule.h"

enum { RATE, MOMENTUM, DAMPENING, NESTEROV };

static const struct parameter parameters[] = {
    [RATE]      = ROW_RATE(1e-3),
    [MOMENTUM]  = ROW_MOMENTUM(0),
    [DAMPENING] = {"dampening", 0, 0, 1,
                   "Share of the gradient that momentum leaves out."},
    [NESTEROV]  = ROW_NESTEROV,
    {0},
};

/*
 *   state  [n]  in/out  b, the running direction
 *
 * Source  PyTorch 1.13, torch/optim/sgd.py: the first direction is undamped
 */
CLONES static void step(struct step *s)
{
    const double *p = s->p;
    double *x = s->x, *g = s->g, *b = s->state;
    double rate = p[RATE], momentum = p[MOMENTUM];
    double keep = s->t == 1 ? 0 : momentum;
    double take = s->t == 1 ? 1 : 1 - p[DAMPENING];
    size_t n = s->n;

    for (size_t i = 0; i < n && momentum != 0; i++)
        b[i] = keep * b[i] + take * g[i];
    if (momentum != 0 && p[NESTEROV] != 0)
        for (size_t i = 0; i < n; i++)
            x[i] -= rate * (g[i] + momentum * b[i]);
    else if (momentum != 0)
        for (size_t i = 0; i < n; i++)
            x[i] -= rate * b[i];
    else
        for (size_t i = 0; i < n; i++)
            x[i] -= rate * g[i];
}

static _Bool is_plain(const double *p)
{
    return p[MOMENTUM] == 0;
}

static void check(const double *p, const char *pointer, struct faults *faults)
{
    const char *place = pointer_member(faults, pointer, "nesterov");

    if (p[NESTEROV] == 0)
        return;
    if (p[MOMENTUM] == 0)
        fault_add(faults, place, FAULT_CONFLICT, NULL,
                  "nesterov needs a momentum above 0");
    if (p[DAMPENING] != 0)
        fault_add(faults, place, FAULT_CONFLICT, NULL,
                  "nesterov needs a dampening of 0; it is %g", p[DAMPENING]);
}

const struct optimizer_kind optimizer_sgd = {
    .name = "sgd",
    .dialect = "torch",
    .formula = "b = momentum*b + (1 - dampening)*g, b = g at first; "
               "x = x - rate*b, or x - rate*(g + momentum*b) with nesterov",
    .sentence = "Momentum carries through narrow valleys and over small dents; "
                "too much of it overshoots and swings. One rate serves all "
                "coordinates, so their scales should be alike.",
    .source = "Polyak 1964; Nesterov 1983; as in PyTorch's SGD",
    .parameters = parameters,
    .states = 1,
    .step = step,
    .is_plain = is_plain,
    .check = check,
};

/* ---- Keras ------------------------------------------------------------- */

enum { KERAS_RATE, KERAS_MOMENTUM, KERAS_NESTEROV, KERAS_WEIGHT_DECAY };

static const struct parameter keras_parameters[] = {
    [KERAS_RATE]         = ROW_RATE(0.01),
    [KERAS_MOMENTUM]     = ROW_MOMENTUM(0),
    [KERAS_NESTEROV]     = ROW_NESTEROV,
    [KERAS_WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

/*
 *   state  [n]  in/out  v, the running step
 *
 * Source  Keras 3.16, optimizers/sgd.py
 */
CLONES static void step_keras(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *v = s->state;
    double rate = p[KERAS_RATE], momentum = p[KERAS_MOMENTUM];

    rule_shrink(s, p[KERAS_WEIGHT_DECAY]);
    for (size_t i = 0; i < s->n; i++)
        v[i] = momentum * v[i] - rate * g[i];
    if (p[KERAS_NESTEROV] != 0)
        for (size_t i = 0; i < s->n; i++)
            x[i] += momentum * v[i] - rate * g[i];
    else
        for (size_t i = 0; i < s->n; i++)
            x[i] += v[i];
}

const struct optimizer_kind optimizer_sgd_keras = {
    .name = "sgd",
    .dialect = "keras",
    .formula = "v = momentum*v - rate*g; x = x + v, or x + momentum*v - "
               "rate*g with nesterov",
    .sentence = "Momentum as a velocity: a schedule that lowers the rate "
                "brakes only the slopes that are still to come.",
    .source = "Polyak 1964; Nesterov 1983; as in Keras' SGD",
    .parameters = keras_parameters,
    .states = 1,
    .step = step_keras,
};
