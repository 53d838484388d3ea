/* target.c - the request's target: which bytes may stand there, decoding. */
#include "server/http/target.h"

#include <stdint.h>
#include <string.h>

#include "core/base/utf8.h"

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
    if (escaped && !utf8_is_valid((const unsigned char *)text, count))
        return SIZE_MAX;
    return count;
}
