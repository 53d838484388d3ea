/* response.c - replies: headers every answer has, tags, refusals. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include "server/base/clock.h"
#include "server/http/internal.h"

static const struct {
    const char *name, *value;
} defaults[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Cache-Control", "no-store"},
};

enum { DEFAULTS = sizeof defaults / sizeof defaults[0] };

/* ---- headers ------------------------------------------------------------ */

void http_reply_header(struct http_request *request, const char *name,
                       const char *value)
{
    struct arena *arena = &request->arena;
    struct reply_header *header = ARENA_NEW(arena, struct reply_header);

    if (header != NULL) {
        header->name = arena_text(arena, name, strlen(name));
        header->value = arena_text(arena, value, strlen(value));
    }
    if (header == NULL || header->name == NULL || header->value == NULL) {
        request->reply_failed = true;
        return;
    }
    header->next = request->reply_headers;
    request->reply_headers = header;
}

static bool is_given(const struct http_request *request, const char *name)
{
    const struct reply_header *h = request->reply_headers;

    for (; h != NULL; h = h->next)
        if (strcasecmp(h->name, name) == 0)
            return true;
    return false;
}

/* "total;dur=1.234", in milliseconds. */
static void format_timing(const struct http_request *request, char text[48])
{
    int64_t us = (clock_monotonic_ns() - request->began_ns) / 1000;

    fixed_write(stpcpy(text, "total;dur="), (uint64_t)us, 3);
}

/* The header Date, made once a second; MHD would make it for every answer. */
static const char *date_text(struct http_server *server)
{
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm parts;

    if (now != server->date_s && gmtime_r(&now, &parts) != NULL) {
        strftime(server->date, DATE_BYTES, "%a, %d %b %Y %H:%M:%S GMT",
                 &parts);
        server->date_s = now;
    }
    return server->date;
}

/* Give every header of an answer to `emit`; false: one did not get through. */
static bool emit_headers(struct http_request *request, const char *type,
                         header_emitter *emit, void *self)
{
    const struct reply_header *h = request->reply_headers;
    char timing[48];
    bool ok = !request->reply_failed;

    format_timing(request, timing);
    ok &= emit(self, "Date", date_text(request->server));
    if (type != NULL)
        ok &= emit(self, "Content-Type", type);
    for (; h != NULL; h = h->next)
        ok &= emit(self, h->name, h->value);
    for (size_t i = 0; i < DEFAULTS; i++)
        if (!is_given(request, defaults[i].name))
            ok &= emit(self, defaults[i].name, defaults[i].value);
    if (request->id[0] != '\0')
        ok &= emit(self, "X-Request-Id", request->id);
    ok &= emit(self, "Server-Timing", timing);
    ok &= cors_emit(request, emit, self);
    return ok;
}

static bool add(void *response, const char *name, const char *value)
{
    return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_headers(struct http_request *request, const char *type,
                        struct MHD_Response *response)
{
    bool ok = emit_headers(request, type, add, response);

    if (request->is_chunked || request->server->is_draining)
        ok &= add(response, "Connection", "close");
    return ok;
}

/* ---- replies ------------------------------------------------------------ */

/* What is left to say when there is no memory to say more. */
static struct MHD_Response *plain_500(void)
{
    char text[] = "{\"type\":\"/problems/internal\",\"title\":"
                  "\"Something went wrong inside the server\","
                  "\"status\":500}";

    return MHD_create_response_from_buffer(sizeof text - 1, text,
                                           MHD_RESPMEM_MUST_COPY);
}

enum http_next reply_with(struct http_request *request, unsigned status,
                          const char *type, struct MHD_Response *response)
{
    if (response != NULL && !add_headers(request, type, response)) {
        MHD_destroy_response(response);
        response = NULL;
    }
    if (response == NULL) {
        status = 500;
        response = plain_500();
        if (response == NULL)
            return HTTP_DONE; /* without a status: the connection closes */
        add(response, "Content-Type", "application/problem+json");
    }
    if (request->status == 0
        && MHD_queue_response(request->link, status, response) == MHD_YES)
        request->status = status;
    MHD_destroy_response(response);
    return HTTP_DONE;
}

/* The buffer's bytes as a response; NULL without memory. */
static struct MHD_Response *response_from(struct http_request *request,
                                          struct buffer *body)
{
    struct MHD_Response *response;
    size_t count = 0;
    char *bytes = buffer_steal(body, &count);

    if (bytes == NULL)
        return NULL;
    response = MHD_create_response_from_buffer(count, bytes,
                                               MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        free(bytes);
    if (!request->is_head)
        request->sent_bytes = count;
    return response;
}

enum http_next http_reply(struct http_request *request, unsigned status,
                          const char *type, struct buffer *body)
{
    return reply_with(request, status, type, response_from(request, body));
}

enum http_next http_reply_empty(struct http_request *request, unsigned status)
{
    return reply_with(request, status, NULL,
                      MHD_create_response_from_buffer(
                          0, NULL, MHD_RESPMEM_PERSISTENT));
}

static void add_tag(struct http_request *request, const char *etag)
{
    const char *quoted = arena_format(&request->arena, "\"%s\"", etag);

    if (quoted == NULL)
        request->reply_failed = true;
    else
        http_reply_header(request, "ETag", quoted);
}

enum http_next http_reply_tagged(struct http_request *request, unsigned status,
                                 const char *type, const char *etag,
                                 struct buffer *body)
{
    struct MHD_Response *response = response_from(request, body);

    add_tag(request, etag);
    /* The whole response with status 304: MHD keeps the body back, but says
     * the length that a 200 would have. */
    if (http_none_match(request, etag)) {
        status = 304;
        request->sent_bytes = 0;
    }
    return reply_with(request, status, type, response);
}

static ssize_t make_nothing(void *cls, uint64_t position, char *into,
                            size_t room)
{
    (void)cls;
    (void)position;
    (void)into;
    (void)room;
    return MHD_CONTENT_READER_END_OF_STREAM;
}

/* MHD would say of an empty body that the length of a 200 is 0, which is
 * false. Of a body of unknown length in HTTP/1.0's manner it says nothing, at
 * the price of closing the connection. */
bool http_reply_unchanged(struct http_request *request, const char *etag)
{
    struct MHD_Response *response;

    add_tag(request, etag);
    if (!http_none_match(request, etag))
        return false;
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1,
                                                 make_nothing, NULL, NULL);
    if (response != NULL)
        MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
                                 MHD_RO_END);
    reply_with(request, 304, NULL, response);
    return true;
}

/* ---- refusals ----------------------------------------------------------- */

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
    router_allow(request->allowed, allow);
    http_reply_header(request, "Allow", allow);
}

enum http_next reply_refusal(struct http_request *request)
{
    const struct refusal *refusal = &request->refusal;

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
    const struct refusal *refusal = &request->refusal;
    struct json_writer writer;
    struct buffer body;
    unsigned status;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    if (refusal->faults != NULL && refusal->faults->out_of_memory)
        request->refusal = (struct refusal){.problem = PROBLEM_INTERNAL};
    problem_write(&writer, refusal->problem, refusal->detail, request->id,
                  refusal->faults,
                  refusal->problem == PROBLEM_TOO_LARGE ? add_limit : NULL,
                  request);
    status = problem_status(refusal->problem);
    buffer_format(out, "HTTP/1.1 %u %s\r\nConnection: close\r\n"
                  "Content-Length: %zu\r\n", status,
                  MHD_get_reason_phrase_for(status), body.count);
    add_refusal_headers(request);
    if (problem_retry_after(refusal->problem) != NULL)
        http_reply_header(request, "Retry-After",
                          problem_retry_after(refusal->problem));
    out->failed |= !emit_headers(request, "application/problem+json",
                                 write_header, out);
    buffer_text(out, "\r\n");
    if (!request->is_head) {
        buffer_append(out, body.bytes, body.count);
        request->sent_bytes = body.count;
    }
    out->failed |= body.failed;
    buffer_fini(&body);
}

void raw_reply_refusal(struct http_request *request)
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
        request->status = problem_status(request->refusal.problem);
    buffer_fini(&out);
    shutdown(connection->fd, SHUT_WR);
    connection_enter(connection, PHASE_REFUSED, now_ns);
    connection->deadline_ns =
        now_ns
        + (int64_t)(request->server->options.linger_s * NANOSECONDS);
    connection->dropped_bytes = 0;
}

void raw_refuse(struct http_request *request, enum problem problem,
                const char *detail)
{
    request->refusal = (struct refusal){.problem = problem, .detail = detail};
    raw_reply_refusal(request);
}
