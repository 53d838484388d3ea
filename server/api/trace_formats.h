/* trace_formats.h - a selection of a trace as columns, lines or a table. */
#ifndef SERVER_API_TRACE_FORMATS_H
#define SERVER_API_TRACE_FORMATS_H

#include "server/api/trace_rows.h"
#include "server/http/http.h"
#include "server/store/store.h"

/* What the answer says about the job beside the rows. */
struct trace_about {
    const char *job;           /* its id as text */
    uint64_t from, to;         /* range of iterations that was asked for */
    bool complete;             /* the job has ended */
};

enum { PAGE_VALUES_MAX = 1000000 }; /* in one JSON answer */

/* Columns in one JSON object; the page ends before the selection's limit when
 * PAGE_VALUES_MAX numbers stand in it, or it took too many chunks. */
enum http_next trace_reply_json(struct http_request *request,
                                const struct trace_selection *selection,
                                const struct trace_about *about);

enum trace_lines { TRACE_CSV, TRACE_NDJSON };

/* A row a line, streamed as the client takes them. */
enum http_next trace_reply_lines(struct http_request *request,
                                 const struct trace_selection *selection,
                                 enum trace_lines lines);

/* The same lines for the command line: append the header (CSV has one). */
void trace_write_header(enum trace_lines lines,
                        const struct trace_column *columns, size_t count,
                        struct buffer *out);

/* Append one row: values[count] in the order of the columns. */
void trace_write_row(enum trace_lines lines,
                     const struct trace_column *columns, size_t count,
                     const double *values, struct buffer *out);

#endif
