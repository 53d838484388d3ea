/* job_result.c - GET /jobs/{id}/result: of an ended job as it is stored, with
 * residuals where they are asked for; of another one the best so far. */
#include "server/api/jobs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/api/errand_request.h"
#include "server/api/job_model.h"
#include "server/api/job_text.h"
#include "server/api/tag.h"
#include "server/jobs/kept_result.h"
#include "server/jobs/live.h"
#include "server/jobs/result.h"
#include "server/jobs/safetensors.h"
#include "server/jobs/spec.h"

enum {
    BLOCK_BYTES = 64 * 1024,
    COPIED_AT_ONCE = 8192,       /* numbers that the loop copies itself */
    RESIDUALS_AT_ONCE = 2048,
};

/* ---- an ended job without a result --------------------------------------- */

/* It failed, or was canceled before it began. */
static enum http_next reply_no_result(struct http_request *request,
                                      const struct store_job *job,
                                      const char *tag)
{
    struct json_writer writer;
    struct buffer body;

    buffer_init(&body);
    json_writer_init(&writer, &body);
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
    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_tagged(request, 200, TYPE_JSON, tag, &body);
}

/* ---- the best so far ----------------------------------------------------- */

/* Copied from the run, and written piece by piece. */
struct so_far {
    struct result_progress writer;
    struct progress progress;
    double x[];                  /* [n] and the best [n] */
};

static enum http_more next_so_far(void *self, struct buffer *out)
{
    struct so_far *so_far = self;

    while (out->count < BLOCK_BYTES && !out->failed)
        if (!result_progress_next(&so_far->writer, out))
            return HTTP_END;
    return HTTP_MORE;
}

static void close_so_far(void *self)
{
    free(self);
}

static struct so_far *copy_so_far(struct live *live, size_t n)
{
    struct so_far *made = malloc(sizeof *made + 2 * n * sizeof(double));

    if (!made)
        return NULL;
    recorder_progress(&live->recorder, &made->progress, made->x, made->x + n);
    result_progress_begin(&made->writer, &made->progress, n, made->x,
                          made->x + n);
    return made;
}

static enum http_next reply_so_far(struct http_request *request,
                                   struct so_far *so_far, size_t n)
{
    struct buffer body;

    if (!so_far)
        return problem_reply_error(request, ERR_MEMORY);
    if (n > COPIED_AT_ONCE)
        return http_reply_stream(request, 200, TYPE_JSON,
                                 &(struct http_stream){
                                     .next = next_so_far,
                                     .close = close_so_far,
                                     .self = so_far,
                                     .held_bytes = 2 * n * sizeof(double),
                                 });
    buffer_init(&body);
    while (result_progress_next(&so_far->writer, &body))
        ;
    free(so_far);
    return http_reply(request, 200, TYPE_JSON, &body);
}

/* Of a point with many numbers, which are copied on the errands' thread. */
struct copying {
    struct errand_request work;  /* first: it is cast to this struct */
    struct live *live;
    size_t n;
    struct so_far *made;
};

static bool copy(struct errand_request *work)
{
    struct copying *copying = (struct copying *)work;

    copying->made = copy_so_far(copying->live, copying->n);
    return false;
}

static void end_copy(struct errand_request *work)
{
    struct copying *copying = (struct copying *)work;

    live_release(copying->live);
    free(copying->made);
}

static enum http_next copied(struct http_request *request)
{
    struct copying *copying = http_state(request);
    struct so_far *made = copying->made;

    copying->made = NULL;
    return reply_so_far(request, made, copying->n);
}

static enum http_next begin_copy(struct http_request *request,
                                 struct live *live, size_t n)
{
    struct copying *copying = ARENA_NEW(http_arena(request), struct copying);

    if (!copying) {
        live_release(live);
        return problem_reply_error(request, ERR_MEMORY);
    }
    copying->live = live;
    copying->n = n;
    copying->work.step = copy;
    copying->work.reply = copied;
    copying->work.end = end_copy;
    if (http_hold(request, 2 * n * sizeof(double)))
        return errand_request_begin(request, &copying->work);
    end_copy(&copying->work);
    return HTTP_DONE;
}

static enum http_next reply_unfinished(struct http_request *request,
                                       const struct store_job *job)
{
    struct live *live = pool_find(api_of(request)->pool, job->number);
    size_t n = (size_t)job->dimension;
    struct so_far *made;
    struct buffer body;

    if (live && live->recorder.x && n > COPIED_AT_ONCE)
        return begin_copy(request, live, n);
    if (live && live->recorder.x) {
        made = copy_so_far(live, n);
        live_release(live);
        return reply_so_far(request, made, n);
    }
    live_release(live);
    buffer_init(&body);
    buffer_text(&body, "{\"final\":false,\"iterations\":0,"
                       "\"outcome\":null}");
    return http_reply(request, 200, TYPE_JSON, &body);
}

/* ---- residuals ----------------------------------------------------------- */

/* They are made again from spec and final iterate: they are as long as the
 * data, and seldom wanted. */
struct residual_tail {
    struct job_text_tail tail;   /* first: it is cast to this struct */
    struct arena arena;          /* of the numbers */
    const double *numbers;       /* [rows], or NULL: there are none */
    size_t rows, at;
    struct json_writer writer;
};

struct residual_work {
    struct errand_request work;  /* first: it is cast to this struct */
    struct api *api;
    int64_t number;
    const char *tag;
    struct residual_tail *made;
    enum error error;
};

static bool write_residuals(struct job_text_tail *tail, struct buffer *out)
{
    struct residual_tail *r = (struct residual_tail *)tail;
    size_t count = r->rows - r->at;

    r->writer.out = out;
    if (r->at == 0) {
        buffer_text(out, ",\"residuals\":");
        if (!r->numbers) {
            buffer_text(out, "null}");
            return false;
        }
        json_array_begin(&r->writer);
    }
    if (count > RESIDUALS_AT_ONCE)
        count = RESIDUALS_AT_ONCE;
    json_items(&r->writer, r->numbers + r->at, count);
    r->at += count;
    if (r->at < r->rows)
        return true;
    json_array_end(&r->writer);
    buffer_text(out, "}");
    return false;
}

static void close_residuals(struct job_text_tail *tail)
{
    struct residual_tail *r = (struct residual_tail *)tail;

    arena_fini(&r->arena);
    free(r);
}

/* The final iterate; NULL where not all of it is finite. */
static const double *finite_x(const struct kept_result *kept)
{
    const double *x = kept->points[KEPT_LAST].x;

    for (size_t i = 0; i < kept->n; i++)
        if (!isfinite(x[i]))
            return NULL;
    return x;
}

/* The numbers; what was read for them lives in `scratch`. */
static enum error make_residuals(struct residual_work *work,
                                 struct store_reader *reader,
                                 struct arena *scratch, struct residual_tail *r)
{
    struct faults *faults = ARENA_NEW(scratch, struct faults);
    struct spec *spec = ARENA_NEW(scratch, struct spec);
    const struct spec_source source = {.datasets = work->api->datasets,
                                       .reader = reader};
    struct json_flaw flaw;
    struct store_job job;
    struct kept_result kept;
    enum error error;

    if (!faults || !spec)
        return ERR_MEMORY;
    faults_init(faults, scratch);
    TRY(store_get_number(reader, work->number, STORE_SPEC | STORE_RESULT,
                         scratch, &job));
    if (!job.result)
        return ERR_MISSING;
    TRY(kept_result_read(scratch, job.result, &kept));
    TRY(spec_read_from(scratch, job.spec, strlen(job.spec), &source, faults,
                       &flaw, spec));
    error = result_residuals(&spec->objective, finite_x(&kept), &r->arena,
                             &r->numbers, &r->rows);
    spec_release(spec);
    return error;
}

static bool work_residuals(struct errand_request *request)
{
    struct residual_work *work = (struct residual_work *)request;
    struct store_reader *reader;
    struct arena scratch;

    work->error = store_reader_open(work->api->store, &reader);
    if (work->error != OK)
        return false;
    arena_init(&scratch, 0);
    work->error = make_residuals(work, reader, &scratch, work->made);
    arena_fini(&scratch);
    store_reader_close(reader);
    return false;
}

static enum http_next reply_residuals(struct http_request *request)
{
    struct residual_work *work = http_state(request);
    struct residual_tail *made = work->made;

    if (work->error == ERR_INVALID) /* what was valid once */
        return problem_reply(request, PROBLEM_NOT_FOUND, "the job's dataset "
                             "has been deleted: without it there are no "
                             "residuals");
    if (work->error != OK)
        return problem_reply_error(request, work->error);
    work->made = NULL;
    made->tail.held_bytes = made->arena.used_bytes;
    return job_text_reply(request, work->number, STORE_RESULT, work->tag,
                          &made->tail);
}

static void end_residuals(struct errand_request *request)
{
    struct residual_work *work = (struct residual_work *)request;

    if (work->made)
        close_residuals(&work->made->tail);
}

static enum http_next begin_residuals(struct http_request *request,
                                      const struct store_job *job,
                                      const char *tag)
{
    struct residual_work *work = ARENA_NEW(http_arena(request),
                                           struct residual_work);
    struct residual_tail *made = work ? calloc(1, sizeof *made) : NULL;

    if (!made)
        return problem_reply_error(request, ERR_MEMORY);
    arena_init(&made->arena, 0);
    json_writer_init(&made->writer, NULL);
    made->tail.write = write_residuals;
    made->tail.close = close_residuals;
    work->api = api_of(request);
    work->number = job->number;
    work->tag = tag;
    work->made = made;
    work->work.step = work_residuals;
    work->work.reply = reply_residuals;
    work->work.end = end_residuals;
    return errand_request_begin(request, &work->work);
}

/* ---- what is asked for --------------------------------------------------- */

const struct http_parameter job_result_queries[] = {
    {"residuals", "With the residuals of a fit that ended.", HTTP_BOOLEAN},
    {"at", "Of which point octets are; left out: that of the JSON's tensors.",
     HTTP_CHOICE, .initial = HTTP_NONE, .choices = kept_place_names},
    {0},
};

/* False after a reply that something is asked for wrongly. */
static bool read_query(struct http_request *request, bool *ret_residuals)
{
    struct faults *faults = http_query_faults(request);

    if (!faults) {
        problem_reply_error(request, ERR_MEMORY);
        return false;
    }
    *ret_residuals = http_value(request, "residuals").flag;
    if (http_value(request, "at").is_given)
        fault_add(faults, "?at", FAULT_CONFLICT, NULL,
                  "the JSON has both points: at is of octets, with Accept: "
                  TYPE_OCTETS);
    if (faults->total > 0)
        problem_reply_faults(request, PROBLEM_INVALID_PARAMETER, faults);
    return faults->total == 0;
}

/* A 304 says which one, and no more. */
static bool replied_unchanged(struct http_request *request, const char *tag)
{
    if (!http_none_match(request, tag))
        return false;
    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_unchanged(request, tag);
}

static enum http_next reply_json(struct http_request *request)
{
    bool residuals = false;
    struct store_job job;
    const char *tag;

    if (!read_query(request, &residuals)
        || !api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    if (!job_has_ended(job.state))
        return reply_unfinished(request, &job);
    tag = TAG(request, tag_revision(request, job.revision), "result",
              residuals ? "residuals" : "");
    if (!job.trace_sha256)
        return reply_no_result(request, &job, tag);
    if (!residuals)
        return job_text_reply(request, job.number, STORE_RESULT, tag, NULL);
    return replied_unchanged(request, tag)
               ? HTTP_DONE : begin_residuals(request, &job, tag);
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
    return type == 0 ? reply_json(request) : job_tensors(request, false);
}
