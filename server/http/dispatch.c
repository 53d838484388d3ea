/*
 * dispatch.c - what MHD calls, and what a request goes through.
 *
 *     begin ──► judge ──► take_body … ──► answer ──► completed
 *     line      header    pieces          │  ▲
 *                 │                       ▼  │ wake, time, stop
 *                 └─► refusal, close     put aside
 *
 * A reply on MHD's first call (judge) closes the connection, one on a later
 * call keeps it: refusals by the gate want the first, all else the second.
 */
#include "server/http/dispatch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/http/access_log.h"
#include "server/http/cors.h"
#include "server/http/deadline.h"
#include "server/http/front.h"
#include "server/http/guard.h"
#include "server/http/later.h"
#include "server/http/method.h"
#include "server/http/problem_reply.h"
#include "server/http/query.h"
#include "server/http/refusal.h"
#include "server/http/resume.h"
#include "server/http/sink.h"
#include "server/http/state.h"

enum {
    MHD_ENTRY_BYTES = 64,         /* what MHD keeps beside a header's text */
    ANSWER_HEADER_BYTES = 2048,   /* room MHD needs for an answer's header */
};

/* ---- connections -------------------------------------------------------- */

static void open_connection(struct http_server *server,
                            struct MHD_Connection *link, void **context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(link, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL || info == NULL) {
        free(connection);
        return; /* dispatch_begin() finds no context, and the link is cut */
    }
    *connection = (struct connection){
        .server = server, .fd = info->connect_fd, .phase = PHASE_IDLE,
        .is_fresh = true, .since_ns = clock_monotonic_ns(),
        .next = server->connections,
    };
    if (server->connections != NULL)
        server->connections->previous = connection;
    server->connections = connection;
    *context = connection;
}

/* The request is answered, or its connection broke. */
static void finish(struct http_request *request, bool completed)
{
    int64_t now_ns = clock_monotonic_ns();

    access_log_add(request, completed, now_ns);
    budget_give_all(request);
    sink_end(request);
    for (struct http_end *end = request->ends; end != NULL; end = end->next)
        end->call(end->self);
    if (request->is_counted)
        request->server->active--;
    request->connection->request = NULL;
    connection_enter(request->connection, PHASE_IDLE, now_ns);
    later_end(request);
}

static void close_connection(struct connection *connection)
{
    if (connection->request != NULL) /* MHD did not say that it is over */
        finish(connection->request, false);
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        connection->server->connections = connection->next;
    free(connection);
}

void dispatch_connection(void *cls, struct MHD_Connection *link,
                         void **context,
                         enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        open_connection(cls, link, context);
    else if (*context != NULL)
        close_connection(*context);
}

/* ---- the request line is here ------------------------------------------- */

/* MHD keeps an entry for every '&', and dies silently of too many. */
static bool has_few_arguments(const char *target)
{
    size_t count = 0;

    for (const char *p = strchr(target, '&'); p != NULL; p = strchr(p + 1, '&'))
        count++;
    return count < 2 * HTTP_QUERIES_MAX;
}

void *dispatch_begin(void *cls, const char *target,
                     struct MHD_Connection *link)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(link, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct connection *connection = info != NULL ? info->socket_context : NULL;
    struct http_request *request;

    /* After some errors MHD begins another request without ending the first:
     * without a context that connection is cut, and ends the first. */
    if (connection == NULL || connection->request != NULL || target == NULL)
        return NULL;
    request = request_new(cls, connection, link, target);
    if (request != NULL && !has_few_arguments(target))
        refuse_raw(request, PROBLEM_INVALID_PARAMETER,
                   "at most 32 parameters are taken");
    return request;
}

/* ---- the first call: the header is here --------------------------------- */

/* Whether MHD's memory for this connection has room for an answer. */
static bool has_room(const struct http_request *request,
                     const struct wire *wire)
{
    int arguments = MHD_get_connection_values_n(
        request->link, MHD_GET_ARGUMENT_KIND, NULL, NULL);
    size_t entries = request->header_count + (size_t)arguments;

    return wire->header_bytes + entries * MHD_ENTRY_BYTES
           + ANSWER_HEADER_BYTES
           <= request->server->options.memory_per_connection;
}

/* What can be said of a path that leads nowhere. NULL: nothing. */
static const char *detail_of(struct http_request *request,
                             const struct problem *problem)
{
    size_t bytes = strcspn(request->target, "?");

    if (problem == PROBLEM_MALFORMED_REQUEST)
        return "the path is not UTF-8";
    if (!request->ends_in_slash)
        return NULL;
    return arena_format(&request->arena, "did you mean %.*s, without the "
                        "slash at its end?", (int)bytes - 1, request->target);
}

/* Find the route and read the query. False: request->refusal says why not. */
static bool find_route(struct http_request *request)
{
    const struct problem *problem = router_find(&request->server->router,
                                                request);

    if (problem != NULL) {
        request->refusal = (struct http_refusal){
            .problem = problem,
            .detail = detail_of(request, problem),
        };
        return false;
    }
    return request->route == NULL || query_read(request);
}

/*
 * Refuse on the first call. MHD would close behind the answer, whatever the
 * client still sends: so who sends a body gets the answer past MHD, and is
 * read on; who waits to be asked for it needs no more than the answer.
 */
static enum MHD_Result refuse_now(struct http_request *request)
{
    if (guard_sees_body(request) && !guard_expects_continue(request)) {
        refusal_reply_raw(request);
        return MHD_YES;
    }
    connection_enter(request->connection, PHASE_ANSWER, request->began_ns);
    refusal_reply(request);
    return request->status != 0 ? MHD_YES : MHD_NO;
}

static enum MHD_Result judge(struct http_request *request,
                             const struct wire *wire)
{
    struct connection *connection = request->connection;
    bool is_sound, has_body;

    request->is_judged = true;
    request->is_counted = true;
    request->server->active++;
    request_read_headers(request);
    front_read(request);
    cors_judge(request);
    is_sound = guard_check(request, wire);
    request_name(request);
    if (!has_room(request, wire)) {
        refuse_raw(request, PROBLEM_HEADERS_TOO_LARGE, NULL);
        return guard_sees_body(request) ? MHD_YES : MHD_NO;
    }
    if (!is_sound)
        return refuse_now(request);
    has_body = request->is_chunked || request->body_announced > 0;
    if (!find_route(request)) /* without a body the connection can be kept */
        return has_body ? refuse_now(request) : MHD_YES;
    if (!has_body)
        return MHD_YES;
    if (!guard_check_body(request))
        return refuse_now(request);
    connection_enter(connection, PHASE_BODY, clock_monotonic_ns());
    connection->deadline_ns = deadline_of_body_ns(request);
    if (request->route->sink != NULL && !sink_begin(request))
        return refuse_now(request);
    return MHD_YES;
}

/* It was refused by its request line: is a body to be read on? */
static enum MHD_Result let_pass(struct http_request *request)
{
    request->is_judged = true;
    request_read_headers(request);
    return guard_sees_body(request) ? MHD_YES : MHD_NO;
}

static enum MHD_Result judge_wire(struct http_request *request,
                                  const char *method, const char *target,
                                  const char *version)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        request->link, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    struct wire wire = {
        .method = method, .target = target, .version = version,
    };

    request->is_version_1_0 = strcmp(version, "HTTP/1.0") == 0;

    if (info == NULL)
        return MHD_NO;
    wire.header_bytes = info->header_size;
    return judge(request, &wire);
}

/* ---- the later calls ---------------------------------------------------- */

static enum MHD_Result take_body(struct http_request *request,
                                 const char *bytes, size_t *count)
{
    struct connection *connection = request->connection;
    bool goes_on = true;

    if (connection->phase == PHASE_REFUSED) {
        connection->dropped_bytes += *count;
        goes_on = connection->dropped_bytes
                  <= request->server->options.linger_bytes;
    } else if (request->has_sink) {
        sink_take(request, bytes, count);
        return MHD_YES;
    } else if (!budget_take_body(request, request->body.count + *count)) {
        refuse_raw(request, PROBLEM_TOO_BUSY,
                   "bodies under way hold as many bytes as they may together "
                   "(--bodies-bytes-max)");
        http_drop_body(request);
    } else if (request_take_body(request, bytes, *count)) {
        connection->deadline_ns = deadline_of_body_ns(request);
    } else {
        /* MHD takes no answer before the end of a chunked body. */
        refuse_raw(request, PROBLEM_TOO_LARGE,
                   "the body is larger than its limit");
        http_drop_body(request);
    }
    *count = 0;
    return goes_on ? MHD_YES : MHD_NO;
}

static enum http_next reply_options(struct http_request *request)
{
    char allow[ALLOW_BYTES];

    method_list(request->allowed, allow);
    http_reply_header(request, "Allow", allow);
    cors_reply_preflight(request);
    return http_reply_empty(request, 204);
}

/* Run `resume`. At the end of a drain it runs all the same, since whatever it
 * set to wait still points to the request; but no deadline is waited for. */
static enum http_next take_up_again(struct http_request *request)
{
    http_handler *resume = request->resume;
    enum http_next next;

    request->resume = NULL;
    later_begin_resume(request);
    next = resume(request);
    if (next == HTTP_LATER && request->server->is_forced
        && request->wake_ns != INT64_MAX)
        return problem_reply(request, PROBLEM_SHUTTING_DOWN, NULL);
    return next;
}

static enum http_next run_handler(struct http_request *request)
{
    if (request->server->is_forced && request->resume == NULL)
        return problem_reply(request, PROBLEM_SHUTTING_DOWN, NULL);
    if (request->refusal.problem != NULL)
        return refusal_reply(request);
    if (request->body.failed)
        return problem_reply_failure(request, PROBLEM_INTERNAL, ERR_MEMORY,
                                     NULL);
    if (request->resume != NULL)
        return take_up_again(request);
    if (request->route == NULL)
        return reply_options(request);
    return request->route->handle(request);
}

/* This turn of the loop took long already: what may take its time stands in
 * line for another one. */
static bool must_wait_a_turn(struct http_request *request)
{
    const struct http_route *route = request->route;

    if (route == NULL || route->is_quick || request->server->is_forced
        || !turn_is_full(&request->server->turn))
        return false;
    resume_suspend(request);
    resume_add(request);
    return true;
}

static enum MHD_Result answer(struct http_request *request)
{
    int64_t since_ns = clock_monotonic_ns();
    enum http_next next;

    if (request->connection->phase == PHASE_REFUSED)
        return MHD_NO; /* it has its answer */
    connection_enter(request->connection, PHASE_ANSWER, request->began_ns);
    if (must_wait_a_turn(request))
        return MHD_YES;
    next = run_handler(request);
    turn_note(&request->server->turn,
              request->route != NULL ? request->route->path : "none", since_ns);
    if (next == HTTP_LATER) {
        assert(request->resume != NULL);
        later_put_aside(request);
        return MHD_YES;
    }
    if (request->is_long)
        request_forget(request);
    return request->status != 0 ? MHD_YES : MHD_NO;
}

enum MHD_Result dispatch_request(void *cls, struct MHD_Connection *link,
                                 const char *target, const char *method,
                                 const char *version, const char *bytes,
                                 size_t *count, void **context)
{
    struct http_request *request = *context;

    (void)cls;
    (void)link;
    if (request == NULL)
        return MHD_NO;
    if (request->held_ns != 0)
        sink_go_on(request);
    if (!request->is_judged)
        return request->connection->phase == PHASE_REFUSED
             ? let_pass(request)
             : judge_wire(request, method, target, version);
    if (*count > 0)
        return take_body(request, bytes, count);
    return answer(request);
}

/* Whether a refusal went out past MHD, which knows nothing of it. */
static bool is_answered_raw(const struct http_request *request)
{
    return request->connection->phase == PHASE_REFUSED && request->status != 0;
}

void dispatch_completed(void *cls, struct MHD_Connection *link, void **context,
                        enum MHD_RequestTerminationCode code)
{
    struct http_request *request = *context;

    (void)cls;
    (void)link;
    *context = NULL;
    if (request != NULL)
        finish(request, code == MHD_REQUEST_TERMINATED_COMPLETED_OK
                            || is_answered_raw(request));
}
