/* target.h - the request's target: the bytes between method and version. */
#ifndef SERVER_HTTP_TARGET_H
#define SERVER_HTTP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

/* Whether only bytes stand in it that RFC 3986 has there, and no escapes of
 * control bytes. */
bool target_is_clean(const char *target);

/* Decode the escapes in place; `plus` is a blank in queries. Returns the
 * count, or SIZE_MAX where the result is not UTF-8. */
size_t target_decode(char *text, size_t bytes, bool plus_is_blank);

#endif
