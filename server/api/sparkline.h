/*
 * sparkline.h - the loss of a job in a few numbers, for a small picture beside
 * it in a list.
 */
#ifndef SERVER_API_SPARKLINE_H
#define SERVER_API_SPARKLINE_H

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/jobs/pool.h"
#include "server/json/writer.h"
#include "server/store/store.h"

enum { SPARKLINE_POINTS_MIN = 2, SPARKLINE_POINTS_MAX = 64 };

struct sparkline {
    double *loss;                /* [count] in order; may not be finite */
    size_t count;                /* 0: the job has no rows yet, too many
                                    without levels, or damaged ones */
};

/*
 * Pick from a job's trace the first, the last and the extremes between.
 *
 *   points  in   SPARKLINE_POINTS_MIN … SPARKLINE_POINTS_MAX
 *
 * Fails   as trace_open(); not where the job is gone meanwhile or its trace is
 *         damaged, which is logged: then it has no rows
 * Owns    ret->loss lives in `arena`
 * Thread  the reader's
 * Cost    below 1 ms for a trace of any length
 */
MUST_CHECK enum error sparkline_read(struct pool *pool,
                                     struct store_reader *reader,
                                     int64_t number, size_t points,
                                     struct arena *arena,
                                     struct sparkline *ret);

/* Write it as the member "sparkline": {"loss":[…]}, or null without rows. */
void sparkline_write(struct json_writer *writer,
                     const struct sparkline *sparkline);

#endif
