/* job_show.c - GET /jobs/{id}: the job, and the long poll. */
#include "server/api/jobs.h"

#include "server/api/job_document.h"
#include "server/api/poll.h"
#include "server/api/tag.h"

static enum http_next polled(struct http_request *request);

/* Whether the client has this revision already. */
static bool is_known(struct http_request *request, const struct store_job *job)
{
    return http_knows_revision(request, tag_revision(request, job->revision));
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
    struct http_value id = http_captured(request, 0);
    struct store_job job;
    enum error error;

    if (id.is_id && job_document_reply_cached(request, &id.id))
        return HTTP_DONE;
    if (!poll_is_asked(request) || !http_header(request, "If-None-Match"))
        return reply_or_wait(request, NULL);
    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    error = poll_begin(request, job.number, false, &poll);
    return error == OK ? reply_or_wait(request, poll)
                       : problem_reply_error(request, error);
}
