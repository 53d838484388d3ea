/* hash.h - SHA-256 of bytes that come in pieces. */
#ifndef SERVER_BASE_HASH_H
#define SERVER_BASE_HASH_H

#include <stddef.h>

#include "core/base/error.h"

enum { HASH_BYTES = 32, HASH_TEXT_BYTES = 2 * HASH_BYTES + 1 };

struct hash;  /* in the making; one thread at a time */

/* A hash of nothing so far. */
MUST_CHECK enum error hash_new(struct hash **ret);
void hash_free(struct hash *hash);
MUST_CHECK enum error hash_add(struct hash *hash, const void *bytes,
                               size_t count);
/* Forget what was added. */
MUST_CHECK enum error hash_restart(struct hash *hash);
/* Make `to` the hash of what was added to `from`. */
MUST_CHECK enum error hash_copy(struct hash *to, const struct hash *from);
/* The hash of all that was added; nothing is added after it. */
MUST_CHECK enum error hash_end(struct hash *hash,
                               unsigned char ret[HASH_BYTES]);

/* Lower-case hex. */
void hash_format(const unsigned char hash[HASH_BYTES],
                 char text[HASH_TEXT_BYTES]);

#endif
