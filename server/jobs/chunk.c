/*
 * chunk.c - columns of recorded iterations, as memory and as stored bytes.
 *
 * Stored form, little-endian, every part a multiple of 8 bytes:
 *
 *     u32 version = 1, u32 rows, u32 form, u32 n
 *         form: that of x, and CONSTRAINED where a constraint_violation stands
 *         behind the other scalars
 *     for each scalar column, then for each column of x (CHUNK_X_ROWS):
 *         u64 kind      0 plain: rows doubles
 *                       1 constant: one double
 *                       2 ramp: first and step, doubles; all whole numbers
 *     CHUNK_X_FIRST: n doubles
 */
#include "server/jobs/chunk.h"

#include <assert.h>
#include <math.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "stored chunks and digests are little-endian");

enum { VERSION = 1, FORM_X = 0xff, CONSTRAINED = 0x100 };
enum packing { PLAIN, CONSTANT, RAMP };

#define ABSENT_BITS UINT64_C(0x7ff8000000000ab5)

#define RAMP_MAX 9007199254740992.0 /* 2^53: sums of whole numbers are exact */

struct header {
    uint32_t version, rows, form, n;
};

const char *column_name(enum column column)
{
    static const char *const names[COLUMNS] = {
        [COLUMN_ITERATION] = "iteration",
        [COLUMN_TIME_S] = "time_s",
        [COLUMN_LOSS] = "loss",
        [COLUMN_GRADIENT_NORM] = "gradient_norm",
        [COLUMN_STEP_NORM] = "step_norm",
        [COLUMN_LEARNING_RATE] = "learning_rate",
        [COLUMN_EVALUATIONS] = "evaluations",
        [COLUMN_CONSTRAINT_VIOLATION] = "constraint_violation",
    };

    assert(column < COLUMNS);
    return names[column];
}

struct chunk_form chunk_form_of(const struct spec *spec)
{
    size_t n = spec->objective.n;
    enum chunk_x x = n <= RECORDED_DIMENSION_MAX ? CHUNK_X_ROWS
                                                 : CHUNK_X_FIRST;

    return (struct chunk_form){
        n, spec->record_x == RECORD_X_NO ? CHUNK_X_NONE : x,
        spec->constraint_count > 0,
    };
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
    size_t more = chunk_columns(form) - COLUMNS_ALWAYS;

    return sizeof(struct chunk)
         + (x_numbers(form) + more * STORE_CHUNK_ROWS) * sizeof(double);
}

double *chunk_column(struct chunk *chunk, size_t c)
{
    assert(c < chunk_columns(chunk->form));
    if (c < COLUMNS_ALWAYS)
        return chunk->scalars[c];
    return chunk->x + x_numbers(chunk->form)
         + (c - COLUMNS_ALWAYS) * STORE_CHUNK_ROWS;
}

const double *chunk_column_of(const struct chunk *chunk, size_t c)
{
    return chunk_column((struct chunk *)(uintptr_t)chunk, c);
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

    for (size_t c = 0; c < chunk_columns(chunk->form); c++)
        chunk_column(chunk, c)[row] = plain_nan(chunk_column(chunk, c)[row]);
    if (chunk->form.x == CHUNK_X_ROWS)
        for (size_t i = 0; i < n; i++)
            chunk->x[i * STORE_CHUNK_ROWS + row] =
                plain_nan(chunk->x[i * STORE_CHUNK_ROWS + row]);
    else if (chunk->form.x == CHUNK_X_FIRST && row == 0)
        for (size_t i = 0; i < n; i++)
            chunk->x[i] = plain_nan(chunk->x[i]);
}

/* ---- packing ----------------------------------------------------------- */

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
    }
}

void chunk_encode(const struct chunk *chunk, struct buffer *out)
{
    struct header header = {VERSION, (uint32_t)chunk->rows,
                            (uint32_t)chunk->form.x, (uint32_t)chunk->form.n};

    if (chunk->form.constrained)
        header.form |= CONSTRAINED;

    assert(chunk->rows > 0);
    buffer_append(out, &header, sizeof header);
    for (size_t c = 0; c < chunk_columns(chunk->form); c++)
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

static bool decode_column(struct cursor *from, double *column, size_t rows)
{
    uint64_t kind;
    double first, step = 0;

    if (!take(from, &kind, sizeof kind))
        return false;
    if (kind == PLAIN)
        return take(from, column, rows * sizeof *column);
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
        && (header->form & ~(uint32_t)(FORM_X | CONSTRAINED)) == 0
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
    form = (struct chunk_form){header.n, (enum chunk_x)(header.form & FORM_X),
                               (header.form & CONSTRAINED) != 0};
    chunk = arena_array(arena, 1, chunk_bytes(form));
    if (!chunk)
        return ERR_MEMORY;
    chunk->form = form;
    chunk->rows = header.rows;
    for (size_t c = 0; c < chunk_columns(form) && good; c++)
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
