/*
 * stream.c - long replies, made piece by piece as the client takes them.
 *
 * MHD asks for as many bytes as its own buffer has room for; `next` makes
 * about a block at a time, and what MHD did not take stays in `out`.
 *
 *     taking ---- next says WAIT ------------------> waiting, suspended
 *     waiting --- its bell rings, the server stops -> in resume.c's line
 *     in line --- its turn comes, MHD asks again ---> taking
 *     taking ---- this turn took long already ------> in line, suspended
 *
 * A bell comes through the mailbox, whoever rings it, and at most once at a
 * time. When it arrives at a stream that takes, nothing is to be done: that
 * stream asks `next` again before it waits.
 */
#include "server/http/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/magic.h"
#include "server/http/response.h"
#include "server/http/resume.h"
#include "server/http/state.h"

enum { BLOCK_BYTES = 64 * 1024 };

#define HTTP_BELL_MAGIC MAGIC('b', 'e', 'l', 'l')

struct http_bell {
    uint32_t magic;
    struct http_server *server;
    struct running *running;   /* the loop's; NULL: no stream, or it is over */
    atomic_uint references;
    atomic_bool is_rung;       /* the message is on its way */
    struct http_message message;
};

/* Lives longer than the request: MHD drops a response after it. */
struct running {
    struct http_stream stream;
    struct http_request *request;
    struct buffer out;
    size_t taken;              /* of out */
    bool is_ended;             /* `next` has said so */
    bool is_waiting;
    size_t dirty;              /* bytes of MHD's buffer written since it was
                                  given back last; at first all */
    struct running *previous, *next; /* while it waits */
};

/* ---- waiting and waking ------------------------------------------------- */

/*
 * MHD clears half of a connection's memory when the request has been read, so
 * that its pages are there though a stream needs few. What it lets us write to
 * holds nothing now: back to the kernel with whole pages of it.
 */
static void give_back(struct running *running, char *into, size_t room)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = ((uintptr_t)into + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)into + room) / page * page;

    if (running->dirty <= page)
        return;
    running->dirty = 0;
    if (begin < end) /* advice: who does not take it keeps the pages */
        madvise((void *)begin, end - begin, MADV_DONTNEED);
}

static void wait_for_bell(struct running *running)
{
    struct http_server *server = running->request->server;

    assert(running->stream.bell != NULL);
    running->is_waiting = true;
    running->previous = NULL;
    running->next = server->waiting;
    if (server->waiting != NULL)
        server->waiting->previous = running;
    server->waiting = running;
    buffer_fini(&running->out);
    resume_suspend(running->request);
}

static void wake(struct running *running)
{
    struct http_server *server = running->request->server;

    running->is_waiting = false;
    if (running->next != NULL)
        running->next->previous = running->previous;
    if (running->previous != NULL)
        running->previous->next = running->next;
    else
        server->waiting = running->next;
    resume_add(running->request);
}

void stream_wake_all(struct http_server *server)
{
    while (server->waiting != NULL)
        wake(server->waiting);
}

static void bell_arrives(void *argument)
{
    struct http_bell *bell =
        MAGIC_CAST(argument, struct http_bell, HTTP_BELL_MAGIC);

    /* Before the look at the stream: a ring from now on comes again. */
    atomic_store(&bell->is_rung, false);
    if (bell->running != NULL && bell->running->is_waiting)
        wake(bell->running);
    http_bell_release(bell);
}

struct http_bell *http_bell_new(struct http_server *server)
{
    struct http_bell *bell = calloc(1, sizeof *bell);

    if (bell == NULL)
        return NULL;
    bell->magic = HTTP_BELL_MAGIC;
    bell->server = server;
    atomic_init(&bell->references, 1);
    return bell;
}

void http_bell_release(struct http_bell *bell)
{
    if (bell != NULL && atomic_fetch_sub(&bell->references, 1) == 1) {
        MAGIC_CLEAR(bell);
        free(bell);
    }
}

void http_bell_ring(struct http_bell *bell)
{
    if (atomic_exchange(&bell->is_rung, true))
        return;
    atomic_fetch_add(&bell->references, 1); /* the message's */
    bell->message.call = bell_arrives;
    bell->message.argument = bell;
    http_post(bell->server, &bell->message);
}

/* ---- taking ------------------------------------------------------------- */

static enum http_more make_more(struct running *running)
{
    struct http_request *request = running->request;
    int64_t since_ns = clock_monotonic_ns();
    enum http_more more = running->stream.next(running->stream.self,
                                               &running->out);

    turn_note(&request->server->turn,
              request->route != NULL ? request->route->path : "none", since_ns);
    return more;
}

/* Fill `out`, which MHD has taken. */
static enum http_more refill(struct running *running)
{
    struct buffer *out = &running->out;
    enum http_more more;

    buffer_clear(out);
    running->taken = 0;
    if (running->is_ended)
        return HTTP_END;
    more = make_more(running);
    if (more == HTTP_CUT || out->failed)
        return HTTP_CUT;
    running->is_ended = more == HTTP_END;
    assert(more != HTTP_MORE || out->count > 0);
    return out->count > 0 ? HTTP_MORE : more;
}

/* Others are to be served first: true, and it stands in resume.c's line. One
 * that a bell woke stood there just now: resume.c lets few go on at once. */
static bool must_wait_a_turn(const struct running *running)
{
    struct http_request *request = running->request;

    if (running->stream.bell != NULL || request->server->is_forced
        || !turn_is_full(&request->server->turn))
        return false;
    resume_suspend(request);
    resume_add(request);
    return true;
}

static ssize_t take(void *cls, uint64_t position, char *into, size_t room)
{
    struct running *running = cls;
    struct buffer *out = &running->out;
    enum http_more more = HTTP_MORE;
    size_t count;

    (void)position;
    if (running->taken == out->count) {
        if (must_wait_a_turn(running))
            return 0;
        more = refill(running);
    }
    if (more == HTTP_CUT)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (more == HTTP_END
        || (more == HTTP_WAIT && running->request->server->is_forced))
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (more == HTTP_WAIT) {
        give_back(running, into, room);
        wait_for_bell(running);
        return 0;
    }
    count = out->count - running->taken;
    if (count > room)
        count = room;
    memcpy(into, out->bytes + running->taken, count);
    running->taken += count;
    if (running->dirty < count)
        running->dirty = count;
    if (running->taken == out->count && running->stream.bell != NULL) {
        buffer_fini(out); /* the client may be slow, and thousands */
        running->taken = 0;
    }
    running->request->sent_bytes += count;
    return (ssize_t)count;
}

/* ---- begin and end ------------------------------------------------------ */

static void end(void *cls)
{
    struct running *running = cls;
    struct http_bell *bell = running->stream.bell;

    assert(!running->is_waiting); /* MHD ends no suspended connection */
    if (bell != NULL)
        bell->running = NULL;
    if (running->stream.close != NULL)
        running->stream.close(running->stream.self);
    http_bell_release(bell);
    buffer_fini(&running->out);
    free(running);
}

static struct running *running_new(struct http_request *request,
                                   const struct http_stream *stream)
{
    struct running *running = malloc(sizeof *running);

    if (running == NULL)
        return NULL;
    *running = (struct running){
        .stream = *stream, .request = request, .dirty = SIZE_MAX};
    buffer_init(&running->out);
    if (stream->bell != NULL) {
        assert(stream->bell->running == NULL);
        stream->bell->running = running;
        atomic_fetch_add(&stream->bell->references, 1);
    }
    return running;
}

/* What waits for a bell holds nothing while it waits. */
static bool take_budget(struct http_request *request,
                        const struct http_stream *stream)
{
    return stream->bell != NULL
           || budget_take_answer(request, BLOCK_BYTES + stream->held_bytes);
}

/* `stream` as a response; NULL without memory, and it is closed. */
static struct MHD_Response *response_from(struct http_request *request,
                                          const struct http_stream *stream)
{
    size_t block = stream->block_bytes > 0 ? stream->block_bytes : BLOCK_BYTES;
    uint64_t bytes = stream->bytes > 0 ? stream->bytes : MHD_SIZE_UNKNOWN;
    struct running *running = running_new(request, stream);
    struct MHD_Response *response;

    if (running == NULL) {
        if (stream->close != NULL)
            stream->close(stream->self);
        return NULL;
    }
    response = MHD_create_response_from_callback(bytes, block, take, running,
                                                 end);
    if (response == NULL)
        end(running);
    return response;
}

enum http_next http_reply_stream(struct http_request *request, unsigned status,
                                 const char *type,
                                 const struct http_stream *stream)
{
    bool has_body = !request->is_head && status != 304;
    struct MHD_Response *response;

    if (has_body && !take_budget(request, stream)) {
        if (stream->close != NULL)
            stream->close(stream->self);
        return reply_too_busy(request);
    }
    response = response_from(request, stream);
    if (response != NULL && !has_body && stream->bytes == 0)
        MHD_set_response_options(response, /* or it ends with an empty chunk */
                                 MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
                                 MHD_RO_END);
    request->is_long = stream->bell != NULL;
    return reply_with(request, status, type, response);
}

enum http_next http_reply_stream_tagged(struct http_request *request,
                                        unsigned status, const char *type,
                                        const char *etag,
                                        const struct http_stream *stream)
{
    if (reply_tag_is_known(request, etag))
        status = 304;
    return http_reply_stream(request, status, type, stream);
}
