/* chunk_cache.c - the chunks that were read last, for whoever reads on. */
#include "server/jobs/chunk_cache.h"

#include <stdlib.h>

void chunk_cache_init(struct chunk_cache *cache)
{
    *cache = (struct chunk_cache){.uses = 0};
    for (size_t i = 0; i < CHUNK_CACHE_SLOTS; i++)
        arena_init(&cache->slots[i].arena, 0);
}

void chunk_cache_fini(struct chunk_cache *cache)
{
    for (size_t i = 0; i < CHUNK_CACHE_SLOTS; i++)
        arena_fini(&cache->slots[i].arena);
}

struct chunk_cache *chunk_cache_new(void)
{
    struct chunk_cache *cache = malloc(sizeof *cache);

    if (cache)
        chunk_cache_init(cache);
    return cache;
}

void chunk_cache_free(struct chunk_cache *cache)
{
    if (cache)
        chunk_cache_fini(cache);
    free(cache);
}

/* The slot that has the chunk, or the one used longest ago, emptied. Only full
 * chunks are found again: no row is added to them. */
static struct cached_chunk *slot_for(struct chunk_cache *cache,
                                     int64_t number, uint64_t index)
{
    struct cached_chunk *oldest = &cache->slots[0];

    for (size_t i = 0; i < CHUNK_CACHE_SLOTS; i++) {
        struct cached_chunk *slot = &cache->slots[i];

        if (slot->chunk && slot->number == number && slot->index == index
            && slot->chunk->rows == STORE_CHUNK_ROWS)
            return slot;
        if (slot->used < oldest->used)
            oldest = slot;
    }
    oldest->chunk = NULL;
    arena_reset(&oldest->arena);
    return oldest;
}

enum error chunk_cache_get(struct chunk_cache *cache,
                           const struct trace *trace, uint64_t row,
                           const struct chunk **ret)
{
    uint64_t index = row / STORE_CHUNK_ROWS;
    struct cached_chunk *slot = slot_for(cache, trace->number, index);

    if (!slot->chunk) {
        TRY(trace_chunk(trace, row, &slot->arena, &slot->chunk));
        slot->number = trace->number;
        slot->index = index;
        cache->loaded_bytes += chunk_bytes(slot->chunk->form);
    }
    slot->used = ++cache->uses;
    *ret = slot->chunk;
    return OK;
}
