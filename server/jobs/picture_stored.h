/*
 * picture_stored.h - the picture of jobs that the store has: read, evaluated
 * and drawn a piece at a time.
 */
#ifndef SERVER_JOBS_PICTURE_STORED_H
#define SERVER_JOBS_PICTURE_STORED_H

#include <stdatomic.h>

#include "server/jobs/picture.h"
#include "server/jobs/pool.h"
#include "server/store/store.h"

/* Whose picture. */
struct picture_source {
    struct store *store;
    struct datasets *datasets;
    struct pool *pool;
    const int64_t *numbers;        /* [count] of the jobs; 1 … PLOT_RUNS_MAX */
    size_t count;
    struct plot_options options;
    double bytes_max;              /* memory that a job's data may take */
    const atomic_bool *cancel;
};

struct picture_stored {
    struct picture_source source;
    struct arena *arena;
    struct buffer *out;
    struct store_reader *reader;
    size_t stage;
    size_t next;                   /* job to read: all specs, then all rows */
    struct spec specs[PLOT_RUNS_MAX];
    bool has_spec[PLOT_RUNS_MAX];  /* false: what it names is gone */
    struct plot_run runs[PLOT_RUNS_MAX];
    struct plot plot;
    struct grid grid;
    size_t block;                  /* cells at a time */
    size_t constraint;             /* the next to evaluate */
    bool is_too_long;              /* why it failed: a trace without levels */
};

/* Begin a picture; picture_stored_fini() it. All of it lives in `arena`; the
 * SVG is appended to `out`. */
void picture_stored_init(struct picture_stored *picture,
                         const struct picture_source *source,
                         struct arena *arena, struct buffer *out);
void picture_stored_fini(struct picture_stored *picture);

/*
 * Do the next piece: none but evaluating once takes more than some
 * milliseconds.
 *
 *   ret_more  out  there are more
 *
 * Fails   ERR_MISSING a job is gone; ERR_TOO_BIG its data takes more than
 *         bytes_max, or is_too_long; ERR_CORRUPT, ERR_STORAGE, ERR_MEMORY
 * Thread  one at a time, any
 */
MUST_CHECK enum error picture_stored_step(struct picture_stored *picture,
                                          bool *ret_more);

#endif
