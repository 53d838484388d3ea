/* graph_internal.h - what graph.c and node.c share. */
#ifndef CORE_EXPRESSION_GRAPH_INTERNAL_H
#define CORE_EXPRESSION_GRAPH_INTERNAL_H

#include "core/expression/graph.h"

/* The node like this one, made if there is none yet. */
unsigned graph_intern(struct graph *graph, const struct node *node);

/* The number of an affine form. */
unsigned graph_index(struct graph *graph, const struct affine *a);

#endif
