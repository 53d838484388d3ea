/* job_spec.c - GET /jobs/{id}/spec. */
#include "server/api/jobs.h"

#include "server/api/job_text.h"
#include "server/api/tag.h"

enum http_next job_spec(struct http_request *request)
{
    struct store_job job;

    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    return job_text_reply(request, job.number, STORE_SPEC,
                          TAG(request, "spec"), NULL);
}
