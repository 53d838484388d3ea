/*
 * candidates.h - among which rows of a long range thinning picks: those of a
 * window, and more rows of the units that stand out.
 *
 * A level of the pyramid keeps one greatest row of a unit. Where two spikes lie
 * in one, the second is not among the window's candidates. But its unit stands
 * out by the first: such units, a few, are read at the next finer level, and
 * what stands out there at the one below, in the end row by row.
 */
#ifndef SERVER_API_CANDIDATES_H
#define SERVER_API_CANDIDATES_H

#include "server/jobs/window.h"

struct candidates;

/*
 * Open the candidates of rows [row, end) of a trace.
 *
 *   points    in  how many are to be picked
 *   axis, by  in  the columns that are looked at
 *
 * Fails   as window_open()
 * Owns    everything lives in `arena`
 */
MUST_CHECK enum error candidates_open(const struct trace *trace, uint64_t row,
                                      uint64_t end, size_t points,
                                      const struct trace_column *axis,
                                      const struct trace_column *by,
                                      struct arena *arena,
                                      struct candidates **ret);

size_t candidates_count(const struct candidates *candidates);

/* The two columns: [candidates_count()]; the caller may change the first. */
double *candidates_axis(const struct candidates *candidates);
const double *candidates_value(const struct candidates *candidates);

/* Some columns of what was picked, as window_pick(). */
MUST_CHECK enum error candidates_pick(struct candidates *candidates,
                                      const size_t *picks, size_t count,
                                      const struct trace_column *columns,
                                      size_t column_count, double *ret);

#endif
