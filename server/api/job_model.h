/* job_model.h - what is kept in a job's result, read as an errand: for its
 * tensors, and for predicting. */
#ifndef SERVER_API_JOB_MODEL_H
#define SERVER_API_JOB_MODEL_H

#include "server/api/errand_request.h"
#include "server/jobs/kept_result.h"

/* In the request's arena. */
struct model_work {
    struct errand_request errand;  /* first: it is cast to this struct */
    struct api *api;
    struct store_job job;          /* its row */
    char id[IDENTIFIER_TEXT_BYTES];
    enum kept_place place;         /* KEPT_PLACES: that of the model */
    struct arena arena;            /* of `kept` */
    struct kept_result kept;
    struct buffer body;            /* the answer */
    enum error error;
};

/* Begin the errand of an ended job; `step` and `reply` are as in struct
 * errand_request. */
enum http_next model_work_begin(struct http_request *request,
                                const struct store_job *job,
                                enum kept_place place, struct model_work *work,
                                bool (*step)(struct errand_request *errand),
                                http_handler *reply);

/* In the step: read the result, and find the place. Fails: as store_get(),
 * kept_result_read(). */
MUST_CHECK enum error model_work_read(struct model_work *work);

/* False after a reply that the job has no tensors, or not yet. */
bool model_is_there(struct http_request *request, struct store_job *job);

enum http_next model_reply_none(struct http_request *request,
                                const char *detail);

/* The query's `at`; KEPT_PLACES: it is not given. */
enum kept_place query_place(struct http_request *request);

extern const struct http_parameter job_predict_queries[];

http_handler job_predict;   /* POST /jobs/{id}/predict */

/* Reply with the tensors of the job that capture 0 names, as octets; with
 * `as_file`, as a file to keep. */
enum http_next job_tensors(struct http_request *request, bool as_file);

#endif
