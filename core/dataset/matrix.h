/* matrix.h - files that are one array of numbers in binary: what NPY and IDX
 * share once their headers are read. */
#ifndef CORE_DATASET_MATRIX_H
#define CORE_DATASET_MATRIX_H

#include "core/dataset/format.h"

enum scalar {
    SCALAR_FLOAT64, SCALAR_FLOAT32,
    SCALAR_INT8, SCALAR_INT16, SCALAR_INT32, SCALAR_INT64,
    SCALAR_UINT8, SCALAR_UINT16, SCALAR_UINT32, SCALAR_UINT64,
    SCALAR_BOOL,
    SCALARS
};

enum { MATRIX_DIMENSIONS_MAX = 32 };

struct matrix {
    uint64_t header_bytes;     /* before the numbers */
    enum scalar scalar;
    bool big_endian;
    bool column_major;
    size_t dimensions;
    uint64_t shape[MATRIX_DIMENSIONS_MAX]; /* rows first; what is behind them
                                  lies in one row */
    /* Found by matrix_begin(). */
    uint64_t rows, columns, done, cells;
    bool header_is_read;
};

/* Bytes of one scalar. */
size_t scalar_bytes(enum scalar scalar);

/* Check the shape, prepare the table. `place` is the byte of the file, from 1,
 * where the shape stands. */
MUST_CHECK enum error matrix_begin(struct reader *reader,
                                   struct matrix *matrix, size_t place);

/* The rest of the format's rules. */
enum error matrix_take(struct reader *reader, const char *at, const char *end,
                       bool last, const char **ret_at);
enum error matrix_end(struct reader *reader);

#endif
