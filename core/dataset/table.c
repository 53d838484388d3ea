/* table.c - rows of cells on their way to the stored form. */
#include "core/dataset/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_CELLS = 32768,          /* 256 KiB */
    BLOCK_ROWS_MAX = 1024,
    KEPT_BYTES_MAX = 4 << 20,     /* of all words and integers together */
    TEXT_BYTES_MAX = 240,         /* of a text in the preview */
};

static const size_t element_bytes[ELEMENTS] = {
    [ELEMENT_FLOAT64] = 8, [ELEMENT_FLOAT32] = 4, [ELEMENT_BYTE] = 1,
};

enum error table_init(struct table *table, size_t column_count)
{
    size_t rows = BLOCK_CELLS / column_count;

    assert(column_count > 0 && column_count <= DATASET_COLUMNS_MAX);
    rows = rows < 1 ? 1 : rows > BLOCK_ROWS_MAX ? BLOCK_ROWS_MAX : rows;
    table->columns = calloc(column_count, sizeof *table->columns);
    table->block = malloc(rows * column_count * sizeof *table->block);
    table->packed = table->element == ELEMENT_FLOAT64
                        ? NULL
                        : malloc(rows * column_count * sizeof(float));
    if (table->columns == NULL || table->block == NULL
        || (table->packed == NULL && table->element != ELEMENT_FLOAT64))
        return ERR_MEMORY;
    table->column_count = column_count;
    table->block_rows = rows;
    for (size_t c = 0; c < column_count; c++) /* touched at least once */
        table->block[c] = NAN;
    table->writes = true;
    return OK;
}

static void forget(struct table_column *column)
{
    if (column->words != NULL)
        words_fini(column->words);
    if (column->distinct != NULL)
        distinct_fini(column->distinct);
    free(column->words);
    free(column->distinct);
    column->words = NULL;
    column->distinct = NULL;
}

void table_fini(struct table *table)
{
    for (size_t c = 0; c < table->column_count; c++)
        forget(&table->columns[c]);
    free(table->columns);
    free(table->block);
    free(table->packed);
    table->columns = NULL;
    table->block = NULL;
    table->packed = NULL;
    table->column_count = 0;
}

enum error table_again(struct table *table)
{
    for (size_t c = 0; c < table->column_count; c++) {
        struct table_column *column = &table->columns[c];

        forget(column);
        *column = (struct table_column){.name = column->name,
                                        .kind = column->kind};
    }
    table->block_used = 0;
    table->rows = 0;
    table->kept_bytes = 0;
    table->read_as.dropped = 0;
    table->nonzeros = 0;
    table->writes = true;
    table->wants_again = false;
    return OK;
}

enum error table_write(struct table *table, uint64_t offset,
                       const void *bytes, uint64_t count)
{
    if (offset > table->bytes_max || count > table->bytes_max - offset)
        return ERR_TOO_BIG;
    return count == 0 ? OK
                      : table->sink.write(table->sink.context, offset, bytes,
                                          (size_t)count);
}

/* Cells as the elements that are stored; returns where they lie. */
static const void *pack(struct table *table, const double *cells, size_t count)
{
    if (table->element == ELEMENT_BYTE) {
        unsigned char *bytes = table->packed;

        for (size_t i = 0; i < count; i++)
            bytes[i] = (unsigned char)cells[i];
        return bytes;
    }
    if (table->element == ELEMENT_FLOAT32) {
        float *floats = table->packed;

        for (size_t i = 0; i < count; i++)
            floats[i] = (float)cells[i];
        return floats;
    }
    return cells;
}

/* Statistics and integers of cells of one column. */
static enum error take(struct table *table, struct table_column *column,
                       const double *values, size_t count, size_t stride)
{
    size_t before;

    if (column->kind >= COLUMN_CATEGORY)
        return OK;
    statistics_take(&column->statistics, values, count, stride);
    if (column->kind != COLUMN_INTEGER)
        return OK;
    if (column->distinct == NULL) {
        column->distinct = calloc(1, sizeof *column->distinct);
        if (column->distinct == NULL)
            return ERR_MEMORY;
        table->kept_bytes += sizeof *column->distinct;
    }
    before = column->distinct->slot_count;
    if (table->kept_bytes > KEPT_BYTES_MAX && before == 0)
        column->distinct->overflowed = true;
    TRY(distinct_take(column->distinct, values, count, stride, DISTINCT_MAX));
    table->kept_bytes += (column->distinct->slot_count - before)
                         * sizeof(double);
    return OK;
}

enum error table_flush(struct table *table)
{
    size_t cells = table->block_used * table->column_count;
    uint64_t width = table->column_count * element_bytes[table->element];

    if (cells == 0)
        return OK;
    for (size_t c = 0; c < table->column_count; c++)
        TRY(take(table, &table->columns[c], table->block + c,
                 table->block_used, table->column_count));
    if (table->writes)
        TRY(table_write(table, STORED_CELLS + table->rows * width,
                        pack(table, table->block, cells),
                        table->block_used * width));
    table->rows += table->block_used;
    table->block_used = 0;
    return OK;
}

enum error table_take_column(struct table *table, size_t column,
                             uint64_t first_row, const double *values,
                             size_t count)
{
    uint64_t width = element_bytes[table->element];

    assert(count <= table->block_rows * table->column_count);
    TRY(take(table, &table->columns[column], values, count, 1));
    return table_write(table, STORED_CELLS
                                  + (column * table->rows_stored + first_row)
                                        * width,
                       pack(table, values, count), count * width);
}

static bool has_blank(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if ((unsigned char)text[i] <= ' ')
            return true;
    return false;
}

/* From numbers to words: what went out so far was no word's code. */
static enum error become_words(struct table *table,
                               struct table_column *column)
{
    const double *cells = table->block + (column - table->columns);

    statistics_take(&column->statistics, cells, table->block_used,
                    table->column_count);
    if (column->statistics.count > 0) {
        table->wants_again = true;
        table->writes = false;
    }
    if (column->distinct != NULL)
        distinct_fini(column->distinct);
    column->kind = COLUMN_CATEGORY;
    column->words = calloc(1, sizeof *column->words);
    return column->words != NULL ? OK : ERR_MEMORY;
}

/* The text cut to what a preview keeps, between characters. */
static size_t cut(const char *text, size_t bytes)
{
    if (bytes <= TEXT_BYTES_MAX)
        return bytes;
    bytes = TEXT_BYTES_MAX;
    while (bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80)
        bytes--;
    return bytes;
}

enum error table_word(struct table *table, size_t column, const char *text,
                      size_t bytes)
{
    struct table_column *c = &table->columns[column];
    uint64_t row = table->rows + table->block_used;
    size_t before;
    uint32_t code;
    bool is_new;

    if (c->kind < COLUMN_CATEGORY)
        TRY(become_words(table, c));
    if (c->words == NULL) { /* in a pass that began with the kind */
        c->words = calloc(1, sizeof *c->words);
        if (c->words == NULL)
            return ERR_MEMORY;
    }
    if (bytes > WORD_BYTES_MAX)
        c->kind = COLUMN_TEXT;
    if (c->kind == COLUMN_TEXT && row >= PREVIEW_ROWS) {
        table_row(table)[column] = TABLE_NOT_KEPT;
        return OK;
    }
    if (c->kind == COLUMN_TEXT)
        bytes = cut(text, bytes);
    before = words_bytes(c->words);
    TRY(words_intern(c->words, text, bytes, DISTINCT_MAX, &code, &is_new));
    if (is_new) {
        c->has_blank = c->has_blank || has_blank(text, bytes);
        table->kept_bytes += words_bytes(c->words) - before;
        if (table->kept_bytes > KEPT_BYTES_MAX && row >= PREVIEW_ROWS)
            c->kind = COLUMN_TEXT;
    }
    if (code == DISTINCT_MAX) {
        c->kind = COLUMN_TEXT;
        table_row(table)[column] = TABLE_NOT_KEPT;
        return OK;
    }
    table_row(table)[column] = code;
    return OK;
}

void table_count_missing(struct table *table, size_t column, size_t line,
                         size_t place)
{
    struct table_column *c = &table->columns[column];

    if (c->missing++ == 0) {
        c->missing_line = line;
        c->missing_column = place;
    }
}

void table_missing(struct table *table, size_t column, size_t line,
                   size_t place)
{
    table_row(table)[column] = NAN;
    table_count_missing(table, column, line, place);
}

void table_drop(struct table *table)
{
    const double *row = table_row(table);

    for (size_t c = 0; c < table->column_count; c++)
        if (isnan(row[c]))
            table->columns[c].missing--;
    table->read_as.dropped++;
}

const char *table_column_name(const struct table *table, size_t column,
                              char storage[COLUMN_NAME_ROOM])
{
    char digits[COLUMN_NAME_ROOM];
    size_t count = 0, number = column + 1, at = 0;

    if (table->columns[column].name != NULL)
        return table->columns[column].name;
    for (; number > 0; number /= 10)
        digits[count++] = (char)('0' + number % 10);
    storage[at++] = 'c';
    while (count > 0)
        storage[at++] = digits[--count];
    storage[at] = '\0';
    return storage;
}
