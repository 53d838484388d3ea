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

/* What a format is called in Accept, in a tag, and at the end of a file; and
 * in the answer. */
static const struct {
    const char *type, *tag, *extension, *content_type;
} formats[FORMATS] = {
    [FORMAT_JSON] = {"application/json", "", "json", TYPE_JSON},
    [FORMAT_NDJSON] = {"application/x-ndjson", "ndjson", "ndjson",
                       TYPE_NDJSON},
    [FORMAT_CSV] = {"text/csv", "csv", "csv", TYPE_CSV},
    [FORMAT_OCTETS] = {TYPE_OCTETS, "octets", "bin", TYPE_OCTETS},
};

/* A job that begins anew between two reads of its trace is looked at again, so
 * often at most. */
enum { LOOKS_MAX = 4 };

static enum error open_stream(struct http_request *request,
                              enum trace_format format,
                              const struct trace_request *asked,
                              struct http_stream *ret)
{
    switch (format) {
    case FORMAT_NDJSON:
        return trace_stream_lines(&asked->selection, &asked->about,
                                  TRACE_NDJSON, ret);
    case FORMAT_CSV:
        return trace_stream_lines(&asked->selection, &asked->about, TRACE_CSV,
                                  ret);
    case FORMAT_OCTETS:
        return trace_stream_octets(request, &asked->selection, ret);
    default:
        return trace_stream_json(&asked->selection, &asked->about, ret);
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
 * The tag of an ended job's trace, which never changes; NULL: it may. Packed
 * bytes are other bytes, so their tag differs; so does that of an answer
 * without names, which a spec loses with its dataset.
 */
static const char *tag_of(struct http_request *request,
                          const struct store_job *job,
                          enum trace_format format,
                          const struct trace_about *about)
{
    if (!about->complete || !job->trace_sha256)
        return NULL;
    return TAG(request, job->trace_sha256, formats[format].tag,
               about->names ? "" : "unnamed",
               http_accepts_gzip(request) ? "gzip" : "");
}

/* Say the tag; true after a 304. */
static bool replied_unchanged(struct http_request *request, const char *etag)
{
    if (!etag)
        return false;
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
    bool has_ended;                /* the job, when it was looked at last */
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

/* Reply with what the query asks for. Headers come last: an answer that cannot
 * be given has none of them. */
static enum error reply(struct http_request *request, const struct show *show,
                        const struct store_job *job,
                        const struct trace_request *asked,
                        enum http_next *ret)
{
    const char *etag = tag_of(request, job, show->format, &asked->about);
    struct http_stream stream;

    *ret = HTTP_DONE;
    if (etag && http_none_match(request, etag)
        && replied_unchanged(request, etag))
        return OK;
    TRY(open_stream(request, show->format, asked, &stream));
    if (replied_unchanged(request, etag)) {
        stream.close(stream.self);
        return OK;
    }
    if (show->as_file)
        name_file(request, asked->about.job, show->format);
    *ret = trace_reply_stream(request, formats[show->format].content_type,
                              &stream);
    return OK;
}

/* Answer, or wait for rows. Fails: as what it reads; nothing is answered. */
static enum error try_look(struct http_request *request, struct show *show,
                           enum http_next *ret)
{
    struct faults *faults = show->faults;
    struct trace_request asked;
    struct store_job job;

    TRY(poll_watch(show->poll));
    *ret = HTTP_DONE;
    if (!api_find_job(request, STORE_ROW, &job)) {
        poll_end(show->poll);
        return OK;
    }
    show->has_ended = job_has_ended(job.state);
    TRY(trace_request_open(request, &show->query, &job, "", faults, &asked));
    if (faults->total == 0
        && is_early(&job, &show->query, &asked.selection.trace)
        && poll_may_wait(show->poll)) {
        *ret = poll_wait(show->poll, look_again, show);
        return OK;
    }
    poll_end(show->poll);
    if (show->format == FORMAT_OCTETS
        && asked.selection.column_count > OCTETS_COLUMNS_MAX)
        fault_add(faults, "?fields", FAULT_TOO_LARGE, NULL,
                  "octets have at most %d columns, whose names stand in a "
                  "header", OCTETS_COLUMNS_MAX);
    if (faults->total > 0) {
        *ret = problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
        return OK;
    }
    return reply(request, show, &job, &asked, ret);
}

/* Rows that are not where they were: the job began anew, or it was deleted,
 * which the next look finds. An ended job's are lost. */
static enum http_next look(struct http_request *request, struct show *show)
{
    enum error error = ERR_MISSING;
    enum http_next next;

    for (int looks = 0; looks < LOOKS_MAX && error == ERR_MISSING; looks++)
        error = try_look(request, show, &next);
    if (error == OK)
        return next;
    poll_end(show->poll);
    if (error == ERR_MISSING)
        error = show->has_ended ? ERR_CORRUPT : ERR_STORAGE;
    return problem_reply_error(request, error);
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
