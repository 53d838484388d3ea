/* gzip.h - gzip (RFC 1952) unpacked and packed, piece by piece. */
#ifndef SERVER_BASE_GZIP_H
#define SERVER_BASE_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "server/base/buffer.h"

/* ---- unpacking ---------------------------------------------------------- */

enum {
    GUNZIP_RATIO_MAX = 100,       /* unpacked to packed bytes */
    GUNZIP_FREE_BYTES = 1 << 20,  /* up to here the ratio does not matter */
};

struct gunzip;

/*
 * Prepare to unpack.
 *
 *   emit   in   called with each piece of what was unpacked; its error is
 *               handed on
 *
 * Fails   ERR_MEMORY
 * Owns    gunzip_free()
 */
MUST_CHECK enum error gunzip_new(enum error (*emit)(void *context,
                                                    const void *bytes,
                                                    size_t count),
                                 void *context, struct gunzip **ret);
void gunzip_free(struct gunzip *gunzip);

/*
 * Unpack the next bytes; several members may follow one another.
 *
 * Fails   ERR_INVALID they are not gzip; ERR_TOO_BIG more than
 *         GUNZIP_RATIO_MAX times as many bytes came out as went in; what
 *         emit() failed with
 */
MUST_CHECK enum error gunzip_push(struct gunzip *gunzip, const void *bytes,
                                  size_t count);

/* The bytes end here. Fails: ERR_INVALID in the middle of a member, or before
 * the first. */
MUST_CHECK enum error gunzip_end(struct gunzip *gunzip);

/* ---- packing ------------------------------------------------------------ */

struct gzip;

/*
 * Prepare to pack, quickly rather than small.
 *
 * Fails   ERR_MEMORY
 * Owns    gzip_free(); about 80 KiB
 */
MUST_CHECK enum error gzip_new(struct gzip **ret);
void gzip_free(struct gzip *gzip); /* NULL can be freed */

/*
 * Pack the next bytes, the last ones with `end`. What is packed is appended to
 * `out` when there is enough of it; at the end, all.
 *
 * Fails   out->failed
 */
void gzip_push(struct gzip *gzip, const void *bytes, size_t count, bool end,
               struct buffer *out);

#endif
