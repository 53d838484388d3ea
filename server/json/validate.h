/*
 * validate.h - RFC 8259 to the letter, before any parser sees a byte.
 *
 * cJSON accepts much that is not JSON (notes: trailing bytes, 007, invalid
 * UTF-8, ...), so nothing reaches it that did not pass here.
 */
#ifndef SERVER_JSON_VALIDATE_H
#define SERVER_JSON_VALIDATE_H

#include <stddef.h>

#include "core/base/error.h"

enum {
    JSON_DEPTH_MAX = 32,
    JSON_NUMBER_BYTES_MAX = 64,
    JSON_NODES_MAX = 1000000,
};

/* Where and why a text is not JSON. */
struct json_flaw {
    size_t line, column;  /* from 1; the column counts bytes */
    const char *detail;   /* "a number may not begin with 0" */
};

/*
 * Check that `text` is one JSON value: grammar, UTF-8, no duplicate-free
 * guarantee (the reader sees to that), depth <= JSON_DEPTH_MAX, finite numbers
 * of at most JSON_NUMBER_BYTES_MAX characters, no \u0000, no lone surrogates,
 * at most JSON_NODES_MAX values.
 *
 * Fails   ERR_INVALID, and *ret_flaw says where
 * Thread  any; no recursion, no allocation
 * Cost    one pass
 */
MUST_CHECK enum error json_validate(const char *text, size_t bytes,
                                    struct json_flaw *ret_flaw);

#endif
