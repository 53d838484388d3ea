/* target.c - the request's target: which bytes may stand there, decoding. */
#include "server/http/target.h"

#include <stdint.h>
#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte that the escape after a '%' means, or -1. */
static int escaped_byte(const char *digits)
{
    int high = hex_digit(digits[0]);
    int low = high < 0 ? -1 : hex_digit(digits[1]);

    return low < 0 ? -1 : high * 16 + low;
}

static bool is_control(int byte)
{
    return byte < ' ' || byte == 0x7f;
}

bool target_is_clean(const char *target)
{
    for (const char *p = target; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;

        if (c <= ' ' || c >= 0x7f || strchr("#\\\"<>", c) != NULL)
            return false;
        if (c == '%' && is_control(escaped_byte(p + 1)))
            return false; /* -1, no escape, is below the blank too */
    }
    return true;
}

/* How many bytes the UTF-8 character at `text` has; 0 where it is none.
 * Source: RFC 3629, section 4. */
static size_t utf8_bytes(const unsigned char *text, size_t bytes)
{
    unsigned char first = text[0], low = 0x80, high = 0xbf;
    size_t count = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2
                   : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;

    if (first == 0xe0)
        low = 0xa0; /* else too long a form */
    else if (first == 0xed)
        high = 0x9f; /* else a surrogate */
    else if (first == 0xf0)
        low = 0x90;
    else if (first == 0xf4)
        high = 0x8f; /* else above U+10FFFF */
    if (count > bytes)
        return 0;
    for (size_t i = 1; i < count; i++) {
        if (text[i] < low || text[i] > high)
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return count;
}

static bool is_utf8(const unsigned char *text, size_t bytes)
{
    while (bytes > 0) {
        size_t count = utf8_bytes(text, bytes);

        if (count == 0)
            return false;
        text += count;
        bytes -= count;
    }
    return true;
}

size_t target_decode(char *text, size_t bytes, bool plus_is_blank)
{
    size_t count = 0;
    bool escaped = false;

    for (size_t i = 0; i < bytes; i++) {
        char c = text[i];

        if (c == '%') {
            c = (char)escaped_byte(text + i + 1);
            i += 2;
            escaped = true;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        text[count++] = c;
    }
    if (escaped && !is_utf8((const unsigned char *)text, count))
        return SIZE_MAX;
    return count;
}
