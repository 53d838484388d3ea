/* ndjson_string.h - strings of JSON: where they end, and without escapes. */
#ifndef CORE_DATASET_NDJSON_STRING_H
#define CORE_DATASET_NDJSON_STRING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The closing quote of the string whose opening one is at `quote`; NULL when
 * the line ends before it, or a control character stands in it.
 *
 *   ret_escaped   out   whether there is a backslash
 *   ret_wrong     out   of a string that is wrong: the place of it, and a
 *   ret_what      out   sentence
 */
const char *ndjson_string_end(const char *quote, bool *ret_escaped,
                              const char **ret_wrong, const char **ret_what);

/*
 * Write the text at … stop, between the quotes, without its escapes to
 * ret[stop - at]; returns NULL, or the place of an escape that is none.
 */
const char *ndjson_string_decode(const char *at, const char *stop, char *ret,
                                 size_t *ret_bytes);

#endif
