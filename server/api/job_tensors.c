/* job_tensors.c - GET /jobs/{id}/result as octets, and result.safetensors. */
#include <stdio.h>

#include "server/api/job_model.h"
#include "server/api/jobs.h"
#include "server/api/tag.h"
#include "server/jobs/safetensors.h"

struct tensors_work {
    struct model_work model;       /* first: it is cast to this struct */
    const char *tag;
};

static bool step(struct errand_request *errand)
{
    struct model_work *work = (struct model_work *)errand;

    work->error = model_work_read(work);
    if (work->error == OK)
        safetensors_write(&work->kept, work->place, work->id, &work->body);
    arena_fini(&work->arena);
    return false;
}

static enum http_next reply(struct http_request *request)
{
    struct tensors_work *work = http_state(request);

    if (work->model.error == ERR_MISSING)
        return model_reply_none(request, "the job ended before there was a "
                                         "model");
    if (work->model.error != OK)
        return problem_reply_error(request, work->model.error);
    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_tagged(request, 200, TYPE_OCTETS, work->tag,
                             &work->model.body);
}

/* False after a reply that something is asked for wrongly. */
static bool read_query(struct http_request *request, enum kept_place *ret)
{
    struct faults *faults = http_query_faults(request);

    if (!faults) {
        problem_reply_error(request, ERR_MEMORY);
        return false;
    }
    *ret = query_place(request);
    if (http_value(request, "residuals").is_given)
        fault_add(faults, "?residuals", FAULT_CONFLICT, NULL,
                  "octets are tensors: residuals are of the JSON");
    if (faults->total > 0)
        problem_reply_faults(request, PROBLEM_INVALID_PARAMETER, faults);
    return faults->total == 0;
}

static void name_file(struct http_request *request,
                      const struct store_job *job)
{
    char id[IDENTIFIER_TEXT_BYTES], text[96];

    identifier_format(&job->id, "job", id);
    snprintf(text, sizeof text, "attachment; filename=\"%s.safetensors\"", id);
    http_reply_header(request, "Content-Disposition", text);
}

enum http_next job_tensors(struct http_request *request, bool as_file)
{
    struct tensors_work *work = ARENA_NEW(http_arena(request),
                                          struct tensors_work);
    enum kept_place place;
    struct store_job job;

    if (!work)
        return problem_reply_error(request, ERR_MEMORY);
    if (!read_query(request, &place)
        || !api_find_job(request, STORE_ROW, &job)
        || !model_is_there(request, &job))
        return HTTP_DONE;
    if (as_file)
        name_file(request, &job);
    work->tag = TAG(request, tag_revision(request, job.revision), "tensors",
                    place == KEPT_PLACES ? "" : kept_place_name(place));
    if (http_none_match(request, work->tag)) {
        http_reply_header(request, "Cache-Control", "no-cache");
        http_reply_unchanged(request, work->tag);
        return HTTP_DONE;
    }
    return model_work_begin(request, &job, place, &work->model, step, reply);
}

enum http_next job_result_safetensors(struct http_request *request)
{
    return job_tensors(request, true);
}
