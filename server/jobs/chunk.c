/*
 * chunk.c - columns of recorded iterations, as memory and as stored bytes.
 *
 * Stored form, little-endian, every part a multiple of 8 bytes:
 *
 *     u32 version = 1, u32 rows, u32 form, u32 n
 *         form: that of x in the lowest 8 bits, then a bit for each column
 *         that does not always stand there, in the order of column.h
 *     for each scalar column, then for each column of x (CHUNK_X_ROWS):
 *         u64 kind      0 plain: rows doubles
 *                       1 constant: one double
 *                       2 ramp: first and step, doubles; all whole numbers
 *                       3 sparse: u64 count, then count times u64 row and its
 *                         double; the other rows are absent
 *     CHUNK_X_FIRST: n doubles
 */
#include "server/jobs/chunk.h"

#include <assert.h>
#include <math.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "stored chunks and digests are little-endian");

enum { VERSION = 1, FORM_X = 0xff, FORM_COLUMNS_SHIFT = 8 };
enum packing { PLAIN, CONSTANT, RAMP, SPARSE };

_Static_assert(COLUMNS - COLUMNS_ALWAYS <= 32 - FORM_COLUMNS_SHIFT,
               "each optional column has a bit of the form");

#define ABSENT_BITS UINT64_C(0x7ff8000000000ab5)

#define RAMP_MAX 9007199254740992.0 /* 2^53: sums of whole numbers are exact */

struct header {
    uint32_t version, rows, form, n;
};

struct chunk_form chunk_form_of(const struct spec *spec)
{
    const struct objective *objective = &spec->objective;
    size_t n = objective->n;
    struct chunk_form form = {
        n, n <= RECORDED_DIMENSION_MAX ? CHUNK_X_ROWS : CHUNK_X_FIRST,
        COLUMN_SET_ALWAYS,
    };

    if (spec->record_x == RECORD_X_NO)
        form.x = CHUNK_X_NONE;
    if (spec->constraint_count > 0)
        form.columns |= column_bit(COLUMN_CONSTRAINT_VIOLATION);
    if (spec->batching.batch_rows == 0)
        return form;
    form.columns |= column_bit(COLUMN_EPOCH);
    for (size_t i = 0; i < objective->by_rows->metric_count; i++)
        form.columns |=
            column_bit(column_find(objective->by_rows->metrics[i].name));
    return form;
}

static size_t x_numbers(struct chunk_form form)
{
    switch (form.x) {
    case CHUNK_X_ROWS:
        return form.n * STORE_CHUNK_ROWS;
    case CHUNK_X_FIRST:
        return form.n;
    case CHUNK_X_NONE:
        break;
    }
    return 0;
}

size_t chunk_bytes(struct chunk_form form)
{
    size_t more = column_count(form.columns & ~COLUMN_SET_ALWAYS);

    return sizeof(struct chunk)
         + (x_numbers(form) + more * STORE_CHUNK_ROWS) * sizeof(double);
}

double *chunk_column(struct chunk *chunk, enum column c)
{
    column_set before = chunk->form.columns & (column_bit(c) - 1);

    assert(column_is_in(chunk->form.columns, c));
    if (c < COLUMNS_ALWAYS)
        return chunk->scalars[c];
    return chunk->x + x_numbers(chunk->form)
         + column_count(before & ~COLUMN_SET_ALWAYS) * STORE_CHUNK_ROWS;
}

const double *chunk_column_of(const struct chunk *chunk, enum column c)
{
    return chunk_column((struct chunk *)(uintptr_t)chunk, c);
}

void chunk_write_metrics(struct chunk *chunk, size_t row,
                         const struct iteration *it,
                         const enum column *metrics, size_t count)
{
    bool there = it->metrics != NULL;

    chunk_column(chunk, COLUMN_EPOCH)[row] = there ? it->epoch
                                                   : chunk_absent();
    for (size_t i = 0; i < count; i++)
        chunk_column(chunk, metrics[i])[row] = there ? it->metrics[i]
                                                     : chunk_absent();
}

double chunk_absent(void)
{
    uint64_t bits = ABSENT_BITS;
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

bool chunk_is_absent(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits == ABSENT_BITS;
}

static double plain_nan(double value)
{
    return isnan(value) && !chunk_is_absent(value) ? NAN : value;
}

void chunk_plain_nans(struct chunk *chunk, size_t row)
{
    size_t n = chunk->form.n;

    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(chunk->form.columns, c))
            chunk_column(chunk, c)[row] =
                plain_nan(chunk_column(chunk, c)[row]);
    if (chunk->form.x == CHUNK_X_ROWS)
        for (size_t i = 0; i < n; i++)
            chunk->x[i * STORE_CHUNK_ROWS + row] =
                plain_nan(chunk->x[i * STORE_CHUNK_ROWS + row]);
    else if (chunk->form.x == CHUNK_X_FIRST && row == 0)
        for (size_t i = 0; i < n; i++)
            chunk->x[i] = plain_nan(chunk->x[i]);
}

/* ---- packing ----------------------------------------------------------- */

static size_t count_present(const double *column, size_t rows)
{
    size_t count = 0;

    for (size_t i = 0; i < rows; i++)
        count += !chunk_is_absent(column[i]);
    return count;
}

static enum packing column_packing(const double *column, size_t rows)
{
    uint64_t first, bits;
    double step;
    bool constant = true, ramp;

    memcpy(&first, column, sizeof first);
    for (size_t i = 1; i < rows && constant; i++) {
        memcpy(&bits, &column[i], sizeof bits);
        constant = bits == first;
    }
    if (constant)
        return CONSTANT;
    if (count_present(column, rows) < rows / 4)
        return SPARSE;

    /* Only whole numbers: their ramp comes back bit for bit. */
    step = column[1] - column[0];
    ramp = step > 0 && step < RAMP_MAX && step == floor(step)
        && column[0] >= 0 && column[0] == floor(column[0])
        && !signbit(column[0]) && column[rows - 1] < RAMP_MAX;
    for (size_t i = 2; i < rows && ramp; i++)
        ramp = column[i] - column[i - 1] == step
            && column[i] == floor(column[i]);
    return ramp ? RAMP : PLAIN;
}

static void encode_sparse(const double *column, size_t rows,
                          struct buffer *out)
{
    uint64_t count = count_present(column, rows);

    buffer_append(out, &count, sizeof count);
    for (uint64_t i = 0; i < rows; i++)
        if (!chunk_is_absent(column[i])) {
            buffer_append(out, &i, sizeof i);
            buffer_append(out, &column[i], sizeof *column);
        }
}

static void encode_column(const double *column, size_t rows,
                          struct buffer *out)
{
    uint64_t kind = column_packing(column, rows);
    double step;

    buffer_append(out, &kind, sizeof kind);
    switch ((enum packing)kind) {
    case PLAIN:
        buffer_append(out, column, rows * sizeof *column);
        break;
    case CONSTANT:
        buffer_append(out, column, sizeof *column);
        break;
    case RAMP:
        step = column[1] - column[0];
        buffer_append(out, column, sizeof *column);
        buffer_append(out, &step, sizeof step);
        break;
    case SPARSE:
        encode_sparse(column, rows, out);
        break;
    }
}

void chunk_encode(const struct chunk *chunk, struct buffer *out)
{
    struct header header = {
        VERSION, (uint32_t)chunk->rows,
        (uint32_t)chunk->form.x
            | chunk->form.columns >> COLUMNS_ALWAYS << FORM_COLUMNS_SHIFT,
        (uint32_t)chunk->form.n,
    };

    assert(chunk->rows > 0);
    buffer_append(out, &header, sizeof header);
    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(chunk->form.columns, c))
            encode_column(chunk_column_of(chunk, c), chunk->rows, out);
    if (chunk->form.x == CHUNK_X_ROWS)
        for (size_t i = 0; i < chunk->form.n; i++)
            encode_column(chunk->x + i * STORE_CHUNK_ROWS, chunk->rows, out);
    else if (chunk->form.x == CHUNK_X_FIRST)
        buffer_append(out, chunk->x, chunk->form.n * sizeof(double));
}

/* ---- unpacking --------------------------------------------------------- */

struct cursor {
    const uint8_t *next;
    size_t left;
};

static bool take(struct cursor *from, void *to, size_t bytes)
{
    if (from->left < bytes)
        return false;
    memcpy(to, from->next, bytes);
    from->next += bytes;
    from->left -= bytes;
    return true;
}

static bool decode_sparse(struct cursor *from, double *column, size_t rows)
{
    uint64_t count, row;
    double value;

    if (!take(from, &count, sizeof count) || count > rows)
        return false;
    for (size_t i = 0; i < rows; i++)
        column[i] = chunk_absent();
    for (uint64_t i = 0; i < count; i++) {
        if (!take(from, &row, sizeof row) || row >= rows
            || !take(from, &value, sizeof value))
            return false;
        column[row] = value;
    }
    return true;
}

static bool decode_column(struct cursor *from, double *column, size_t rows)
{
    uint64_t kind;
    double first, step = 0;

    if (!take(from, &kind, sizeof kind))
        return false;
    if (kind == PLAIN)
        return take(from, column, rows * sizeof *column);
    if (kind == SPARSE)
        return decode_sparse(from, column, rows);
    if (kind > RAMP || !take(from, &first, sizeof first)
        || (kind == RAMP && !take(from, &step, sizeof step)))
        return false;
    for (size_t i = 0; i < rows; i++)
        column[i] = kind == RAMP ? first + step * (double)i : first;
    return true;
}

static bool header_is_sane(const struct header *header)
{
    uint32_t x = header->form & FORM_X;

    return header->version == VERSION && header->rows > 0
        && header->rows <= STORE_CHUNK_ROWS && x <= CHUNK_X_FIRST
        && header->form >> FORM_COLUMNS_SHIFT
               < (uint32_t)1 << (COLUMNS - COLUMNS_ALWAYS)
        && header->n > 0 && header->n <= DIMENSION_MAX
        && (x != CHUNK_X_ROWS || header->n <= RECORDED_DIMENSION_MAX);
}

enum error chunk_decode(const void *bytes, size_t count, struct arena *arena,
                        struct chunk **ret)
{
    struct cursor from = {bytes, count};
    struct header header;
    struct chunk_form form;
    struct chunk *chunk;
    bool good = true;

    if (!take(&from, &header, sizeof header) || !header_is_sane(&header))
        return ERR_CORRUPT;
    form = (struct chunk_form){
        header.n, (enum chunk_x)(header.form & FORM_X),
        COLUMN_SET_ALWAYS
            | header.form >> FORM_COLUMNS_SHIFT << COLUMNS_ALWAYS,
    };
    chunk = arena_array(arena, 1, chunk_bytes(form));
    if (!chunk)
        return ERR_MEMORY;
    chunk->form = form;
    chunk->rows = header.rows;
    for (enum column c = 0; c < COLUMNS && good; c++)
        if (column_is_in(form.columns, c))
            good = decode_column(&from, chunk_column(chunk, c), chunk->rows);
    if (chunk->form.x == CHUNK_X_ROWS)
        for (size_t i = 0; i < chunk->form.n && good; i++)
            good = decode_column(&from, chunk->x + i * STORE_CHUNK_ROWS,
                                 chunk->rows);
    else if (chunk->form.x == CHUNK_X_FIRST)
        good = good && take(&from, chunk->x, chunk->form.n * sizeof(double));
    if (!good || from.left > 0)
        return ERR_CORRUPT;
    *ret = chunk;
    return OK;
}
