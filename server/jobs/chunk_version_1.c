/*
 * chunk_version_1.c - reading the form in which chunks were stored before
 * traces had levels.
 *
 *     u32 version = 1, u32 rows, u32 form, u32 n    as in chunk_stored.c
 *     for each scalar column, then for each column of x (CHUNK_X_ROWS):
 *         u64 kind      0 plain: rows doubles
 *                       1 constant: one double
 *                       2 ramp: first and step, doubles; all whole numbers
 *                       3 sparse: u64 count, then count times u64 row and its
 *                         double; the other rows are absent
 *     CHUNK_X_FIRST: n doubles
 */
#include <string.h>

#include "server/jobs/chunk_stored.h"

enum { PLAIN, CONSTANT, RAMP, SPARSE };

struct header {
    uint32_t version, rows, form, n;
};

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

bool chunk_is_of_version_1(const void *bytes, size_t count)
{
    uint32_t version = 0;

    if (count >= sizeof version)
        memcpy(&version, bytes, sizeof version);
    return version == 1;
}

enum error chunk_decode_version_1(const void *bytes, size_t count,
                                  struct arena *arena, struct chunk **ret)
{
    struct cursor from = {bytes, count};
    struct header header;
    struct chunk_form form;
    struct chunk *chunk;
    bool good = true;

    if (!take(&from, &header, sizeof header)
        || !chunk_is_sane(header.rows, header.form, header.n))
        return ERR_CORRUPT;
    form = chunk_form_stored(header.form, header.n);
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
