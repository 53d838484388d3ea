/*
 * optimizer.h - the update rules: how an iterate moves against a gradient.
 *
 * Adding a rule is: write NAME.c exporting one `const struct optimizer_kind`
 * for each dialect, and add their names to the list in optimizer.c. The spec
 * reader, GET /optimizers, the truth test and the documentation follow from
 * the table.
 *
 * A kind has one of three engines, and the loop in core/run is the same for
 * all: `step` moves against the gradient at x (first-order rules); `advance`
 * searches for the next iterate and evaluates there itself (line searches);
 * `drive` has a loop of its own that shows what it evaluates (NLopt). A kind
 * may have `step` and `advance` if its parameters say which of them it is.
 */
#ifndef CORE_OPTIMIZER_OPTIMIZER_H
#define CORE_OPTIMIZER_OPTIMIZER_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/parameter.h"
#include "core/kernel/vector.h"
#include "core/search/method.h"

/* Row 0 of every rule's parameters is the learning rate: before each step the
 * run puts there what the schedule made of it. (Engines other than `step` may
 * have no learning rate; then row 0 is a parameter as any other.) */
enum { LEARNING_RATE = 0 };

struct objective;
struct batch;

/* One step of a first-order rule. */
struct step {
    double *x;              /* [n] in/out  iterate */
    double *g;              /* [n] in      gradient at x; may be overwritten */
    double *state;          /* [states * n + scalars] in/out  the memory */
    size_t n;
    const double *p;        /* [parameters] p[LEARNING_RATE] is this step's */
    uint64_t t;             /* number of this step, from 1; 0 in begin() */
    double loss;            /* at x; NaN in begin() */
    double base_rate;       /* learning_rate as given, before the schedule */
    _Bool uphill;           /* the run maximizes: g is negated, loss is not */
    const struct objective *objective;
    const struct batch *batch; /* the rows at which g was taken; NULL: the run
                               knows no rows */
    uint64_t more_evaluations; /* out: evaluations that steps made themselves,
                               so far */
    double *row_state;      /* [row_scalars * rows] in/out  of the rows */
};

struct optimizer_kind {
    const char *name;
    const char *dialect;    /* "torch", "keras", "paper"; NULL: there is one */
    const char *formula;    /* the update, in one or two lines */
    const char *sentence;   /* when to take it */
    const char *source;
    const struct parameter *parameters;
    size_t states;          /* vectors of n doubles that the rule remembers */
    size_t scalars;         /* numbers it remembers beside them, behind them */
    size_t row_scalars;     /* numbers it remembers of each row of the
                               objective, which must be over rows then */

    /*
     * Vectors and numbers as a function of the parameters, where they depend
     * on one (L-BFGS's memory); NULL: the fields above.
     */
    size_t (*memory)(size_t n, const double *p);

    /* Set the state before the first step (x is the start); NULL: all zero is
     * right. */
    void (*begin)(struct step *step);

    /* Move x one step. Cost O(n) time, no allocation. */
    void (*step)(struct step *step);

    /* Whether a step is x = x - p[LEARNING_RATE] * g, and all it does. NULL:
     * it is not. */
    _Bool (*is_plain)(const double *p);

    /* The same for two variables, in registers: returns where x moves to. NULL:
     * there is only `step`. Equal bits. */
    double2 (*step_two)(const struct step *step, double2 x, double2 g);

    /*
     * Move x to the next iterate, with g and loss there. REASON_NONE, or why
     * there is none (REASON_LINE_SEARCH); x, g and loss are then unchanged.
     */
    enum reason (*advance)(struct method *method);

    /* Of a kind with both: whether it is `advance` that moves x. */
    _Bool (*searches)(const double *p);

    /* Run to the end, showing each evaluation. Fails: ERR_MEMORY; ERR_INVALID
     * without the bounds that it needs. */
    enum error (*drive)(struct method *method, enum reason *ret_reason);

    /* Whether what `drive` shows are trials, most of them no better than one
     * before; else they are iterates. */
    _Bool shows_trials;

    /* Whether `advance` or `drive` keeps to method->low and high itself; a
     * rule with `step` is projected by the loop. */
    _Bool takes_bounds;

    /* Whether there must be bounds, on both sides of every variable. */
    _Bool needs_bounds;

    /* Which nonlinear constraints it takes. */
    _Bool takes_inequalities, takes_equalities;

    /* Whether the g that it gives is the Lagrangian's gradient, with `gap`
     * beside it: under constraints it comes to rest at zero. */
    _Bool shows_lagrangian;

    /* Whether the objective must be a sum of residuals; then it is only ever
     * minimised. */
    _Bool needs_residuals;

    /* How many doubles it takes for `count` residuals of n variables, beside
     * what the objective keeps for itself; NULL: none. */
    double (*residuals_memory)(double count, double n);

    /* Whether the objective must be over rows (objective->by_rows). */
    _Bool needs_rows;

    /* Whether it must be a linear model (objective->linear); then it is only
     * ever minimised, and `step` follows gradients of its own: what is done to
     * g before a step would do nothing. */
    _Bool needs_linear;

    /* Add to `faults` what the objective, which is a linear model if one is
     * needed, lacks for it; NULL: nothing. */
    void (*check_objective)(const struct objective *objective,
                            const char *pointer, struct faults *faults);

    /* Bytes that it allocates itself while it runs; NULL: none. */
    double (*more_bytes)(const struct objective *objective);

    /* The most residuals times the square of variables, where it factors
     * their Jacobian between two evaluations: cancel waits for that. 0: it
     * does not. */
    double factor_max;

    /* The most variables, where its work between two evaluations grows too
     * fast with them; 0: as many as the objective may have. */
    size_t dimension_max;

    /* The most variables times constraints, where its work between two
     * evaluations grows with them; 0: it does not. */
    double constraint_numbers_max;

    /*
     * Numbers that a library keeps by itself, beside the memory above; NULL:
     * none worth counting.
     */
    double (*outside_memory)(double n, double constraints, double iterations);

    /*
     * The averaged iterate that the rule recommends instead of the last one;
     * NULL: there is none.
     *
     *   ret_average  [n]  out
     */
    void (*average)(const struct step *step, double *ret_average);

    /*
     * Add to `faults` the combinations that the ranges cannot exclude; NULL:
     * there are none. (Nesterov needs a momentum, for example.)
     */
    void (*check)(const double *p, const char *pointer, struct faults *faults);
};

/* Every rule, in order of name, the first of a name being its default
 * dialect; NULL ends it. */
extern const struct optimizer_kind *const optimizer_kinds[];

/* The rule called `name`, in its default dialect where `dialect` is NULL; or
 * NULL. */
const struct optimizer_kind *optimizer_kind_find(const char *name,
                                                 const char *dialect);

/* Whether it is the kind's `step` that moves x: then it is scheduled, wrapped
 * and projected. */
_Bool optimizer_steps(const struct optimizer_kind *kind, const double *p);

/* Whether x keeps to bounds: a rule that is projected, unless it recommends an
 * average of iterates, or a method that keeps to them itself.
 *
 *   steps   optimizer_steps() of the kind
 */
_Bool optimizer_takes_bounds(const struct optimizer_kind *kind, _Bool steps);

/* How many numbers the kind remembers, without those of rows. */
size_t optimizer_memory(const struct optimizer_kind *kind, const double *p,
                        size_t n);

/* How many it remembers of the objective's rows. */
size_t optimizer_row_memory(const struct optimizer_kind *kind,
                            const struct objective *objective);

#endif
