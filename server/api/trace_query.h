/*
 * trace_query.h - the query of a trace: read once, then applied to one trace
 * or to each of several.
 */
#ifndef SERVER_API_TRACE_QUERY_H
#define SERVER_API_TRACE_QUERY_H

#include "server/api/api.h"
#include "server/api/trace_rows.h"

enum trace_format { FORMAT_JSON, FORMAT_NDJSON, FORMAT_CSV, FORMAT_OCTETS,
                    FORMATS };

/* What means the same for every trace. Texts live as long as the request. */
struct trace_query {
    uint64_t from, to;             /* UINT64_MAX: to the end */
    uint64_t every, limit;
    size_t points;                 /* 0: not thinned */
    const struct thin_method *method; /* NULL: not given */
    enum trace_axis axis;
    bool is_log;
    bool names_header;             /* header=names */
    const char *by;                /* NULL: not given */
    struct http_value fields, dims;
};

/*
 * Read the query of a request. What is wrong with its values, or in conflict,
 * is added to `faults`.
 */
void trace_query_read(struct http_request *request, struct faults *faults,
                      enum trace_format format, struct trace_query *ret);

/* One trace to which a query is applied. */
struct trace_subject {
    const char *prefix;            /* of details: "job_…: ", or "" */
    size_t n;                      /* dimension */
    const char *const *names;      /* [n] of its variables, or NULL */
};

/*
 * Which rows and columns of a trace are asked for. What the trace does not
 * have is added to `faults`.
 *
 *   selection  in   its trace is open
 *              out  the rest of it; columns in the request's arena
 *
 * Fails   ERR_MEMORY; as trace_chunk()
 */
MUST_CHECK enum error trace_query_select(struct http_request *request,
                                         const struct trace_query *query,
                                         const struct trace_subject *subject,
                                         struct faults *faults,
                                         struct trace_selection *selection);

#endif
