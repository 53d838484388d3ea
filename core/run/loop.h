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
    const atomic_bool *cancel; /* the run's, or one that stays false */
    double sign;               /* -1 when maximising */
    bool steps;                /* the rule's `step` moves x */
    bool plain;                /* steps by one rate, nothing wrapped around */
    double *x, *before, *g;    /* [n] */
    double *best_x;            /* [n] valid while !best_is_latest */
    double *average;           /* [n] for the result */
    double p[PARAMETERS_MAX];  /* the optimizer's, with this step's rate */
    struct wrap wrap;
    struct step step;          /* what the rule's step sees: p, state, ... */
    struct method method;      /* what the other engines see */
    double schedule_memory[SCHEDULE_MEMORY];
    bool constrained;          /* the run has constraints */
    struct feasibility here, at_best;   /* of them */

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

    /* The same, to be sure with little work that no rule ends the run. */
    bool tolerates;            /* there is a tolerance to look at */
    double gradient_square, step_square; /* squares above are too large */
    uint64_t look;             /* iterations below use up no budget, and
                                  nobody waits for them */
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

static inline bool loop_is_canceled(const struct loop *l)
{
    return atomic_load_explicit(l->cancel, memory_order_relaxed);
}

/*
 * Note whether this is the best so far, as `best` says. Its x is saved only
 * when a worse point follows: while the loss falls, nothing is copied.
 *
 *   loss   turned so that less is better
 */
static inline void loop_keep_best(struct loop *l, size_t n, double loss,
                                  bool best)
{
    if (best) {
        l->best = loss;
        l->it.best_iteration = l->it.iteration;
    } else if (l->best_is_latest) {
        copy(l->best_x, l->before, n);
    }
    l->best_is_latest = best;
}

/* The loss and the gradient at x. */
static inline void loop_evaluate(struct loop *l)
{
    const struct objective *objective = l->run->objective;

    l->it.loss = objective->evaluate(objective->data, l->x, l->n, l->g);
    if (!l->wrap.idle)
        l->it.loss += l->sign * wrap_loss(&l->wrap, l->x, l->n);
}

/* Take steps by the rule up to the next iteration to look at; it is evaluated
 * there, and not yet measured. */
void loop_walk(struct loop *l);

/* Set gradient_norm and step_norm of the iteration at x, whose loss and
 * gradient are known. */
void loop_measure(struct loop *l);

/* Look at the iteration at x: note the best, decide, show it. */
enum reason loop_look(struct loop *l);

/* What is to become of a reason to end that a method gave. */
enum reason loop_admit(const struct loop *l, enum reason reason);

/* Prepare what engines with a search of their own see (method.c). */
void loop_set_method(struct loop *l, struct arena *arena);

/* Under constraints (feasible.c): */

/* Prepare, once the stop rules and the method are set. */
void loop_set_constraints(struct loop *l);

/* Measure them at x, whose loss and gradient are measured. */
void loop_measure_constraints(struct loop *l);

/* Whether the iteration at x is better than the best so far; the loss there,
 * turned round when maximising, is `loss`. Then it is the best. */
bool loop_takes_better(struct loop *l, double loss);

#endif
