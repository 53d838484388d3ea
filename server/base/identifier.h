/*
 * identifier.h - typed ids that sort by time: job_ + 26 base32 characters.
 *
 * The 16 bytes are a UUID version 7 (RFC 9562): milliseconds since 1970, then
 * random bits. They are written big-endian in Crockford's base32, lower case,
 * so that text order, byte order and time order agree.
 */
#ifndef SERVER_BASE_IDENTIFIER_H
#define SERVER_BASE_IDENTIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

enum {
    IDENTIFIER_BYTES = 16,
    IDENTIFIER_TEXT_BYTES = sizeof "job_" + 26,
};

struct identifier {
    uint8_t bytes[IDENTIFIER_BYTES];
};

/*
 * Make a new id of this moment, from getrandom(2).
 *
 * Fails   ERR_SYSTEM when the kernel has no random numbers
 * Thread  any; two ids of one millisecond are in no order
 */
MUST_CHECK enum error identifier_new(struct identifier *ret);

/*
 * Make a new id of this moment that sorts behind the last one that was made
 * here: within a millisecond, and while the clock stands behind it, the random
 * bits count on by a random step.
 *
 *   last  in/out  all zero at first; untouched on failure
 *
 * Fails   ERR_SYSTEM
 * Thread  one at a time for each `last`
 * Source  RFC 9562, section 6.2, method 2
 */
MUST_CHECK enum error identifier_next(struct identifier *last);

/* Write `prefix` ("job") + "_" + 26 characters. */
void identifier_format(const struct identifier *id, const char *prefix,
                       char text[IDENTIFIER_TEXT_BYTES]);

/* Read an id of this prefix; only the form that identifier_format() writes. */
bool identifier_parse(const char *text, const char *prefix,
                      struct identifier *ret);

#endif
