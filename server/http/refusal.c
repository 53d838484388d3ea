/* refusal.c - request->refusal as an answer, through MHD or past it. */
#include "server/http/refusal.h"

#include <string.h>
#include <sys/socket.h>

#include "server/base/clock.h"
#include "server/http/method.h"
#include "server/http/problem_reply.h"
#include "server/http/response.h"
#include "server/http/state.h"

static void add_limit(struct json_writer *writer, void *self)
{
    const struct http_request *request = self;
    uint64_t limit = request->refusal.limit;

    if (limit == 0)
        limit = request_body_max(request);
    json_member_integer(writer, "limit", (int64_t)limit);
}

/* What a refusal's header has beside the usual. */
static void add_refusal_headers(struct http_request *request)
{
    char allow[ALLOW_BYTES];

    if (request->refusal.problem != PROBLEM_METHOD)
        return;
    method_list(request->allowed, allow);
    http_reply_header(request, "Allow", allow);
}

enum http_next refusal_reply(struct http_request *request)
{
    const struct http_refusal *refusal = &request->refusal;

    add_refusal_headers(request);
    if (refusal->faults != NULL)
        return problem_reply_faults(request, refusal->problem,
                                    refusal->faults);
    if (refusal->problem == PROBLEM_TOO_LARGE)
        return problem_reply_extended(request, refusal->problem,
                                      refusal->detail, add_limit, request);
    return problem_reply(request, refusal->problem, refusal->detail);
}

/* ---- refusals past MHD -------------------------------------------------- */

static bool write_header(void *out, const char *name, const char *value)
{
    if (strpbrk(value, "\r\n") != NULL)
        return false;
    buffer_format(out, "%s: %s\r\n", name, value);
    return true;
}

static void write_raw(struct buffer *out, struct http_request *request)
{
    const struct http_refusal *refusal = &request->refusal;
    struct json_writer writer;
    struct buffer body;
    unsigned status;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    if (refusal->faults != NULL && refusal->faults->out_of_memory)
        request->refusal = (struct http_refusal){.problem = PROBLEM_INTERNAL};
    problem_write(&writer, refusal->problem, refusal->detail, request->id,
                  refusal->faults,
                  refusal->problem == PROBLEM_TOO_LARGE ? add_limit : NULL,
                  request);
    status = refusal->problem->status;
    buffer_format(out, "HTTP/1.1 %u %s\r\nConnection: close\r\n"
                  "Content-Length: %zu\r\n", status,
                  MHD_get_reason_phrase_for(status), body.count);
    add_refusal_headers(request);
    if (refusal->problem->retry_after_s != NULL)
        http_reply_header(request, "Retry-After",
                          refusal->problem->retry_after_s);
    out->failed |= !response_emit_headers(request, "application/problem+json",
                                          write_header, out);
    buffer_text(out, "\r\n");
    if (!request->is_head) {
        buffer_append(out, body.bytes, body.count);
        request->sent_bytes = body.count;
    }
    out->failed |= body.failed;
    buffer_fini(&body);
}

void refusal_reply_raw(struct http_request *request)
{
    struct connection *connection = request->connection;
    int64_t now_ns = clock_monotonic_ns();
    struct buffer out;

    buffer_init(&out);
    write_raw(&out, request);
    /* It fits into the kernel's buffer, unless answers lie there that the
     * client does not read: then this one is cut, and the log says so. */
    if (!out.failed && send(connection->fd, out.bytes, out.count,
                            MSG_DONTWAIT | MSG_NOSIGNAL)
                       == (ssize_t)out.count)
        request->status = request->refusal.problem->status;
    buffer_fini(&out);
    shutdown(connection->fd, SHUT_WR);
    connection_enter(connection, PHASE_REFUSED, now_ns);
    connection->deadline_ns =
        now_ns
        + (int64_t)(request->server->options.linger_s * NANOSECONDS);
    connection->dropped_bytes = 0;
}

void refuse_raw(struct http_request *request, const struct problem *problem,
                const char *detail)
{
    request->refusal = (struct http_refusal){
        .problem = problem, .detail = detail,
    };
    refusal_reply_raw(request);
}
