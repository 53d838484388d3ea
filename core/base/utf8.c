/* utf8.c - well-formed UTF-8. */
#include "core/base/utf8.h"

#include <stdint.h>
#include <string.h>

enum { BLOCK = 64 };

/* Whether 64 bytes are ASCII and none is zero. */
static bool is_plain(const unsigned char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t high = 0;

    for (int i = 0; i < BLOCK; i += 8) {
        uint64_t part;

        memcpy(&part, at + i, sizeof part);
        high |= part | (part - ones); /* of a zero byte the high bit is set */
    }
    return (high & (ones << 7)) == 0;
}

/* How many bytes a character has that begins so, and the range of the second
 * one: not too long a form, no surrogate, nothing above U+10FFFF. */
static int length_of(unsigned char first, unsigned char *ret_low,
                     unsigned char *ret_high)
{
    *ret_low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    *ret_high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return first < 0x80   ? 1
           : first < 0xc2 ? 0
           : first < 0xe0 ? 2
           : first < 0xf0 ? 3
           : first < 0xf5 ? 4 : 0;
}

/* How many bytes of a character are there and good, out of its `length`. */
static int good_bytes(const unsigned char *at, const unsigned char *end,
                      int *ret_length)
{
    unsigned char low, high;
    int length = length_of(*at, &low, &high), count = 1;

    *ret_length = length;
    while (count < length && at + count < end && at[count] >= low
           && at[count] <= high) {
        low = 0x80;
        high = 0xbf;
        count++;
    }
    return count;
}

size_t utf8_count(const unsigned char *text, size_t bytes)
{
    int length;

    return good_bytes(text, text + bytes, &length) == length ? (size_t)length
                                                             : 0;
}

bool utf8_is_valid(const unsigned char *text, size_t bytes)
{
    while (bytes > 0) {
        size_t count = utf8_count(text, bytes);

        if (count == 0)
            return false;
        text += count;
        bytes -= count;
    }
    return true;
}

const unsigned char *utf8_find_fault(const unsigned char *at,
                                     const unsigned char *end)
{
    int length;

    while (at < end) {
        if (end - at >= BLOCK && is_plain(at)) {
            at += BLOCK;
            continue;
        }
        if (*at == '\0' || good_bytes(at, end, &length) != length)
            return at;
        at += length;
    }
    return end;
}

bool utf8_is_begun(const unsigned char *at, const unsigned char *end)
{
    int length;

    return at < end && at + good_bytes(at, end, &length) == end && length > 1;
}

int utf8_write(unsigned long code, char *text)
{
    unsigned char *at = (unsigned char *)text;

    if (code < 0x80) {
        at[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        at[0] = (unsigned char)(0xc0 | code >> 6);
        at[1] = (unsigned char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        at[0] = (unsigned char)(0xe0 | code >> 12);
        at[1] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
        at[2] = (unsigned char)(0x80 | (code & 0x3f));
        return 3;
    }
    at[0] = (unsigned char)(0xf0 | code >> 18);
    at[1] = (unsigned char)(0x80 | (code >> 12 & 0x3f));
    at[2] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
    at[3] = (unsigned char)(0x80 | (code & 0x3f));
    return 4;
}
