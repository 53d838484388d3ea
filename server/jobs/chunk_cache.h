/*
 * chunk_cache.h - the chunks that were read last, for whoever reads on.
 *
 * An answer of many pieces holds no chunk between two of them: thousands of
 * clients may take theirs slowly. Whoever takes it fast finds the chunk here.
 * Of one thread.
 */
#ifndef SERVER_JOBS_CHUNK_CACHE_H
#define SERVER_JOBS_CHUNK_CACHE_H

#include "server/jobs/trace.h"

enum { CHUNK_CACHE_SLOTS = 4 };

struct chunk_cache {
    struct cached_chunk {
        struct arena arena;        /* of `chunk` */
        const struct chunk *chunk; /* NULL: the slot is empty */
        int64_t number;            /* of the job */
        uint64_t index;
        uint64_t used;             /* the slot used longest ago goes */
    } slots[CHUNK_CACHE_SLOTS];
    uint64_t uses;
    uint64_t loaded_bytes;         /* of all chunks read so far */
};

void chunk_cache_init(struct chunk_cache *cache);
void chunk_cache_fini(struct chunk_cache *cache);

struct chunk_cache *chunk_cache_new(void); /* NULL: no memory */
void chunk_cache_free(struct chunk_cache *cache); /* NULL can be freed */

/*
 * The chunk that holds row `row`, as trace_chunk() gives it. One that is not
 * full yet, of a job that runs, is read anew each time: it grows.
 *
 *   ret  out  good until the next call
 *
 * Fails   as trace_chunk()
 */
MUST_CHECK enum error chunk_cache_get(struct chunk_cache *cache,
                                      const struct trace *trace, uint64_t row,
                                      const struct chunk **ret);

#endif
