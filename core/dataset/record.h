/* record.h - one line of a table as text, cell by cell: what the sample and
 * the header are read with. */
#ifndef CORE_DATASET_RECORD_H
#define CORE_DATASET_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"

struct record {
    const char *at, *end;      /* of the bytes; behind them a zero */
    char delimiter;
    bool begun;
};

struct record_cell {
    const char *place;         /* where it begins, its quote included */
    const char *text;          /* trimmed; quotes inside still doubled */
    size_t bytes;
    bool quoted;
};

/*
 * The next cell of a record that begins at record->at; false when the record
 * has ended: then record->at is behind its line end.
 */
bool record_next(struct record *record, struct record_cell *ret);

/* Move over blank lines and comments; counts their lines. */
void record_skip_blank(struct record *record, uint64_t *lines);

/* The text of a cell without its doubled quotes; NULL: out of memory. */
char *record_text(struct arena *arena, const struct record_cell *cell);

static inline bool is_line_end(char c)
{
    return c == '\n' || c == '\r' || c == '\0';
}

/* A blank that is no delimiter. */
static inline bool is_blank(char c, char delimiter)
{
    return c == ' ' || (c == '\t' && delimiter != '\t');
}

#endif
