/* order.c - which rows are for training and which for validation. */
#include "core/dataset/order.h"

#include "core/base/random.h"

__extension__ typedef unsigned __int128 uint128;

/* Uniform in 0 … below - 1: the high half of a product. */
static uint32_t draw(uint64_t seed, uint64_t index, uint32_t below)
{
    return (uint32_t)((uint128)random_bits(seed, RANDOM_SPLIT, index) * below
                      >> 64);
}

static void permute(uint64_t seed, uint32_t count, uint32_t *order)
{
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    for (uint32_t i = count; i > 1; i--) {
        uint32_t j = draw(seed, i, i), other = order[j];

        order[j] = order[i - 1];
        order[i - 1] = other;
    }
}

enum error order_draw(uint64_t seed, uint32_t count, uint32_t kept,
                      bool shuffle, struct arena *arena, uint32_t *order)
{
    uint32_t training = count - kept, first = 0, second = training;
    bool *is_kept;

    permute(seed, count, order);
    if (kept == 0 && shuffle)
        return OK;
    is_kept = arena_array(arena, count, sizeof *is_kept);
    if (is_kept == NULL)
        return ERR_MEMORY;
    for (uint32_t i = training; i < count; i++)
        is_kept[order[i]] = true;
    for (uint32_t row = 0; row < count; row++) {
        if (is_kept[row])
            order[second++] = row;
        else if (!shuffle)
            order[first++] = row;
    }
    return OK;
}
