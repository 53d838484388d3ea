/*
 * kept.h - vectors of a formula that are computed once and kept: those of
 * `let h[j, 1, 10] = ...`, and the derivatives by their elements.
 *
 * A kept vector is an array that the program fills. Its node (OPERATION_EACH
 * and others, "ready") is no number: it says when the array holds what it
 * should, so that loads of elements, which depend on it, come behind. It is
 * filled in one of two ways:
 *
 *   - stored: element k is the value of a body where the counter is k;
 *   - gathered: cleared, then added to at any points: where elements of a
 *     vector are used their adjoints are added to those of the vector.
 */
#ifndef CORE_EXPRESSION_KEPT_H
#define CORE_EXPRESSION_KEPT_H

#include "core/expression/graph.h"

/* The vector of the values of `body` over the counter, whose bounds are
 * numbers, in an array of its own. */
unsigned kept_store(struct graph *graph, unsigned counter, unsigned body);

/* The body of a stored vector; its array; element k's place where the counter
 * is k. */
unsigned kept_body(const struct graph *graph, unsigned ready);
struct affine kept_place(const struct graph *graph, unsigned counter);

/* The element of a vector; its index, from 0, is in range. */
unsigned kept_element(struct graph *graph, unsigned ready,
                      const struct affine *index);

/*
 * Add `value` to an element of the array, at every point of `scope`.
 *
 *   counters  in  where the vector lives: it is cleared anew at each of their
 *                 points
 */
unsigned kept_add(struct graph *graph, unsigned array, uint64_t counters,
                  unsigned value, unsigned index, uint64_t scope);

/* What was ready within a counter, for all its values; two parts together. */
unsigned kept_each(struct graph *graph, unsigned counter, unsigned ready);
unsigned kept_both(struct graph *graph, unsigned a, unsigned b);

#endif
