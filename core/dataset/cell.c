/* cell.c - the text of a cell: missing, a number, or a word. */
#include <string.h>

#include "core/base/decimal.h"
#include "core/dataset/format.h"

bool reader_is_missing(const struct reader *reader, const char *text,
                       size_t bytes)
{
    const struct reader_options *options = &reader->options;

    if (bytes == 0)
        return reader->empty_is_missing;
    if (!reader->starts_missing[(unsigned char)text[0]])
        return false;
    for (size_t i = 0; i < options->missing_word_count; i++)
        if (strlen(options->missing_words[i]) == bytes
            && memcmp(options->missing_words[i], text, bytes) == 0)
            return true;
    return false;
}

enum error reader_missing(struct reader *reader, size_t column, uint64_t line,
                          size_t place, bool *ret_drops)
{
    char storage[COLUMN_NAME_ROOM];

    table_missing(&reader->table, column, line, place);
    if (reader->options.missing == MISSING_DROP)
        *ret_drops = true;
    if (reader->options.missing != MISSING_ERROR)
        return OK;
    return reader_fault(reader, line, place, FAULT_REQUIRED,
                        "missing=keep, mean or drop",
                        "column %s has no value here",
                        table_column_name(&reader->table, column, storage));
}

/* Whether the text is a number, to its end. */
static bool read_number(const char *text, size_t bytes, char point,
                        struct decimal *ret)
{
    return decimal_read(text, point, ret) == text + bytes;
}

/* The same where the point is not known yet: the first number decides. */
static bool find_number(struct reader *reader, const char *text, size_t bytes,
                        struct decimal *ret)
{
    if (read_number(text, bytes, reader->point, ret)) {
        if (reader->point_is_open && memchr(text, '.', bytes) != NULL)
            reader->point_is_open = false;
        return true;
    }
    if (!reader->point_is_open || !read_number(text, bytes, ',', ret))
        return false;
    reader->point = ',';
    reader->point_is_open = false;
    return true;
}

static bool may_be_number(char first)
{
    return (first >= '0' && first <= '9') || first == '-' || first == '+'
           || first == '.' || first == ',';
}

enum error reader_cell(struct reader *reader, size_t column, const char *text,
                       size_t bytes, uint64_t line, size_t place,
                       bool *ret_drops)
{
    struct table *table = &reader->table;
    struct table_column *c = &table->columns[column];
    struct decimal number;
    bool is_number;

    if (reader_is_missing(reader, text, bytes))
        return reader_missing(reader, column, line, place, ret_drops);
    if (!table_has_words(table, column) || reader->pass == 0) {
        is_number = bytes > 0 && may_be_number(text[0])
                    && find_number(reader, text, bytes, &number);
        if (is_number && !table_has_words(table, column)) {
            if (isinf(number.value))
                return reader_fault(reader, line, place, FAULT_OUT_OF_RANGE,
                                    NULL, "%.*s is beyond the largest number, "
                                    "1.8e308", (int)(bytes < 60 ? bytes : 60),
                                    text);
            table_number(table, column, number.value, number.whole);
            return OK;
        }
        if (is_number) {
            c->numbers_as_words++;
        } else if (c->words_seen++ == 0) {
            c->word_line = line;
            c->word_column = place;
        }
    }
    return table_word(table, column, text, bytes);
}
