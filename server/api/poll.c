/* poll.c - the long poll: Prefer: wait=N. */
#include "server/api/poll.h"

#include <stdio.h>

#include "server/base/clock.h"
#include "server/base/magic.h"

#define POLL_MAGIC MAGIC('p', 'o', 'l', 'l')

struct poll {
    uint32_t magic;
    struct http_request *request;
    struct http_end at_end;
    struct watch watch;
    int64_t deadline_ns;
};

static double asked_s(struct http_request *request)
{
    return http_prefer_wait_s(request, POLL_WAIT_MAX_S);
}

static double left_s(const struct poll *poll)
{
    return (double)(poll->deadline_ns - clock_monotonic_ns()) / 1e9;
}

static void job_changed(struct watch *watch)
{
    struct poll *poll = MAGIC_CAST(watch->context, struct poll, POLL_MAGIC);

    http_wake(poll->request);
}

/* The connection may break before `again` runs. */
static void forget(void *self)
{
    poll_end(self);
}

bool poll_is_asked(struct http_request *request)
{
    return asked_s(request) > 0;
}

enum error poll_begin(struct http_request *request, int64_t number,
                      bool wants_rows, struct poll **ret)
{
    double wait_s = asked_s(request);
    struct poll *poll;
    char applied[32];

    *ret = NULL;
    if (wait_s <= 0)
        return OK;
    poll = ARENA_NEW(http_arena(request), struct poll);
    if (!poll)
        return ERR_MEMORY;
    snprintf(applied, sizeof applied, "wait=%g", wait_s);
    http_reply_header(request, "Preference-Applied", applied);
    *poll = (struct poll){
        .magic = POLL_MAGIC,
        .request = request,
        .at_end = {.call = forget, .self = poll},
        .deadline_ns = clock_monotonic_ns() + (int64_t)(wait_s * 1e9),
        .watch = {
            .number = number, .wants_rows = wants_rows, .call = job_changed,
            .context = poll,
        },
    };
    http_on_end(request, &poll->at_end);
    *ret = poll;
    return OK;
}

enum error poll_watch(struct poll *poll)
{
    if (!poll)
        return OK;
    return watch_add(&api_of(poll->request)->watches, &poll->watch);
}

bool poll_may_wait(const struct poll *poll)
{
    return poll && left_s(poll) > 0
        && !http_is_stopping(http_server_of(poll->request))
        && !http_client_left(poll->request);
}

enum http_next poll_wait(struct poll *poll, http_handler *again, void *state)
{
    double wait_s = left_s(poll);

    /* 0 would be for ever. */
    return http_later(poll->request, again, state, wait_s > 0 ? wait_s : 1e-9);
}

void poll_end(struct poll *poll)
{
    if (poll)
        watch_remove(&api_of(poll->request)->watches, &poll->watch);
}
