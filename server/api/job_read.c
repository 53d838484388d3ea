/* job_read.c - GET /jobs/{id}, its spec and its result. */
#include "server/api/jobs.h"

#include <stdio.h>
#include <string.h>

#include "server/api/job_document.h"
#include "server/api/job_model.h"
#include "server/api/poll.h"
#include "server/jobs/live.h"
#include "server/jobs/result.h"
#include "server/jobs/safetensors.h"
#include "server/jobs/spec.h"
#include "server/json/reader.h"

/* ---- the job, and the long poll ---------------------------------------- */

static enum http_next polled(struct http_request *request);

/* Whether the client has this revision already. */
static bool is_known(struct http_request *request, const struct store_job *job)
{
    char etag[32];

    snprintf(etag, sizeof etag, "%lld", (long long)job->revision);
    return http_knows_revision(request, etag);
}

static enum http_next reply_or_wait(struct http_request *request,
                                    struct poll *poll)
{
    enum error error = poll_watch(poll);
    struct store_job job;

    if (error != OK)
        return problem_reply_error(request, error);
    if (!api_find_job(request, STORE_ROW, &job)) {
        poll_end(poll);
        return HTTP_DONE;
    }
    if (is_known(request, &job) && !job_has_ended(job.state)
        && poll_may_wait(poll))
        return poll_wait(poll, polled, poll);
    poll_end(poll);
    return job_document_reply(request, 200, &job);
}

static enum http_next polled(struct http_request *request)
{
    return reply_or_wait(request, http_state(request));
}

enum http_next job_show(struct http_request *request)
{
    struct poll *poll = NULL;
    struct identifier id;
    struct store_job job;
    enum error error;

    if (identifier_parse(http_capture(request, 0), "job", &id)
        && job_document_reply_cached(request, &id))
        return HTTP_DONE;
    if (!poll_is_asked(request) || !http_header(request, "If-None-Match"))
        return reply_or_wait(request, NULL);
    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    error = poll_begin(request, job.number, false, &poll);
    return error == OK ? reply_or_wait(request, poll)
                       : problem_reply_error(request, error);
}

/* ---- spec and result --------------------------------------------------- */

enum http_next job_spec(struct http_request *request)
{
    struct store_job job;
    struct buffer body;

    if (!api_find_job(request, STORE_SPEC, &job))
        return HTTP_DONE;
    buffer_init(&body);
    buffer_text(&body, job.spec);
    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_tagged(request, 200, TYPE_JSON, "spec", &body);
}

/* The best so far of a job that has no result yet. */
static void write_best_so_far(struct pool *pool, const struct store_job *job,
                              struct arena *arena, struct buffer *body)
{
    size_t n = (size_t)job->dimension;
    double *x = arena_array(arena, 2 * n, sizeof *x);
    struct live *live = pool_find(pool, job->number);
    struct progress progress;

    if (!x) {
        body->failed = true;
    } else if (live && live->recorder.x) {
        recorder_progress(&live->recorder, &progress, x, x + n);
        result_write_progress(&progress, n, x, x + n, body);
    } else {
        buffer_text(body, "{\"final\":false,\"iterations\":0,"
                          "\"outcome\":null}");
    }
    live_release(live);
}

/* A job that ended without a result: it failed, or was canceled before it
 * began. */
static void write_no_result(const struct store_job *job, struct buffer *body)
{
    struct json_writer writer;

    json_writer_init(&writer, body);
    json_object_begin(&writer);
    json_member_flag(&writer, "final", true);
    json_member_integer(&writer, "iterations", job->iterations);
    json_member_null(&writer, "outcome");
    json_key(&writer, "error");
    if (job->error)
        json_raw(&writer, job->error, strlen(job->error));
    else
        json_null(&writer);
    json_object_end(&writer);
}

/* The final iterate as a result has it; NULL where not all of it is finite. */
static const double *read_x(const char *result, struct faults *faults,
                            size_t n)
{
    struct json_reader reader;
    struct json_object object;
    struct json_value member;
    struct json_flaw flaw;
    const double *x = NULL;
    size_t count = 0;

    if (json_reader_init(&reader, result, strlen(result), faults, &flaw) != OK)
        return NULL;
    if (json_object_open(&reader, json_reader_root(&reader), &object)
        && json_object_take(&object, "x", &member)
        && !json_read_numbers(&reader, member, n, &x, &count))
        x = NULL;
    json_reader_fini(&reader);
    return count == n ? x : NULL;
}

/* The residuals are made again from spec and final iterate: they are as long
 * as the data, and seldom wanted. */
static enum error add_residuals(struct http_request *request,
                                const struct store_job *job,
                                struct buffer *body)
{
    struct arena *arena = http_arena(request);
    struct faults *faults = ARENA_NEW(arena, struct faults);
    struct spec *spec = ARENA_NEW(arena, struct spec);
    const struct spec_source source = {
        .datasets = api_of(request)->datasets,
        .reader = api_of(request)->reader};
    struct json_flaw flaw;
    const double *x;

    if (!faults || !spec)
        return ERR_MEMORY;
    faults_init(faults, arena);
    TRY(spec_read_from(arena, job->spec, strlen(job->spec), &source, faults,
                       &flaw, spec));
    x = read_x(job->result, faults, spec->objective.n);
    result_add_residuals(&spec->objective, x, arena, body);
    spec_release(spec);
    return OK;
}

const struct http_query_parameter job_result_queries[] = {
    {"residuals", "true: with the residuals of a fit that ended."},
    {"at", "best or last: of which point octets are. Default: that of the "
           "JSON's tensors."},
    {0},
};

/* What is asked for. */
struct result_query {
    bool residuals, octets;
    enum kept_place place;
};

/* False after a reply that something is asked for wrongly. */
static bool read_query(struct http_request *request,
                       struct result_query *query)
{
    struct faults *faults = http_query_faults(request);

    if (!faults) {
        problem_reply_error(request, ERR_MEMORY);
        return false;
    }
    query->residuals = query_flag(request, faults, "residuals");
    query->place = query_place(request, faults);
    if (query->octets && http_query(request, "residuals"))
        fault_add(faults, "?residuals", FAULT_CONFLICT, NULL,
                  "octets are tensors: residuals are of the JSON");
    if (!query->octets && http_query(request, "at"))
        fault_add(faults, "?at", FAULT_CONFLICT, NULL,
                  "the JSON has both points: at is of octets, with Accept: "
                  TYPE_OCTETS);
    if (faults->total > 0)
        problem_reply_faults(request, PROBLEM_INVALID_PARAMETER, faults);
    return faults->total == 0;
}

static enum http_next reply_json(struct http_request *request,
                                 const struct store_job *job, bool residuals)
{
    struct buffer body;
    enum error error = OK;
    char etag[40];

    buffer_init(&body);
    if (!job_has_ended(job->state)) {
        write_best_so_far(api_of(request)->pool, job, http_arena(request),
                          &body);
        return http_reply(request, 200, TYPE_JSON, &body);
    }
    if (job->result)
        buffer_text(&body, job->result);
    else
        write_no_result(job, &body);
    if (job->result && residuals)
        error = add_residuals(request, job, &body);
    if (error != OK) {
        buffer_fini(&body);
        return error == ERR_INVALID /* what was valid once */
             ? problem_reply(request, PROBLEM_NOT_FOUND, "the job's dataset "
                             "has been deleted: without it there are no "
                             "residuals")
             : problem_reply_error(request, error);
    }
    snprintf(etag, sizeof etag, "result-%lld", (long long)job->revision);
    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_tagged(request, 200, TYPE_JSON, etag, &body);
}

static enum http_next show_result(struct http_request *request, bool octets,
                                  bool as_file)
{
    struct result_query query = {.octets = octets};
    struct store_job job;
    char id[IDENTIFIER_TEXT_BYTES], text[96];

    if (!read_query(request, &query)
        || !api_find_job(request, STORE_RESULT | STORE_SPEC, &job))
        return HTTP_DONE;
    if (!octets)
        return reply_json(request, &job, query.residuals);
    if (as_file && job_has_ended(job.state)) {
        identifier_format(&job.id, "job", id);
        snprintf(text, sizeof text,
                 "attachment; filename=\"%s.safetensors\"", id);
        http_reply_header(request, "Content-Disposition", text);
    }
    return job_tensors_reply(request, &job, query.place);
}

enum http_next job_result(struct http_request *request)
{
    static const char *const types[] = {"application/json", TYPE_OCTETS,
                                        NULL};
    int type = http_accept(request, types);

    http_reply_header(request, "Vary", "Accept");
    if (type < 0)
        return problem_reply(request, PROBLEM_NOT_ACCEPTABLE,
                             "a result is application/json, or its tensors "
                             TYPE_OCTETS);
    return show_result(request, type == 1, false);
}

enum http_next job_result_safetensors(struct http_request *request)
{
    return show_result(request, true, true);
}
