/* straight_items.h - what the steps of a straight program are to do. */
#ifndef CORE_EXPRESSION_STRAIGHT_ITEMS_H
#define CORE_EXPRESSION_STRAIGHT_ITEMS_H

#include "core/expression/straight.h"

/* What one step is to do: an operation, or a product and what is done with
 * it. */
struct straight_item {
    enum operation operation;
    enum straight_product product; /* STRAIGHT_NO_PRODUCT: the operation */
    unsigned operands[3];      /* those of a product are the first two */
    unsigned count;            /* of operands; 0: nothing is left to do */
    unsigned out;
};

/* Whether a program of n variables can be made straight. */
bool straight_can(const struct program *program, size_t n);

/*
 * The items of a program that can, in its order.
 *
 *   reads    [v_count]        scratch  zeros on entry
 *   item_of  [v_count]        scratch
 *   items    [code_count]     out
 *
 * Returns how many there are
 */
size_t straight_items(const struct program *program, unsigned *reads,
                      size_t *item_of, struct straight_item *items);

#endif
