/* sgd.c - gradient descent with momentum, damped or Nesterov's, and decay. */
#include "core/optimizer/optimizer.h"

enum { RATE, MOMENTUM, DAMPENING, NESTEROV };

static const struct parameter parameters[] = {
    [RATE]         = {"learning_rate", 1e-3, 0, 1e6, "Step size.", OPEN_LOW},
    [MOMENTUM]     = {"momentum", 0, 0, 1,
                      "Share of the last step's direction that is kept.",
                      OPEN_HIGH},
    [DAMPENING]    = {"dampening", 0, 0, 1,
                      "Share of the gradient that momentum leaves out."},
    [NESTEROV]     = {"nesterov", 0, 0, 1,
                      "Look ahead along the momentum.", CLOSED,
                      PARAMETER_FLAG},
    {0},
};

/*
 *   state  [n]  in/out  b, the running direction
 *
 * Source  PyTorch 1.13, torch/optim/sgd.py: the first direction is undamped
 */
static void step(struct step *s)
{
    const double *p = s->p;
    double *x = s->x, *g = s->g, *b = s->state;
    size_t n = s->n;
    double keep = s->t == 1 ? 0 : p[MOMENTUM];
    double take = s->t == 1 ? 1 : 1 - p[DAMPENING];

    if (p[MOMENTUM] != 0) {
        for (size_t i = 0; i < n; i++) {
            b[i] = keep * b[i] + take * g[i];
            g[i] = p[NESTEROV] != 0 ? g[i] + p[MOMENTUM] * b[i] : b[i];
        }
    }
    for (size_t i = 0; i < n; i++)
        x[i] -= p[RATE] * g[i];
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
    .sentence = "Momentum carries through narrow valleys and over small dents.",
    .source = "Polyak 1964; Nesterov 1983; as in PyTorch's SGD",
    .parameters = parameters,
    .states = 1,
    .step = step,
    .check = check,
};
