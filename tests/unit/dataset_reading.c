/* dataset_reading.c - reads files in memory, in pieces, to a dataset. */
#include "tests/unit/dataset_reading.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"

/* One name=value of a query. */
static void set_option(struct dataset_reading *reading,
                       struct reader_options *options, const char *text,
                       size_t bytes)
{
    char copy[200], *value;

    assert_true(bytes < sizeof copy);
    memcpy(copy, text, bytes);
    copy[bytes] = '\0';
    value = strchr(copy, '=');
    assert_non_null(value);
    *value++ = '\0';
    assert_int_equal(reader_option_set(options, &reading->arena, copy, value,
                                       "", &reading->faults), OK);
}

static enum error push_all(struct reader *reader, const char *bytes,
                           size_t count, size_t piece)
{
    for (size_t at = 0; at < count; at += piece) {
        size_t taken = count - at < piece ? count - at : piece;

        TRY(reader_push(reader, bytes + at, taken));
    }
    return reader_end(reader);
}

static enum error read_all(struct dataset_reading *reading,
                           struct reader *reader, const void *bytes,
                           size_t count, size_t piece)
{
    TRY(push_all(reader, bytes, count, piece));
    reading->passes = 1;
    while (reader_wants_again(reader)) {
        reading->passes++;
        TRY(reader_again(reader));
        TRY(push_all(reader, bytes, count, piece));
    }
    assert_int_equal(reading->stored.count, reader_bytes(reader));
    return OK;
}

void read_dataset(struct dataset_reading *reading, const char *format,
                  const char *query, const void *bytes, size_t count,
                  size_t piece)
{
    struct reader_options options = READER_OPTIONS_NONE;
    struct sink sink = {&reading->stored, sink_memory_write};
    struct reader *reader = NULL;

    memset(reading, 0, sizeof *reading);
    arena_init(&reading->arena, 0);
    faults_init(&reading->faults, &reading->arena);
    reading->stored.arena = &reading->arena;
    while (*query != '\0') {
        size_t length = strcspn(query, "&");

        set_option(reading, &options, query, length);
        query += length + (query[length] == '&');
    }
    assert_non_null(format_by_name(format));
    assert_int_equal(reader_new(format_by_name(format), &options, 1 << 30,
                                &sink, &reading->faults, &reader), OK);
    reading->error = read_all(reading, reader, bytes, count,
                              piece > 0 ? piece : count + 1);
    reader_free(reader);
    if (reading->error == OK) {
        assert_int_equal(reading->faults.total, 0);
        assert_int_equal(dataset_view(&reading->arena, reading->stored.bytes,
                                      reading->stored.count, &reading->data),
                         OK);
    } else {
        assert_true(reading->faults.total > 0);
    }
}

void read_dataset_text(struct dataset_reading *reading, const char *format,
               const char *query, const char *text)
{
    read_dataset(reading, format, query, text, strlen(text), 0);
}

void dataset_reading_fini(struct dataset_reading *reading)
{
    arena_fini(&reading->arena);
}

double dataset_reading_number(const struct dataset_reading *reading, size_t row,
                      size_t column)
{
    struct cell cell = dataset_cell(&reading->data, row, column);

    if (cell.state == CELL_MISSING)
        return NAN;
    assert_int_equal(cell.state, CELL_NUMBER);
    return cell.number;
}

const char *dataset_reading_word(const struct dataset_reading *reading, size_t row,
                         size_t column)
{
    struct cell cell = dataset_cell(&reading->data, row, column);

    assert_int_equal(cell.state, CELL_WORD);
    return cell.word;
}
