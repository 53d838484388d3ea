/*
 * trace_rows.h - which rows and columns of a trace a client asked for, and
 * walking over them.
 */
#ifndef SERVER_API_TRACE_ROWS_H
#define SERVER_API_TRACE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/jobs/chunk_cache.h"
#include "server/jobs/trace_text.h"
#include "server/thin/thin.h"

/* What the buckets of thinning divide. */
enum trace_axis {
    TRACE_AXIS_ITERATION,
    TRACE_AXIS_EPOCH,
    TRACE_AXIS_TIME,
    TRACE_AXIS_EVALUATIONS,
    TRACE_AXES
};

/* How a range is thinned. */
struct trace_thinning {
    size_t points;                 /* at most; 0: it is not, all below is
                                      undefined */
    const struct thin_method *method;
    struct trace_column by;        /* whose extremes are kept */
    enum trace_axis axis;
    bool is_log;                   /* the axis */
    uint64_t an_epoch;             /* iterations, of TRACE_AXIS_EPOCH */
};

struct trace_selection {
    struct trace trace;
    uint64_t row, end;             /* half-open range of rows, before stride */
    uint64_t every;                /* only iterations that it divides */
    uint64_t an_epoch;             /* only ends of epochs, so many iterations
                                      apart, and the last row; 0: all */
    uint64_t limit;                /* rows at most; UINT64_MAX: all */
    struct trace_thinning thinning; /* of all rows of the range: every is 1,
                                      an_epoch 0, limit UINT64_MAX */
    const struct trace_column *columns;
    size_t column_count;
};

/* How many rows are selected, not looking at the limit. Not of a selection
 * that is thinned. */
uint64_t trace_selected_count(const struct trace_selection *selection);

/* The rows that are number first, first + 1, … of them.
 *   ret  [count]  out */
void trace_selected_rows(const struct trace_selection *selection,
                         uint64_t first, size_t count, uint64_t *ret);

/* Goes over the rows of a selection that is not thinned. A block is in memory;
 * chunks are in the trace's cache or, without one, in its own. */
struct trace_cursor {
    const struct trace_selection *selection;
    uint64_t row;                  /* the next to look at */
    uint64_t given;                /* rows so far */
    struct chunk_cache *cache, own;
    const struct chunk *chunk;     /* of the last block */
    double *values;                /* [column_count][block_rows] */
    uint64_t *rows;                /* [block_rows] of the last block */
    size_t block_rows;
    size_t bytes_loaded;           /* of chunks: a large stride takes one
                                      row of each, so watch it */
};

/* Reads the first chunk, so that an answer that cannot be given is not begun.
 * Fails: as trace_chunk(); trace_cursor_fini() all the same. */
MUST_CHECK enum error
trace_cursor_init(struct trace_cursor *cursor,
                  const struct trace_selection *selection);
void trace_cursor_fini(struct trace_cursor *cursor);

/*
 * Get the next rows, as many as one chunk has, at most `rows_max`.
 *
 *   ret   out  without rows: there are none any more; good until the next call
 *
 * Fails   as trace_chunk()
 */
MUST_CHECK enum error trace_cursor_next(struct trace_cursor *cursor,
                                        size_t rows_max,
                                        struct trace_block *ret);

/* The iteration of the first selected row that was not given; false: none. */
bool trace_cursor_rest(const struct trace_cursor *cursor,
                       uint64_t *ret_iteration);

#endif
