/*
 * stream.c - long replies, made piece by piece as the client takes them.
 *
 * MHD asks for as many bytes as its own buffer has room for; `next` makes
 * about 64 KiB at a time, and what MHD did not take waits in `out`.
 */
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/http/response.h"
#include "server/http/state.h"

enum { BLOCK_BYTES = 64 * 1024 };

/* Lives longer than the request: MHD drops a response after it. */
struct running {
    struct http_stream stream;
    struct http_request *request;
    struct buffer out;
    size_t taken;              /* of out */
};

static enum error make_more(struct running *running)
{
    struct http_request *request = running->request;
    int64_t since_ns = clock_monotonic_ns();
    enum error error = running->stream.next(running->stream.self,
                                            &running->out);

    turn_note(&request->server->turn,
              request->route != NULL ? request->route->path : "none", since_ns);
    return error;
}

static ssize_t take(void *cls, uint64_t position, char *into, size_t room)
{
    struct running *running = cls;
    struct buffer *out = &running->out;
    size_t count;

    (void)position;
    if (running->taken == out->count) {
        buffer_clear(out);
        running->taken = 0;
        if (make_more(running) != OK || out->failed)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        if (out->count == 0)
            return MHD_CONTENT_READER_END_OF_STREAM;
    }
    count = out->count - running->taken;
    if (count > room)
        count = room;
    memcpy(into, out->bytes + running->taken, count);
    running->taken += count;
    running->request->sent_bytes += count;
    return (ssize_t)count;
}

static void end(void *cls)
{
    struct running *running = cls;

    if (running->stream.close != NULL)
        running->stream.close(running->stream.self);
    buffer_fini(&running->out);
    free(running);
}

enum http_next http_reply_stream(struct http_request *request, unsigned status,
                                 const char *type,
                                 const struct http_stream *stream)
{
    struct running *running = malloc(sizeof *running);
    struct MHD_Response *response = NULL;

    if (running != NULL) {
        *running = (struct running){.stream = *stream, .request = request};
        buffer_init(&running->out);
        response = MHD_create_response_from_callback(
            MHD_SIZE_UNKNOWN, BLOCK_BYTES, take, running, end);
        if (response == NULL)
            end(running);
        else if (request->is_head) /* or MHD ends it with an empty chunk */
            MHD_set_response_options(response,
                                     MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
                                     MHD_RO_END);
    } else if (stream->close != NULL) {
        stream->close(stream->self);
    }
    return reply_with(request, status, type, response);
}
