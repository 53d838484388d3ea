/* arena.c - the one file of core that may include stdio.h. */
#include <stdarg.h>
#include <stdio.h>

int arena_print(char *to, size_t to_bytes, const char *format, ...);

int arena_print(char *to, size_t to_bytes, const char *format, ...)
{
    va_list values;
    int count;

    va_start(values, format);
    count = vsnprintf(to, to_bytes, format, values);
    va_end(values);
    return count;
}
