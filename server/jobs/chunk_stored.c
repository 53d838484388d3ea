/*
 * chunk_stored.c - columns of recorded iterations as stored bytes.
 *
 * Stored form, little-endian, every part a multiple of 8 bytes:
 *
 *     u32 version = 2, u32 rows, u32 form, u32 n
 *         form: that of x in the lowest 8 bits, then a bit for each column
 *         that does not always stand there, in the order of column.h
 *     u32 units, u32 end
 *         units: how many a level of the pyramid has here (pyramid.h), 0 for
 *         recorded rows; end: where the chunk ends, and what a level keeps of
 *         its units begins
 *     a struct packing for each scalar column, then for each column of x
 *         (CHUNK_X_ROWS)
 *     the packed columns, one after the other
 *     CHUNK_X_FIRST: n doubles
 *
 * So any column of a chunk is found from its first bytes alone.
 */
#include "server/jobs/chunk_stored.h"

#include <assert.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "stored chunks and digests are little-endian");

/* ---- writing ----------------------------------------------------------- */

static size_t packed_columns(struct chunk_form form)
{
    return column_count(form.columns)
         + (form.x == CHUNK_X_ROWS ? form.n : 0);
}

size_t chunk_head_bytes(struct chunk_form form)
{
    return sizeof(struct chunk_header)
         + packed_columns(form) * sizeof(struct packing);
}

/* The packings' place is kept free until they are known. */
static void append_columns(const struct chunk *chunk, size_t start,
                           struct buffer *out)
{
    size_t at = start + sizeof(struct chunk_header), x = 0;
    struct packing packing;

    for (enum column c = 0; c < COLUMNS; c++) {
        if (!column_is_in(chunk->form.columns, c))
            continue;
        packing = packing_append(chunk_column_of(chunk, c), chunk->rows,
                                 start, out);
        if (!out->failed)
            memcpy(out->bytes + at, &packing, sizeof packing);
        at += sizeof packing;
    }
    for (; chunk->form.x == CHUNK_X_ROWS && x < chunk->form.n; x++) {
        packing = packing_append(chunk->x + x * STORE_CHUNK_ROWS, chunk->rows,
                                 start, out);
        if (!out->failed)
            memcpy(out->bytes + at, &packing, sizeof packing);
        at += sizeof packing;
    }
}

void chunk_encode(const struct chunk *chunk, size_t units, struct buffer *out)
{
    size_t start = out->count, head = chunk_head_bytes(chunk->form);
    struct chunk_header header = {
        CHUNK_VERSION, (uint32_t)chunk->rows,
        (uint32_t)chunk->form.x
            | chunk->form.columns >> COLUMNS_ALWAYS << FORM_COLUMNS_SHIFT,
        (uint32_t)chunk->form.n, (uint32_t)units, 0,
    };

    assert(chunk->rows > 0);
    if (!buffer_reserve(out, head))
        return;
    out->count += head;
    append_columns(chunk, start, out);
    if (chunk->form.x == CHUNK_X_FIRST)
        buffer_append(out, chunk->x, chunk->form.n * sizeof(double));
    header.end = (uint32_t)(out->count - start);
    if (!out->failed)
        memcpy(out->bytes + start, &header, sizeof header);
}

/* ---- reading ----------------------------------------------------------- */

enum error chunk_head_read(const void *bytes, size_t count,
                           struct chunk_head *ret)
{
    struct chunk_header header;
    struct chunk_head head;
    size_t at;

    if (count < sizeof header)
        return ERR_CORRUPT;
    memcpy(&header, bytes, sizeof header);
    if (header.version != CHUNK_VERSION || header.units > STORE_CHUNK_ROWS
        || !chunk_is_sane(header.rows, header.form, header.n))
        return ERR_CORRUPT;
    head.form = chunk_form_stored(header.form, header.n);
    head.rows = header.rows;
    head.units = header.units;
    head.end = header.end;
    head.packings = (const struct packing *)(const void *)
                        ((const char *)bytes + sizeof header);
    at = chunk_head_bytes(head.form);
    if (count < at)
        return ERR_CORRUPT;
    for (size_t i = 0; i < packed_columns(head.form); i++) {
        if (!packing_is_sane(&head.packings[i], head.rows)
            || head.packings[i].offset != at)
            return ERR_CORRUPT;
        at += packing_bytes(&head.packings[i], head.rows);
    }
    if (head.form.x == CHUNK_X_FIRST)
        at += head.form.n * sizeof(double);
    if (at != head.end)
        return ERR_CORRUPT;
    *ret = head;
    return OK;
}

const struct packing *chunk_packing(const struct chunk_head *head,
                                    enum column scalar, size_t dimension)
{
    column_set before = head->form.columns & (column_bit(scalar) - 1);

    if (scalar < COLUMNS)
        return column_is_in(head->form.columns, scalar)
                   ? &head->packings[column_count(before)] : NULL;
    return head->form.x == CHUNK_X_ROWS
               ? &head->packings[column_count(head->form.columns) + dimension]
               : NULL;
}

static void read_columns(const struct chunk_head *head, const char *bytes,
                         struct chunk *chunk)
{
    const struct packing *packing = head->packings;

    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(chunk->form.columns, c)) {
            packing_read(packing, bytes + packing->offset, 0, chunk->rows,
                         chunk_column(chunk, c));
            packing++;
        }
    if (chunk->form.x == CHUNK_X_ROWS)
        for (size_t i = 0; i < chunk->form.n; i++, packing++)
            packing_read(packing, bytes + packing->offset, 0, chunk->rows,
                         chunk->x + i * STORE_CHUNK_ROWS);
    else if (chunk->form.x == CHUNK_X_FIRST)
        memcpy(chunk->x, bytes + head->end - chunk->form.n * sizeof(double),
               chunk->form.n * sizeof(double));
}

enum error chunk_decode(const void *bytes, size_t count, struct arena *arena,
                        struct chunk **ret)
{
    struct chunk_head head;
    struct chunk *chunk;

    if (chunk_is_of_version_1(bytes, count))
        return chunk_decode_version_1(bytes, count, arena, ret);
    TRY(chunk_head_read(bytes, count, &head));
    if (head.units == 0 ? count != head.end : count < head.end)
        return ERR_CORRUPT;
    chunk = arena_array(arena, 1, chunk_bytes(head.form));
    if (!chunk)
        return ERR_MEMORY;
    chunk->form = head.form;
    chunk->rows = head.rows;
    read_columns(&head, bytes, chunk);
    *ret = chunk;
    return OK;
}
