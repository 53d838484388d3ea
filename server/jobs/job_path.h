/*
 * job_path.h - the path of a job, read from its trace a piece at a time.
 *
 * Of a long trace not all rows are read, but JOB_PATH_ROWS_MAX: the first half
 * of them one after the other, as a run moves most where it begins, and of the
 * others those that show the ups and downs of the loss, from the trace's levels
 * (window.h), the closer together the earlier they are.
 *
 * Where x is kept only now and then (more variables than
 * RECORDED_DIMENSION_MAX) levels have none, and an older version recorded none:
 * then the second half is read evenly to the last row, of rows that have x, as
 * many as hold JOB_PATH_NUMBERS_MAX numbers.
 */
#ifndef SERVER_JOBS_JOB_PATH_H
#define SERVER_JOBS_JOB_PATH_H

#include "core/landscape/path.h"
#include "server/jobs/trace.h"
#include "server/jobs/window.h"

enum {
    JOB_PATH_ROWS_MAX = 4096,
    JOB_PATH_NUMBERS_MAX = 1 << 22,
};

struct job_path {
    size_t n, count;         /* variables; rows read so far */
    double *x;               /* [count][n] */
    double *loss;            /* [count] */
    double *iteration;       /* [count] */
    uint64_t recorded;       /* rows that the trace has */

    struct trace trace;      /* job_path.c's from here on */
    struct arena *arena;     /* of what lives as long as the path */
    struct arena chunks;     /* of a piece */
    size_t wanted, room;
    uint64_t stride;         /* of rows that have x */
    size_t evenly;           /* rows that are read from chunks; the others are
                                picked: */
    struct window *window;   /* NULL: they are not chosen yet */
    size_t *picks;           /* [wanted - evenly] */
    struct trace_column *columns; /* iteration, loss, x */
};

/*
 * Begin to read a job's path; job_path_fini() it. Of a trace without x, or
 * without rows, no row is read.
 *
 *   n    in   the job's dimension
 *
 * Fails   as trace_open()
 * Owns    numbers live in `arena`
 * Thread  the reader's
 */
MUST_CHECK enum error job_path_init(struct job_path *path, struct pool *pool,
                                    struct store_reader *reader,
                                    int64_t number, size_t n,
                                    struct arena *arena);
void job_path_fini(struct job_path *path);

/*
 * Read the next piece: the rows of a chunk, or some that were picked; or choose
 * these.
 *
 *   ret_more  out  there are more
 *
 * Fails   as trace_chunk()
 * Cost    some ms
 */
MUST_CHECK enum error job_path_read(struct job_path *path, bool *ret_more);

/*
 * Add a point that the trace has not, behind those that it has: where the run
 * ended. Does nothing where its iteration is there already. Once.
 */
void job_path_end(struct job_path *path, double iteration, double loss,
                  const double *x);

#endif
