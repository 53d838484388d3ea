/* utf8.h - well-formed UTF-8: RFC 3629, section 4; Unicode 15, table 3-7. */
#ifndef CORE_BASE_UTF8_H
#define CORE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How many bytes the character at `text` has; 0 where none begins there.
 *
 *   bytes   at least 1; what follows is not looked at
 */
size_t utf8_count(const unsigned char *text, size_t bytes);

/* Whether all of it is UTF-8. */
bool utf8_is_valid(const unsigned char *text, size_t bytes);

/* The first byte that no text without zero bytes can have there, or `end`. */
const unsigned char *utf8_find_fault(const unsigned char *at,
                                     const unsigned char *end);

/* Whether at … end is the beginning of a character that is cut off. */
bool utf8_is_begun(const unsigned char *at, const unsigned char *end);

/* Write a code point to text[4]; returns the number of bytes. */
int utf8_write(unsigned long code, char *text);

#endif
