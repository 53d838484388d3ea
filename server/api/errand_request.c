/* errand_request.c - a request that waits for an errand. */
#include "server/api/errand_request.h"

#include <stddef.h>

#define LOOK_S 0.1 /* between two looks whether the client is still there */

enum { CLIENT_LEFT = 499 };   /* in the log, as nginx has it: nobody reads it */

static enum http_next look(struct http_request *request);

static enum http_next wait_on(struct http_request *request,
                              struct errand_request *work)
{
    bool stops = http_is_stopping(http_server_of(request));

    work->client_left = work->client_left || http_client_left(request);
    if (!stops && !work->client_left)
        return http_later(request, look, work, LOOK_S);
    errand_cancel(&work->errand);
    return http_later(request, look, work, 0);
}

static enum http_next reply(struct http_request *request,
                            struct errand_request *work)
{
    if (work->client_left)
        return http_reply_empty(request, CLIENT_LEFT);
    if (atomic_load(&work->errand.is_canceled))
        return problem_reply(request, PROBLEM_SHUTTING_DOWN, NULL);
    return work->reply(request);
}

static enum http_next look(struct http_request *request)
{
    struct errand_request *work = http_state(request);
    enum http_next next;

    if (!work->is_over)
        return wait_on(request, work);
    next = reply(request, work);
    work->end(work);
    return next;
}

/* On the loop, where the request cannot go away meanwhile. */
static void is_over(void *argument)
{
    struct errand_request *work = argument;

    work->is_over = true;
    http_wake(work->request);
}

/* On the errands' thread. */
static void done(struct errand *errand)
{
    struct errand_request *work =
        (struct errand_request *)((char *)errand
                                  - offsetof(struct errand_request, errand));

    http_post(http_server_of(work->request), &work->message);
}

enum http_next errand_request_begin(struct http_request *request,
                                    struct errand_request *work)
{
    enum error error;

    work->request = request;
    work->errand.done = done;
    work->message = (struct http_message){.call = is_over, .argument = work};
    error = errand_start(api_of(request)->errands, &work->errand);
    if (error != OK) {
        work->end(work);
        return problem_reply_error(request, error);
    }
    return http_later(request, look, work, LOOK_S);
}
