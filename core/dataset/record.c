/* record.c - one line of a table as text, cell by cell. */
#include "core/dataset/record.h"

static const char *skip_blanks(const char *at, char delimiter)
{
    while (is_blank(*at, delimiter))
        at++;
    return at;
}

static const char *skip_line_end(const char *at, const char *end)
{
    if (at < end && *at == '\r')
        return at + 1 + (at[1] == '\n');
    return at + (at < end);
}

void record_skip_blank(struct record *record, uint64_t *lines)
{
    for (;;) {
        const char *at = skip_blanks(record->at, record->delimiter);

        if (at >= record->end || (*at != '#' && !is_line_end(*at)))
            return;
        while (!is_line_end(*at))
            at++;
        record->at = skip_line_end(at, record->end);
        ++*lines;
    }
}

/* Behind the closing quote of a cell that begins at `at`. */
static const char *quoted_end(const char *at, const char *end)
{
    for (at++; at < end; at++) {
        if (*at != '"')
            continue;
        if (at[1] != '"')
            return at + 1;
        at++;
    }
    return end;
}

bool record_next(struct record *record, struct record_cell *ret)
{
    char delimiter = record->delimiter;
    const char *at = record->at, *stop;

    if (record->begun && is_line_end(*at)) {
        record->at = skip_line_end(at, record->end);
        record->begun = false;
        return false;
    }
    if (record->begun && delimiter != ' ')
        at++; /* the delimiter */
    record->begun = true;
    ret->place = at = skip_blanks(at, delimiter);
    ret->quoted = *at == '"';
    if (ret->quoted) {
        stop = quoted_end(at, record->end);
        ret->text = at + 1;
        ret->bytes = (size_t)(stop - ret->text)
                     - (stop > ret->text && stop[-1] == '"');
        at = stop;
    } else {
        ret->text = at;
    }
    while (!is_line_end(*at) && *at != delimiter
           && !(delimiter == ' ' && is_blank(*at, ' ')))
        at++;
    if (!ret->quoted) {
        stop = at;
        while (stop > ret->text && is_blank(stop[-1], delimiter))
            stop--;
        ret->bytes = (size_t)(stop - ret->text);
    }
    record->at = delimiter == ' ' ? skip_blanks(at, ' ') : at;
    return true;
}

char *record_text(struct arena *arena, const struct record_cell *cell)
{
    char *text = arena_text(arena, cell->text, cell->bytes);
    size_t count = 0;

    if (text == NULL || !cell->quoted)
        return text;
    for (size_t i = 0; i < cell->bytes; i++) {
        text[count++] = cell->text[i];
        if (cell->text[i] == '"' && i + 1 < cell->bytes
            && cell->text[i + 1] == '"')
            i++;
    }
    text[count] = '\0';
    return text;
}
