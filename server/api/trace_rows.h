/*
 * trace_rows.h - which rows and columns of a trace a client asked for, and
 * walking over them.
 */
#ifndef SERVER_API_TRACE_ROWS_H
#define SERVER_API_TRACE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/jobs/trace.h"

struct trace_selection {
    struct trace trace;
    uint64_t row, end;             /* half-open range of rows, before stride */
    uint64_t every;                /* only iterations that it divides */
    uint64_t an_epoch;             /* only ends of epochs, so many iterations
                                      apart, and the last row; 0: all */
    uint64_t limit;                /* rows at most; UINT64_MAX: all */
    const struct trace_column *columns;
    size_t column_count;
};

/* Goes over the rows of a selection; a chunk at a time is in memory. */
struct trace_cursor {
    const struct trace_selection *selection;
    uint64_t row;                  /* the next to look at */
    uint64_t given;                /* rows so far */
    struct arena arena;            /* of `chunk` */
    const struct chunk *chunk;
    uint64_t chunk_index;
    size_t bytes_loaded;           /* of chunks: a large stride takes one
                                      row of each, so watch it */
};

void trace_cursor_init(struct trace_cursor *cursor,
                       const struct trace_selection *selection);
void trace_cursor_fini(struct trace_cursor *cursor);

/*
 * Get the next row.
 *
 *   values    [column_count]  out
 *   ret_row   -               out  false: there is none any more
 *
 * Fails   as trace_chunk()
 */
MUST_CHECK enum error trace_cursor_next(struct trace_cursor *cursor,
                                        double *values, bool *ret_row);

/* The iteration of the first selected row that was not given; false: none. */
bool trace_cursor_rest(const struct trace_cursor *cursor,
                       uint64_t *ret_iteration);

#endif
