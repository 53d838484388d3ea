/*
 * job_trace.c - GET /jobs/{id}/trace, and /jobs/{id}/trace.csv and the like:
 * in which form, and what is said of the form.
 */
#include "server/api/jobs.h"

#include <stdio.h>

#include "server/api/poll.h"
#include "server/api/tag.h"
#include "server/api/trace_request.h"
#include "server/jobs/live.h"
#include "server/jobs/safetensors.h"

/* What a format is called in Accept, in a tag, and at the end of a file. */
static const struct {
    const char *type, *tag, *extension;
} formats[FORMATS] = {
    [FORMAT_JSON] = {"application/json", "", "json"},
    [FORMAT_NDJSON] = {"application/x-ndjson", "ndjson", "ndjson"},
    [FORMAT_CSV] = {"text/csv", "csv", "csv"},
    [FORMAT_OCTETS] = {TYPE_OCTETS, "octets", "bin"},
};

static enum http_next reply(struct http_request *request,
                            enum trace_format format,
                            const struct trace_request *asked)
{
    switch (format) {
    case FORMAT_NDJSON:
        return trace_reply_lines(request, &asked->selection, &asked->about,
                                 TRACE_NDJSON);
    case FORMAT_CSV:
        return trace_reply_lines(request, &asked->selection, &asked->about,
                                 TRACE_CSV);
    case FORMAT_OCTETS:
        return trace_reply_octets(request, &asked->selection);
    default:
        return trace_reply_json(request, &asked->selection, &asked->about);
    }
}

/* So that a link downloads: the file is called "job_….csv". */
static void name_file(struct http_request *request, const char *id,
                      enum trace_format format)
{
    char text[96];

    snprintf(text, sizeof text, "attachment; filename=\"%s.%s\"", id,
             formats[format].extension);
    http_reply_header(request, "Content-Disposition", text);
}

/*
 * An ended job's trace never changes: true after a 304. Packed bytes are other
 * bytes, so their tag differs; so does that of an answer without names, which
 * a spec loses with its dataset.
 */
static bool replied_unchanged(struct http_request *request,
                              const struct store_job *job,
                              enum trace_format format,
                              const struct trace_about *about)
{
    const char *etag;

    if (!about->complete || !job->trace_sha256)
        return false;
    etag = TAG(request, job->trace_sha256, formats[format].tag,
               about->names ? "" : "unnamed",
               http_accepts_gzip(request) ? "gzip" : "");
    http_reply_header(request, "Cache-Control",
                      "private, max-age=86400, immutable");
    return http_reply_unchanged(request, etag);
}

/* A request for a trace, in its own arena. */
struct show {
    struct faults *faults;
    struct trace_query query;
    enum trace_format format;
    bool as_file;
    int64_t number;                /* of the job, of one that waits */
    struct poll *poll;             /* it waits for rows; NULL: it does not */
};

static enum http_next look_again(struct http_request *request);

/* Whether a trace of so many rows has not come to what is asked for. */
static bool is_before(const struct trace_query *query, uint64_t rows,
                      uint64_t last)
{
    return query->from < query->to && (rows == 0 || last < query->from);
}

/* Whether there is nothing yet, but may be soon. */
static bool is_early(const struct store_job *job,
                     const struct trace_query *query,
                     const struct trace *trace)
{
    return is_before(query, trace->rows, trace->last)
        && !job_has_ended(job->state);
}

/* The same of a job that runs, without what a look takes of the request's
 * memory: a long wait has many. */
static bool is_still_early(struct http_request *request,
                           const struct show *show)
{
    struct live *live = pool_find(api_of(request)->pool, show->number);
    uint64_t rows, last;

    if (!live)
        return false;
    recorder_extent(&live->recorder, &rows, &last);
    live_release(live);
    return is_before(&show->query, rows, last);
}

/* Answer, or wait for rows. Each look at the job begins its answer anew. */
static enum http_next look(struct http_request *request, struct show *show)
{
    struct faults *faults = show->faults;
    enum trace_format format = show->format;
    struct trace_request asked;
    struct store_job job;
    enum error error = poll_watch(show->poll);

    if (error == OK && !api_find_job(request, STORE_ROW, &job)) {
        poll_end(show->poll);
        return HTTP_DONE;
    }
    if (error == OK)
        error = trace_request_open(request, &show->query, &job, "", faults,
                                   &asked);
    if (error == OK && faults->total == 0
        && is_early(&job, &show->query, &asked.selection.trace)
        && poll_may_wait(show->poll))
        return poll_wait(show->poll, look_again, show);
    poll_end(show->poll);
    if (error != OK)
        return problem_reply_error(request, error);
    if (format == FORMAT_OCTETS
        && asked.selection.column_count > OCTETS_COLUMNS_MAX)
        fault_add(faults, "?fields", FAULT_TOO_LARGE, NULL,
                  "octets have at most %d columns, whose names stand in a "
                  "header", OCTETS_COLUMNS_MAX);
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    if (replied_unchanged(request, &job, format, &asked.about))
        return HTTP_DONE;
    if (show->as_file)
        name_file(request, asked.about.job, format);
    return reply(request, format, &asked);
}

static enum http_next look_again(struct http_request *request)
{
    struct show *show = http_state(request);

    if (poll_watch(show->poll) == OK && is_still_early(request, show)
        && poll_may_wait(show->poll))
        return poll_wait(show->poll, look_again, show);
    return look(request, show);
}

/* The long poll: `Prefer: wait=N` with `after`. */
static enum http_next begin(struct http_request *request,
                            enum trace_format format, bool as_file)
{
    struct faults *faults = http_query_faults(request);
    struct show *show = ARENA_NEW(http_arena(request), struct show);
    struct store_job job;
    enum error error = OK;

    if (!faults || !show)
        return problem_reply_error(request, ERR_MEMORY);
    show->faults = faults;
    show->format = format;
    show->as_file = as_file;
    trace_query_read(request, faults, format, &show->query);
    if (http_query(request, "after") && poll_is_asked(request)) {
        if (!api_find_job(request, STORE_ROW, &job))
            return HTTP_DONE;
        show->number = job.number;
        error = poll_begin(request, job.number, true, &show->poll);
    }
    return error == OK ? look(request, show)
                       : problem_reply_error(request, error);
}

enum http_next job_trace(struct http_request *request)
{
    const char *types[FORMATS + 1] = {NULL};
    int format;

    for (int i = 0; i < FORMATS; i++)
        types[i] = formats[i].type;
    format = http_accept(request, types);
    http_reply_header(request, "Vary", "Accept, Accept-Encoding");
    if (format < 0)
        return problem_reply(request, PROBLEM_NOT_ACCEPTABLE,
                             "a trace is application/json, "
                             "application/x-ndjson, text/csv or "
                             TYPE_OCTETS);
    return begin(request, (enum trace_format)format, false);
}

static enum http_next show_file(struct http_request *request,
                                enum trace_format format)
{
    http_reply_header(request, "Vary", "Accept-Encoding");
    return begin(request, format, true);
}

enum http_next job_trace_csv(struct http_request *request)
{
    return show_file(request, FORMAT_CSV);
}

enum http_next job_trace_ndjson(struct http_request *request)
{
    return show_file(request, FORMAT_NDJSON);
}

enum http_next job_trace_json(struct http_request *request)
{
    return show_file(request, FORMAT_JSON);
}
