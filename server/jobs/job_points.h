/*
 * job_points.h - the points of a job that have names: where it is best, and
 * where it is or was last. Of a running job, so far.
 */
#ifndef SERVER_JOBS_JOB_POINTS_H
#define SERVER_JOBS_JOB_POINTS_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/jobs/kept_result.h"
#include "server/jobs/pool.h"
#include "server/store/store.h"

/*
 * Look them up.
 *
 *   pool    in   NULL: of a job that has ended
 *   ret     out  [KEPT_PLACES]; x may hold what is not finite
 *
 * Fails   ERR_MISSING it has none: it has not begun, or failed; ERR_CORRUPT,
 *         ERR_STORAGE, ERR_MEMORY
 * Owns    x lives in `arena`
 * Thread  the reader's
 */
MUST_CHECK enum error job_points_read(struct pool *pool,
                                      struct store_reader *reader,
                                      int64_t number, struct arena *arena,
                                      struct kept_point ret[KEPT_PLACES]);

#endif
