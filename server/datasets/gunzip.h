/* gunzip.h - gzip unpacked piece by piece (RFC 1952), with a limit. */
#ifndef SERVER_DATASETS_GUNZIP_H
#define SERVER_DATASETS_GUNZIP_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

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

#endif
