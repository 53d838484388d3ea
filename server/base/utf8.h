/* utf8.h - well-formed UTF-8. */
#ifndef SERVER_BASE_UTF8_H
#define SERVER_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How many bytes the character at `text` has; 0 where none begins there.
 *
 *   bytes   at least 1; what follows is not looked at
 *
 * Source  RFC 3629, section 4; Unicode 15, table 3-7
 */
size_t utf8_count(const unsigned char *text, size_t bytes);

/* Whether all of it is UTF-8. */
bool utf8_is_valid(const unsigned char *text, size_t bytes);

#endif
