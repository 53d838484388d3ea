/* caret.c - faults in a text: line, column, the line itself and a caret. */
#include "core/expression/caret.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

enum { SHOWN_MAX = 60 }; /* characters of a line */

/* Whether the byte goes on with a character of UTF-8. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t count_characters(const char *from, const char *to)
{
    size_t count = 0;

    for (; from < to; from++)
        count += !continues(*from);
    return count;
}

static const char *skip_characters(const char *from, size_t count,
                                   const char *end)
{
    while (from < end && (count > 0 || continues(*from)))
        count -= !continues(*from++);
    return from;
}

/* The line from `begin` to `end`, with a caret below its character `column`
 * (from 0), cut where it is long. */
static const char *show(struct arena *arena, const char *begin,
                        const char *end, size_t column)
{
    size_t length = count_characters(begin, end), first = 0;
    const char *from, *to;
    char *text;
    int margin;

    if (length > SHOWN_MAX && column > SHOWN_MAX / 2)
        first = column - SHOWN_MAX / 2;
    if (length > SHOWN_MAX && first > length - SHOWN_MAX)
        first = length - SHOWN_MAX;
    from = skip_characters(begin, first, end);
    to = skip_characters(from, SHOWN_MAX, end);
    text = arena_text(arena, from, (size_t)(to - from));
    if (text == NULL)
        return NULL;
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    margin = (int)(column - first) + (first > 0 ? 3 : 0);
    return arena_format(arena, "%s%s%s\n%*s^", first > 0 ? "..." : "", text,
                        to < end ? "..." : "", margin, "");
}

void caret_fault(struct faults *faults, const char *pointer, const char *text,
                 size_t at, enum fault_code code, const char *suggestion,
                 const char *format, ...)
{
    const char *place = text + at, *begin = text, *end;
    size_t line = 1, column;
    const char *sentence, *shown;
    va_list arguments;

    while (place > text && continues(*place))
        place--;
    for (const char *c = text; c < place; c++)
        if (*c == '\n') {
            begin = c + 1;
            line++;
        }
    end = begin + strcspn(begin, "\n");
    column = count_characters(begin, place);
    va_start(arguments, format);
    sentence = arena_format_list(faults->arena, format, arguments);
    va_end(arguments);
    shown = show(faults->arena, begin, end, column);
    if (sentence == NULL || shown == NULL)
        faults->out_of_memory = true;
    else
        fault_add_at(faults, pointer, line, column + 1, code, suggestion,
                     "line %zu, column %zu: %s\n%s", line, column + 1,
                     sentence, shown);
}
