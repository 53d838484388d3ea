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
    enum pyramid_number number; /* PYRAMID_NUMBERS: of rows */
    struct packing packing;
    bool is_first_x;         /* x that stands in the first row alone */
    size_t first, count;     /* what is wanted of it */
    const uint16_t *rows;    /* [count], in place of `first`; NULL: none */
};

struct window_batch {
    struct window *window;
    window_take *take;
    void *self;
    struct live *live;       /* NULL: it does not run */
    struct arena scratch;    /* of `decoded` */
    const struct chunk *decoded; /* read last from elsewhere; NULL: none */
    int64_t decoded_chunk;   /* its number */
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
    batch->decoded = NULL;
    batch->live = trace->pool ? pool_find(trace->pool, trace->number) : NULL;
    arena_init(&batch->scratch, 0);
    *ret = batch;
    return OK;
}

/* ---- from the store ---------------------------------------------------- */

/* The place of a number of a want in what it is wanted of. */
static size_t place_of(const struct want *want, size_t i)
{
    return want->rows ? want->rows[i] : want->first + i;
}

static void take(struct window_batch *batch, const struct want *want)
{
    batch->take(batch->self, want->stretch, want->column, want->number,
                batch->numbers);
}

static void unpack(struct window_batch *batch, const struct want *want,
                   const uint64_t *bytes)
{
    double *numbers = batch->numbers;

    if (want->is_first_x)
        for (size_t i = 0; i < want->count; i++)
            if (place_of(want, i) == 0)
                memcpy(&numbers[i], bytes, sizeof *numbers);
            else
                numbers[i] = chunk_absent();
    else if (want->rows)
        for (size_t i = 0; i < want->count; i++)
            packing_read(&want->packing, bytes, want->rows[i], 1,
                         &numbers[i]);
    else
        packing_read(&want->packing, bytes, want->first, want->count,
                     numbers);
}

static enum error take_piece(struct window_batch *batch, size_t i)
{
    if (!batch->pieces[i].ret_found)
        return ERR_MISSING;
    if (batch->pieces[i].ret_bytes < batch->pieces[i].bytes)
        return ERR_CORRUPT;
    unpack(batch, &batch->wants[i], batch->bytes[i]);
    take(batch, &batch->wants[i]);
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

static enum error add_piece(struct window_batch *batch,
                            const struct want *want, size_t offset,
                            size_t bytes)
{
    size_t i = batch->count++;

    batch->wants[i] = *want;
    batch->pieces[i] = (struct store_piece){
        .level = want->stretch->level, .chunk = want->stretch->chunk,
        .offset = offset, .bytes = bytes, .to = batch->bytes[i]};
    return batch->count == BATCH ? flush(batch) : OK;
}

/* What was asked for before comes before. */
static enum error flush_any(struct window_batch *batch)
{
    return batch->count > 0 ? flush(batch) : OK;
}

/* Of a column that does not stand in these rows, or units. */
static enum error take_none(struct window_batch *batch,
                            const struct want *want, double number)
{
    TRY(flush_any(batch));
    for (size_t i = 0; i < want->count; i++)
        batch->numbers[i] = number;
    take(batch, want);
    return OK;
}

static enum error add_stored(struct window_batch *batch, struct want *want)
{
    const struct chunk_head *head = &want->stretch->head;
    const struct trace_column *column = want->column;
    const struct packing *packing =
        chunk_packing(head, column->scalar, column->dimension);

    if (packing) {
        want->packing = *packing;
        return add_piece(batch, want, packing->offset,
                         packing_bytes(packing, head->rows));
    }
    if (column->scalar < COLUMNS || head->form.x != CHUNK_X_FIRST)
        return take_none(batch, want, chunk_absent());
    want->is_first_x = true;
    return add_piece(batch, want,
                     head->end - sizeof(double)
                                     * (head->form.n - column->dimension),
                     sizeof(double));
}

/* ---- from elsewhere ---------------------------------------------------- */

/* A chunk as a whole; once for all columns that are asked for of it. */
static enum error decode(struct window_batch *batch,
                         const struct stretch *stretch)
{
    if (batch->decoded && batch->decoded_chunk == stretch->chunk)
        return OK;
    batch->decoded = NULL;
    arena_reset(&batch->scratch);
    TRY(trace_chunk(batch->window->trace, stretch->row, &batch->scratch,
                    &batch->decoded));
    batch->decoded_chunk = stretch->chunk;
    return OK;
}

/* From the recorder; or from the store, where it went meanwhile, or as an
 * older version wrote it. numbers[] are those of the stretch's rows. */
static enum error read_elsewhere(struct window_batch *batch,
                                 const struct stretch *stretch,
                                 const struct trace_column *column)
{
    enum error error = ERR_MISSING;

    if (batch->live)
        error = recorder_copy_column(
            &batch->live->recorder, stretch->chunk, column->scalar,
            column->dimension, stretch->first, stretch->count,
            batch->numbers);
    if (error != ERR_MISSING)
        return error;
    TRY(decode(batch, stretch));
    for (size_t i = 0; i < stretch->count; i++)
        batch->numbers[i] = trace_cell(batch->decoded, stretch->first + i,
                                       column);
    return OK;
}

static enum error take_elsewhere(struct window_batch *batch,
                                 const struct want *want)
{
    TRY(flush_any(batch));
    TRY(read_elsewhere(batch, want->stretch, want->column));
    for (size_t i = 0; want->rows && i < want->count; i++)
        batch->numbers[i] =
            batch->numbers[want->rows[i] - want->stretch->first];
    take(batch, want);
    return OK;
}

/* ---- asking ------------------------------------------------------------ */

static enum error add(struct window_batch *batch, struct want *want)
{
    return want->stretch->is_found ? add_stored(batch, want)
                                   : take_elsewhere(batch, want);
}

enum error window_batch_add(struct window_batch *batch,
                            const struct stretch *stretch,
                            const struct trace_column *column)
{
    struct want want = {.stretch = stretch, .column = column,
                        .number = PYRAMID_NUMBERS,
                        .first = stretch->first, .count = stretch->count};

    return add(batch, &want);
}

enum error window_batch_add_rows(struct window_batch *batch,
                                 const struct stretch *stretch,
                                 const struct trace_column *column,
                                 const uint16_t *rows, size_t count)
{
    struct want want = {.stretch = stretch, .column = column,
                        .number = PYRAMID_NUMBERS, .rows = rows,
                        .count = count};

    return add(batch, &want);
}

enum error window_batch_add_units(struct window_batch *batch,
                                  const struct stretch *stretch,
                                  const struct trace_column *column,
                                  enum pyramid_number number)
{
    const struct chunk_head *head = &stretch->head;
    struct want want = {.stretch = stretch, .column = column,
                        .number = number, .count = head->units};

    if (!chunk_packing(head, column->scalar, column->dimension))
        return take_none(batch, &want,
                         number == PYRAMID_PRESENT
                                 || number == PYRAMID_NONFINITE
                             ? 0 : chunk_absent());
    want.packing = stretch->tallies[pyramid_array(
        head->form, column->scalar, column->dimension, number)];
    return add_piece(batch, &want, head->end + want.packing.offset,
                     packing_bytes(&want.packing, head->units));
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
