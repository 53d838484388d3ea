/*
 * dataset.h - a table as it is stored: its columns, what was found out about
 * them, and its cells, read from the bytes where they lie (a mapped file).
 *
 * A dense dataset is a matrix of rows and columns. A sparse one (LIBSVM) has
 * the columns "label" and, where the file has it, "qid", and beside them
 * `features` unnamed ones of which only what is not zero is stored.
 */
#ifndef CORE_DATASET_DATASET_H
#define CORE_DATASET_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"

enum {
    DISTINCT_MAX = 1000,       /* different words of a category, or integers
                                  that are kept */
    DATASET_COLUMNS_MAX = 1 << 18,
    PREVIEW_ROWS = 100,        /* of which the text columns are kept */
    WHOLE_BITS = 53,           /* integers lie within 2^53 */
};

#define DATASET_ROWS_MAX UINT32_MAX /* rows are counted in 32 bits */

enum column_kind {
    COLUMN_INTEGER,            /* whole, within 2^53 */
    COLUMN_NUMBER,
    COLUMN_CATEGORY,           /* one of at most DISTINCT_MAX words */
    COLUMN_TEXT,               /* for people only: no feature, no target */
    COLUMN_KINDS
};

struct column {
    const char *name;
    enum column_kind kind;
    uint64_t missing;          /* cells without a value */
    /* Of the numbers and integers that are there; NAN of words, and where no
     * cell has a value. The deviation is that of a sample of one less. */
    double mean, deviation, min, max;
    size_t distinct;           /* different values; 0: more than DISTINCT_MAX,
                                  or never counted (numbers, text) */
    const char *const *words;  /* [distinct] of a category, sorted by byte */
    const double *integers;    /* [distinct] of an integer column, ascending;
                                  NULL where there are more */
    double fill;               /* stands for a missing value, as the upload
                                  asked ("missing=mean"); NAN: nothing does */
};

/* What was said or found out about the file; as in the answer's `read_as`. */
struct read_as {
    const char *format;        /* "csv", as in format->name; "columns" where
                                  there was no file */
    char delimiter;            /* ',' ';' '\t', or ' ' for blanks; '\0': the
                                  format has none */
    char decimal;              /* '.' or ','; '\0': the format has none */
    bool has_header;           /* of the formats with a delimiter */
    unsigned base;             /* of LIBSVM's indices */
    const char *missing;       /* "error", "keep", "mean" or "drop" */
    uint64_t dropped;          /* rows, by "drop" */
};

enum element { ELEMENT_FLOAT64, ELEMENT_FLOAT32, ELEMENT_BYTE, ELEMENTS };

struct dataset {
    uint64_t rows;
    size_t column_count;
    const struct column *columns;
    bool sparse;
    uint64_t nonzeros;         /* stored entries of a sparse one, else 0 */
    size_t features;           /* of a sparse one its width, else the columns
                                  that are no text */
    uint64_t missing;          /* cells that still have no value: the job must
                                  say what becomes of them */
    struct read_as read_as;
    uint64_t bytes;            /* of the stored form */

    /*
     * The cells, in the stored bytes. Column c of row r is element
     * r * row_stride + c * column_stride of `cells`: a number, NAN where it is
     * missing, or the code of a word, from 0 in order of appearance.
     */
    enum element element;
    const void *cells;
    size_t row_stride, column_stride;
    const uint32_t *const *ranks; /* [column_count] of a category [distinct]:
                                  the place in `words` of a code; else NULL */
    /* Of a sparse one: the entries of row r are those from offsets[r] up to,
     * without, offsets[r + 1]; columns from 0, ascending in a row. */
    const uint64_t *offsets;   /* [rows + 1] */
    const uint32_t *indices;   /* [nonzeros] */
    const double *values;      /* [nonzeros] */

    const struct dataset_texts *texts; /* of view.c alone */
};

/*
 * Read the stored form from where it lies. Every offset and count is checked
 * first, so that no bytes, however hostile, lead outside; the cells are not
 * looked at (a code that is no word's is read as missing, an index beyond the
 * features is refused by whoever loads the rows).
 *
 *   bytes  [count]  in   aligned to 64; they must outlive the view
 *
 * Fails   ERR_CORRUPT when it is no stored form, or a damaged one; ERR_NEWER
 *         when a later version wrote it; ERR_MEMORY
 * Owns    names and tables live in `arena`, cells in `bytes`
 * Thread  any; a view can be read by many
 * Cost    O(columns + words); no pass over the cells
 */
MUST_CHECK enum error dataset_view(struct arena *arena, const void *bytes,
                                   size_t count, struct dataset *ret);

enum cell_state { CELL_MISSING, CELL_NUMBER, CELL_WORD, CELL_NOT_KEPT };

struct cell {
    enum cell_state state;
    double number;             /* of CELL_NUMBER */
    const char *word;          /* of CELL_WORD */
};

/* The cell of row < rows and column < column_count; of a text column only the
 * first PREVIEW_ROWS rows are kept. What stands for missing values (`fill`) is
 * given instead of them. */
struct cell dataset_cell(const struct dataset *dataset, uint64_t row,
                         size_t column);

/* The place of the column called `name`, or column_count. */
size_t dataset_column(const struct dataset *dataset, const char *name);

/* Write column `column`, numbers or integers, to ret[rows]; a missing value
 * is its column's `fill`, or NAN. */
void dataset_numbers(const struct dataset *dataset, size_t column,
                     double *ret);

/* "number", "integer", "category", "text". */
const char *column_kind_name(enum column_kind kind);

#endif
