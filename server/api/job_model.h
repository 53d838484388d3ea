/* job_model.h - what a trained model gives back. */
#ifndef SERVER_API_JOB_MODEL_H
#define SERVER_API_JOB_MODEL_H

#include "server/api/api.h"
#include "server/jobs/kept_result.h"

http_handler job_predict;   /* POST /jobs/{id}/predict */

extern const struct http_query_parameter job_predict_queries[];

/* The query's `at`; KEPT_PLACES: it is not given, or wrong, with a fault. */
enum kept_place query_place(struct http_request *request,
                            struct faults *faults);

/* Reply with the tensors of a job as octets. `job` was got with its result;
 * KEPT_PLACES: the place of the result's own tensors. */
enum http_next job_tensors_reply(struct http_request *request,
                                 struct store_job *job,
                                 enum kept_place place);

#endif
