/* job_predict.c - POST /jobs/{id}/predict. */
#include <string.h>
#include <strings.h>

#include "server/api/job_model.h"
#include "server/jobs/predict.h"

struct predict_work {
    struct model_work model;       /* first: it is cast to this struct */
    struct http_request *request;
    struct faults *faults;
    struct json_flaw flaw;
};

const struct http_parameter job_predict_queries[] = {
    {"at", "Of which point; left out: that of the result's tensors.",
     HTTP_CHOICE, .initial = HTTP_NONE, .choices = kept_place_names},
    {0},
};

/* ---- on the errands' thread -------------------------------------------- */

static enum error predict(struct predict_work *work)
{
    struct model_work *model = &work->model;
    const char *type = http_header(work->request, "Content-Type");
    struct predict_request request = {
        .job = model->id, .kept = &model->kept, .place = model->place,
        .format = type && !strncasecmp(type, "text/csv", 8) ? PREDICT_CSV
                                                            : PREDICT_JSON,
    };

    request.text = http_body(work->request, &request.bytes);
    if (!request.text)
        request.text = "";
    return predict_write(&request, http_arena(work->request), work->faults,
                         &work->flaw, &model->body);
}

static bool step(struct errand_request *errand)
{
    struct predict_work *work = (struct predict_work *)errand;
    enum error error = model_work_read(&work->model);

    if (error == OK && !work->model.kept.is_model)
        error = ERR_MISSING;
    if (error == OK)
        error = predict(work);
    work->model.error = error;
    arena_fini(&work->model.arena);
    return false;
}

/* ---- the answer -------------------------------------------------------- */

static enum http_next reply(struct http_request *request)
{
    struct predict_work *work = http_state(request);

    if (work->model.error == OK)
        return http_reply(request, 200, TYPE_JSON, &work->model.body);
    if (work->model.error == ERR_MISSING)
        return model_reply_none(request, "the job ended before there was a "
                                         "model");
    if (work->model.error == ERR_INVALID)
        return api_reply_invalid(request, PROBLEM_INVALID_ROWS, ERR_INVALID,
                                 work->faults, &work->flaw);
    return problem_reply_error(request, work->model.error);
}

enum http_next job_predict(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct predict_work *work = ARENA_NEW(http_arena(request),
                                          struct predict_work);
    enum kept_place place;
    struct store_job job;

    if (!faults || !work)
        return problem_reply_error(request, ERR_MEMORY);
    place = query_place(request);
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    if (strcmp(job.objective, "model"))
        return model_reply_none(request, "the objective of this job is no "
                                         "model");
    if (!model_is_there(request, &job))
        return HTTP_DONE;
    work->request = request;
    work->faults = faults;
    return model_work_begin(request, &job, place, &work->model, step, reply);
}
