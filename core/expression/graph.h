/*
 * graph.h - a formula as a graph of operations, each made once.
 *
 * The parser makes nodes from the operands up; two nodes of the same operation
 * on the same operands are one node (common subexpressions are shared), and
 * operations on numbers alone are carried out at once. The gradient is more
 * nodes of the same graph (adjoint.h), so that it is shared and folded too;
 * plan.h makes a program of what is wanted.
 *
 * A node's operands have smaller numbers than the node.
 */
#ifndef CORE_EXPRESSION_GRAPH_H
#define CORE_EXPRESSION_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/expression/affine.h"
#include "core/expression/operation.h"

/* A counter runs over low ... high (none where high < low). Sums of the same
 * bounds at the same depth share it, and so share one loop. */
struct counter {
    struct affine low, high;   /* in counters of less depth */
    unsigned depth;            /* of nesting: 0 is the outermost */
    int64_t least, greatest;   /* of its values */
};

/* Something that is indexed: the variables, a vector or matrix of the user's,
 * a dataset's column, a vector of `let`. */
struct array {
    const double *numbers;     /* NULL: the variables, x, or a kept vector */
    size_t size;
    size_t width;              /* of a column: numbers in a row; else 0 */
};
enum { ARRAY_X = 0 };

/* A whole number among data that takes part in an index: element `index` of
 * the array. Terms of affine forms have it as counter COUNTERS_MAX + number.
 * Its index has counters only. */
struct lookup {
    unsigned array;
    struct affine index;
    int64_t least, greatest;   /* of its values */
    int64_t least_at, greatest_at; /* which element of the array that is */
};

struct node {
    enum operation operation;
    unsigned operand[3];        /* as many as the operation has */
    double number;             /* of OPERATION_NUMBER */
    unsigned array;            /* of loads, and of all that kept vectors need */
    unsigned counter;          /* of what runs over one */
    unsigned index;            /* of what has one: its affine form's number */
    uint64_t counters;         /* that its value depends on, a bit for each */
    bool varies;               /* with x */
};

struct graph {
    struct arena *arena;
    struct node *nodes;
    size_t count, room;
    unsigned *table;            /* by hash */
    size_t table_room;
    struct affine *indices;
    size_t index_count, index_room;
    struct counter counters[COUNTERS_MAX];
    unsigned counter_count;
    struct array *arrays;
    size_t array_count, array_room;
    struct lookup lookups[LOOKUPS_MAX];
    unsigned lookup_count;
    bool out_of_memory;        /* nodes made since then are node 0 */
};

/* An empty graph but for node 0, the number 0. Fails: ERR_MEMORY. */
MUST_CHECK enum error graph_init(struct graph *graph, struct arena *arena,
                                 size_t n);

/* Register numbers that can be indexed (known ones are found again). */
unsigned graph_array(struct graph *graph, const double *numbers, size_t size);

/* One that the program itself fills. */
unsigned graph_kept_array(struct graph *graph, size_t size);

/* The lookup of the same element, or NULL. */
const struct lookup *graph_find_lookup(const struct graph *graph,
                                       const struct lookup *lookup);

/* The form that is a lookup, one that is known or a new one; false when there
 * are LOOKUPS_MAX others. */
bool graph_lookup(struct graph *graph, const struct lookup *lookup,
                  struct affine *ret);

/* A bit for each counter that the lookups of a form depend on, and for each
 * that the form depends on at all. */
uint64_t graph_lookup_counters(const struct graph *graph,
                               const struct affine *a);
uint64_t graph_index_counters(const struct graph *graph,
                              const struct affine *a);

/* Whether a form stays within AFFINE_VALUE_MAX for all values of its
 * counters, and whether a counter may have these bounds. */
bool graph_fits(const struct graph *graph, const struct affine *a);
bool graph_counter_fits(const struct graph *graph, const struct affine *low,
                        const struct affine *high);

/*
 * The counter that runs over low ... high at this depth; they fit.
 *
 * Returns false when there are COUNTERS_MAX others already.
 */
bool graph_counter(struct graph *graph, const struct affine *low,
                   const struct affine *high, unsigned depth,
                   unsigned *ret_counter);

/* The least and the greatest value of an affine form, exactly, over all values
 * of its counters; where there are none (an empty sum) least > greatest. */
void graph_range(const struct graph *graph, const struct affine *a,
                 int64_t *ret_least, int64_t *ret_greatest);

/* Nodes. Where memory is used up they return node 0; see out_of_memory. */
unsigned graph_number(struct graph *graph, double number);
unsigned graph_whole(struct graph *graph, const struct affine *a);
unsigned graph_load(struct graph *graph, unsigned array,
                   const struct affine *index); /* from 0, in range */
unsigned graph_unary(struct graph *graph, enum operation operation, unsigned a);
unsigned graph_binary(struct graph *graph, enum operation operation, unsigned a,
                     unsigned b);
unsigned graph_choose(struct graph *graph, unsigned condition, unsigned yes,
                     unsigned no);
/* OPERATION_SUM, OPERATION_PRODUCT or OPERATION_GREATEST of `body` over the
 * counter. */
unsigned graph_over(struct graph *graph, enum operation operation,
                   unsigned counter, unsigned body);

/* Whether the node is a number, and which. */
bool graph_is_number(const struct graph *graph, unsigned node, double *ret);

/* The deepest counter of a set that is not empty. */
unsigned graph_deepest(const struct graph *graph, uint64_t counters);

/* The greatest number of values that a counter takes, whatever the values of
 * those that its bounds depend on. */
double graph_trips(const struct graph *graph, unsigned counter);

#endif
