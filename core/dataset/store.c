/* store.c - settles what the columns are, and writes the end of the stored
 * form. */
#include "core/dataset/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/fault.h"

enum { PIECE_BYTES = 1 << 16 };

static const double text_share = 0.9; /* of different values, with blanks */
static const double whole_max = 0x1p53;

static const char *const format_names[] = {
    "columns", "csv", "tsv", "libsvm", "ndjson", "npy", "idx",
};

const char *stored_format_name(uint64_t number)
{
    return number < sizeof format_names / sizeof *format_names
               ? format_names[number] : NULL;
}

uint64_t stored_format_number(const char *name)
{
    uint64_t number = 0;

    while (strcmp(format_names[number], name) != 0) {
        number++;
        assert(number < sizeof format_names / sizeof *format_names);
    }
    return number;
}

uint64_t stored_checksum(uint64_t checksum, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;

    for (; count > 0; at += 8) {
        uint64_t part = 0;
        size_t taken = count < 8 ? count : 8;

        memcpy(&part, at, taken);
        checksum = (checksum ^ part) * UINT64_C(0x9E3779B97F4A7C15);
        checksum ^= checksum >> 29;
        count -= taken;
    }
    return checksum;
}

static uint64_t rows_of(const struct table *table)
{
    return table->column_major ? table->rows_stored : table->rows;
}

/* The kind that the whole column has. */
static void settle(struct table *table, struct table_column *column)
{
    const struct statistics *s = &column->statistics;
    double present = (double)rows_of(table);

    switch (column->kind) {
    case COLUMN_INTEGER:
        if (s->count == 0
            || !(s->max <= whole_max && s->min >= -whole_max)
            || (table->missing == MISSING_MEAN && s->count < present
                && s->mean != (double)(int64_t)s->mean))
            column->kind = COLUMN_NUMBER;
        break;
    case COLUMN_CATEGORY:
        present -= (double)column->missing;
        if (column->has_blank
            && (double)column->words->count > text_share * present)
            column->kind = COLUMN_TEXT;
        break;
    default:
        break;
    }
}

enum error table_settle(struct table *table, size_t line,
                        struct faults *faults)
{
    char storage[COLUMN_NAME_ROOM];
    size_t before = faults->total;

    if (rows_of(table) == 0) {
        fault_add_at(faults, "", line, 1, FAULT_REQUIRED, NULL,
                     table->read_as.dropped > 0
                         ? "no row is left: each has a missing value"
                         : "there is no row: at least one is needed");
        return ERR_INVALID;
    }
    for (size_t c = 0; c < table->column_count; c++) {
        struct table_column *column = &table->columns[c];

        settle(table, column);
        if (table->missing == MISSING_MEAN && column->missing_line > 0
            && (column->kind >= COLUMN_CATEGORY
                || column->statistics.count == 0))
            fault_add_at(faults, "", column->missing_line,
                         column->missing_column,
                         FAULT_CONFLICT, "missing=drop",
                         "column %s has no mean that could stand for a "
                         "missing value: %s",
                         table_column_name(table, c, storage),
                         column->kind >= COLUMN_CATEGORY
                             ? "it holds words" : "it holds nothing");
    }
    return faults->total == before ? OK : ERR_INVALID;
}

/* A piece of the stored form's end, written when it is full. */
struct piece {
    struct table *table;
    uint64_t at, checksum;     /* of what was written */
    size_t used;
    unsigned char bytes[PIECE_BYTES];
};

static enum error piece_flush(struct piece *piece)
{
    size_t used = piece->used;

    if (used == 0)
        return OK;
    TRY(table_write(piece->table, piece->at, piece->bytes, used));
    piece->checksum = stored_checksum(piece->checksum, piece->bytes, used);
    piece->at += used;
    piece->used = 0;
    return OK;
}

static enum error piece_add(struct piece *piece, const void *bytes,
                            size_t count)
{
    const unsigned char *from = bytes;

    while (count > 0) {
        size_t room = PIECE_BYTES - piece->used;
        size_t taken = count < room ? count : room;

        memcpy(piece->bytes + piece->used, from, taken);
        piece->used += taken;
        from += taken;
        count -= taken;
        if (piece->used == PIECE_BYTES)
            TRY(piece_flush(piece));
    }
    return OK;
}

/* Zeros up to the next array, whose offset is returned in `ret_at`. */
static enum error piece_align(struct piece *piece, uint64_t *ret_at)
{
    static const unsigned char zeros[STORED_ALIGNMENT];
    uint64_t at = piece->at + piece->used;

    TRY(piece_add(piece, zeros, (size_t)(stored_align(at) - at)));
    *ret_at = piece->at + piece->used;
    return OK;
}

/* Words that are stored: of a text column those of the preview. */
static size_t words_stored(const struct table_column *column)
{
    size_t count = column->words != NULL ? column->words->count : 0;

    if (column->kind < COLUMN_CATEGORY)
        return 0;
    return column->kind == COLUMN_TEXT && count > PREVIEW_ROWS ? PREVIEW_ROWS
                                                               : count;
}

static size_t integers_stored(const struct table_column *column)
{
    return column->kind == COLUMN_INTEGER && column->distinct != NULL
                   && !column->distinct->overflowed
               ? column->distinct->count : 0;
}

static enum error store_columns(struct table *table, struct piece *piece,
                                struct stored_header *header)
{
    uint64_t pool = 0;
    char storage[COLUMN_NAME_ROOM];

    for (size_t c = 0; c < table->column_count; c++) {
        const struct table_column *column = &table->columns[c];
        const struct statistics *s = &column->statistics;
        bool numbers = column->kind < COLUMN_CATEGORY && s->count > 0;
        struct stored_column stored = {
            .name = pool, .kind = column->kind,
            .missing = column->missing,
            .mean = numbers ? s->mean : NAN,
            .deviation = numbers && s->count > 1
                             ? sqrt(s->squares / (s->count - 1))
                             : numbers ? 0 : NAN,
            .min = numbers ? s->min : NAN, .max = numbers ? s->max : NAN,
            .fill = NAN,
            .words_first = header->words, .words = words_stored(column),
            .integers_first = header->integers,
            .integers = integers_stored(column),
        };

        if (table->missing == MISSING_MEAN && stored.missing > 0)
            stored.fill = s->mean;
        else
            header->missing += stored.missing;
        stored.distinct = column->kind == COLUMN_CATEGORY ? stored.words
                                                          : stored.integers;
        pool += strlen(table_column_name(table, c, storage)) + 1;
        header->words += stored.words;
        header->integers += stored.integers;
        TRY(piece_add(piece, &stored, sizeof stored));
    }
    header->pool_bytes = pool;
    return OK;
}

static enum error store_words(struct table *table, struct piece *piece,
                              struct stored_header *header)
{
    for (size_t c = 0; c < table->column_count; c++)
        for (size_t w = 0; w < words_stored(&table->columns[c]); w++) {
            uint64_t offset = header->pool_bytes;

            TRY(piece_add(piece, &offset, sizeof offset));
            header->pool_bytes += table->columns[c].words->items[w].bytes + 1;
        }
    return OK;
}

struct ranked {
    const char *text;
    uint32_t code;
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct ranked *)a)->text,
                  ((const struct ranked *)b)->text);
}

/* The place of each code among its column's words. */
static enum error store_ranks(struct table *table, struct piece *piece)
{
    struct ranked ranked[DISTINCT_MAX];
    uint32_t ranks[DISTINCT_MAX];

    for (size_t c = 0; c < table->column_count; c++) {
        const struct table_column *column = &table->columns[c];
        size_t count = words_stored(column);

        for (size_t w = 0; w < count; w++)
            ranked[w] = (struct ranked){words_text(column->words, w),
                                        (uint32_t)w};
        qsort(ranked, count, sizeof *ranked, compare);
        for (size_t w = 0; w < count; w++)
            ranks[ranked[w].code] = (uint32_t)w;
        TRY(piece_add(piece, ranks, count * sizeof *ranks));
    }
    return OK;
}

static enum error store_integers(struct table *table, struct piece *piece)
{
    double integers[DISTINCT_MAX];

    for (size_t c = 0; c < table->column_count; c++) {
        size_t count = integers_stored(&table->columns[c]);

        if (count == 0)
            continue;
        distinct_sorted(table->columns[c].distinct, integers);
        TRY(piece_add(piece, integers, count * sizeof *integers));
    }
    return OK;
}

static enum error store_pool(struct table *table, struct piece *piece)
{
    char storage[COLUMN_NAME_ROOM];

    for (size_t c = 0; c < table->column_count; c++) {
        const char *name = table_column_name(table, c, storage);

        TRY(piece_add(piece, name, strlen(name) + 1));
    }
    for (size_t c = 0; c < table->column_count; c++) {
        const struct table_column *column = &table->columns[c];

        for (size_t w = 0; w < words_stored(column); w++)
            TRY(piece_add(piece, words_text(column->words, w),
                          column->words->items[w].bytes + 1));
    }
    return OK;
}

static struct stored_header begin_header(const struct table *table)
{
    const struct read_as *as = &table->read_as;

    return (struct stored_header){
        .magic = STORED_MAGIC, .version = STORED_VERSION,
        .rows = rows_of(table), .columns = table->column_count,
        .features = table->features, .nonzeros = table->nonzeros,
        .dropped = as->dropped,
        .flags = (table->sparse ? STORED_SPARSE : 0u)
                 | (table->column_major ? STORED_COLUMN_MAJOR : 0u)
                 | (as->has_header ? STORED_HAS_HEADER : 0u),
        .element = table->element,
        .format = stored_format_number(as->format),
        .delimiter = (unsigned char)as->delimiter,
        .decimal = (unsigned char)as->decimal, .base = as->base,
        .missing_policy = table->missing,
        .offsets_at = table->offsets_at, .indices_at = table->indices_at,
        .values_at = table->values_at,
    };
}

enum error table_store(struct table *table)
{
    struct piece *piece = calloc(1, sizeof *piece);
    struct stored_header header = begin_header(table);
    uint64_t width = table->element == ELEMENT_FLOAT64   ? 8
                     : table->element == ELEMENT_FLOAT32 ? 4 : 1;
    enum error error = OK;

    if (piece == NULL)
        return ERR_MEMORY;
    piece->table = table;
    piece->at = table->sparse ? table->numbers_end
                              : STORED_CELLS + header.rows * header.columns
                                               * width;
#define STEP(call) error = error == OK ? (call) : error
    STEP(piece_align(piece, &header.columns_at));
    STEP(piece_flush(piece));
    piece->checksum = 0; /* of what follows */
    STEP(store_columns(table, piece, &header));
    STEP(piece_align(piece, &header.word_offsets_at));
    STEP(store_words(table, piece, &header));
    STEP(piece_align(piece, &header.ranks_at));
    STEP(store_ranks(table, piece));
    STEP(piece_align(piece, &header.integers_at));
    STEP(store_integers(table, piece));
    STEP(piece_align(piece, &header.pool_at));
    STEP(store_pool(table, piece));
    STEP(piece_align(piece, &header.bytes));
    STEP(piece_flush(piece));
#undef STEP
    header.checksum = stored_checksum(piece->checksum, &header, sizeof header);
    free(piece);
    TRY(error);
    table->bytes = header.bytes;
    return table_write(table, 0, &header, sizeof header);
}
