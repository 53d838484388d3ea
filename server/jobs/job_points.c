/* job_points.c - the points of a job that have names. */
#include "server/jobs/job_points.h"

#include "server/jobs/live.h"

static enum error read_live(struct live *live, struct arena *arena,
                            struct kept_point ret[KEPT_PLACES])
{
    size_t n = live->recorder.form.n;
    double *x = arena_array(arena, 2 * n, sizeof *x);
    struct progress progress;
    uint64_t rows, last;

    if (!x)
        return ERR_MEMORY;
    recorder_extent(&live->recorder, &rows, &last);
    if (!live->recorder.x || rows == 0)
        return ERR_MISSING;
    recorder_progress(&live->recorder, &progress, x, x + n);
    ret[KEPT_LAST] = (struct kept_point){progress.iteration, x};
    ret[KEPT_BEST] = (struct kept_point){progress.best_iteration, x + n};
    return OK;
}

static enum error read_stored(struct store_reader *reader, int64_t number,
                              struct arena *arena,
                              struct kept_point ret[KEPT_PLACES])
{
    struct kept_result kept;
    struct store_job job;

    TRY(store_get_number(reader, number, STORE_RESULT, arena, &job));
    if (!job.result)
        return ERR_MISSING;
    TRY(kept_result_read(arena, job.result, &kept));
    for (size_t place = 0; place < KEPT_PLACES; place++)
        ret[place] = kept.points[place];
    return OK;
}

/* A job leaves the pool only after its result is in the store: who looks there
 * second misses none. */
enum error job_points_read(struct pool *pool, struct store_reader *reader,
                           int64_t number, struct arena *arena,
                           struct kept_point ret[KEPT_PLACES])
{
    struct live *live = pool ? pool_find(pool, number) : NULL;
    enum error error;

    if (!live)
        return read_stored(reader, number, arena, ret);
    error = read_live(live, arena, ret);
    live_release(live);
    return error;
}
