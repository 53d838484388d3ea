/*
 * later.c - requests put aside: woken by a message, by time, or by the stop.
 *
 * All requests put aside stand in a binary heap, the next deadline first. Only
 * the loop touches it; another thread's http_wake() comes through the mailbox.
 * A wake and a deadline may meet, and `resume` must run once: whoever moves
 * `wake` away from NONE takes the request up.
 *
 *     NONE   --- http_wake() ------> POSTED the message is on its way
 *     POSTED --- it arrives -------> TAKEN  and has taken it up
 *     NONE   --- deadline, stop ---> TAKEN  the loop has taken it up
 *     TAKEN  --- http_wake() ------> LATE   `resume` has not run yet: it is
 *                                           told that it was woken
 *     any    --- resume begins ----> NONE
 */
#include "server/http/later.h"

#include <assert.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "server/base/clock.h"
#include "server/base/magic.h"
#include "server/http/resume.h"
#include "server/http/state.h"

enum { LEFT_AT_ONCE = 256 };      /* connections that poll() looks at */

/* ---- the heap ----------------------------------------------------------- */

static void place(struct http_server *server, size_t index,
                  struct http_request *request)
{
    server->heap[index] = request;
    request->heap_index = index;
}

static void sift_up(struct http_server *server, size_t index)
{
    struct http_request *request = server->heap[index];

    while (index > 0) {
        size_t parent = (index - 1) / 2;

        if (server->heap[parent]->wake_ns <= request->wake_ns)
            break;
        place(server, index, server->heap[parent]);
        index = parent;
    }
    place(server, index, request);
}

static void sift_down(struct http_server *server, size_t index)
{
    struct http_request *request = server->heap[index];

    for (;;) {
        size_t child = 2 * index + 1;

        if (child >= server->heap_count)
            break;
        if (child + 1 < server->heap_count
            && server->heap[child + 1]->wake_ns
               < server->heap[child]->wake_ns)
            child++;
        if (request->wake_ns <= server->heap[child]->wake_ns)
            break;
        place(server, index, server->heap[child]);
        index = child;
    }
    place(server, index, request);
}

static void heap_add(struct http_request *request)
{
    struct http_server *server = request->server;

    assert(server->heap_count < server->options.connections_max);
    place(server, server->heap_count++, request);
    sift_up(server, request->heap_index);
}

static void heap_remove(struct http_request *request)
{
    struct http_server *server = request->server;
    size_t index = request->heap_index;
    struct http_request *last = server->heap[--server->heap_count];

    if (last == request)
        return;
    place(server, index, last);
    sift_up(server, index);
    sift_down(server, last->heap_index);
}

/* ---- putting aside and taking up ---------------------------------------- */

enum http_next http_later(struct http_request *request, http_handler *resume,
                          void *state, double wait_s)
{
    request->resume = resume;
    request->state = state;
    request->wake_ns = INT64_MAX;
    if (wait_s > 0)
        request->wake_ns = clock_monotonic_ns()
                           + (int64_t)(wait_s * NANOSECONDS);
    return HTTP_LATER;
}

void *http_state(const struct http_request *request)
{
    return request->state;
}

bool http_was_woken(const struct http_request *request)
{
    return request->was_woken;
}

/*
 * Whether a client that sends no more reads no more either. A client that has
 * closed its socket answers whatever comes with a reset, one that has only shut
 * down its sending side takes it: so it is sent that the request is under way,
 * which every client of HTTP/1.1 must be able to pass over. Nobody else writes
 * meanwhile, as the request is put aside; and it fits, as nothing waits to be
 * sent.
 *
 * Source  RFC 9110, section 15.2; RFC 2518, section 10.1
 */
static bool probe_fails(struct http_request *request)
{
    static const char text[] = "HTTP/1.1 102 Processing\r\n\r\n";
    int fd = request->connection->fd, waiting = 0;

    if (request->is_version_1_0 || request->was_probed)
        return false;
    if (ioctl(fd, SIOCOUTQ, &waiting) != 0 || waiting > 0)
        return false; /* the next look tries again */
    request->was_probed = true;
    return send(fd, text, sizeof text - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0;
}

bool http_client_left(struct http_request *request)
{
    struct pollfd link = {.fd = request->connection->fd, .events = POLLRDHUP};

    if (poll(&link, 1, 0) <= 0)
        return false;
    if ((link.revents & (POLLHUP | POLLERR)) != 0)
        return true;
    return (link.revents & POLLRDHUP) != 0 && probe_fails(request);
}

void later_put_aside(struct http_request *request)
{
    if (request->server->is_draining && !request->knows_of_stop
        && request->wake_ns != INT64_MAX)
        request->wake_ns = 0;
    request->is_aside = true;
    heap_add(request);
    resume_suspend(request);
}

static void take_up(struct http_request *request, bool woken)
{
    heap_remove(request);
    request->is_aside = false;
    request->was_woken = woken;
    request->knows_of_stop |= request->server->is_draining;
    resume_add(request);
}

void later_begin_resume(struct http_request *request)
{
    if (atomic_exchange(&request->wake, WAKE_NONE) == WAKE_LATE)
        request->was_woken = true;
}

/* Take up without a wake, unless one is under way, which then does it. */
static bool take_up_unwoken(struct http_request *request)
{
    enum wake none = WAKE_NONE;

    if (!atomic_compare_exchange_strong(&request->wake, &none, WAKE_TAKEN))
        return false;
    take_up(request, false);
    return true;
}

void later_expire(struct http_server *server, int64_t now_ns)
{
    while (server->heap_count > 0 && server->heap[0]->wake_ns <= now_ns) {
        struct http_request *request = server->heap[0];

        if (take_up_unwoken(request))
            continue;
        request->wake_ns = INT64_MAX; /* its message is in the mailbox */
        sift_down(server, 0);
    }
}

static void free_left(struct http_request *const *requests,
                      struct pollfd *links, size_t count)
{
    if (poll(links, count, 0) <= 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (links[i].revents & (POLLRDHUP | POLLHUP | POLLERR))
            take_up_unwoken(requests[i]); /* or its wake is under way */
}

/* Taking up moves others in the heap: whoever is not looked at for that is the
 * next time. */
void later_free_left(struct http_server *server)
{
    struct http_request *requests[LEFT_AT_ONCE];
    struct pollfd links[LEFT_AT_ONCE];
    size_t count = 0;

    for (size_t i = 0; i < server->heap_count; i++) {
        if (server->heap[i]->wake_ns == INT64_MAX)
            continue;
        requests[count] = server->heap[i];
        links[count++] = (struct pollfd){
            .fd = server->heap[i]->connection->fd, .events = POLLRDHUP};
        if (count == LEFT_AT_ONCE) {
            free_left(requests, links, count);
            count = 0;
        }
    }
    if (count > 0)
        free_left(requests, links, count);
}

/* Those without a deadline stay behind the others: still a heap. */
void later_expire_waits(struct http_server *server)
{
    for (size_t i = 0; i < server->heap_count; i++)
        if (server->heap[i]->wake_ns != INT64_MAX)
            server->heap[i]->wake_ns = 0;
    later_expire(server, 0);
}

bool later_waits_for_writes(const struct http_server *server)
{
    for (size_t i = 0; i < server->heap_count; i++)
        if (server->heap[i]->wake_ns == INT64_MAX)
            return true;
    return false;
}

int64_t later_next_ns(const struct http_server *server)
{
    return server->heap_count > 0 ? server->heap[0]->wake_ns : INT64_MAX;
}

/* ---- waking ------------------------------------------------------------- */

static void wake_arrives(void *argument)
{
    struct http_request *request =
        MAGIC_CAST(argument, struct http_request, HTTP_REQUEST_MAGIC);

    if (request->is_over) {
        request_recycle(request);
        return;
    }
    if (request->is_aside) /* else it was answered meanwhile */
        take_up(request, true);
    /* The message is here: the request may end before `resume` begins. */
    atomic_store(&request->wake, WAKE_TAKEN);
}

void http_wake(struct http_request *request)
{
    enum wake seen = atomic_load(&request->wake), next;

    do {
        if (seen == WAKE_POSTED || seen == WAKE_LATE)
            return;
        next = seen == WAKE_NONE ? WAKE_POSTED : WAKE_LATE;
    } while (!atomic_compare_exchange_weak(&request->wake, &seen, next));
    if (next == WAKE_LATE)
        return;
    request->wake_message.call = wake_arrives;
    request->wake_message.argument = request;
    http_post(request->server, &request->wake_message);
}

void later_end(struct http_request *request)
{
    request->is_over = true;
    if (atomic_exchange(&request->wake, WAKE_TAKEN) != WAKE_POSTED)
        request_recycle(request);
}
