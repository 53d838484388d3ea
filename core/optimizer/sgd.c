/* sgd.c - gradient descent with momentum, damped or Nesterov's, and decay. */
#include "core/optimizer/optimizer.h"

enum { RATE, MOMENTUM, DAMPENING, NESTEROV, WEIGHT_DECAY, MAXIMIZE };

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
    [WEIGHT_DECAY] = {"weight_decay", 0, 0, 1e6,
                      "Adds this times x to the gradient."},
    [MAXIMIZE]     = {"maximize", 0, 0, 1, "Go uphill instead.", CLOSED,
                      PARAMETER_FLAG},
    {0},
};

/*
 *   state  [n]  in/out  b, the running direction
 *
 * Source  PyTorch 1.13, torch/optim/sgd.py: the first direction is undamped
 */
static void step(double *x, double *g, double *state, size_t n,
                 const double *p, uint64_t t)
{
    double *b = state;
    double sign = p[MAXIMIZE] != 0 ? -1 : 1;
    double keep = t == 1 ? 0 : p[MOMENTUM];
    double take = t == 1 ? 1 : 1 - p[DAMPENING];

    for (size_t i = 0; i < n; i++)
        g[i] = sign * g[i] + p[WEIGHT_DECAY] * x[i];
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
    .formula = "b = momentum*b + (1 - dampening)*g, b = g at first; "
               "x = x - rate*b, or x - rate*(g + momentum*b) with nesterov",
    .sentence = "Momentum carries through narrow valleys and over small dents.",
    .source = "Polyak 1964; Nesterov 1983; as in PyTorch's SGD",
    .parameters = parameters,
    .states = 1,
    .maximize = "maximize",
    .step = step,
    .check = check,
};
