/*
 * trace_text.h - rows of a trace as lines of CSV or NDJSON, for whoever sends
 * or prints them.
 */
#ifndef SERVER_JOBS_TRACE_TEXT_H
#define SERVER_JOBS_TRACE_TEXT_H

#include <stddef.h>

#include "server/base/buffer.h"
#include "server/jobs/trace.h"

enum trace_lines { TRACE_CSV, TRACE_NDJSON };

/* Rows by column: number r of column c is values[c * stride + r]. */
struct trace_block {
    const double *values;
    size_t stride, rows;
};

/* Append the header: CSV has one. */
void trace_write_header(enum trace_lines lines,
                        const struct trace_column *columns, size_t count,
                        struct buffer *out);

/* Append the rows of a block, which has those columns. */
void trace_write_block(enum trace_lines lines,
                       const struct trace_column *columns, size_t count,
                       const struct trace_block *block, struct buffer *out);

/* Append one row: values[count] in the order of the columns. */
void trace_write_row(enum trace_lines lines,
                     const struct trace_column *columns, size_t count,
                     const double *values, struct buffer *out);

#endif
