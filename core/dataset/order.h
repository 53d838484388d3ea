/* order.h - which rows are for training and which for validation, and in
 * which order they lie. */
#ifndef CORE_DATASET_ORDER_H
#define CORE_DATASET_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"

/* An order that is being drawn, a piece at a time. */
struct order {
    uint64_t seed;
    uint32_t count, kept;
    bool shuffle;
    uint32_t *rows;            /* [count] the order */

    int phase;                 /* order.c's from here on */
    uint32_t at, first, second;
    bool *is_kept;             /* [count] */
};

/*
 * Begin to write the rows 0 … count - 1 to order->rows: first those for
 * training, then `kept` for validation, drawn from the seed. Each part ascends,
 * save that training rows are shuffled where that is asked.
 *
 * Fails   ERR_MEMORY
 * Owns    what it needs lives in `arena`
 * Source  Fisher & Yates; Durstenfeld 1964, CACM 7(7), algorithm 235
 */
MUST_CHECK enum error order_begin(struct order *order, uint64_t seed,
                                  uint32_t count, uint32_t kept, bool shuffle,
                                  struct arena *arena);

/* Go on for about a millisecond; false: it is drawn. */
bool order_step(struct order *order);

#endif
