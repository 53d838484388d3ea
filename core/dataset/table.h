/*
 * table.h - rows of cells on their way to the stored form: what every parser
 * writes to, and where kinds, statistics and words are found.
 *
 * A parser fills the cells of table_row() and commits it; rows go out in
 * blocks. A cell is a number, the code of a word, TABLE_NOT_KEPT, or NAN where
 * it is missing.
 */
#ifndef CORE_DATASET_TABLE_H
#define CORE_DATASET_TABLE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/dataset/dataset.h"
#include "core/dataset/distinct.h"
#include "core/dataset/reader.h"
#include "core/dataset/stored.h"
#include "core/dataset/words.h"

#define TABLE_NOT_KEPT (-1.0)  /* a text behind the preview */

/* Count, mean, sum of squared deviations and extremes of numbers. */
struct statistics {
    double count, mean, squares, min, max;
};

struct table_column {
    const char *name;          /* NULL: c1, c2, … by its place */
    enum column_kind kind;     /* as far as was seen; it only rises */
    bool has_blank;            /* some word has a blank inside */
    struct statistics statistics;
    struct words *words;
    struct distinct *distinct;
    uint64_t missing;
    uint64_t missing_line, missing_column; /* of the first one; 0: none */
    uint64_t numbers_as_words; /* cells of a column of words that are numbers */
    uint64_t words_seen;       /* the other ones, missing ones not counted */
    uint64_t word_line, word_column; /* of the first of these */
};

struct table {
    struct sink sink;
    uint64_t bytes_max;
    enum missing_policy missing;
    enum element element;
    bool column_major, sparse;
    struct read_as read_as;

    struct table_column *columns;
    size_t column_count;

    double *block;             /* [block_rows][column_count] */
    size_t block_rows, block_used;
    void *packed;              /* a block of bytes or float32, to be written */
    uint64_t rows;             /* that went out */
    uint64_t rows_stored;      /* of a column-major file, as it says */
    size_t kept_bytes;         /* of words and integers, against the budget */

    bool writes;               /* still true in this pass: what is written is
                                  what will be stored */
    bool wants_again;          /* some column is of words, but was not so at
                                  its first rows */
    size_t features;           /* of a sparse one */
    uint64_t nonzeros;
    uint64_t offsets_at, indices_at, values_at, numbers_end;
    uint64_t bytes;            /* of the stored form, at the end */
};

/* Prepare for columns without names, all of integers so far. Fails ERR_MEMORY.
 * table_fini() frees it all. */
MUST_CHECK enum error table_init(struct table *table, size_t column_count);
void table_fini(struct table *table);

/* Begin another pass: kinds stay, all else is as after table_init(). */
MUST_CHECK enum error table_again(struct table *table);

/* The row that is being filled. */
static inline double *table_row(struct table *table)
{
    return table->block + table->block_used * table->column_count;
}

/* Write out the rows so far. */
MUST_CHECK enum error table_flush(struct table *table);

/* The row is whole. */
MUST_CHECK static inline enum error table_commit(struct table *table)
{
    return ++table->block_used < table->block_rows ? OK : table_flush(table);
}

/* Whether numbers of the column are words. */
static inline bool table_has_words(const struct table *table, size_t column)
{
    return table->columns[column].kind >= COLUMN_CATEGORY;
}

/* Set a cell of the row to a number; the column has no words. */
static inline void table_number(struct table *table, size_t column,
                                double value, bool whole)
{
    table_row(table)[column] = value;
    if (!whole && table->columns[column].kind == COLUMN_INTEGER)
        table->columns[column].kind = COLUMN_NUMBER;
}

/* Set a cell of the row to a word; from now on the column is one of words.
 * Fails ERR_MEMORY. */
MUST_CHECK enum error table_word(struct table *table, size_t column,
                                 const char *text, size_t bytes);

/* Set a cell to missing, or count one that is set: its place is remembered. */
void table_missing(struct table *table, size_t column, size_t line,
                   size_t place);
void table_count_missing(struct table *table, size_t column, size_t line,
                         size_t place);

/* Leave the row out, for its missing cells; begin it anew. */
void table_drop(struct table *table);

/* Take `count` cells of one column of a column-major table. */
MUST_CHECK enum error table_take_column(struct table *table, size_t column,
                                        uint64_t first_row,
                                        const double *values, size_t count);

/* Settle the kinds; tell what is wrong with the whole. The last fault's place
 * is line and column. Fails ERR_INVALID, ERR_MEMORY, the sink's. */
MUST_CHECK enum error table_settle(struct table *table, size_t line,
                                   struct faults *faults);

/* Write what stands behind the numbers, and the header. */
MUST_CHECK enum error table_store(struct table *table);

/* Merge the statistics of values[0], values[stride], …. */
void statistics_take(struct statistics *statistics, const double *values,
                     size_t count, size_t stride);

/* Bytes to the sink; past the most, ERR_TOO_BIG. */
MUST_CHECK enum error table_write(struct table *table, uint64_t offset,
                                  const void *bytes, uint64_t count);

/* The name of a column, its own or c1, c2, …, in the caller's storage. */
enum { COLUMN_NAME_ROOM = 24 };
const char *table_column_name(const struct table *table, size_t column,
                              char storage[COLUMN_NAME_ROOM]);

#endif
