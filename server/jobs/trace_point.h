/* trace_point.h - one point of an ended job's trace, for other jobs' specs. */
#ifndef SERVER_JOBS_TRACE_POINT_H
#define SERVER_JOBS_TRACE_POINT_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/jobs/spec.h"

struct store_reader;

/*
 * Look up where a job was at point->iteration: a spec_source's find_point.
 *
 * Fails   ERR_MISSING it was deleted; ERR_STORAGE, ERR_CORRUPT, ERR_MEMORY
 * Owns    point->x lives in `arena`
 * Thread  the reader's
 */
MUST_CHECK enum error trace_find_point(struct store_reader *reader,
                                       int64_t number, struct arena *arena,
                                       struct spec_point *point);

#endif
