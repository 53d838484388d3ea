/* job_path.c - the way that a job went, read from its trace. */
#include "server/jobs/job_path.h"

#include <assert.h>
#include <string.h>

#include "server/thin/thin.h"

enum { PIECE_NUMBERS = 1 << 16 };

/* The columns of picks; x follows. */
enum { ITERATION, LOSS, X };

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

/* Whether there are rows to choose from, with levels that have x. */
static bool can_pick(const struct job_path *path)
{
    return path->stride == 1 && path->recorded > path->wanted;
}

enum error job_path_init(struct job_path *path, struct pool *pool,
                         struct store_reader *reader, int64_t number,
                         size_t n, struct arena *arena)
{
    *path = (struct job_path){.n = n, .arena = arena};
    arena_init(&path->chunks, 0);
    TRY(trace_open(pool, reader, number, &path->trace));
    path->recorded = path->trace.rows;
    path->stride = stride_of(&path->trace);
    path->wanted = wanted_of(path);
    path->room = path->wanted + 1;
    path->evenly = can_pick(path) ? path->wanted / 2 + 1 : path->wanted;
    path->x = arena_array(arena, path->room * n, sizeof *path->x);
    path->loss = arena_array(arena, path->room, sizeof *path->loss);
    path->iteration = arena_array(arena, path->room, sizeof *path->iteration);
    return path->x && path->loss && path->iteration ? OK : ERR_MEMORY;
}

void job_path_fini(struct job_path *path)
{
    arena_fini(&path->chunks);
}

/* ---- rows from chunks --------------------------------------------------- */

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

static enum error read_chunk(struct job_path *path)
{
    uint64_t row = row_of(path, path->count), index = row / STORE_CHUNK_ROWS;
    const struct chunk *chunk;

    TRY(trace_chunk(&path->trace, row, &path->chunks, &chunk));
    while (path->count < path->evenly) {
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
    return OK;
}

/* ---- rows that are picked ----------------------------------------------- */

static enum error set_columns(struct job_path *path)
{
    path->columns = arena_array(path->arena, X + path->n,
                                sizeof *path->columns);
    if (!path->columns)
        return ERR_MEMORY;
    path->columns[ITERATION] = (struct trace_column){COLUMN_ITERATION, 0};
    path->columns[LOSS] = (struct trace_column){COLUMN_LOSS, 0};
    for (size_t i = 0; i < path->n; i++)
        path->columns[X + i] = (struct trace_column){COLUMNS, i};
    return OK;
}

static enum error choose_picks(struct job_path *path, struct window *window)
{
    size_t count = window_count(window), picked = path->wanted - path->evenly;
    double *numbers = arena_array(&path->chunks, 2 * count + 1,
                                  sizeof *numbers);
    const struct thin_curve curve = {.axis = numbers,
                                     .value = numbers + count,
                                     .count = count, .is_log = true};

    path->picks = arena_array(path->arena, picked + 1, sizeof *path->picks);
    if (!numbers || !path->picks)
        return ERR_MEMORY;
    TRY(set_columns(path));
    TRY(window_columns(window, path->columns, X, numbers));
    TRY(thin_pick(thin_method_find("m4"), &curve, picked, &path->chunks,
                  path->picks, &picked));
    path->wanted = path->evenly + picked;
    path->window = window;
    return OK;
}

static enum error choose(struct job_path *path)
{
    struct window *window;
    enum error error = window_open(&path->trace, path->evenly, path->recorded,
                                   path->wanted - path->evenly, WINDOW_ROWS,
                                   path->arena, &window);

    if (error == ERR_TOO_BIG) { /* without levels */
        path->evenly = path->wanted;
        return OK;
    }
    TRY(error);
    return choose_picks(path, window);
}

static enum error read_picks(struct job_path *path)
{
    size_t columns = X + path->n, piece = PIECE_NUMBERS / columns;
    size_t left = path->wanted - path->count;
    size_t count = piece < left ? piece : left;
    double *numbers = arena_array(&path->chunks, columns * count,
                                  sizeof *numbers);

    if (!numbers)
        return ERR_MEMORY;
    TRY(window_pick(path->window, path->picks + path->count - path->evenly,
                    count, path->columns, columns, numbers));
    for (size_t i = 0; i < count; i++, path->count++) {
        path->iteration[path->count] = numbers[ITERATION * count + i];
        path->loss[path->count] = numbers[LOSS * count + i];
        for (size_t c = 0; c < path->n; c++)
            path->x[path->count * path->n + c] = numbers[(X + c) * count + i];
    }
    return OK;
}

enum error job_path_read(struct job_path *path, bool *ret_more)
{
    *ret_more = false;
    if (path->count == path->wanted)
        return OK;
    arena_reset(&path->chunks);
    if (path->count < path->evenly)
        TRY(read_chunk(path));
    else if (!path->window)
        TRY(choose(path));
    else
        TRY(read_picks(path));
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
