/*
 * loop.h - the state of a run between two iterations; for core/run only.
 *
 * Three chapters share it: what decides (judge.h), what looks and shows
 * (look.c, the `view`), and what loops (run.c, walk.c, method.c: all else).
 */
#ifndef CORE_RUN_LOOP_H
#define CORE_RUN_LOOP_H

#include <string.h>

#include "core/run/judge.h"

/* What is seen of the iteration at x. */
struct view {
    struct iteration it;
    bool shown, shown_as_last; /* by a method that drives */
    bool halted;               /* an evaluation was cut short by a cancel: its
                                  numbers mean nothing */
    bool fixed;                /* the last step left iterate and state as they
                                  were */
    uint64_t still_at;         /* the last iteration whose step was of length
                                  0, and the state there */
    double *still_state;       /* [state_count], of rules with a `step` */
    double best_gradient_norm; /* of a method that drives */
    double judged;             /* sign * the judged metric of the last epoch */
    double metrics[METRICS_MAX];
};

struct loop {
    const struct run *run;
    size_t n;
    const atomic_bool *cancel; /* the run's, or one that stays false */
    bool steps;                /* the rule's `step` moves x */
    bool plain;                /* steps by one rate, nothing wrapped around */
    bool descends;             /* plain steps of one row each, which the
                                  objective can take by itself */
    double *x, *before, *g;    /* [n] */
    double *average;           /* [n] for the result */
    size_t state_count;        /* numbers of the rule's state */
    double p[PARAMETERS_MAX];  /* the optimizer's, with this step's rate */
    struct wrap wrap;
    struct step step;          /* what the rule's step sees: p, state, ... */
    struct method method;      /* what the other engines see */
    double unit;               /* what `advance` sees the loss multiplied by */
    double schedule_memory[SCHEDULE_MEMORY];
    double loss_before;        /* of the iteration before */
    uint64_t gradients;        /* gradients asked for */
    uint64_t look;             /* before this iteration no budget is used up,
                                  and the observer wants to see none */

    const struct by_rows *by_rows; /* NULL: the run knows no rows */
    struct batches batches;
    struct batch batch;        /* where loss and gradient were taken */

    struct judge judge;
    struct view view;
};

/* Copy [n]; a call costs more than the two numbers of many jobs. */
static inline void copy(double *to, const double *from, size_t n)
{
    if (n == 2)
        memcpy(to, from, 2 * sizeof *to);
    else
        memcpy(to, from, n * sizeof *to);
}

/* g = -g: maximizing becomes minimising. */
static inline void loop_negate(double *g, size_t n)
{
    for (size_t i = 0; i < n; i++)
        g[i] = -g[i];
}

static inline bool loop_is_canceled(const struct loop *l)
{
    return atomic_load_explicit(l->cancel, memory_order_relaxed);
}

/* Whether what was just evaluated may have been cut short by a cancel. */
static inline bool loop_is_cut(const struct loop *l)
{
    return l->run->objective->load != NULL && loop_is_canceled(l);
}

/*
 * Note whether this is the best so far, as `best` says. Its x is saved only
 * when a worse point follows: while the loss falls, nothing is copied.
 *
 *   quality   negated where more is better
 */
static inline void loop_keep_best(struct loop *l, size_t n, double quality,
                                  bool best)
{
    struct judge *judge = &l->judge;

    if (best) {
        judge->best = quality;
        l->view.it.best_iteration = l->view.it.iteration;
    } else if (judge->best_is_latest) {
        copy(judge->best_x, l->before, n);
    }
    judge->best_is_latest = best;
}

/* g *= by, a power of two. */
static inline void loop_scale(double *g, double by, size_t n)
{
    for (size_t i = 0; by != 1 && i < n; i++)
        g[i] *= by;
}

/* The loss and the gradient at x. */
static inline void loop_evaluate(struct loop *l)
{
    const struct objective *objective = l->run->objective;
    struct iteration *it = &l->view.it;

    if (l->by_rows != NULL) {
        batches_at(&l->batches, it->iteration, &l->batch);
        it->loss = l->by_rows->evaluate(objective->data, &l->batch, l->x, l->n,
                                        l->g);
    } else {
        it->loss = objective->evaluate(objective->data, l->x, l->n, l->g);
    }
    if (!l->wrap.idle)
        it->loss += l->judge.sign * wrap_loss(&l->wrap, l->x, l->n);
}

/* ---- walk.c ------------------------------------------------------------- */

/*
 * Take steps by the rule up to the next iteration to look at; it is evaluated
 * there, and not yet measured. False: a cancel cut an evaluation short, and x
 * is the iterate before it.
 */
bool loop_walk(struct loop *l);

/* ---- look.c ------------------------------------------------------------- */

/* Set gradient_norm and step_norm of the iteration at x, whose loss and
 * gradient are known. */
void loop_measure(struct loop *l);

/* Look at the iteration at x: note the best, decide, show it. */
enum reason loop_look(struct loop *l);

/* No iteration comes after the one that was shown: show it as the last. */
enum reason loop_look_again(struct loop *l, enum reason reason);

/* ---- method.c ----------------------------------------------------------- */

/* Prepare what engines with a search of their own see. */
void loop_set_method(struct loop *l, struct arena *arena);

#endif
