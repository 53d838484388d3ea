/* chunk.c - columns of recorded iterations in memory. */
#include "server/jobs/chunk.h"

#include <assert.h>
#include <math.h>

#include "server/jobs/chunk_stored.h"

struct chunk_form chunk_form_of(const struct spec *spec)
{
    const struct objective *objective = &spec->objective;
    size_t n = objective->n;
    struct chunk_form form = {
        n, n <= RECORDED_DIMENSION_MAX || spec->record_x == RECORD_X_YES
               ? CHUNK_X_ROWS : CHUNK_X_FIRST,
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

/* ---- the form, as its stored number ------------------------------------ */

struct chunk_form chunk_form_stored(uint32_t form, uint32_t n)
{
    return (struct chunk_form){
        n, (enum chunk_x)(form & FORM_X),
        COLUMN_SET_ALWAYS | form >> FORM_COLUMNS_SHIFT << COLUMNS_ALWAYS,
    };
}

bool chunk_is_sane(uint32_t rows, uint32_t form, uint32_t n)
{
    uint32_t x = form & FORM_X;

    return rows > 0 && rows <= STORE_CHUNK_ROWS && x <= CHUNK_X_FIRST
        && form >> FORM_COLUMNS_SHIFT
               < (uint32_t)1 << (COLUMNS - COLUMNS_ALWAYS)
        && n > 0 && n <= DIMENSION_MAX
        && (x != CHUNK_X_ROWS || n <= RECORD_X_DIMENSION_MAX);
}
