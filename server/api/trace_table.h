/*
 * trace_table.h - the rows of one page, or of a thinned range, in memory.
 */
#ifndef SERVER_API_TRACE_TABLE_H
#define SERVER_API_TRACE_TABLE_H

#include "server/api/trace_rows.h"

enum { TABLE_VALUES_MAX = 1000000 };

struct trace_table {
    struct trace_block block;      /* the selection's columns */
    const double *iterations;      /* [block.rows]; of means: means */
    bool is_exact;                 /* no row of the range was left out */
    bool has_more;                 /* there are selected rows after these */
    uint64_t next;                 /* the first one's iteration */
};

/*
 * Read a selection: thinned rows, or a page of at most selection->limit rows,
 * which ends before where TABLE_VALUES_MAX numbers stand in it or it took too
 * many chunks.
 *
 * Fails   ERR_MEMORY; as trace_chunk()
 * Owns    everything lives in `arena`
 * Cost    some 20 ms, or what window_open() takes
 */
MUST_CHECK enum error trace_table_read(const struct trace_selection *selection,
                                       struct arena *arena,
                                       struct trace_table *ret);

#endif
