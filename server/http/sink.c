/*
 * sink.c - bodies taken piece by piece: a route's sink, and what holds a
 * client up.
 *
 * A sink that has no room leaves a rest of the piece. MHD then keeps it, and
 * the request is put aside (later.c): MHD reads nothing more, the socket's
 * buffer fills, TCP tells the client. The time that the client was held up is
 * ours, and is added to its deadline.
 */
#include "server/http/sink.h"

#include "server/http/deadline.h"
#include "server/http/later.h"
#include "server/http/problem.h"
#include "server/http/refusal.h"
#include "server/http/state.h"

bool sink_begin(struct http_request *request)
{
    if (!request->route->sink->begin(request))
        return false;
    request->has_sink = true;
    request->connection->deadline_ns = deadline_of_body_ns(request);
    return true;
}

static void hold(struct http_request *request)
{
    request->held_ns = clock_monotonic_ns();
    request->connection->deadline_ns = INT64_MAX;
    http_later(request, NULL, NULL, 0);
    later_put_aside(request);
}

void sink_go_on(struct http_request *request)
{
    struct connection *connection = request->connection;

    later_begin_resume(request);
    if (connection->phase == PHASE_BODY) {
        connection->since_ns += clock_monotonic_ns() - request->held_ns;
        connection->deadline_ns = deadline_of_body_ns(request);
    }
    request->held_ns = 0;
}

/* The server ends, or the body is too large: http_refuse_body(), and true. */
static bool must_refuse(struct http_request *request, size_t count)
{
    struct http_refusal refusal = {.problem = PROBLEM_TOO_LARGE,
        .detail = "the body is larger than its limit"};

    if (request->server->is_forced)
        refusal = (struct http_refusal){.problem = PROBLEM_SHUTTING_DOWN};
    else if (count <= request_body_max(request) - request->sink_bytes)
        return false;
    http_refuse_body(request, &refusal);
    return true;
}

void sink_take(struct http_request *request, const char *bytes, size_t *count)
{
    struct connection *connection = request->connection;
    size_t taken = *count;

    if (!must_refuse(request, *count))
        taken = request->route->sink->take(request, bytes, *count);
    if (connection->phase != PHASE_BODY) { /* refused: the rest is dropped */
        *count = 0;
        return;
    }
    request->sink_bytes += taken;
    connection->deadline_ns = deadline_of_body_ns(request);
    *count -= taken;
    if (*count > 0)
        hold(request);
}

void sink_end(struct http_request *request)
{
    if (request->has_sink)
        request->route->sink->end(request);
    request->has_sink = false;
}

/* ---- what a sink may ask ------------------------------------------------ */

void http_set_sink_state(struct http_request *request, void *state)
{
    request->sink_state = state;
}

void *http_sink_state(const struct http_request *request)
{
    return request->sink_state;
}

bool http_body_is_coming(const struct http_request *request)
{
    return request->connection->phase == PHASE_BODY;
}

void http_refuse_body(struct http_request *request,
                      const struct http_refusal *refusal)
{
    request->refusal = *refusal;
    if (!request->has_sink)
        return; /* begin() returns false, and judge() replies */
    if (!http_body_is_coming(request)) {
        refusal_reply(request);
        return;
    }
    refusal_reply_raw(request);
    if (request->held_ns != 0)
        http_wake(request);
}
