/* job_model.c - what is kept in a job's result, read as an errand. */
#include "server/api/job_model.h"

#include <stdio.h>

/* ---- what was asked for ------------------------------------------------ */

enum kept_place query_place(struct http_request *request)
{
    int choice = http_value(request, "at").choice;

    return choice < 0 ? KEPT_PLACES : (enum kept_place)choice;
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

enum http_next model_reply_none(struct http_request *request,
                                const char *detail)
{
    return problem_reply(request, PROBLEM_NO_MODEL, detail);
}

bool model_is_there(struct http_request *request, struct store_job *job)
{
    char detail[96];

    if (!job_has_ended(job->state)) {
        snprintf(detail, sizeof detail, "the job is %s: wait for its end",
                 job_state_name(job->state));
        problem_reply_extended(request, PROBLEM_TRANSITION, detail,
                               write_state, job);
        return false;
    }
    if (job->trace_sha256)
        return true;
    model_reply_none(request, "the job ended without a result");
    return false;
}

/* ---- on the errands' thread -------------------------------------------- */

enum error model_work_read(struct model_work *work)
{
    struct store_reader *reader;
    struct store_job job;
    struct arena text;
    enum error error;

    TRY(store_reader_open(work->api->store, &reader));
    arena_init(&text, 0);
    error = store_get_number(reader, work->job.number, STORE_RESULT, &text,
                             &job);
    if (error == OK && !job.result)
        error = ERR_MISSING;
    if (error == OK)
        error = kept_result_read(&work->arena, job.result, &work->kept);
    arena_fini(&text);
    store_reader_close(reader);
    if (work->place == KEPT_PLACES)
        work->place = work->kept.model.place;
    return error;
}

/* ---- beginning and end -------------------------------------------------- */

static void end(struct errand_request *errand)
{
    struct model_work *work = (struct model_work *)errand;

    arena_fini(&work->arena);
    buffer_fini(&work->body);
}

enum http_next model_work_begin(struct http_request *request,
                                const struct store_job *job,
                                enum kept_place place, struct model_work *work,
                                bool (*step)(struct errand_request *errand),
                                http_handler *reply)
{
    work->api = api_of(request);
    work->job = *job;
    work->place = place;
    identifier_format(&job->id, "job", work->id);
    arena_init(&work->arena, 0);
    buffer_init(&work->body);
    work->errand.step = step;
    work->errand.reply = reply;
    work->errand.end = end;
    return errand_request_begin(request, &work->errand);
}
