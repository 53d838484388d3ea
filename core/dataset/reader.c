/*
 * reader.c - gathers the pieces of a file until they are whole records, and
 * has the format take them.
 *
 * The buffer is filled to the brim before anything is taken, so that what
 * happens does not depend on the sizes of the pieces. A record that does not
 * end in it doubles the buffer, up to a limit.
 */
#include "core/dataset/reader.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/dataset/format.h"

enum { SLIP_NUMBERS_MIN = 20 }; /* for each word, to call it a slip */

static const char *const default_missing_words[] = {
    "", "?", "NA", "N/A", "NaN", "nan", "null",
};

static void set_missing_words(struct reader *reader)
{
    struct reader_options *options = &reader->options;

    if (options->missing_words == NULL) {
        options->missing_words = default_missing_words;
        options->missing_word_count = sizeof default_missing_words
                                      / sizeof *default_missing_words;
    }
    for (size_t i = 0; i < options->missing_word_count; i++) {
        unsigned char first = (unsigned char)options->missing_words[i][0];

        if (first == '\0')
            reader->empty_is_missing = true;
        else
            reader->starts_missing[first] = true;
    }
}

enum error reader_new(const struct format *format,
                      const struct reader_options *options, uint64_t bytes_max,
                      const struct sink *sink, struct faults *faults,
                      struct reader **ret)
{
    struct reader *reader = calloc(1, sizeof *reader);

    if (reader == NULL)
        return ERR_MEMORY;
    reader->room = options->buffer_bytes > 0 ? options->buffer_bytes
                                             : BUFFER_BYTES;
    reader->buffer = calloc(1, reader->room + BUFFER_PADDING);
    if (reader->buffer == NULL) {
        free(reader);
        return ERR_MEMORY;
    }
    reader->format = format;
    reader->options = *options;
    reader->faults = faults;
    reader->line = 1;
    reader->point = '.';
    set_missing_words(reader);
    arena_init(&reader->arena, 0);
    reader->table.sink = *sink;
    reader->table.bytes_max = bytes_max;
    reader->table.missing = options->missing;
    reader->table.read_as.format = format->name;
    *ret = reader;
    return OK;
}

void reader_free(struct reader *reader)
{
    if (reader == NULL)
        return;
    if (reader->format->rules->fini != NULL)
        reader->format->rules->fini(reader);
    table_fini(&reader->table);
    arena_fini(&reader->arena);
    free(reader->buffer);
    free(reader);
}

enum error reader_fault(struct reader *reader, uint64_t line, size_t column,
                        enum fault_code code, const char *suggestion,
                        const char *format, ...)
{
    char *detail;
    va_list arguments;

    va_start(arguments, format);
    detail = arena_format_list(&reader->arena, format, arguments);
    va_end(arguments);
    if (detail == NULL)
        return ERR_MEMORY;
    fault_add_at(reader->faults, "", line, column, code, suggestion, "%s",
                 detail);
    reader->table.writes = false;
    return reader->faults->total < FAULTS_KEPT ? OK : ERR_INVALID;
}

/* The line and column of a byte of the buffer. */
static void locate(const struct reader *reader, const unsigned char *place,
                   uint64_t *ret_line, size_t *ret_column)
{
    const unsigned char *line_start = reader->buffer;
    uint64_t line = reader->line;

    for (const unsigned char *c = reader->buffer; c < place; c++)
        if (*c == '\n' || (*c == '\r' && c[1] != '\n')) {
            line++;
            line_start = c + 1;
        }
    *ret_line = line;
    *ret_column = (size_t)(place - line_start) + 1;
}

/* Check the new bytes of a text; the last few may be half a character. */
static enum error check_text(struct reader *reader, bool last)
{
    const unsigned char *from = reader->buffer + reader->checked;
    const unsigned char *end = reader->buffer + reader->used, *good;
    size_t column;
    uint64_t line;

    good = utf8_find_fault(from, end);
    reader->checked = (size_t)(good - reader->buffer);
    if (good == end || (!last && utf8_is_begun(good, end)))
        return OK;
    locate(reader, good, &line, &column);
    TRY(reader_fault(reader, line, column, FAULT_SYNTAX, NULL,
                     *good == 0 ? "byte 0x00 is no text: is this a binary "
                                  "file, or UTF-16? Save it as UTF-8"
                                : "byte 0x%02x is not UTF-8: save the file "
                                  "as UTF-8", *good));
    return ERR_INVALID;
}

/* What stands before the text: a byte order mark, or that of another text. */
static enum error skip_mark(struct reader *reader)
{
    const unsigned char *b = reader->buffer;

    if (reader->offset > 0 || !reader->format->rules->is_text)
        return OK;
    if (reader->used >= 2 && ((b[0] == 0xff && b[1] == 0xfe)
                              || (b[0] == 0xfe && b[1] == 0xff))) {
        TRY(reader_fault(reader, 1, 1, FAULT_SYNTAX, NULL,
                         "the file is UTF-16: save it as UTF-8"));
        return ERR_INVALID;
    }
    if (reader->used < 3 || memcmp(b, "\xef\xbb\xbf", 3) != 0)
        return OK;
    reader->used -= 3;
    reader->offset = 3;
    memmove(reader->buffer, b + 3, reader->used);
    return OK;
}

/* Room for a record that is longer than the buffer. */
static enum error grow(struct reader *reader)
{
    unsigned char *buffer;

    if (reader->room >= RECORD_BYTES_MAX) {
        TRY(reader_fault(reader, reader->line, 1, FAULT_TOO_LARGE, NULL,
                         "a row is longer than %d bytes: is a quote not "
                         "closed, or a line end missing?", RECORD_BYTES_MAX));
        return ERR_INVALID;
    }
    buffer = realloc(reader->buffer, 2 * reader->room + BUFFER_PADDING);
    if (buffer == NULL)
        return ERR_MEMORY;
    reader->buffer = buffer;
    reader->room *= 2;
    return OK;
}

static enum error begin(struct reader *reader, bool last)
{
    const char *bytes = (const char *)reader->buffer;

    if (reader->begun)
        return OK;
    TRY(reader->format->rules->begin(reader, bytes, bytes + reader->used,
                                     last));
    reader->begun = true;
    return reader->format->rules->restart != NULL
               ? reader->format->rules->restart(reader) : OK;
}

/* Have the format take what is whole; move the rest to the front. */
static enum error take(struct reader *reader, bool last)
{
    const struct format_rules *rules = reader->format->rules;
    const char *at = (const char *)reader->buffer;
    size_t taken;

    memset(reader->buffer + reader->used, 0, BUFFER_PADDING);
    TRY(skip_mark(reader));
    memset(reader->buffer + reader->used, 0, BUFFER_PADDING);
    if (rules->is_text)
        TRY(check_text(reader, last));
    if (rules->is_text && !reader->begun && !last
        && memchr(at, '\n', reader->used) == NULL
        && memchr(at, '\r', reader->used) == NULL)
        return grow(reader);
    TRY(begin(reader, last));
    TRY(rules->take(reader, at, at + reader->used, last, &at));
    taken = (size_t)(at - (const char *)reader->buffer);
    if (taken == 0 && reader->used == reader->room && !last)
        return grow(reader);
    reader->used -= taken;
    reader->offset += taken;
    reader->checked -= reader->checked < taken ? reader->checked : taken;
    memmove(reader->buffer, reader->buffer + taken, reader->used);
    return OK;
}

/* An error ends the reading; that something is too big is a fault as well. */
static enum error finish(struct reader *reader, enum error error)
{
    if (error == ERR_TOO_BIG && reader->faults->total == 0)
        fault_add_at(reader->faults, "", reader->line, 1, FAULT_TOO_LARGE, NULL,
                     "the table is larger than %" PRIu64 " bytes, the most "
                     "that is stored", reader->table.bytes_max);
    if (error != OK)
        reader->error = error;
    return error;
}

enum error reader_push(struct reader *reader, const void *bytes, size_t count)
{
    const unsigned char *from = bytes;

    assert(!reader->ended);
    if (reader->error != OK)
        return reader->error;
    while (count > 0) {
        size_t room = reader->room - reader->used;
        size_t taken = count < room ? count : room;

        memcpy(reader->buffer + reader->used, from, taken);
        reader->used += taken;
        from += taken;
        count -= taken;
        if (reader->used == reader->room) {
            enum error error = take(reader, false);

            if (error != OK)
                return finish(reader, error);
        }
    }
    return OK;
}

/* A word in a column of numbers is a slip, and no reason to take the numbers
 * for words. */
static enum error check_slips(struct reader *reader)
{
    char storage[COLUMN_NAME_ROOM];

    for (size_t c = 0; c < reader->table.column_count; c++) {
        const struct table_column *column = &reader->table.columns[c];
        uint64_t numbers = column->numbers_as_words
                           + (uint64_t)column->statistics.count;

        if (column->words_seen == 0 || numbers < SLIP_NUMBERS_MIN
            || column->words_seen * SLIP_NUMBERS_MIN > numbers)
            continue;
        TRY(reader_fault(reader, column->word_line, column->word_column,
                         FAULT_WRONG_TYPE, "missing_words",
                         "this is no number, as %" PRIu64 " other cells of "
                         "column %s are (%" PRIu64 " are not): if it stands "
                         "for a missing value, add it to missing_words",
                         numbers, table_column_name(&reader->table, c, storage),
                         column->words_seen));
    }
    return OK;
}

static enum error end(struct reader *reader)
{
    TRY(take(reader, true));
    if (reader->format->rules->end != NULL)
        TRY(reader->format->rules->end(reader));
    TRY(table_flush(&reader->table));
    if (reader->pass == 0)
        TRY(check_slips(reader));
    if (reader->faults->total > 0)
        return ERR_INVALID;
    if (reader->table.wants_again)
        return OK;
    TRY(table_settle(&reader->table, reader->line, reader->faults));
    return table_store(&reader->table);
}

enum error reader_end(struct reader *reader)
{
    assert(!reader->ended);
    reader->ended = true;
    if (reader->error != OK)
        return reader->error;
    return finish(reader, end(reader));
}

bool reader_wants_again(const struct reader *reader)
{
    return reader->ended && reader->error == OK && reader->table.wants_again;
}

enum error reader_again(struct reader *reader)
{
    assert(reader_wants_again(reader));
    reader->ended = false;
    reader->pass++;
    reader->used = 0;
    reader->checked = 0;
    reader->offset = 0;
    reader->line = 1;
    TRY(finish(reader, table_again(&reader->table)));
    return reader->format->rules->restart != NULL
               ? finish(reader, reader->format->rules->restart(reader)) : OK;
}

uint64_t reader_bytes(const struct reader *reader)
{
    return reader->table.bytes;
}
