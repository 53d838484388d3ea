/* utf8.c - well-formed UTF-8. */
#include "server/base/utf8.h"

size_t utf8_count(const unsigned char *text, size_t bytes)
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
