/* trace_point.c - one point of an ended job's trace. */
#include "server/jobs/trace_point.h"

#include "server/jobs/trace.h"

/* x of row `row`. Fails: ERR_MEMORY. */
static enum error find_x(const struct chunk *chunk, size_t row,
                         struct arena *arena, const double **ret)
{
    size_t n = chunk->form.n;
    double *x;

    if (chunk->form.x == CHUNK_X_FIRST && row == 0)
        *ret = chunk->x;
    if (chunk->form.x != CHUNK_X_ROWS)
        return OK;
    x = arena_array(arena, n, sizeof *x);
    if (!x)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        x[i] = chunk->x[i * STORE_CHUNK_ROWS + row];
    *ret = x;
    return OK;
}

enum error trace_find_point(struct store_reader *reader, int64_t number,
                            struct arena *arena, struct spec_point *point)
{
    const struct chunk *chunk;
    struct trace trace;
    uint64_t row;

    TRY(trace_open(NULL, reader, number, &trace));
    point->rows = trace.rows;
    point->last = trace.last;
    point->every = trace.every;
    point->x_every = trace.every * STORE_CHUNK_ROWS;
    row = trace_row_of(&trace, point->iteration);
    point->is_recorded = row < trace.rows
        && trace_iteration_of(&trace, row) == point->iteration;
    if (!point->is_recorded)
        return OK;
    TRY(trace_chunk(&trace, row, arena, &chunk));
    return find_x(chunk, row % STORE_CHUNK_ROWS, arena, &point->x);
}
