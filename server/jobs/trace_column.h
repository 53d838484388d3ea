/*
 * trace_column.h - numbers of one column of a trace, without the others.
 *
 * The bytes of the column alone are read from the store: an answer by columns
 * is made piece by piece, and holds no row meanwhile.
 */
#ifndef SERVER_JOBS_TRACE_COLUMN_H
#define SERVER_JOBS_TRACE_COLUMN_H

#include "server/jobs/chunk_cache.h"

/*
 * Read a column in some rows.
 *
 *   rows   [count]  in   ascending
 *   cache  -        in   for chunks that can be read as a whole only
 *   ret    [count]  out  chunk_absent() where there is no number
 *
 * Fails   as trace_chunk()
 * Thread  the cache's and the reader's
 * Cost    20 µs, and 2 µs for each chunk
 */
MUST_CHECK enum error trace_column_read(const struct trace *trace,
                                        const struct trace_column *column,
                                        const uint64_t *rows, size_t count,
                                        struct chunk_cache *cache,
                                        double *ret);

#endif
