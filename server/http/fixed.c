/* fixed.c - fixed-point numbers as text, without printf's price. */
#include "server/http/fixed.h"

char *fixed_write(char *text, uint64_t value, int decimals)
{
    char digits[24];
    int count = 0;

    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0 || count <= decimals);
    while (count > 0) {
        if (count == decimals)
            *text++ = '.';
        *text++ = digits[--count];
    }
    *text = '\0';
    return text;
}
