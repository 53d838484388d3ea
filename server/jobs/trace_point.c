/* trace_point.c - one point of an ended job's trace. */
#include "server/jobs/trace_point.h"

#include "server/jobs/trace.h"

enum error trace_find_point(struct store_reader *reader, int64_t number,
                            struct arena *arena, struct spec_point *point)
{
    const struct chunk *chunk;
    struct trace trace;
    uint64_t row;
    double *x;

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
    x = arena_array(arena, chunk->form.n, sizeof *x);
    if (!x)
        return ERR_MEMORY;
    if (trace_x(chunk, row % STORE_CHUNK_ROWS, x))
        point->x = x;
    return OK;
}
