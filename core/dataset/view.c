/*
 * view.c - the stored form, read where it lies.
 *
 * Nothing in the bytes is believed: first all offsets and counts are checked
 * against the length, then the texts' zeros and the ranks, then tables of
 * pointers are made.
 */
#include "core/dataset/dataset.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/dataset/cells.h"
#include "core/dataset/reader.h"
#include "core/dataset/stored.h"

struct dataset_texts {
    const char *const *const *words; /* [column_count] by code, [counts] */
    const size_t *counts;
};

static const size_t element_bytes[ELEMENTS] = {
    [ELEMENT_FLOAT64] = 8, [ELEMENT_FLOAT32] = 4, [ELEMENT_BYTE] = 1,
};

/* The arrays of a stored form, as found. */
struct arrays {
    const unsigned char *bytes;
    struct stored_header header;
    const struct stored_column *columns;
    const uint64_t *word_offsets;
    const uint32_t *ranks;
    const double *integers;
    const char *pool;
};

/* Whether count elements of `size` lie within the bytes, aligned. */
static bool fits(const struct stored_header *header, uint64_t at,
                 uint64_t count, uint64_t size)
{
    uint64_t bytes;

    return at % STORED_ALIGNMENT == 0
           && !__builtin_mul_overflow(count, size, &bytes)
           && at <= header->bytes && bytes <= header->bytes - at;
}

static bool is_sparse(const struct stored_header *header)
{
    return (header->flags & STORED_SPARSE) != 0;
}

static bool arrays_fit(const struct stored_header *h)
{
    uint64_t cells;

    if (h->element >= ELEMENTS || h->columns == 0
        || h->columns > DATASET_COLUMNS_MAX || h->rows == 0
        || h->rows > DATASET_ROWS_MAX || h->missing_policy >= MISSING_POLICIES
        || stored_format_name(h->format) == NULL
        || h->features > UINT32_MAX || h->delimiter > 127 || h->decimal > 127
        || __builtin_mul_overflow(h->rows, h->columns, &cells)
        || !fits(h, STORED_CELLS, cells, element_bytes[h->element])
        || !fits(h, h->columns_at, h->columns, sizeof(struct stored_column))
        || !fits(h, h->word_offsets_at, h->words, 8)
        || !fits(h, h->ranks_at, h->words, 4)
        || !fits(h, h->integers_at, h->integers, 8)
        || !fits(h, h->pool_at, h->pool_bytes, 1))
        return false;
    return !is_sparse(h)
           || (fits(h, h->offsets_at, h->rows + 1, 8)
               && fits(h, h->indices_at, h->nonzeros, 4)
               && fits(h, h->values_at, h->nonzeros, 8));
}

static bool checksum_holds(const struct arrays *a)
{
    struct stored_header header = a->header;
    uint64_t sum = stored_checksum(0, a->bytes + header.columns_at,
                                   header.bytes - header.columns_at);

    header.checksum = 0;
    return stored_checksum(sum, &header, sizeof header) == a->header.checksum;
}

/* Counts of words and integers add up, texts begin in the pool. */
static bool columns_hold(const struct arrays *a)
{
    uint64_t words = 0, integers = 0;

    if (a->header.pool_bytes == 0
        || a->pool[a->header.pool_bytes - 1] != '\0')
        return false;
    for (uint64_t c = 0; c < a->header.columns; c++) {
        const struct stored_column *column = &a->columns[c];

        if (column->kind >= COLUMN_KINDS || column->name >= a->header.pool_bytes
            || column->words > DISTINCT_MAX || column->words_first != words
            || column->integers > DISTINCT_MAX
            || column->integers_first != integers
            || column->missing > a->header.rows
            || column->distinct != (column->kind == COLUMN_CATEGORY
                                        ? column->words : column->integers)
            || (column->kind < COLUMN_CATEGORY && column->words > 0)
            || (column->kind != COLUMN_INTEGER && column->integers > 0))
            return false;
        words += column->words;
        integers += column->integers;
    }
    if (words != a->header.words || integers != a->header.integers)
        return false;
    for (uint64_t w = 0; w < words; w++)
        if (a->word_offsets[w] >= a->header.pool_bytes)
            return false;
    return true;
}

/* The ranks of a column are a permutation; words by rank. */
static bool order_words(const struct arrays *a,
                        const struct stored_column *column,
                        const char **by_code, const char **by_rank)
{
    for (uint64_t w = 0; w < column->words; w++) {
        uint32_t rank = a->ranks[column->words_first + w];

        by_code[w] = a->pool + a->word_offsets[column->words_first + w];
        if (rank >= column->words || by_rank[rank] != NULL)
            return false;
        by_rank[rank] = by_code[w];
    }
    return true;
}

/* Tables in the arena, one entry a column. */
struct tables {
    struct column *columns;
    const uint32_t **ranks;
    const char *const **texts;
    size_t *counts;
    const char **by_code, **by_rank; /* [words] */
    struct dataset_texts *all;
};

static enum error make_tables(struct arena *arena,
                              const struct stored_header *header,
                              struct tables *t)
{
    size_t columns = header->columns;

    t->columns = arena_array(arena, columns, sizeof *t->columns);
    t->ranks = arena_array(arena, columns, sizeof *t->ranks);
    t->texts = arena_array(arena, columns, sizeof *t->texts);
    t->counts = arena_array(arena, columns, sizeof *t->counts);
    t->by_code = arena_array(arena, header->words + 1, sizeof *t->by_code);
    t->by_rank = arena_array(arena, header->words + 1, sizeof *t->by_rank);
    t->all = ARENA_NEW(arena, struct dataset_texts);
    return t->columns == NULL || t->ranks == NULL || t->texts == NULL
                   || t->counts == NULL || t->by_code == NULL
                   || t->by_rank == NULL || t->all == NULL
               ? ERR_MEMORY : OK;
}

static enum error read_columns(const struct arrays *a, struct tables *t)
{
    for (uint64_t c = 0; c < a->header.columns; c++) {
        const struct stored_column *column = &a->columns[c];
        const char **by_code = t->by_code + column->words_first;
        const char **by_rank = t->by_rank + column->words_first;
        bool is_category = column->kind == COLUMN_CATEGORY;

        if (!order_words(a, column, by_code, by_rank))
            return ERR_CORRUPT;
        t->texts[c] = by_code;
        t->counts[c] = column->words;
        t->ranks[c] = is_category ? a->ranks + column->words_first : NULL;
        t->columns[c] = (struct column){
            .name = a->pool + column->name,
            .kind = (enum column_kind)column->kind,
            .missing = column->missing, .mean = column->mean,
            .deviation = column->deviation, .min = column->min,
            .max = column->max, .distinct = column->distinct,
            .fill = column->fill,
            .words = is_category ? by_rank : NULL,
            .integers = column->integers > 0
                            ? a->integers + column->integers_first : NULL,
        };
    }
    *t->all = (struct dataset_texts){(const char *const *const *)t->texts,
                                     t->counts};
    return OK;
}

static size_t count_features(const struct dataset *dataset)
{
    size_t count = 0;

    for (size_t c = 0; c < dataset->column_count; c++)
        count += dataset->columns[c].kind != COLUMN_TEXT;
    return count;
}

static void place_numbers(const struct arrays *a, struct dataset *dataset)
{
    const struct stored_header *h = &a->header;
    bool column_major = (h->flags & STORED_COLUMN_MAJOR) != 0;

    dataset->element = (enum element)h->element;
    dataset->cells = a->bytes + STORED_CELLS;
    dataset->row_stride = column_major ? 1 : h->columns;
    dataset->column_stride = column_major ? h->rows : 1;
    if (!dataset->sparse)
        return;
    dataset->offsets = (const uint64_t *)(a->bytes + h->offsets_at);
    dataset->indices = (const uint32_t *)(a->bytes + h->indices_at);
    dataset->values = (const double *)(a->bytes + h->values_at);
}

static enum error check(const void *bytes, size_t count, struct arrays *a)
{
    assert((uintptr_t)bytes % STORED_ALIGNMENT == 0);
    if (count < STORED_CELLS)
        return ERR_CORRUPT;
    a->bytes = bytes;
    memcpy(&a->header, bytes, sizeof a->header);
    if (a->header.magic != STORED_MAGIC)
        return ERR_CORRUPT;
    if (a->header.version > STORED_VERSION)
        return ERR_NEWER;
    if (a->header.bytes != count || !arrays_fit(&a->header)
        || !checksum_holds(a))
        return ERR_CORRUPT;
    a->columns = (const struct stored_column *)(a->bytes
                                                + a->header.columns_at);
    a->word_offsets = (const uint64_t *)(a->bytes + a->header.word_offsets_at);
    a->ranks = (const uint32_t *)(a->bytes + a->header.ranks_at);
    a->integers = (const double *)(a->bytes + a->header.integers_at);
    a->pool = (const char *)(a->bytes + a->header.pool_at);
    return columns_hold(a) ? OK : ERR_CORRUPT;
}

enum error dataset_view(struct arena *arena, const void *bytes, size_t count,
                        struct dataset *ret)
{
    struct arrays a = {0};
    struct tables t = {0};
    struct dataset d = {0};

    TRY(check(bytes, count, &a));
    TRY(make_tables(arena, &a.header, &t));
    TRY(read_columns(&a, &t));
    d = (struct dataset){
        .rows = a.header.rows, .column_count = a.header.columns,
        .columns = t.columns, .sparse = is_sparse(&a.header),
        .nonzeros = a.header.nonzeros, .missing = a.header.missing,
        .bytes = count, .ranks = t.ranks, .texts = t.all,
        .read_as = {
            .format = stored_format_name(a.header.format),
            .delimiter = (char)a.header.delimiter,
            .decimal = (char)a.header.decimal,
            .has_header = (a.header.flags & STORED_HAS_HEADER) != 0,
            .base = (unsigned)a.header.base,
            .missing = missing_policy_name(
                (enum missing_policy)a.header.missing_policy),
            .dropped = a.header.dropped,
        },
    };
    d.features = d.sparse ? (size_t)a.header.features : count_features(&d);
    place_numbers(&a, &d);
    *ret = d;
    return OK;
}

struct cell dataset_cell(const struct dataset *dataset, uint64_t row,
                         size_t column)
{
    const struct column *c = &dataset->columns[column];
    double value = dataset_raw(dataset, row, column);

    assert(row < dataset->rows && column < dataset->column_count);
    if (c->kind < COLUMN_CATEGORY) {
        if (!isfinite(value))
            value = c->fill;
        return isfinite(value)
                   ? (struct cell){CELL_NUMBER, value, NULL}
                   : (struct cell){CELL_MISSING, 0, NULL};
    }
    if (value >= 0 && value < (double)dataset->texts->counts[column])
        return (struct cell){
            CELL_WORD, 0, dataset->texts->words[column][(size_t)value]};
    return (struct cell){isnan(value) || c->kind == COLUMN_CATEGORY
                             ? CELL_MISSING : CELL_NOT_KEPT, 0, NULL};
}

size_t dataset_column(const struct dataset *dataset, const char *name)
{
    size_t c = 0;

    while (c < dataset->column_count
           && strcmp(dataset->columns[c].name, name) != 0)
        c++;
    return c;
}

void dataset_numbers(const struct dataset *dataset, size_t column, double *ret)
{
    double fill = dataset->columns[column].fill;

    assert(dataset->columns[column].kind < COLUMN_CATEGORY);
    for (uint64_t r = 0; r < dataset->rows; r++) {
        ret[r] = dataset_raw(dataset, r, column);
        if (isnan(ret[r]))
            ret[r] = fill;
    }
}

const char *column_kind_name(enum column_kind kind)
{
    static const char *const names[COLUMN_KINDS] = {
        [COLUMN_INTEGER] = "integer", [COLUMN_NUMBER] = "number",
        [COLUMN_CATEGORY] = "category", [COLUMN_TEXT] = "text",
    };

    assert((unsigned)kind < COLUMN_KINDS);
    return names[kind];
}
