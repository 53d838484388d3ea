/* summary.h - a whole trace in a few numbers a column. */
#ifndef SERVER_JOBS_SUMMARY_H
#define SERVER_JOBS_SUMMARY_H

#include "server/jobs/tally.h"
#include "server/jobs/trace.h"

/* Of one column over all rows of a trace; rows count from 0. */
struct summary {
    struct tally tally;      /* nonfinite_row: of scalars alone, else absent */
    double first, last;      /* of the first and the last row; may be absent */
};

/*
 * Summarize columns that stand in the rows of a trace with at least one row.
 *
 *   ret  [count]  out
 *
 * Fails   as window_open()
 * Owns    what is read meanwhile lives in `arena`
 * Thread  the reader's
 * Cost    with levels about as much for 1e8 rows as for 1e5: a few chunks of
 *         each level, and the rows that are not in one yet
 */
MUST_CHECK enum error summary_read(const struct trace *trace,
                                   const struct trace_column *columns,
                                   size_t count, struct arena *arena,
                                   struct summary *ret);

#endif
