/* trace_request.h - the trace of one job as a query asks for it. */
#ifndef SERVER_API_TRACE_REQUEST_H
#define SERVER_API_TRACE_REQUEST_H

#include "server/api/trace_formats.h"
#include "server/api/trace_query.h"

/* Everything lives in the request's arena. */
struct trace_request {
    struct trace_selection selection;
    struct trace_about about;
};

/*
 * Open a job's trace and apply a query to it.
 *
 *   prefix   in   stands before the faults' details
 *   faults   out  what the trace does not have
 *
 * Fails   as trace_open(), trace_query_select(), variable_names()
 * Thread  the loop's
 */
MUST_CHECK enum error trace_request_open(struct http_request *request,
                                         const struct trace_query *query,
                                         const struct store_job *job,
                                         const char *prefix,
                                         struct faults *faults,
                                         struct trace_request *ret);

#endif
