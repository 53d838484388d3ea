/*
 * batches.c - the order of an epoch: Fisher and Yates' shuffle, whose numbers
 * are those of the epoch under the seed.
 *
 * Source  Durstenfeld 1964, Communications of the ACM 7 (7), algorithm 235
 */
#include "core/run/batches.h"

#include <assert.h>

#include "core/base/random.h"
#include "core/kernel/philox.h"

const struct shuffle_text shuffle_texts[SHUFFLES] = {
    [SHUFFLE_ROWS] = {"rows", "Each epoch visits the rows in an order of its "
                              "own."},
    [SHUFFLE_BLOCKS] = {"blocks", "The rows are shuffled once; then each epoch "
                                  "visits its batches in an order of its own."},
    [SHUFFLE_NONE] = {"none", "Each epoch visits the rows as they stand."},
};

static bool is_whole(const struct batching *how, size_t rows)
{
    return how->batch_rows == 0 || how->batch_rows >= rows;
}

uint64_t batches_in_epoch(const struct batching *how, size_t rows)
{
    if (is_whole(how, rows))
        return 1;
    return rows / how->batch_rows + (rows % how->batch_rows != 0);
}

enum error batches_init(struct batches *batches, const struct batching *how,
                        size_t rows, uint64_t seed, struct arena *arena)
{
    uint64_t an_epoch = batches_in_epoch(how, rows);
    size_t count = 0;

    assert(rows > 0 && rows <= UINT32_MAX);
    *batches = (struct batches){.how = *how, .rows = rows,
                                .an_epoch = an_epoch, .seed = seed};
    if (how->order != NULL || is_whole(how, rows))
        return OK;
    if (how->shuffle == SHUFFLE_ROWS)
        count = rows;
    else if (how->shuffle == SHUFFLE_BLOCKS)
        count = (size_t)an_epoch;
    if (count == 0)
        return OK;
    batches->order = arena_array(arena, count, sizeof *batches->order);
    return batches->order != NULL ? OK : ERR_MEMORY;
}

/* A whole number below `bound` <= 2^32, out of 64 random bits: their product's
 * upper half. Each is as likely as the others to within bound / 2^64. */
static uint32_t below(const uint32_t bits[2], uint64_t bound)
{
    return (uint32_t)((bits[1] * bound + (bits[0] * bound >> 32)) >> 32);
}

static void exchange(uint32_t *order, size_t i, size_t j)
{
    uint32_t kept = order[i];

    order[i] = order[j];
    order[j] = kept;
}

/* Blocks of random numbers that are drawn together, with two exchanges each:
 * as many places in memory are asked for at once. */
enum { DRAWN = 32 };

/* order = a permutation of 0 … count - 1 that epoch and seed determine. The
 * exchange number d takes half a block of the numbers: block d / 2. */
static void draw(uint32_t *order, size_t count, uint64_t seed, uint64_t epoch)
{
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t words[DRAWN][4], with[2 * DRAWN];
    size_t i = count;

    for (size_t k = 0; k < count; k++)
        order[k] = (uint32_t)k;
    for (uint32_t block = 0; i > 1; block += DRAWN) {
        const uint32_t counter[4] = {block, (uint32_t)epoch, RANDOM_SHUFFLE,
                                     (uint32_t)(epoch >> 32)};
        size_t d, most = i - 1 < 2 * DRAWN ? i - 1 : 2 * DRAWN;

        philox_blocks(counter, key, (most + 1) / 2, words);
        for (d = 0; d < most; d++) {
            with[d] = below(words[d / 2] + d % 2 * 2, i - d);
            __builtin_prefetch(order + with[d], 1);
        }
        for (d = 0; d < most; d++, i--)
            exchange(order, i - 1, with[d]);
    }
}

/* Get the order of the epoch of iteration k. */
static void begin_epoch(struct batches *b, uint64_t k)
{
    b->epoch = k / b->an_epoch;
    b->epoch_first = b->epoch * b->an_epoch;
    b->is_drawn = true;
    if (b->order == NULL)
        return;
    draw(b->order, b->how.shuffle == SHUFFLE_ROWS ? b->rows
                                                  : (size_t)b->an_epoch,
         b->seed, b->epoch);
}

/* From the end of a block to the next one in the order of the epoch; 0 where
 * it is the last. */
static ptrdiff_t skip_of(const struct batches *b, uint64_t k, size_t size,
                         const struct batch *batch)
{
    uint64_t next = k - b->epoch_first + 1;

    if (next == b->an_epoch)
        return 0;
    return (ptrdiff_t)(b->order[next] * size)
         - (ptrdiff_t)(batch->first + batch->count);
}

void batches_at(struct batches *b, uint64_t k, struct batch *ret)
{
    size_t size = b->an_epoch == 1 ? b->rows : b->how.batch_rows, at;

    if (!b->is_drawn || k - b->epoch_first >= b->an_epoch)
        begin_epoch(b, k);
    at = (size_t)(k - b->epoch_first);
    if (b->order != NULL && b->how.shuffle == SHUFFLE_BLOCKS)
        at = b->order[at];
    *ret = (struct batch){.epoch = b->epoch, .first = at * size,
                          .count = size};
    if (ret->count > b->rows - ret->first)
        ret->count = b->rows - ret->first;
    if (b->how.order != NULL)
        ret->rows = b->how.order[b->epoch % b->how.epochs_ordered]
                  + ret->first;
    else if (b->order != NULL && b->how.shuffle == SHUFFLE_ROWS)
        ret->rows = b->order + ret->first;
    else if (b->order != NULL)
        ret->skip = skip_of(b, k, size, ret);
    if (ret->rows != NULL)
        ret->more = b->rows - ret->first - ret->count;
}

void batches_ahead(const struct batches *b, uint64_t k, size_t most,
                   struct batch *ret)
{
    size_t at = (size_t)(k - b->epoch_first), left = b->rows - at;
    const uint32_t *order = b->order;

    assert(b->how.batch_rows == 1 && b->is_drawn && at < b->rows);
    if (b->how.order != NULL)
        order = b->how.order[b->epoch % b->how.epochs_ordered];
    *ret = (struct batch){.epoch = b->epoch, .first = at,
                          .count = left < most ? left : most,
                          .rows = order != NULL ? order + at : NULL};
    ret->more = order != NULL ? left - ret->count : 0;
}
