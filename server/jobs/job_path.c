/* job_path.c - the way that a job went, read from its trace. */
#include "server/jobs/job_path.h"

#include <assert.h>
#include <string.h>

/* Every so-manieth row has x; 0: none has. */
static uint64_t stride_of(const struct trace *trace)
{
    if (trace->rows == 0 || trace->form.x == CHUNK_X_NONE)
        return 0;
    return trace->form.x == CHUNK_X_ROWS ? 1 : STORE_CHUNK_ROWS;
}

static size_t wanted_of(const struct job_path *path)
{
    uint64_t rows = path->stride == 0
                        ? 0 : (path->recorded - 1) / path->stride + 1;
    uint64_t most = JOB_PATH_NUMBERS_MAX / path->n;

    if (most > JOB_PATH_ROWS_MAX)
        most = JOB_PATH_ROWS_MAX;
    return rows < most ? (size_t)rows : (size_t)most;
}

enum error job_path_init(struct job_path *path, struct pool *pool,
                         struct store_reader *reader, int64_t number,
                         size_t n, struct arena *arena)
{
    *path = (struct job_path){.n = n};
    arena_init(&path->chunks, 0);
    TRY(trace_open(pool, reader, number, &path->trace));
    path->recorded = path->trace.rows;
    path->stride = stride_of(&path->trace);
    path->wanted = wanted_of(path);
    path->room = path->wanted + 1;
    path->x = arena_array(arena, path->room * n, sizeof *path->x);
    path->loss = arena_array(arena, path->room, sizeof *path->loss);
    path->iteration = arena_array(arena, path->room, sizeof *path->iteration);
    return path->x && path->loss && path->iteration ? OK : ERR_MEMORY;
}

void job_path_fini(struct job_path *path)
{
    arena_fini(&path->chunks);
}

/* The row of the trace that is row k of the path: every one of the first half,
 * then evenly to the last. */
static uint64_t row_of(const struct job_path *path, size_t k)
{
    uint64_t last = (path->recorded - 1) / path->stride;
    size_t half = path->wanted / 2;

    if (k <= half)
        return path->stride * k;
    return path->stride
           * (half + (k - half) * (last - half) / (path->wanted - 1 - half));
}

enum error job_path_read(struct job_path *path, bool *ret_more)
{
    const struct chunk *chunk;
    uint64_t row, index;

    *ret_more = false;
    if (path->count == path->wanted)
        return OK;
    row = row_of(path, path->count);
    index = row / STORE_CHUNK_ROWS;
    arena_reset(&path->chunks);
    TRY(trace_chunk(&path->trace, row, &path->chunks, &chunk));
    while (path->count < path->wanted) {
        size_t k = path->count, place;

        row = row_of(path, k);
        if (row / STORE_CHUNK_ROWS != index)
            break;
        place = (size_t)(row % STORE_CHUNK_ROWS);
        if (!trace_x(chunk, place, path->x + k * path->n))
            return ERR_CORRUPT;
        path->loss[k] = chunk->scalars[COLUMN_LOSS][place];
        path->iteration[k] = chunk->scalars[COLUMN_ITERATION][place];
        path->count++;
    }
    *ret_more = path->count < path->wanted;
    return OK;
}

void job_path_end(struct job_path *path, double iteration, double loss,
                  const double *x)
{
    size_t k = path->count;

    if (k == 0 || path->iteration[k - 1] == iteration)
        return;
    assert(k < path->room);
    memcpy(path->x + k * path->n, x, path->n * sizeof *x);
    path->loss[k] = loss;
    path->iteration[k] = iteration;
    path->count++;
}
