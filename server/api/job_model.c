/*
 * job_model.c - what a trained model gives back: POST /jobs/{id}/predict, and
 * its tensors as octets. Reading a result takes longer than a turn of the
 * loop, so it is an errand.
 */
#include "server/api/job_model.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "server/api/errand_request.h"
#include "server/jobs/predict.h"
#include "server/jobs/safetensors.h"

/* A request and what is done for it. */
struct model_work {
    struct errand_request errand;  /* first: it is cast to this struct */
    struct http_request *request;
    struct store_job job;
    char id[IDENTIFIER_TEXT_BYTES];
    enum kept_place place;         /* KEPT_PLACES: that of the model */
    bool predicts;                 /* else tensors are wanted */
    struct kept_result kept;
    struct faults *faults;
    struct json_flaw flaw;
    struct buffer body;
    enum error error;
};

/* ---- what was asked for ------------------------------------------------ */

const struct http_query_parameter job_predict_queries[] = {
    {"at", "best or last: of which point. Default: that of the result's "
           "tensors."},
    {0},
};

enum kept_place query_place(struct http_request *request,
                            struct faults *faults)
{
    const char *name = http_query(request, "at");
    enum kept_place place;

    if (!name)
        return KEPT_PLACES;
    place = kept_place_find(name);
    if (place == KEPT_PLACES)
        fault_add(faults, "?at", FAULT_OUT_OF_RANGE, NULL,
                  "must be best or last");
    return place;
}

static void write_state(struct json_writer *writer, void *self)
{
    const struct store_job *job = self;

    json_member_text(writer, "state", job_state_name(job->state));
    json_key(writer, "allowed");
    json_array_begin(writer);
    json_text(writer, "cancel");
    json_array_end(writer);
}

static enum http_next reply_not_ended(struct http_request *request,
                                      struct store_job *job)
{
    char detail[96];

    snprintf(detail, sizeof detail, "the job is %s: wait for its end",
             job_state_name(job->state));
    return problem_reply_extended(request, PROBLEM_TRANSITION, detail,
                                  write_state, job);
}

/* ---- on the errands' thread -------------------------------------------- */

static void predict(struct model_work *work)
{
    const char *type = http_header(work->request, "Content-Type");
    struct predict_request request = {
        .job = work->id, .kept = &work->kept, .place = work->place,
        .format = type && !strncasecmp(type, "text/csv", 8) ? PREDICT_CSV
                                                            : PREDICT_JSON,
    };

    request.text = http_body(work->request, &request.bytes);
    if (!request.text)
        request.text = "";
    work->error = predict_write(&request, http_arena(work->request),
                                work->faults, &work->flaw, &work->body);
}

static bool step(struct errand_request *errand)
{
    struct model_work *work = (struct model_work *)errand;

    work->error = kept_result_read(http_arena(work->request),
                                   work->job.result, &work->kept);
    if (work->place == KEPT_PLACES)
        work->place = work->kept.model.place;
    if (work->error == OK && work->predicts && !work->kept.is_model)
        work->error = ERR_MISSING;
    if (work->error == OK && work->predicts)
        predict(work);
    else if (work->error == OK)
        safetensors_write(&work->kept, work->place, work->id, &work->body);
    return false;
}

static void end(struct errand_request *errand)
{
    struct model_work *work = (struct model_work *)errand;

    buffer_fini(&work->body);
}

/* ---- the answer -------------------------------------------------------- */

static enum http_next reply_no_model(struct http_request *request,
                                     const char *detail)
{
    return problem_reply(request, PROBLEM_NO_MODEL, detail);
}

static enum http_next reply_tensors(struct http_request *request,
                                    struct model_work *work)
{
    char etag[64];

    snprintf(etag, sizeof etag, "tensors-%lld-%s",
             (long long)work->job.revision, kept_place_name(work->place));
    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_tagged(request, 200, TYPE_OCTETS, etag, &work->body);
}

static enum http_next worked(struct http_request *request)
{
    struct model_work *work = http_state(request);

    if (work->error == OK)
        return work->predicts
                   ? http_reply(request, 200, TYPE_JSON, &work->body)
                   : reply_tensors(request, work);
    if (work->error == ERR_MISSING)
        return reply_no_model(request, "the job ended before there was a "
                                       "model");
    if (work->error == ERR_INVALID)
        return api_reply_invalid(request, PROBLEM_INVALID_ROWS, work->error,
                                 work->faults, &work->flaw);
    return problem_reply_error(request, work->error);
}

static enum http_next begin(struct http_request *request,
                            const struct store_job *job,
                            enum kept_place place, struct faults *faults,
                            bool predicts)
{
    struct model_work *work = ARENA_NEW(http_arena(request),
                                        struct model_work);

    if (!work)
        return problem_reply_error(request, ERR_MEMORY);
    work->request = request;
    work->job = *job;
    work->place = place;
    work->faults = faults;
    work->predicts = predicts;
    identifier_format(&job->id, "job", work->id);
    buffer_init(&work->body);
    work->errand.step = step;
    work->errand.reply = worked;
    work->errand.end = end;
    return errand_request_begin(request, &work->errand);
}

enum http_next job_tensors_reply(struct http_request *request,
                                 struct store_job *job, enum kept_place place)
{
    if (!job_has_ended(job->state))
        return reply_not_ended(request, job);
    if (!job->result)
        return reply_no_model(request, "the job ended without a result");
    return begin(request, job, place, NULL, false);
}

enum http_next job_predict(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    enum kept_place place;
    struct store_job job;

    if (!faults)
        return problem_reply_error(request, ERR_MEMORY);
    place = query_place(request, faults);
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    if (!api_find_job(request, STORE_RESULT, &job))
        return HTTP_DONE;
    if (strcmp(job.objective, "model"))
        return reply_no_model(request, "the objective of this job is no "
                                       "model");
    if (!job_has_ended(job.state))
        return reply_not_ended(request, &job);
    if (!job.result)
        return reply_no_model(request, "the job ended without a result");
    return begin(request, &job, place, faults, true);
}
