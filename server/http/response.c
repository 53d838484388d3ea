/* response.c - replies, and the headers that every answer has. */
#include "server/http/response.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/base/clock.h"
#include "server/http/cors.h"
#include "server/http/fixed.h"
#include "server/http/problem.h"
#include "server/http/state.h"

static const struct {
    const char *name, *value;
} defaults[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Cache-Control", "no-store"},
};

enum { DEFAULTS = sizeof defaults / sizeof defaults[0] };

/* ---- headers ------------------------------------------------------------ */

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

bool response_emit_headers(struct http_request *request, const char *type,
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
        if (!reply_header_is_set(request, defaults[i].name))
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
    bool ok = response_emit_headers(request, type, add, response);

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

enum http_next reply_too_busy(struct http_request *request)
{
    const struct problem *problem = PROBLEM_TOO_BUSY;
    struct json_writer writer;
    struct buffer body;

    request->reply_headers = NULL;
    http_reply_header(request, "Retry-After", problem->retry_after_s);
    buffer_init(&body);
    json_writer_init(&writer, &body);
    problem_write(&writer, problem,
                  "answers under way hold as many bytes as they may together "
                  "(--answer-bytes-max)", request->id, NULL, NULL, NULL);
    return reply_with(request, problem->status, "application/problem+json",
                      response_from(request, &body));
}

bool http_hold(struct http_request *request, size_t bytes)
{
    if (budget_take_answer(request, bytes))
        return true;
    reply_too_busy(request);
    return false;
}

enum http_next http_reply(struct http_request *request, unsigned status,
                          const char *type, struct buffer *body)
{
    if (!request->is_head && !budget_take_answer(request, body->count)) {
        buffer_fini(body);
        return reply_too_busy(request);
    }
    return reply_with(request, status, type, response_from(request, body));
}

enum http_next http_reply_empty(struct http_request *request, unsigned status)
{
    return reply_with(request, status, NULL,
                      MHD_create_response_from_buffer(
                          0, NULL, MHD_RESPMEM_PERSISTENT));
}

bool reply_tag_is_known(struct http_request *request, const char *etag)
{
    const char *quoted = etag != NULL
        ? arena_format(&request->arena, "\"%s\"", etag) : NULL;

    if (quoted == NULL)
        request->reply_failed = true;
    else
        http_reply_header(request, "ETag", quoted);
    return http_none_match(request, etag);
}

/* The whole response with status 304: MHD keeps the body back, but says the
 * length that a 200 would have. */
static enum http_next reply_known(struct http_request *request,
                                  const char *type,
                                  struct MHD_Response *response)
{
    request->sent_bytes = 0;
    return reply_with(request, 304, type, response);
}

enum http_next http_reply_tagged(struct http_request *request, unsigned status,
                                 const char *type, const char *etag,
                                 struct buffer *body)
{
    if (!reply_tag_is_known(request, etag))
        return http_reply(request, status, type, body);
    return reply_known(request, type, response_from(request, body));
}

enum http_next http_reply_constant(struct http_request *request,
                                   const char *type, const char *etag,
                                   const char *bytes, size_t count)
{
    /* MHD only reads them. */
    void *constant = (void *)(uintptr_t)bytes;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        count, constant, MHD_RESPMEM_PERSISTENT);

    if (reply_tag_is_known(request, etag))
        return reply_known(request, type, response);
    if (!request->is_head)
        request->sent_bytes = count;
    return reply_with(request, 200, type, response);
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

    if (!reply_tag_is_known(request, etag))
        return false;
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1,
                                                 make_nothing, NULL, NULL);
    if (response != NULL)
        MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
                                 MHD_RO_END);
    reply_with(request, 304, NULL, response);
    return true;
}
