/*
 * expression.h - a formula that a user wrote: checked, compiled, evaluated
 * with its exact gradient. The language stands in README.md of this folder.
 */
#ifndef CORE_EXPRESSION_EXPRESSION_H
#define CORE_EXPRESSION_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/expression/straight.h"
#include "core/expression/symbols.h"

enum {
    EXPRESSION_BYTES_MAX = 4096,
    EXPRESSION_NODES_MAX = 4096,  /* operations and operands */
    EXPRESSION_DEPTH_MAX = 64,    /* of parentheses, calls, signs, powers */
    EXPRESSION_LETS_MAX = 64,     /* names of let */
    EXPRESSION_KEPT_MAX = 1000000, /* elements of the vectors that it keeps */
    EXPRESSION_CHUNK = 256,       /* rows whose sums are added together */
};

/* Points over which all sums together run, at most, for one evaluation. */
#define EXPRESSION_POINTS_MAX 1e7

/* Work of one evaluation, at most: some 50 ms, as nothing can interrupt it. */
#define EXPRESSION_WORK_MAX 1e8

struct expression {
    const char *form;        /* as it was understood: every operation in
                                parentheses */
    size_t n;                /* dimension */
    size_t rows;             /* of the dataset; 0: without columns */
    bool linear;             /* with columns: in the variables */
    bool comparison;         /* its value says whether something holds */
    double work;             /* of one gradient, at most: see work.h */
    struct program *value;
    struct program *gradient; /* by rows: the Jacobian; NULL: not wanted */
    struct program *pull_back; /* by rows only */
    const struct straight *straight_value, *straight_gradient; /* of short
                                formulas, to run instead; NULL: there is none */
    struct used_column *columns;  /* [column_count] that it uses */
    size_t column_count;
    unsigned slopes;         /* the array of pull_back's slopes */
};

/* Some rows of a dataset, counted from 0. */
struct row_set {
    size_t first, count;     /* not more than the dataset has */
    const uint32_t *rows;    /* [count]; NULL: first ... first + count - 1 */
};

/*
 * Compile a formula without columns.
 *
 *   text      in   UTF-8, at most EXPRESSION_BYTES_MAX bytes (or a fault)
 *   symbols   in   names that it may use; they and their numbers must outlive
 *                  the expression
 *   pointer   in   place of the text in the spec, for faults
 *   faults    out  every fault, with line, column and a caret
 *   ret       out  untouched on failure
 *
 * Fails   ERR_INVALID after at least one fault; ERR_MEMORY
 * Owns    everything lives in `arena`, also the space for evaluating: one
 *         thread at a time uses an expression
 */
MUST_CHECK enum error expression_compile(struct arena *arena, const char *text,
                                         const struct symbols *symbols,
                                         const char *pointer,
                                         struct faults *faults,
                                         struct expression **ret);

/*
 * The value at x[n], and its gradient g[n] (NULL: not wanted), exact but for
 * rounding. Where the formula has a kink the gradient is the one that README.md
 * names; values that are not finite are returned as they are.
 *
 * Cost    no allocation
 */
double expression_evaluate(struct expression *expression, const double *x,
                           double *g);

/* The same for a formula of two variables that has a `straight_gradient`:
 * returns the gradient. */
static inline double2
expression_evaluate_two(const struct expression *expression, double2 x,
                        double *ret_value)
{
    return straight_run_two(expression->straight_gradient, x, ret_value);
}

/*
 * Compile a formula that uses the columns of a dataset: one value for each
 * row. Otherwise as expression_compile(); a formula without any column has the
 * same value in each.
 */
MUST_CHECK enum error expression_compile_rows(struct arena *arena,
                                              const char *text,
                                              const struct symbols *symbols,
                                              const char *pointer,
                                              struct faults *faults,
                                              struct expression **ret);

/* The same without Jacobian, for expression_pull_back() alone. */
MUST_CHECK enum error expression_compile_sums(struct arena *arena,
                                              const char *text,
                                              const struct symbols *symbols,
                                              const char *pointer,
                                              struct faults *faults,
                                              struct expression **ret);

/*
 * The values in all rows, and their derivatives.
 *
 *   x         [n]        in   the variables
 *   values    [rows]     out
 *   jacobian  [n][rows]  out  derivative by x[j] in row i at j * rows + i;
 *                             NULL: not wanted
 */
void expression_evaluate_rows(struct expression *expression, const double *x,
                              double *values, double *jacobian);

/*
 * The values in some rows: values[i] is that of row i of the set. The bits are
 * those of the same rows in any other set.
 */
void expression_values(struct expression *expression, const double *x,
                       const struct row_set *set, double *values);

/*
 * The same, and the gradient of sum slopes[i] * values[i]: one pass backwards,
 * without a Jacobian.
 *
 *   slopes  [set->count]  in
 *   values  [set->count]  out
 *   g       [n]           out  its bits are those of the same rows, one by one
 *                              or in a row
 */
void expression_pull_back(struct expression *expression, const double *x,
                          const struct row_set *set, const double *slopes,
                          double *values, double *g);

#endif
