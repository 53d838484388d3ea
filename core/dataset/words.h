/* words.h - the different words of a column, each with a code from 0 in order
 * of appearance. */
#ifndef CORE_DATASET_WORDS_H
#define CORE_DATASET_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct word {
    uint32_t offset, bytes;    /* of its text in the pool, which a zero ends */
    uint64_t hash;
};

struct words {
    struct word *items;        /* [count], by code */
    uint32_t *slots;           /* [slot_count] code + 1; 0: free */
    char *pool;
    size_t count, slot_count, pool_used, pool_room;
};

/*
 * The code of a word, which becomes a new one unless there are `most`.
 *
 *   ret_code   out   of the word; `most` when it is none of them and there is
 *                    no room
 *   ret_new    out   whether it is new
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error words_intern(struct words *words, const char *text,
                                   size_t bytes, size_t most,
                                   uint32_t *ret_code, bool *ret_new);

/* The text of a code < count. */
static inline const char *words_text(const struct words *words, size_t code)
{
    return words->pool + words->items[code].offset;
}

/* Memory in use, in bytes. */
size_t words_bytes(const struct words *words);

/* Forget all of them; the memory is free. */
void words_fini(struct words *words);

#endif
