/* duplicate.h - RFC 8259 permits members given twice; the reader does not. */
#ifndef SERVER_JSON_DUPLICATE_H
#define SERVER_JSON_DUPLICATE_H

#include <stddef.h>

#include "core/base/error.h"
#include "server/json/validate.h"

struct cJSON;

/*
 * Look for an object with two members of one name. Names are compared as
 * parsed: "a" and "\u0061" are the same.
 *
 *   text   [bytes]   in   what `tree` was parsed from
 *
 * Fails   ERR_INVALID, and *ret_flaw is the place of the second; ERR_MEMORY
 * Cost    O(n log n) for an object of n members
 */
MUST_CHECK enum error json_refuse_duplicate(const struct cJSON *tree,
                                            const char *text, size_t bytes,
                                            struct json_flaw *ret_flaw);

#endif
