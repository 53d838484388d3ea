/*
 * objective.h - what is minimised: a loss and its gradient at a point.
 *
 * Adding a kind is: write NAME.c exporting one `const struct objective_kind`,
 * and add its name to the list in objective.c. Its table of members says what
 * a spec may hold; the reader in server/jobs fills a `struct value` for each.
 */
#ifndef CORE_OBJECTIVE_OBJECTIVE_H
#define CORE_OBJECTIVE_OBJECTIVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/parameter.h"
#include "core/expression/symbols.h"
#include "core/kernel/vector.h"
#include "core/objective/batch.h"

enum {
    DIMENSION_MAX = 1000000, /* of any objective */
    MEMBERS_MAX = 24,        /* of one kind */
};

enum member_type {
    MEMBER_NUMBER,  /* 0.5                    value.number */
    MEMBER_COUNT,   /* 2: a whole number > 0  value.number */
    MEMBER_FLAG,    /* true                   value.number, 0 or 1 */
    MEMBER_NAME,    /* "rosenbrock"           value.text */
    MEMBER_VECTOR,  /* [1, 2]                 value.numbers[rows] */
    MEMBER_MATRIX,  /* [[1, 2], [3, 4]]       value.numbers[rows][columns] */
    MEMBER_NAMES,   /* ["x", "y"]             value.names[rows] */
    MEMBER_TERMS,   /* [{"coefficient": 6, "powers": {"x": 2}}]
                                              value.terms[rows] */
    MEMBER_FORMULA, /* "6*x^2 + a"            value.text */
    MEMBER_OF_COLUMNS, /* "y", "1/s^2"        value.text */
    MEMBER_VARIABLES, /* ["x", "y"] or {"x": 1000, "W": [10, 64]}
                                              value.symbols[rows], in their
                                              order; where they begin in x is
                                              not known yet */
    MEMBER_CONSTANTS, /* {"a": 2, "w": [1, 2], "A": [[1, 2], [3, 4]]}
                                              value.symbols[rows] */
    MEMBER_COLUMNS, /* {"columns": {"x": [1, 2], "v": [[3, 5], [4, 6]]}}, or
                       as MEMBER_DATASET
                                              value.symbols[rows], each with
                                              its length as rows, and the
                                              length of its vectors as columns
                                              (0: numbers) */
    MEMBER_GROUPS,  /* {"v": ["p0", "p1"]}    value.groups[rows] */
    MEMBER_PARAMETER, /* as the member's row says
                                              value.number: of a flag 0 or 1,
                                              of a choice its index */
    MEMBER_DATASET, /* "a9a", {"columns": {"x": [1, 2]}}
                                              value.dataset, held as long as
                                              the spec; value.reference */
    MEMBER_MODEL,   /* {"type": "mlp", "hidden": [8]}
                                              value.model */
    MEMBER_CLASS_WEIGHTS, /* "balanced", "none" or {"yes": 2, "no": 1}
                                              value.text, or NULL and
                                              value.names[rows] with
                                              value.numbers[rows] */
};

struct value;
struct dataset;
struct model_choice;

struct member {
    const char *name;        /* NULL ends a table */
    enum member_type type;
    const char *sentence;
    const struct value *initial; /* what stands for it where it is left out;
                                    NULL: nothing, or what depends on others */
    const struct parameter *row; /* of MEMBER_PARAMETER: its range and what
                                    stands for it; the name is the member's.
                                    Of MEMBER_NUMBER and MEMBER_COUNT: its
                                    range, which build() checks; NULL: any */
    const char *const *choices;  /* of MEMBER_NAME: the names, which build()
                                    checks; NULL ends them */
    const void *const *kinds;    /* the same as a table of structs whose first
                                    member is their name */
    bool is_needed;              /* build() refuses values without it */
};

struct power {
    const char *variable;
    unsigned exponent;
};

struct term {
    double coefficient;
    const struct power *powers;
    size_t power_count;
};

/* A name for several columns of a dataset: those of a vector. */
struct column_group {
    const char *name;
    const char *const *columns;
    size_t count;
};

/* One member of a spec, as read. Which field holds it follows from the type. */
struct value {
    bool given;               /* in the spec, or as initial */
    double number;
    const char *text;         /* of a dataset: the built-in one's name */
    const double *numbers;    /* row-major; every number finite */
    const char *const *names;
    const struct term *terms;
    const struct symbol *symbols;
    const struct dataset *dataset;
    const char *reference;    /* the dataset as the spec names it, JSON; NULL:
                                 its columns stand in the spec */
    const struct model_choice *model;
    const struct column_group *groups;
    size_t rows, columns;
};

struct robust;

/*
 * An objective that is a sum over residuals: the sum of their squares, or of
 * what a robust loss makes of them (robust.h).
 */
struct residuals {
    size_t count;         /* m */
    bool linear;          /* in x */
    const struct robust *robust; /* NULL: least squares */
    double scale;         /* of the robust loss, > 0 */

    /*
     *   data      -       in   objective->data
     *   x         [n]     in   the point
     *   residual  [m]     out  weighted
     *   jacobian  [n][m]  out  of residual i by x[j] at j * m + i; may be NULL
     */
    void (*evaluate)(void *data, const double *x, double *residual,
                     double *jacobian);
};

/*
 * What is told of an objective over rows at iteration 0, at the end of each
 * epoch and at the last iteration. Each is a column of the trace by this name
 * (server/jobs/column.h).
 */
struct metric {
    const char *name;        /* "training_loss" */
    bool less_is_better;
};

/* Plain steps x = x - rate * gradient that go by without a look. */
struct descent {
    double rate;
    double loss_max;         /* where it may be more there must be a look */
};

enum { METRICS_MAX = 8 };    /* of one objective */

/*
 * An objective that is a mean over rows: what minibatches and epochs need.
 *
 *   data   objective->data in all calls
 *   x      [n] the point
 */
struct by_rows {
    size_t count;            /* rows of the training part, 1 … 2^32 - 1 */
    bool always;             /* a run over all rows at once has epochs and
                                metrics too; else only one with batches */
    bool takes_float32;      /* its rows may be float32 */
    bool is_noisy;           /* `evaluate` draws numbers (dropout): it is not
                                objective->evaluate, and no method may compare
                                its losses */

    /* The loss over a batch, penalties included, and its gradient g [n], which
     * may be NULL. Over all rows it is what objective->evaluate gives. */
    double (*evaluate)(void *data, const struct batch *batch, const double *x,
                       size_t n, double *g);

    /*
     * Take plain steps, each against the gradient of one row of the batch, as
     * long as it is certain that where a step begins loss, gradient and x are
     * finite, the gradient is not zero and the loss at most how->loss_max. The
     * bits are those of evaluate() at batches of one row. NULL: there is only
     * that.
     *
     *   batch     -    in      of each step its row, in turn
     *   x         [n]  in/out  the iterate
     *   before    [n]  out     the iterate before the last step
     *   g         [n]  out     scratch space
     *   ret_loss  -    out     the loss there; untouched without a step
     *
     * Returns how many steps were made, at most batch->count. After none of
     * them x is as it was
     */
    size_t (*descend)(void *data, const struct batch *batch,
                      const struct descent *how, double *x, double *before,
                      double *g, size_t n, double *ret_loss);

    const struct metric *metrics; /* [metric_count], the first one
                                     training_loss; at least that */
    size_t metric_count;     /* at most METRICS_MAX */
    size_t judged;           /* the metric that best, patience and the rules
                                about the loss look at: validation_loss where
                                there is a validation part, else 0 */

    /* Measure all metrics at x. `ret` [metric_count]. */
    void (*measure)(void *data, const double *x, double *ret);
};

/* How the rows of an objective are to lie in memory. */
struct loading {
    uint64_t seed;           /* of the job */
    bool float32;            /* numbers of rows as float32; only where
                                by_rows->takes_float32 */
    bool shuffled;           /* the training part is shuffled once */
    const atomic_bool *cancel; /* when it becomes true, come back soon: from
                                load(), and from every later evaluation, whose
                                numbers then mean nothing */
};

struct linear_model;
struct model;

struct objective {
    const struct objective_kind *kind;
    size_t n;             /* dimension, 1 ... DIMENSION_MAX */
    const double *start;  /* [n] the default start, or NULL: none is known */
    void *data;           /* of the kind, in the arena it was built in */
    size_t full_count;    /* numbers that a start or a bound may have instead
                             of n: some variables of the spec are fixed, and
                             no part of x. 0: there are none */
    const size_t *full_index; /* [n] where x[j] is among them */
    const struct symbols *symbols; /* names of the variables and constants;
                             NULL: its variables are x[1] ... x[n] */
    const struct residuals *residuals; /* NULL: it is no sum of them */
    const struct by_rows *by_rows; /* NULL: it is no mean over rows */
    const struct linear_model *linear; /* what methods for linear models use
                             (core/model/linear_model.h); NULL: it is none */
    struct model *model;  /* a model (core/model/model.h); NULL: it is none */

    /*
     * Draw the start where the spec has none and `start` is NULL.
     *
     *   seed   -    in   of the job
     *   ret_x  [n]  out
     *
     * NULL: the spec must have a start.
     */
    void (*draw_start)(const void *data, uint64_t seed, double *ret_x);

    /*
     * Load a piece, of some milliseconds, of what the first evaluation needs:
     * called until there is no more, before anything else is asked of `data`;
     * what build() did not read (rows of a dataset) is read here. NULL: there
     * is nothing to load, and evaluations are too short to be canceled.
     *
     *   how, arena  in   the same for all pieces
     *   ret_more    out  there is more to load; false where it is canceled
     *
     * Fails   ERR_MEMORY
     * Owns    what it loads lives in `arena`
     */
    enum error (*load)(void *data, const struct loading *how,
                       struct arena *arena, bool *ret_more);
    size_t load_bytes;    /* that load() takes of the arena, at most, and what
                             is told of the rows when the run is over */

    /*
     * The loss at x, and its gradient.
     *
     *   data  -     in   objective->data; scratch space may live in it, so one
     *                    thread at a time uses an objective
     *   x     [n]   in   the point; any doubles
     *   n     -     in   objective->n
     *   g     [n]   out  gradient at x; may be NULL
     *
     * A loss or gradient that is not finite is returned as it is.
     */
    double (*evaluate)(void *data, const double *x, size_t n, double *g);

    /* The same for two variables, in registers: returns the gradient. NULL:
     * there is only `evaluate`. Equal bits. */
    double2 (*evaluate_two)(const void *data, double2 x, double *ret_loss);
};

struct objective_kind {
    const char *name;     /* "quadratic" */
    const char *formula;
    const char *sentence;
    const struct member *members;

    /*
     * Make the objective that `values` describe.
     *
     *   values     [members]  in   in the order of kind->members
     *   pointer    -          in   place of the objective in the spec, for
     *                              faults: "/objective"
     *   faults     -          out  what is wrong with the values
     *   ret        -          out  untouched on failure
     *
     * Fails   ERR_INVALID after at least one fault; ERR_MEMORY
     * Owns    everything lives in `arena`
     */
    enum error (*build)(struct arena *arena, const struct value *values,
                        const char *pointer, struct faults *faults,
                        struct objective *ret);
};

/*
 * Take those of x out of numbers for the full vector; other numbers stay as
 * they are.
 *
 *   numbers   [count]  in/out  then [n], in `arena`
 *   count              in/out
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error objective_pick(const struct objective *objective,
                                     struct arena *arena,
                                     const double **numbers, size_t *count);

/* Every kind, in order of name; NULL ends it. */
extern const struct objective_kind *const objective_kinds[];

/* The kind called `name`, or NULL. */
const struct objective_kind *objective_kind_find(const char *name);

#endif
