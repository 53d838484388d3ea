/* errand_request.c - a request that waits for an errand. */
#include "server/api/errand_request.h"

#include "server/base/magic.h"

enum { CLIENT_LEFT = 499 };   /* in the log, as nginx has it: nobody reads it */

static struct errand_request *request_of(void *self)
{
    return MAGIC_CAST(self, struct errand_request, ERRAND_REQUEST_MAGIC);
}

/* ---- on the errands' thread ---------------------------------------------- */

static bool step(struct errand *errand)
{
    struct errand_request *work = request_of(errand->context);

    if (http_is_stopping(http_server_of(work->request))
        || http_client_left(work->request))
        errand_cancel(errand);
    return work->step(work);
}

static void done(struct errand *errand)
{
    struct errand_request *work = request_of(errand->context);

    http_wake(work->request);
}

bool errand_request_make(struct errand_request *work,
                         bool (*piece)(struct errand_request *work))
{
    while (!errand_must_pause(&work->errand))
        if (!piece(work))
            return false;
    return !atomic_load(&work->errand.is_canceled);
}

/* ---- on the loop --------------------------------------------------------- */

static enum http_next over(struct http_request *request)
{
    struct errand_request *work = http_state(request);

    if (!atomic_load(&work->errand.is_canceled))
        return work->reply(request);
    return http_is_stopping(http_server_of(request))
               ? problem_reply(request, PROBLEM_SHUTTING_DOWN, NULL)
               : http_reply_empty(request, CLIENT_LEFT);
}

/* The connection may break between its wake and over(). */
static void end(void *self)
{
    struct errand_request *work = request_of(self);

    work->end(work);
}

enum http_next errand_request_begin(struct http_request *request,
                                    struct errand_request *work)
{
    enum error error;

    work->magic = ERRAND_REQUEST_MAGIC;
    work->request = request;
    work->errand.step = step;
    work->errand.done = done;
    work->errand.context = work;
    work->at_end = (struct http_end){.call = end, .self = work};
    http_on_end(request, &work->at_end);
    error = errand_start(api_of(request)->errands, &work->errand);
    if (error != OK)
        return problem_reply_error(request, error);
    return http_later(request, over, work, 0);
}
