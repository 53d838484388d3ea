/*
 * adjoint.h - the gradient of a graph as more nodes of it: reverse mode.
 *
 * Each node's adjoint is the derivative of the root by it. From the root down,
 * a node hands its adjoint times the derivative by an operand to that operand.
 * An operand inside a sum is used at many points: its adjoints there are
 * summed where it does not depend on the innermost counter, and stay apart
 * where it does.
 */
#ifndef CORE_EXPRESSION_ADJOINT_H
#define CORE_EXPRESSION_ADJOINT_H

#include "core/expression/graph.h"

/* A part of the gradient: at every point of the counters of `scope`, `node`
 * is added to the derivative by x[index]. */
struct derivative {
    unsigned index;        /* number of the affine form */
    unsigned node;
    uint64_t scope;        /* holds the counters of both */
};

struct derivatives {
    struct derivative *items;
    size_t count;
};

/*
 * Make the nodes of the gradient of `root`.
 *
 *   apart   in   counters whose points have a derivative each: that of the
 *                dataset's rows; 0: none
 *
 * Fails   ERR_MEMORY
 * Owns    ret->items lives in the graph's arena
 */
MUST_CHECK enum error adjoint_build(struct graph *graph, unsigned root,
                                    uint64_t apart, struct derivatives *ret);

#endif
