/* window_read.c - columns of many chunks: in batches from the store, or one by
 * one from wherever else they are. */
#include <stdlib.h>

#include "server/jobs/live.h"
#include "server/jobs/window_parts.h"

enum {
    BATCH = 64,
    /* The most that a packed column of a chunk takes. */
    PIECE_BYTES = 16 + STORE_CHUNK_ROWS * 8,
};

struct want {
    const struct stretch *stretch;
    const struct trace_column *column;
    struct packing packing;
    bool is_first_x;         /* x that stands in the first row alone */
    size_t rows;             /* that are packed */
    size_t first, count;     /* that are wanted */
};

struct window_batch {
    struct window *window;
    window_take *take;
    void *self;
    struct live *live;       /* NULL: it does not run */
    struct arena scratch;
    struct want wants[BATCH];
    struct store_piece pieces[BATCH];
    size_t count;
    double numbers[STORE_CHUNK_ROWS];
    uint64_t bytes[BATCH][PIECE_BYTES / 8];
};

enum error window_batch_begin(struct window *window, window_take *take,
                              void *self, struct window_batch **ret)
{
    const struct trace *trace = window->trace;
    struct window_batch *batch = malloc(sizeof *batch);

    if (!batch)
        return ERR_MEMORY;
    batch->window = window;
    batch->take = take;
    batch->self = self;
    batch->count = 0;
    batch->live = trace->pool ? pool_find(trace->pool, trace->number) : NULL;
    arena_init(&batch->scratch, 0);
    *ret = batch;
    return OK;
}

static void fill_absent(double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = chunk_absent();
}

/* ---- from the store ---------------------------------------------------- */

static enum error take_piece(struct window_batch *batch, size_t i)
{
    const struct want *want = &batch->wants[i];
    const struct store_piece *piece = &batch->pieces[i];

    if (!piece->ret_found)
        return ERR_MISSING;
    if (piece->ret_bytes < piece->bytes)
        return ERR_CORRUPT;
    if (want->is_first_x) {
        fill_absent(batch->numbers, want->count);
        if (want->first == 0)
            memcpy(batch->numbers, batch->bytes[i], sizeof(double));
    } else {
        packing_read(&want->packing, batch->bytes[i], want->first,
                     want->count, batch->numbers);
    }
    batch->take(batch->self, want->stretch, want->column, batch->numbers);
    return OK;
}

static enum error flush(struct window_batch *batch)
{
    const struct trace *trace = batch->window->trace;
    size_t count = batch->count;

    batch->count = 0;
    TRY(store_read_pieces(trace->reader, trace->number, batch->pieces, count));
    for (size_t i = 0; i < count; i++)
        TRY(take_piece(batch, i));
    return OK;
}

static enum error add_piece(struct window_batch *batch, struct want want,
                            size_t offset, size_t bytes)
{
    size_t i = batch->count++;

    batch->wants[i] = want;
    batch->pieces[i] = (struct store_piece){
        .level = want.stretch->level, .chunk = want.stretch->chunk,
        .offset = offset, .bytes = bytes, .to = batch->bytes[i]};
    return batch->count == BATCH ? flush(batch) : OK;
}

/* Of a column that does not stand in these rows. */
static enum error take_none(struct window_batch *batch,
                            const struct want *want,
                            enum pyramid_number number)
{
    bool counts = number == PYRAMID_PRESENT || number == PYRAMID_NONFINITE;

    if (batch->count > 0)
        TRY(flush(batch));
    for (size_t i = 0; i < want->count; i++)
        batch->numbers[i] = counts ? 0 : chunk_absent();
    batch->take(batch->self, want->stretch, want->column, batch->numbers);
    return OK;
}

static enum error add_rows(struct window_batch *batch,
                           const struct stretch *stretch,
                           const struct trace_column *column)
{
    const struct chunk_head *head = &stretch->head;
    const struct packing *packing =
        chunk_packing(head, column->scalar, column->dimension);
    struct want want = {
        .stretch = stretch, .column = column, .rows = head->rows,
        .first = stretch->first, .count = stretch->count};

    if (packing) {
        want.packing = *packing;
        return add_piece(batch, want, packing->offset,
                         packing_bytes(packing, head->rows));
    }
    if (column->scalar == COLUMNS && head->form.x == CHUNK_X_FIRST) {
        want.is_first_x = true;
        return add_piece(batch, want,
                         head->end - sizeof(double)
                             * (head->form.n - column->dimension),
                         sizeof(double));
    }
    return take_none(batch, &want, PYRAMID_NUMBERS);
}

/* A number of all units of a chunk of a level. */
static enum error add_units(struct window_batch *batch,
                            const struct stretch *stretch,
                            const struct trace_column *column,
                            enum pyramid_number number)
{
    const struct chunk_head *head = &stretch->head;
    struct want want = {.stretch = stretch, .column = column,
                        .rows = head->units, .count = head->units};
    const struct packing *packing;

    if (!chunk_packing(head, column->scalar, column->dimension))
        return take_none(batch, &want, number);
    packing = &stretch->tallies[pyramid_array(head->form, column->scalar,
                                              column->dimension, number)];
    want.packing = *packing;
    return add_piece(batch, want, head->end + packing->offset,
                     packing_bytes(packing, head->units));
}

/* ---- from elsewhere ---------------------------------------------------- */

/* From the recorder; or from the store, where it went meanwhile, or as an
 * older version wrote it. */
static enum error read_elsewhere(struct window_batch *batch,
                                 const struct stretch *stretch,
                                 const struct trace_column *column)
{
    const struct trace *trace = batch->window->trace;
    const struct chunk *chunk;
    enum error error = ERR_MISSING;

    if (batch->count > 0)
        TRY(flush(batch));
    if (batch->live)
        error = recorder_copy_column(
            &batch->live->recorder, stretch->chunk, column->scalar,
            column->dimension, stretch->first, stretch->count,
            batch->numbers);
    if (error == ERR_MISSING) {
        arena_reset(&batch->scratch);
        error = trace_chunk(trace, stretch->row, &batch->scratch, &chunk);
        for (size_t i = 0; error == OK && i < stretch->count; i++)
            batch->numbers[i] = trace_cell(chunk, stretch->first + i, column);
    }
    TRY(error);
    batch->take(batch->self, stretch, column, batch->numbers);
    return OK;
}

enum error window_batch_add(struct window_batch *batch,
                            const struct stretch *stretch,
                            const struct trace_column *column,
                            enum pyramid_number number)
{
    if (number != PYRAMID_NUMBERS)
        return add_units(batch, stretch, column, number);
    return stretch->is_found ? add_rows(batch, stretch, column)
                             : read_elsewhere(batch, stretch, column);
}

enum error window_batch_end(struct window_batch *batch, enum error error)
{
    if (error == OK && batch->count > 0)
        error = flush(batch);
    live_release(batch->live);
    arena_fini(&batch->scratch);
    free(batch);
    return error;
}
