/*
 * adjoint_internal.h - what the files of adjoints share: adjoint.c walks and
 * knows the operations, adjoint_functions.c the functions of one number, and
 * both hand on through adjoint_add.c.
 */
#ifndef CORE_EXPRESSION_ADJOINT_INTERNAL_H
#define CORE_EXPRESSION_ADJOINT_INTERNAL_H

#include "core/expression/adjoint.h"

/* The adjoint of a node at the points of a scope. */
struct adjoint_part {
    uint64_t scope;
    unsigned adjoint;
    bool damped;           /* 0 where a branch is not taken: then nothing is
                              handed on, whatever the derivative is */
    struct adjoint_part *next;
};

struct adjoint_walk {
    struct graph *graph;
    struct adjoint_part **parts;   /* [root + 1] of each node */
    unsigned *adjoints;    /* of each array: that of the adjoints of its
                              elements; 0: it has none yet */
    uint64_t apart;
    struct derivatives *ret;
    size_t room;
};

/* One node's adjoint being handed to its operands. */
struct giver {
    struct adjoint_walk *walk;
    struct graph *graph;
    const struct adjoint_part *part;
    unsigned node, a, b, c;    /* itself and its operands */
};

static inline unsigned one(const struct giver *g, enum operation operation,
                           unsigned a)
{
    return graph_unary(g->graph, operation, a);
}

static inline unsigned two(const struct giver *g, enum operation operation,
                           unsigned a, unsigned b)
{
    return graph_binary(g->graph, operation, a, b);
}

static inline unsigned number(const struct giver *g, double value)
{
    return graph_number(g->graph, value);
}

static inline unsigned product(const struct giver *g, unsigned a, unsigned b)
{
    return two(g, OPERATION_MULTIPLY, a, b);
}

static inline unsigned quotient(const struct giver *g, unsigned a, unsigned b)
{
    return two(g, OPERATION_DIVIDE, a, b);
}

static inline unsigned square(const struct giver *g, unsigned a)
{
    return product(g, a, a);
}

/* ---- adjoint_add.c ----------------------------------------------------- */

/* Add an adjoint of `to`, found at the points of `scope`. */
void adjoint_add(struct adjoint_walk *w, unsigned to, uint64_t scope,
                 unsigned adjoint, bool damped);

/* Hand on adjoint * slope; adjoint / by. */
void giver_give(const struct giver *g, unsigned to, unsigned slope);
void giver_over(const struct giver *g, unsigned to, unsigned by);

/* ---- adjoint_functions.c ----------------------------------------------- */

/* Functions of one number; false: it is none of them. */
bool giver_function(const struct giver *g, enum operation operation);

#endif
