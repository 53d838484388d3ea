/* trace.c - rows of a trace, from the recorder or from the store. */
#include "server/jobs/trace.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "server/jobs/live.h"
#include "server/json/number.h"

/* NULL: it does not run, or there is no pool to look in. */
static struct live *live_of(const struct trace *trace)
{
    return trace->pool ? pool_find(trace->pool, trace->number) : NULL;
}

/*
 * A chunk leaves the recorder only after it is in the store: who looks here
 * first and there second misses none.
 */
static enum error find_chunk(const struct trace *trace, int64_t index,
                             struct arena *arena, struct chunk **ret)
{
    struct live *live = live_of(trace);
    struct store_chunk stored;
    enum error error = ERR_MISSING;

    if (live)
        error = recorder_copy_chunk(&live->recorder, index, arena, ret);
    live_release(live);
    if (error != ERR_MISSING)
        return error;
    TRY(store_read_chunk(trace->reader, trace->number, 0, index, arena,
                         &stored));
    return chunk_decode(stored.columns, stored.columns_bytes, arena, ret);
}

/* How many rows iterations 0 … last make, of which only the last is out of
 * step with `every`. */
static uint64_t rows_up_to(uint64_t last, uint64_t every)
{
    return last / every + 1 + (last % every != 0);
}

/* The extent of a job that runs, or is being stored. False: it is neither. */
static bool extent_live(struct trace *trace)
{
    struct live *live = live_of(trace);

    if (!live)
        return false;
    recorder_extent(&live->recorder, &trace->rows, &trace->last);
    trace->every = live->recorder.every;
    trace->form = live->recorder.form;
    live_release(live);
    return true;
}

/* The extent of a stored trace: the first chunk is all of it, or the last
 * iteration stands in the job's row; of a job that waits to start over, in the
 * last chunk that it stored before. */
static enum error extent_stored(struct trace *trace, struct arena *arena)
{
    const double *iterations;
    struct store_chunk last;
    struct store_job job;
    struct chunk *first;
    enum error error = find_chunk(trace, 0, arena, &first);

    if (error == ERR_MISSING) /* nothing was recorded */
        return OK;
    TRY(error);
    iterations = first->scalars[COLUMN_ITERATION];
    trace->form = first->form;
    trace->rows = first->rows;
    trace->last = (uint64_t)iterations[first->rows - 1];
    if (first->rows > 1)
        trace->every = (uint64_t)(iterations[1] - iterations[0]);
    if (first->rows < STORE_CHUNK_ROWS)
        return OK;
    /* Read after it was seen to be live no more: this is its last row. */
    TRY(store_get_number(trace->reader, trace->number, STORE_ROW, arena,
                         &job));
    if (job_has_ended(job.state)) {
        trace->last = (uint64_t)job.iterations;
    } else {
        TRY(store_last_chunk(trace->reader, trace->number, 0, &last));
        trace->last = (uint64_t)last.last;
    }
    trace->rows = rows_up_to(trace->last, trace->every);
    return OK;
}

enum error trace_open(struct pool *pool, struct store_reader *reader,
                      int64_t number, struct trace *ret)
{
    struct trace trace = {
        .pool = pool, .reader = reader, .number = number, .every = 1};
    struct arena arena;
    enum error error = OK;

    if (!extent_live(&trace)) {
        arena_init(&arena, 0);
        error = extent_stored(&trace, &arena);
        arena_fini(&arena);
    }
    if (error == OK)
        *ret = trace;
    return error;
}

enum error trace_chunk(const struct trace *trace, uint64_t row,
                       struct arena *arena, const struct chunk **ret)
{
    struct chunk *chunk;
    uint64_t index = row / STORE_CHUNK_ROWS;
    uint64_t rows_due = trace->rows - index * STORE_CHUNK_ROWS;

    assert(row < trace->rows);
    TRY(find_chunk(trace, (int64_t)index, arena, &chunk));
    if (rows_due > STORE_CHUNK_ROWS)
        rows_due = STORE_CHUNK_ROWS;
    if (chunk->rows < rows_due)
        return ERR_MISSING;
    *ret = chunk;
    return OK;
}

enum error trace_epoch(const struct trace *trace, struct arena *arena,
                       uint64_t *ret_iterations)
{
    struct live *live = live_of(trace);
    uint64_t last = trace->rows - 1;
    const struct chunk *chunk;
    double epoch;

    if (live) {
        *ret_iterations = live->recorder.an_epoch;
        live_release(live);
        return OK;
    }
    /* The last row of an ended job tells how many epochs its number is. */
    TRY(trace_chunk(trace, last, arena, &chunk));
    epoch = chunk_column_of(chunk, COLUMN_EPOCH)[last % STORE_CHUNK_ROWS];
    *ret_iterations = epoch > 0
                          ? (uint64_t)round((double)trace->last / epoch) : 1;
    return OK;
}

bool trace_x(const struct chunk *chunk, size_t row, double *ret_x)
{
    size_t n = chunk->form.n;

    if (chunk->form.x == CHUNK_X_FIRST && row == 0) {
        memcpy(ret_x, chunk->x, n * sizeof *ret_x);
        return true;
    }
    if (chunk->form.x != CHUNK_X_ROWS)
        return false;
    for (size_t i = 0; i < n; i++)
        ret_x[i] = chunk->x[i * STORE_CHUNK_ROWS + row];
    return true;
}

uint64_t trace_row_of(const struct trace *trace, uint64_t iteration)
{
    uint64_t row;

    if (trace->rows == 0 || iteration > trace->last)
        return trace->rows;
    row = iteration / trace->every + (iteration % trace->every != 0);
    return row < trace->rows ? row : trace->rows - 1;
}

uint64_t trace_iteration_of(const struct trace *trace, uint64_t row)
{
    assert(row < trace->rows);
    return row + 1 == trace->rows ? trace->last : row * trace->every;
}

void trace_column_name(const struct trace_column *column,
                       char name[COLUMN_NAME_BYTES])
{
    const char *scalar;

    if (column->scalar < COLUMNS) {
        scalar = column_texts[column->scalar].name;
        memcpy(name, scalar, strlen(scalar) + 1);
        return;
    }
    memcpy(name, "x.", 2);
    name[2 + number_write_integer((int64_t)column->dimension, name + 2)] = 0;
}

double trace_cell(const struct chunk *chunk, size_t row,
                  const struct trace_column *column)
{
    if (column->scalar < COLUMNS)
        return column_is_in(chunk->form.columns, column->scalar)
                   ? chunk_column_of(chunk, column->scalar)[row]
                   : chunk_absent();
    if (chunk->form.x == CHUNK_X_ROWS)
        return chunk->x[column->dimension * STORE_CHUNK_ROWS + row];
    return chunk->form.x == CHUNK_X_FIRST && row == 0
               ? chunk->x[column->dimension] : chunk_absent();
}
