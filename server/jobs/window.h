/*
 * window.h - a window of a trace as candidates for thinning.
 *
 * While a window has few rows its candidates are all of them. Of a longer one
 * they are the rows that a level of the pyramid keeps, among which are, for
 * every unit of so many rows, the first, the last, and the least and greatest
 * and the first that is not finite of every scalar column.
 */
#ifndef SERVER_JOBS_WINDOW_H
#define SERVER_JOBS_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/jobs/trace.h"

struct window;

/*
 * Read the candidates of rows [row, end) of a trace.
 *
 *   points  in  how many are to be picked later: decides which level serves
 *
 * Fails   as trace_chunk()
 * Owns    everything lives in `arena`
 * Thread  the reader's
 */
MUST_CHECK enum error window_open(const struct trace *trace, uint64_t row,
                                  uint64_t end, size_t points,
                                  struct arena *arena, struct window **ret);

/* How many candidates there are; whether they are all rows of the window. */
size_t window_count(const struct window *window);
bool window_is_exact(const struct window *window);

/* The row number of a candidate. */
uint64_t window_row(const struct window *window, size_t place);

/* One column of all candidates: ret[window_count()]. */
void window_column(const struct window *window,
                   const struct trace_column *column, double *ret);

/*
 * Some columns of the candidates that were picked.
 *
 *   picks  [count]                in   places, rising
 *   ret    [column_count][count]  out
 */
void window_pick(const struct window *window, const size_t *picks,
                 size_t count, const struct trace_column *columns,
                 size_t column_count, double *ret);

/*
 * Means of some columns over buckets of rows: bucket b begins at candidate
 * begins[b] and ends before the next bucket, the last at the window's end.
 * Numbers that are not finite make a mean not finite; absent ones are left
 * out.
 */
MUST_CHECK enum error window_means(const struct window *window,
                                   const size_t *begins, size_t count,
                                   const struct trace_column *columns,
                                   size_t column_count, double *ret);

#endif
