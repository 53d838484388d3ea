/* order.c - which rows are for training and which for validation. */
#include "core/dataset/order.h"

#include "core/base/random.h"

enum { ROWS_AT_ONCE = 1 << 16 };

__extension__ typedef unsigned __int128 uint128;

/* Uniform in 0 … below - 1: the high half of a product. */
static uint32_t draw(uint64_t seed, uint64_t index, uint32_t below)
{
    return (uint32_t)((uint128)random_bits(seed, RANDOM_SPLIT, index) * below
                      >> 64);
}

enum error order_begin(struct order *order, uint64_t seed, uint32_t count,
                       uint32_t kept, bool shuffle, struct arena *arena)
{
    *order = (struct order){.seed = seed, .count = count, .kept = kept,
                            .shuffle = shuffle};
    order->rows = arena_array(arena, count, sizeof *order->rows);
    if (order->rows == NULL)
        return ERR_MEMORY;
    if (kept == 0 && shuffle)
        return OK;
    order->is_kept = arena_array(arena, count, sizeof *order->is_kept);
    return order->is_kept != NULL ? OK : ERR_MEMORY;
}

/* ---- phases: row `at` of count, each --------------------------------------*/

static void number_row(struct order *order, uint32_t at)
{
    order->rows[at] = at;
}

static void swap_row(struct order *order, uint32_t at)
{
    uint32_t *rows = order->rows;
    uint32_t i = order->count - at, j, other;

    if (i < 2)
        return;
    j = draw(order->seed, i, i);
    other = rows[j];
    rows[j] = rows[i - 1];
    rows[i - 1] = other;
}

static void mark_row(struct order *order, uint32_t at)
{
    if (at >= order->count - order->kept)
        order->is_kept[order->rows[at]] = true;
}

static void place_row(struct order *order, uint32_t at)
{
    if (at == 0)
        order->second = order->count - order->kept;
    if (order->is_kept[at])
        order->rows[order->second++] = at;
    else if (!order->shuffle)
        order->rows[order->first++] = at;
}

static void (*const phases[])(struct order *order, uint32_t at) = {
    number_row, swap_row, mark_row, place_row,
};

/* Which are kept is of no matter where none is, and all are shuffled. */
static int phase_count(const struct order *order)
{
    return order->is_kept != NULL ? 4 : 2;
}

bool order_step(struct order *order)
{
    uint32_t left = order->count - order->at;
    uint32_t end = order->at + (left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE);

    if (order->phase == phase_count(order))
        return false;
    for (; order->at < end; order->at++)
        phases[order->phase](order, order->at);
    if (order->at == order->count) {
        order->at = 0;
        order->phase++;
    }
    return order->phase < phase_count(order);
}
