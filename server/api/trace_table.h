/*
 * trace_table.h - the rows of one page, or of a thinned range, by column.
 *
 * What is small, or was thinned, is in memory. Of a large page only the rows'
 * numbers are known: their columns are read again whenever they are asked for,
 * so that thousands of pages can be under way.
 */
#ifndef SERVER_API_TRACE_TABLE_H
#define SERVER_API_TRACE_TABLE_H

#include "server/api/trace_rows.h"

enum {
    TABLE_VALUES_MAX = 1000000,
    TABLE_READ_MAX = 2048,         /* numbers that are read at a time */
};

struct trace_table {
    size_t rows;
    struct trace_block block;      /* the selection's columns; without values:
                                      they are read when asked for */
    const double *iterations;      /* [rows]; of means: means. NULL: likewise */
    bool is_exact;                 /* no row of the range was left out */
    bool has_more;                 /* there are selected rows after these */
    uint64_t next;                 /* the first one's iteration */
};

/*
 * Read a selection: thinned rows, or a page of at most selection->limit rows,
 * which ends before where TABLE_VALUES_MAX numbers stand in it.
 *
 * Fails   ERR_MEMORY; as trace_chunk()
 * Owns    everything lives in `arena`; selection->columns are needed on
 * Cost    a millisecond, or what window_open() takes
 */
MUST_CHECK enum error trace_table_read(const struct trace_selection *selection,
                                       struct arena *arena,
                                       struct trace_table *ret);

/*
 * Get numbers of a column: from row `first` on as many as are to be had at a
 * time, at most TABLE_READ_MAX, at least one.
 *
 *   first      -                 in   below table->rows
 *   scratch    [TABLE_READ_MAX]  out  used where they are not in memory
 *   ret        [*ret_count]      out  good as long as scratch and table are
 *
 * Fails   as trace_chunk()
 * Cost    a millisecond
 */
MUST_CHECK enum error
trace_table_column(const struct trace_selection *selection,
                   const struct trace_table *table, size_t column,
                   size_t first, double scratch[TABLE_READ_MAX],
                   const double **ret, size_t *ret_count);

/* The iteration of a row. */
double trace_table_iteration(const struct trace_selection *selection,
                             const struct trace_table *table, size_t row);

#endif
