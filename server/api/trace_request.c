/* trace_request.c - the trace of one job as a query asks for it. */
#include "server/api/trace_request.h"

#include "server/api/variable_names.h"

enum error trace_request_open(struct http_request *request,
                              const struct trace_query *query,
                              const struct store_job *job,
                              const char *prefix, struct faults *faults,
                              struct trace_request *ret)
{
    struct arena *arena = http_arena(request);
    struct api *api = api_of(request);
    struct trace_request made = {
        .about = {
            .from = query->from, .to = query->to,
            .complete = job_has_ended(job->state),
            .n = (size_t)job->dimension,
            .names_header = query->names_header,
        },
    };
    char id[IDENTIFIER_TEXT_BYTES];
    struct trace_subject subject = {.prefix = prefix, .n = made.about.n};

    identifier_format(&job->id, "job", id);
    made.about.job = arena_format(arena, "%s", id);
    if (!made.about.job)
        return ERR_MEMORY;
    TRY(trace_open(api->pool, api->reader, job->number,
                   &made.selection.trace));
    made.selection.trace.cache = api->chunks;
    TRY(variable_names(api, job, arena, &subject.names));
    made.about.names = subject.names;
    TRY(trace_query_select(request, query, &subject, faults,
                           &made.selection));
    *ret = made;
    return OK;
}
