/*
 * trace_column.c - numbers of one column: from the recorder, or the head and
 * the packed column of each chunk from the store, in batches.
 */
#include "server/jobs/trace_column.h"

#include <stdlib.h>

#include "server/jobs/live.h"

enum {
    BATCH = 16,                             /* chunks */
    PIECE_BYTES = 16 + STORE_CHUNK_ROWS * 8, /* of a packed column, at most */
};

/* The rows of one chunk. */
struct part {
    uint64_t index;              /* of the chunk */
    const uint64_t *rows;        /* [count] */
    size_t count;
    double *numbers;             /* [count], to be filled */
    bool is_done;
    struct packing packing;      /* of the column */
};

struct column_batch {
    const struct trace *trace;
    const struct trace_column *column;
    struct live *live;           /* NULL: it does not run */
    struct chunk_cache *cache;
    struct part parts[BATCH];
    struct store_piece pieces[BATCH];
    size_t count;
    size_t head_bytes;
    char *heads;                 /* [BATCH][head_bytes] */
    uint64_t bytes[BATCH][PIECE_BYTES / 8];
    double numbers[STORE_CHUNK_ROWS];
};

static size_t place_of(const struct part *part, size_t i)
{
    return part->rows[i] % STORE_CHUNK_ROWS;
}

/* The rows that the view has of a chunk. */
static size_t rows_due(const struct trace *trace, uint64_t index)
{
    uint64_t rows = trace->rows - index * STORE_CHUNK_ROWS;

    return rows < STORE_CHUNK_ROWS ? rows : STORE_CHUNK_ROWS;
}

/* From the first to the last place, of which only some may be wanted. */
static size_t reach_of(const struct part *part)
{
    return place_of(part, part->count - 1) - place_of(part, 0) + 1;
}

/* Take the wanted ones of numbers from the first place on. */
static void take(struct part *part, const double *numbers)
{
    for (size_t i = 0; i < part->count; i++)
        part->numbers[i] = numbers[place_of(part, i) - place_of(part, 0)];
    part->is_done = true;
}

/* A chunk leaves the recorder only after it is in the store: it is looked for
 * here first. */
static enum error take_live(struct column_batch *batch)
{
    enum error error = OK;

    for (size_t i = 0; batch->live && i < batch->count && error == OK; i++) {
        struct part *part = &batch->parts[i];

        error = recorder_copy_column(
            &batch->live->recorder, (int64_t)part->index,
            batch->column->scalar, batch->column->dimension,
            place_of(part, 0), reach_of(part), batch->numbers);
        if (error == OK)
            take(part, batch->numbers);
        else if (error == ERR_MISSING)
            error = OK;
    }
    return error;
}

/* A chunk that has no such head: an older version's, or it is gone. */
static enum error take_whole(struct column_batch *batch, struct part *part)
{
    const struct chunk *chunk;

    TRY(chunk_cache_get(batch->cache, batch->trace, part->rows[0], &chunk));
    for (size_t i = 0; i < part->count; i++)
        part->numbers[i] = trace_cell(chunk, place_of(part, i),
                                      batch->column);
    part->is_done = true;
    return OK;
}

static enum error ask(struct column_batch *batch)
{
    return store_read_pieces(batch->trace->reader, batch->trace->number,
                             batch->pieces, batch->count);
}

static enum error read_heads(struct column_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        batch->pieces[i] = (struct store_piece){
            .chunk = (int64_t)batch->parts[i].index,
            .bytes = batch->parts[i].is_done ? 0 : batch->head_bytes,
            .to = batch->heads + i * batch->head_bytes};
    return ask(batch);
}

/* Where the column of a part is; or take it from elsewhere. */
static enum error find_column(struct column_batch *batch, size_t i)
{
    const struct trace_column *column = batch->column;
    struct part *part = &batch->parts[i];
    struct store_piece *piece = &batch->pieces[i];
    const struct packing *packing;
    struct chunk_head head;

    if (part->is_done)
        return OK;
    if (!piece->ret_found
        || chunk_head_read(piece->to, piece->ret_bytes, &head) != OK
        || head.rows < rows_due(batch->trace, part->index))
        return take_whole(batch, part);
    packing = chunk_packing(&head, column->scalar, column->dimension);
    if (!packing)
        return take_whole(batch, part);
    part->packing = *packing;
    piece->offset = packing->offset;
    piece->bytes = packing_bytes(packing, head.rows);
    piece->to = batch->bytes[i];
    return OK;
}

static enum error take_column(struct column_batch *batch, size_t i)
{
    struct part *part = &batch->parts[i];

    if (part->is_done)
        return OK;
    if (batch->pieces[i].ret_bytes < batch->pieces[i].bytes)
        return ERR_CORRUPT;
    packing_read(&part->packing, batch->bytes[i], place_of(part, 0),
                 reach_of(part), batch->numbers);
    take(part, batch->numbers);
    return OK;
}

static enum error run(struct column_batch *batch)
{
    enum error error = take_live(batch);

    if (error == OK)
        error = read_heads(batch);
    for (size_t i = 0; i < batch->count && error == OK; i++)
        error = find_column(batch, i);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->parts[i].is_done)
            batch->pieces[i].bytes = 0;
    if (error == OK)
        error = ask(batch);
    for (size_t i = 0; i < batch->count && error == OK; i++)
        error = take_column(batch, i);
    batch->count = 0;
    return error;
}

/* Add the rows of the first chunk; how many they are. */
static size_t add(struct column_batch *batch, const uint64_t *rows,
                  size_t count, double *numbers)
{
    uint64_t index = rows[0] / STORE_CHUNK_ROWS;
    size_t taken = 1;

    while (taken < count && rows[taken] / STORE_CHUNK_ROWS == index)
        taken++;
    batch->parts[batch->count++] = (struct part){
        .index = index, .rows = rows, .count = taken, .numbers = numbers};
    return taken;
}

enum error trace_column_read(const struct trace *trace,
                             const struct trace_column *column,
                             const uint64_t *rows, size_t count,
                             struct chunk_cache *cache, double *ret)
{
    size_t head_bytes = chunk_head_bytes(trace->form);
    struct column_batch *batch = malloc(sizeof *batch + BATCH * head_bytes);
    enum error error = OK;

    if (!batch)
        return ERR_MEMORY;
    batch->trace = trace;
    batch->column = column;
    batch->cache = cache;
    batch->count = 0;
    batch->head_bytes = head_bytes;
    batch->heads = (char *)(batch + 1);
    batch->live = trace->pool ? pool_find(trace->pool, trace->number) : NULL;
    for (size_t at = 0; at < count && error == OK;) {
        at += add(batch, rows + at, count - at, ret + at);
        if (batch->count == BATCH || at == count)
            error = run(batch);
    }
    live_release(batch->live);
    free(batch);
    return error;
}
