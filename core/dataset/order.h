/* order.h - which rows are for training and which for validation, and in
 * which order they lie. */
#ifndef CORE_DATASET_ORDER_H
#define CORE_DATASET_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"

/*
 * Write the rows 0 … count - 1 to order[count]: first those for training, then
 * `kept` for validation, drawn from the seed. Each part ascends, save that
 * training rows are shuffled where that is asked.
 *
 * Fails   ERR_MEMORY
 * Source  Fisher & Yates; Durstenfeld 1964, CACM 7(7), algorithm 235
 */
MUST_CHECK enum error order_draw(uint64_t seed, uint32_t count, uint32_t kept,
                                 bool shuffle, struct arena *arena,
                                 uint32_t *order);

#endif
