/* loop.h - the state of a run between two iterations; for core/run only. */
#ifndef CORE_RUN_LOOP_H
#define CORE_RUN_LOOP_H

#include <string.h>

#include "core/run/run.h"

/* Everything one run needs between two iterations. Losses are compared as
 * `sign` times loss, so that less is better whichever way the run goes. */
struct loop {
    const struct run *run;
    size_t n;
    double sign;               /* -1 when maximising */
    bool steps;                /* the rule's `step` moves x */
    double *x, *before, *g;    /* [n] */
    double *best_x;            /* [n] valid while !best_is_latest */
    double *average;           /* [n] for the result */
    double p[PARAMETERS_MAX];  /* the optimizer's, with this step's rate */
    struct wrap wrap;
    struct step step;          /* what the rule's step sees: p, state, ... */
    struct method method;      /* what the other engines see */
    double schedule_memory[SCHEDULE_MEMORY];

    struct iteration it;
    double loss_before;
    double best;               /* sign * loss; infinite until one is finite */
    uint64_t gradients;        /* gradients asked for */
    bool canceled;             /* noticed inside a method */
    bool shown, shown_as_last; /* by a method that drives */
    bool best_is_latest;       /* the best is the latest point seen: its x is
                                  in x, and in `before` after the next step */

    /* What the stop rules compare with. */
    double gradient_tolerance, loss_tolerance, step_tolerance;
    double target;             /* sign * loss <= it */
    double divergence;         /* sign * loss > it */
    uint64_t iterations_max;   /* of max_iterations and max_epochs the less */
    uint64_t evaluations_max, patience;
};

/* Copy [n]; a call costs more than the two numbers of many jobs. */
static inline void copy(double *to, const double *from, size_t n)
{
    if (n == 2)
        memcpy(to, from, 2 * sizeof *to);
    else
        memcpy(to, from, n * sizeof *to);
}

/* g = -g: uphill becomes downhill. */
static inline void loop_turn(double *g, size_t n)
{
    for (size_t i = 0; i < n; i++)
        g[i] = -g[i];
}

/* Set gradient_norm and step_norm of the iteration at x, whose loss and
 * gradient are known. */
void loop_measure(struct loop *l);

/* Look at the iteration at x: note the best, decide, show it. */
enum reason loop_look(struct loop *l);

/* Prepare what engines with a search of their own see (method.c). */
void loop_set_method(struct loop *l, struct arena *arena);

#endif
