/* matrix.c - files that are one array of numbers in binary. */
#include "core/dataset/matrix.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { PIECE = 1024 };         /* cells that are converted at once */

size_t scalar_bytes(enum scalar scalar)
{
    static const size_t bytes[SCALARS] = {
        [SCALAR_FLOAT64] = 8, [SCALAR_FLOAT32] = 4, [SCALAR_INT8] = 1,
        [SCALAR_INT16] = 2,   [SCALAR_INT32] = 4,   [SCALAR_INT64] = 8,
        [SCALAR_UINT8] = 1,   [SCALAR_UINT16] = 2,  [SCALAR_UINT32] = 4,
        [SCALAR_UINT64] = 8,  [SCALAR_BOOL] = 1,
    };

    return bytes[scalar];
}

/* The bits of a scalar of `bytes` bytes. */
static uint64_t bits_of(const unsigned char *at, size_t bytes, bool big_endian)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < bytes; i++) {
        size_t from = big_endian ? i : bytes - 1 - i;

        bits = bits << 8 | at[from];
    }
    return bits;
}

static double value_of(const unsigned char *at, enum scalar scalar,
                       bool big_endian)
{
    uint64_t bits = bits_of(at, scalar_bytes(scalar), big_endian);
    uint32_t half = (uint32_t)bits;
    double number;
    float single;

    switch (scalar) {
    case SCALAR_FLOAT64:
        memcpy(&number, &bits, sizeof number);
        return number;
    case SCALAR_FLOAT32:
        memcpy(&single, &half, sizeof single);
        return (double)single;
    case SCALAR_INT8:
        return (double)(int8_t)bits;
    case SCALAR_INT16:
        return (double)(int16_t)bits;
    case SCALAR_INT32:
        return (double)(int32_t)bits;
    case SCALAR_INT64:
        return (double)(int64_t)bits;
    case SCALAR_BOOL:
        return bits != 0;
    default:
        return (double)bits;
    }
}

static void convert(const struct matrix *matrix, const char *bytes,
                    size_t count, double *ret)
{
    const unsigned char *at = (const unsigned char *)bytes;
    size_t step = scalar_bytes(matrix->scalar);

    if (matrix->scalar == SCALAR_FLOAT64 && !matrix->big_endian) {
        memcpy(ret, at, count * sizeof *ret);
        return;
    }
    if (step == 1 && matrix->scalar == SCALAR_UINT8) {
        for (size_t i = 0; i < count; i++)
            ret[i] = at[i];
        return;
    }
    for (size_t i = 0; i < count; i++)
        ret[i] = value_of(at + i * step, matrix->scalar, matrix->big_endian);
}

static bool is_float(enum scalar scalar)
{
    return scalar == SCALAR_FLOAT64 || scalar == SCALAR_FLOAT32;
}

static enum error shape_fault(struct reader *reader, size_t place,
                              enum fault_code code, const char *detail)
{
    TRY(reader_fault(reader, 1, place, code, NULL, "%s", detail));
    return ERR_INVALID;
}

/* Rows, and columns by the other dimensions. */
static bool multiply(struct matrix *matrix)
{
    uint64_t bytes;

    matrix->rows = matrix->dimensions > 0 ? matrix->shape[0] : 1;
    matrix->columns = 1;
    for (size_t i = 1; i < matrix->dimensions; i++)
        if (__builtin_mul_overflow(matrix->columns, matrix->shape[i],
                                   &matrix->columns))
            return false;
    return !__builtin_mul_overflow(matrix->rows, matrix->columns,
                                   &matrix->cells)
           && !__builtin_mul_overflow(matrix->cells, 8, &bytes);
}

enum error matrix_begin(struct reader *reader, struct matrix *matrix,
                        size_t place)
{
    struct table *table = &reader->table;
    uint64_t width;

    if (!multiply(matrix) || matrix->rows > DATASET_ROWS_MAX
        || matrix->columns > DATASET_COLUMNS_MAX)
        return shape_fault(reader, place, FAULT_TOO_LARGE,
                           "the shape is larger than what is stored: at most "
                           "4294967295 rows and 262144 columns");
    if (matrix->dimensions == 0 || matrix->cells == 0)
        return shape_fault(reader, place, FAULT_WRONG_SIZE,
                           "the array must have a row and a column at least");
    if (matrix->column_major && matrix->dimensions > 2)
        return shape_fault(reader, place, FAULT_WRONG_SIZE,
                           "an array of more than two dimensions must be in C "
                           "order: numpy.ascontiguousarray()");
    if (matrix->columns == 1)
        matrix->column_major = false; /* it is both */
    if (matrix->column_major && reader->options.missing == MISSING_DROP)
        return shape_fault(reader, place, FAULT_CONFLICT,
                           "of an array in Fortran order no rows can be left "
                           "out: save it in C order, or say missing=keep or "
                           "mean");
    table->element = matrix->scalar == SCALAR_FLOAT32 ? ELEMENT_FLOAT32
                     : scalar_bytes(matrix->scalar) == 1
                             && matrix->scalar != SCALAR_INT8
                         ? ELEMENT_BYTE : ELEMENT_FLOAT64;
    width = table->element == ELEMENT_FLOAT64   ? 8
            : table->element == ELEMENT_FLOAT32 ? 4 : 1;
    if (matrix->cells * width > table->bytes_max) {
        TRY(reader_fault(reader, 1, place, FAULT_TOO_LARGE, NULL,
                         "the array takes %" PRIu64 " bytes, at most %" PRIu64
                         " are stored", matrix->cells * width,
                         table->bytes_max));
        return ERR_TOO_BIG;
    }
    table->column_major = matrix->column_major;
    table->rows_stored = matrix->rows;
    TRY(table_init(table, (size_t)matrix->columns));
    for (size_t c = 0; c < table->column_count; c++)
        table->columns[c].kind = is_float(matrix->scalar) ? COLUMN_NUMBER
                                                          : COLUMN_INTEGER;
    reader->state = matrix;
    return OK;
}

/* The byte of the file, from 1, of a cell. */
static size_t place_of(const struct matrix *matrix, uint64_t cell)
{
    return (size_t)(matrix->header_bytes
                    + cell * scalar_bytes(matrix->scalar) + 1);
}

/* What is no finite number. */
static enum error check_cells(struct reader *reader, double *cells,
                              size_t count, uint64_t first, size_t column,
                              bool *ret_drops)
{
    const struct matrix *matrix = reader->state;
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += cells[i] * 0; /* NAN for NAN and infinity, else 0 */
    if (sum == 0)
        return OK;
    for (size_t i = 0; i < count; i++) {
        size_t c = matrix->column_major ? column : i;
        size_t place = place_of(matrix, first + i);

        if (isinf(cells[i])) {
            TRY(reader_fault(reader, 1, place, FAULT_OUT_OF_RANGE, NULL,
                             "element %" PRIu64 " of the array is infinite",
                             first + i));
        } else if (isnan(cells[i]) && !matrix->column_major) {
            TRY(reader_missing(reader, c, 1, place, ret_drops));
        } else if (isnan(cells[i])) {
            table_count_missing(&reader->table, c, 1, place);
            if (reader->options.missing == MISSING_ERROR)
                TRY(reader_fault(reader, 1, place, FAULT_REQUIRED,
                                 "missing=keep or mean", "element %" PRIu64
                                 " of the array has no value", first + i));
        }
    }
    return OK;
}

static enum error take_rows(struct reader *reader, struct matrix *matrix,
                            const char **at, const char *end)
{
    struct table *table = &reader->table;
    size_t columns = table->column_count;
    size_t bytes = columns * scalar_bytes(matrix->scalar);

    while ((size_t)(end - *at) >= bytes && matrix->done < matrix->cells) {
        double *row = table_row(table);
        bool drops = false;

        convert(matrix, *at, columns, row);
        if (is_float(matrix->scalar))
            TRY(check_cells(reader, row, columns, matrix->done, 0, &drops));
        *at += bytes;
        matrix->done += columns;
        if (drops)
            table_drop(table);
        else
            TRY(table_commit(table));
    }
    return OK;
}

/* Cells of one column after the other. */
static enum error take_columns(struct reader *reader, struct matrix *matrix,
                               const char **at, const char *end)
{
    size_t bytes = scalar_bytes(matrix->scalar);
    double cells[PIECE];

    while ((size_t)(end - *at) >= bytes && matrix->done < matrix->cells) {
        uint64_t column = matrix->done / matrix->rows;
        uint64_t row = matrix->done % matrix->rows;
        size_t count = (size_t)(end - *at) / bytes;
        bool drops = false;

        count = count < PIECE ? count : PIECE;
        if (count > matrix->rows - row)
            count = (size_t)(matrix->rows - row);
        convert(matrix, *at, count, cells);
        TRY(check_cells(reader, cells, count, matrix->done, (size_t)column,
                        &drops));
        TRY(table_take_column(&reader->table, (size_t)column, row, cells,
                              count));
        *at += count * bytes;
        matrix->done += count;
    }
    return OK;
}

enum error matrix_take(struct reader *reader, const char *at, const char *end,
                       bool last, const char **ret_at)
{
    struct matrix *matrix = reader->state;
    (void)last;

    if (!matrix->header_is_read) {
        assert((uint64_t)(end - at) >= matrix->header_bytes);
        at += matrix->header_bytes;
        matrix->header_is_read = true;
    }
    TRY(matrix->column_major ? take_columns(reader, matrix, &at, end)
                             : take_rows(reader, matrix, &at, end));
    if (matrix->done == matrix->cells && at < end) {
        TRY(reader_fault(reader, 1, place_of(matrix, matrix->cells),
                         FAULT_WRONG_SIZE, NULL,
                         "the file goes on behind its %" PRIu64 " elements",
                         matrix->cells));
        return ERR_INVALID;
    }
    *ret_at = at;
    return OK;
}

enum error matrix_end(struct reader *reader)
{
    const struct matrix *matrix = reader->state;

    if (matrix->done == matrix->cells)
        return OK;
    return reader_fault(reader, 1, (size_t)(reader->offset + reader->used) + 1,
                        FAULT_WRONG_SIZE, NULL, "the file ends here, after %"
                        PRIu64 " of %" PRIu64 " elements", matrix->done,
                        matrix->cells);
}
