/*
 * validate.h - RFC 8259 to the letter, before any parser sees a byte.
 *
 * cJSON accepts much that is not JSON (notes: trailing bytes, 007, invalid
 * UTF-8, ...), so nothing reaches it that did not pass here.
 */
#ifndef SERVER_JSON_VALIDATE_H
#define SERVER_JSON_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"

enum {
    JSON_DEPTH_MAX = 32,
    JSON_NUMBER_BYTES_MAX = 128,
    JSON_NODES_MAX = 1000000,
};

/* Where and why a text is not JSON. */
struct json_flaw {
    size_t line, column;  /* from 1; the column counts bytes */
    const char *detail;   /* "a number may not begin with 0" */
    bool is_named;        /* the text is known for what it is instead */
};

/*
 * Check that `text` is one JSON value: grammar, UTF-8, no lone surrogates,
 * depth <= JSON_DEPTH_MAX, finite numbers of at most JSON_NUMBER_BYTES_MAX
 * characters, at most JSON_NODES_MAX values. What the RFC permits and we do
 * not (duplicate members, \u0000) passes here; the reader refuses it.
 *
 * Fails   ERR_INVALID, and *ret_flaw says where
 * Thread  any; no recursion, no allocation
 * Cost    one pass
 */
MUST_CHECK enum error json_validate(const char *text, size_t bytes,
                                    struct json_flaw *ret_flaw);

/* The bytes of a byte order mark in UTF-8 at the text's beginning: 3 or 0.
 * Editors on Windows write one; json_reader_init() passes it. */
size_t json_mark_bytes(const char *text, size_t bytes);

/* The flaw `detail` at text[offset]: counts its line and column. */
struct json_flaw json_flaw_at(const char *text, size_t offset,
                              const char *detail);

/* Where the string that begins at text[start] ends, its closing quote passed,
 * in a valid text. */
size_t json_string_end(const char *text, size_t start);

#endif
