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

/* Write `prefix` ("job") + "_" + 26 characters. */
void identifier_format(const struct identifier *id, const char *prefix,
                       char text[IDENTIFIER_TEXT_BYTES]);

/* Read an id of this prefix; only the form that identifier_format() writes. */
bool identifier_parse(const char *text, const char *prefix,
                      struct identifier *ret);

#endif
