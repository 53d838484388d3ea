/*
 * document_cache.h - documents of ended jobs, as they were answered last.
 *
 * An ended job does not change any more; it can only be deleted, or expire. So
 * until then its document needs no look at the store, as long as whoever
 * deletes a job forgets it here. Used on the loop's thread only.
 */
#ifndef SERVER_API_DOCUMENT_CACHE_H
#define SERVER_API_DOCUMENT_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/buffer.h"
#include "server/base/identifier.h"
#include "server/store/store.h"

enum {
    DOCUMENT_CACHE_SLOTS = 4096,
    DOCUMENT_BYTES_MAX = 4096, /* a longer one is not kept */
};

struct cached_document {
    struct identifier id;
    int64_t revision;
    int64_t expires_ms;        /* not kept beyond that; 0: for ever */
    char *bytes;               /* NULL: the slot is empty */
    size_t count;
};

/* One slot for each hash: a newer job takes an older one's place. */
struct document_cache {
    struct cached_document slots[DOCUMENT_CACHE_SLOTS];
};

/* The document of this job, or NULL; the cache's, until the next call.
 * `now_ms`: by the wall clock. */
const struct cached_document *
document_cache_find(const struct document_cache *cache,
                    const struct identifier *id, int64_t now_ms);

/* Keep a copy of an ended job's document; without memory nothing is kept. */
void document_cache_put(struct document_cache *cache,
                        const struct store_job *job,
                        const struct buffer *document);

/* The job is deleted. */
void document_cache_forget(struct document_cache *cache,
                           const struct identifier *id);

void document_cache_fini(struct document_cache *cache);

#endif
