/* utf8.h - whether bytes are text: UTF-8 (RFC 3629) without a zero byte. */
#ifndef CORE_DATASET_UTF8_H
#define CORE_DATASET_UTF8_H

#include <stdbool.h>

/* The first byte that is no text's, or `end`. */
const unsigned char *utf8_check(const unsigned char *at,
                                const unsigned char *end);

/* Whether at … end is the beginning of a character that is cut off. */
bool utf8_is_begun(const unsigned char *at, const unsigned char *end);

/* Write a code point to text[4]; returns the number of bytes. */
int utf8_write(unsigned long code, char *text);

#endif
