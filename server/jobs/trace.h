/*
 * trace.h - a job's recorded iterations as one sequence of rows, wherever they
 * are: stored, on their way to the store, or still being filled.
 *
 * Row r is the r-th recorded iteration. All rows are `every` apart but the
 * last one, which is the last iteration whatever its number.
 */
#ifndef SERVER_JOBS_TRACE_H
#define SERVER_JOBS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/jobs/chunk.h"
#include "server/jobs/pool.h"
#include "server/store/store.h"

struct chunk_cache;

/* A view: how much there was when it was opened. Rows do not change. */
struct trace {
    struct pool *pool;
    struct store_reader *reader;
    int64_t number;
    uint64_t rows;          /* recorded iterations */
    uint64_t last;          /* the last one's iteration; 0 without rows */
    uint64_t every;
    struct chunk_form form; /* undefined without rows */
    struct chunk_cache *cache; /* of the reader's thread, for those who walk
                               over rows; the caller's to set; NULL: none */
};

/*
 * Look at the trace of a job. It may grow meanwhile; the view does not.
 *
 *   pool   in   NULL: of a job that has ended
 *
 * Fails   ERR_STORAGE, ERR_CORRUPT, ERR_MEMORY
 * Thread  the reader's
 */
MUST_CHECK enum error trace_open(struct pool *pool,
                                 struct store_reader *reader,
                                 int64_t number, struct trace *ret);

/*
 * The chunk that holds row `row`, with at least the rows of the view.
 *
 * Fails   ERR_MISSING the job began anew, or was deleted; as trace_open()
 * Owns    the chunk lives in `arena`
 */
MUST_CHECK enum error trace_chunk(const struct trace *trace, uint64_t row,
                                  struct arena *arena,
                                  const struct chunk **ret);

/*
 * How many iterations an epoch has, of a trace with epochs and rows.
 *
 * Fails   as trace_chunk()
 */
MUST_CHECK enum error trace_epoch(const struct trace *trace,
                                  struct arena *arena,
                                  uint64_t *ret_iterations);

/*
 * x of a row of a chunk.
 *
 *   row    -    in   of the chunk
 *   ret_x  [n]  out  untouched where it is not there
 *
 * Returns false where it was not kept
 */
bool trace_x(const struct chunk *chunk, size_t row, double *ret_x);

/* The first row whose iteration is at least `iteration`; `rows` if none. */
uint64_t trace_row_of(const struct trace *trace, uint64_t iteration);

/* The iteration of a row below `rows`. */
uint64_t trace_iteration_of(const struct trace *trace, uint64_t row);

/* ---- columns ------------------------------------------------------------ */

enum { COLUMN_NAME_BYTES = 40 };

/* One column of a trace: a scalar, or a coordinate of x. */
struct trace_column {
    enum column scalar;     /* COLUMNS: it is x[dimension] */
    size_t dimension;
};

/* "loss", or "x.3". */
void trace_column_name(const struct trace_column *column,
                       char name[COLUMN_NAME_BYTES]);

/* The number of a column in row `row` of a chunk; absent where it has none. */
double trace_cell(const struct chunk *chunk, size_t row,
                  const struct trace_column *column);

#endif
