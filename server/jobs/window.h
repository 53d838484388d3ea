/*
 * window.h - a window of a trace as candidates for thinning.
 *
 * While a window has few rows its candidates are all of them. Of a longer one
 * they are the rows that a level of the pyramid keeps (pyramid.h): among them
 * are, for every unit of so many rows, the first, the last, and the least and
 * greatest and the first that is not finite of every scalar column that does
 * not only rise. What lies at the window's edges beside whole units, and what
 * a running job has not stored yet, comes from finer levels and as rows.
 *
 * For means the candidates are units instead: each stands for all its rows.
 *
 * Columns are read as they are asked for; no read transaction is held between
 * calls. So every call can find that the job was deleted meanwhile.
 */
#ifndef SERVER_JOBS_WINDOW_H
#define SERVER_JOBS_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/jobs/tally.h"
#include "server/jobs/trace.h"

enum {
    /* Up to so many rows are read as they are. Measured with 1000 points:
     * 32 000 rows take as long as the slowest windows, most of it for thinning
     * them. */
    WINDOW_ROWS_MAX = 32768,
    /* Of a longer window so many units are read, and at least half as many as
     * points are wanted: a unit gives two rows at least. */
    WINDOW_UNITS_MIN = 256,
    WINDOW_UNITS_MAX = 8192,     /* of a level, whatever is wanted */
    /* Of a trace without levels, which was recorded before there were any. */
    WINDOW_ROWS_WITHOUT_LEVELS = 1 << 20,
};

enum window_use {
    WINDOW_ROWS,     /* candidates are rows, every extreme among them */
    WINDOW_MEANS,    /* candidates are rows and units, whose numbers are means;
                        the first and the last are rows */
    WINDOW_TALLY,    /* as for means, as few as can be */
};

struct window;

/*
 * Read which candidates rows [row, end) of a trace have.
 *
 *   trace   in  stays as long as the window
 *   points  in  how many are to be picked later: decides which level serves
 *
 * Fails   as trace_chunk(); ERR_TOO_BIG more than WINDOW_ROWS_WITHOUT_LEVELS
 *         rows of a trace that has no levels
 * Owns    everything lives in `arena`
 * Thread  the reader's
 * Cost    with 1000 points below 1 ms, as each column of window_columns(), of a
 *         trace of any length that has levels. The longest calls read many
 *         columns: 1000 picks of 71 take 2 ms, as many means 8
 */
MUST_CHECK enum error window_open(const struct trace *trace, uint64_t row,
                                  uint64_t end, size_t points,
                                  enum window_use use, struct arena *arena,
                                  struct window **ret);

/* Rows [row, end). */
struct window_range {
    uint64_t row, end;
};

/*
 * Some ranges as candidates, at this level or finer, 0: all their rows. One
 * window, so that their chunks are gone to in one go.
 *
 *   ranges  [count]  in   none empty, rising, and none within another
 *
 * As window_open() for the rest.
 */
MUST_CHECK enum error window_open_ranges(const struct trace *trace,
                                         unsigned level,
                                         const struct window_range *ranges,
                                         size_t count, struct arena *arena,
                                         struct window **ret);

/*
 * How many rows a window of a trace may have: UINT64_MAX where it has levels.
 *
 * Fails   as trace_chunk()
 * Cost    one read of the store, of a trace that is longer than
 *         WINDOW_ROWS_MAX
 */
MUST_CHECK enum error window_rows_max(const struct trace *trace,
                                      uint64_t *ret);

/* How many candidates there are; whether they are all rows of the window. */
size_t window_count(const struct window *window);
bool window_is_exact(const struct window *window);

/* The coarsest level that candidates are of; 0 if it is exact. */
unsigned window_level(const struct window *window);

/* The row number of a candidate; of a unit, its first row's. */
uint64_t window_row(const struct window *window, size_t place);

/* A unit of a level, of which a window of rows has some rows. */
struct window_unit {
    struct window_range rows;    /* all of them */
    size_t place, count;         /* the candidates that are some of them */
};

/*
 * The units of a window of rows; what else is in it stands for itself.
 *
 *   ret  [window_count()]  out
 *
 * Returns how many
 */
size_t window_units(const struct window *window, struct window_unit *ret);

/*
 * Some columns of all candidates.
 *
 *   ret  [column_count][window_count()]  out
 *
 * Fails   as trace_chunk(); so do the others
 */
MUST_CHECK enum error window_columns(struct window *window,
                                     const struct trace_column *columns,
                                     size_t column_count, double *ret);

/*
 * Some columns of the candidates that were picked, of a window of rows.
 *
 *   picks  [count]                in   places, rising
 *   ret    [column_count][count]  out
 */
MUST_CHECK enum error window_pick(struct window *window, const size_t *picks,
                                  size_t count,
                                  const struct trace_column *columns,
                                  size_t column_count, double *ret);

/*
 * Means of some columns over buckets of candidates, of a window for means:
 * bucket b begins at candidate begins[b] and ends before the next bucket, the
 * last at the window's end. They are means of all rows there. Numbers that are
 * not finite make a mean not finite; absent ones are left out.
 *
 *   begins  [count]                in   places, rising
 *   ret     [column_count][count]  out
 */
MUST_CHECK enum error window_means(struct window *window,
                                   const size_t *begins, size_t count,
                                   const struct trace_column *columns,
                                   size_t column_count, double *ret);

/*
 * Tally each column over all rows of a window for means or tallies. Levels do
 * not know the extremes of columns that only rise (they are at the ends), nor
 * where x was not finite first: these are then those of some rows.
 *
 *   ret  [column_count]  out
 */
MUST_CHECK enum error window_tally(struct window *window,
                                   const struct trace_column *columns,
                                   size_t column_count, struct tally *ret);

#endif
