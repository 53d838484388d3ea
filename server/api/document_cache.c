/* document_cache.c - a table with one slot a hash. */
#include "server/api/document_cache.h"

#include <stdlib.h>
#include <string.h>

/* The last bytes of an id are random: they are a hash already. */
static size_t slot_of(const struct identifier *id)
{
    uint32_t random;

    memcpy(&random, id->bytes + IDENTIFIER_BYTES - sizeof random,
           sizeof random);
    return random % DOCUMENT_CACHE_SLOTS;
}

static bool holds(const struct cached_document *slot,
                  const struct identifier *id)
{
    return slot->bytes && !memcmp(&slot->id, id, sizeof *id);
}

const struct cached_document *
document_cache_find(const struct document_cache *cache,
                    const struct identifier *id, int64_t now_ms)
{
    const struct cached_document *slot = &cache->slots[slot_of(id)];
    bool expired = slot->expires_ms != 0 && slot->expires_ms <= now_ms;

    return holds(slot, id) && !expired ? slot : NULL;
}

static void empty(struct cached_document *slot)
{
    free(slot->bytes);
    *slot = (struct cached_document){.bytes = NULL};
}

void document_cache_put(struct document_cache *cache,
                        const struct store_job *job,
                        const struct buffer *document)
{
    struct cached_document *slot = &cache->slots[slot_of(&job->id)];
    char *bytes;

    if (document->failed || document->count > DOCUMENT_BYTES_MAX)
        return;
    bytes = malloc(document->count);
    if (!bytes)
        return;
    memcpy(bytes, document->bytes, document->count);
    empty(slot);
    *slot = (struct cached_document){job->id, job->revision, job->expires_ms,
                                     bytes, document->count};
}

void document_cache_forget(struct document_cache *cache,
                           const struct identifier *id)
{
    struct cached_document *slot = &cache->slots[slot_of(id)];

    if (holds(slot, id))
        empty(slot);
}

void document_cache_fini(struct document_cache *cache)
{
    for (size_t i = 0; i < DOCUMENT_CACHE_SLOTS; i++)
        empty(&cache->slots[i]);
}
