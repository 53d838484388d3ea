/*
 * deadline.c - absolute deadlines: a client that drips is cut all the same.
 *
 * MHD's own timeout counts from the last byte, so one byte a second keeps a
 * connection for ever. Here every connection carries the phase it is in and
 * since when; a sweep, a few times a second, shuts those down that are past.
 */
#include "server/http/deadline.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "server/http/problem.h"
#include "server/http/refusal.h"
#include "server/http/state.h"

enum { MILLISECOND_NS = 1000000 };

static int64_t seconds(double s)
{
    return (int64_t)(s * NANOSECONDS);
}

int64_t deadline_of_body_ns(const struct http_request *request)
{
    const struct http_options *options = &request->server->options;
    double allowed_s = options->body_timeout_s;
    uint64_t bytes = request->body_announced;

    if (request->has_sink) /* what was announced may be hours away */
        bytes = request->sink_bytes;
    else if (request->is_chunked)
        bytes = request->body.count;
    if (options->body_bytes_per_s_min > 0)
        allowed_s += (double)bytes / options->body_bytes_per_s_min;
    return request->connection->since_ns + seconds(allowed_s);
}

/*
 * Find out when a request began, where its bytes came since the last answer.
 * MHD says nothing before a request line is whole, the kernel does: the age of
 * the newest segment with data.
 */
static void find_beginning(struct connection *connection, int64_t now_ns)
{
    struct tcp_info info = {0};
    socklen_t bytes = sizeof info;
    int64_t newest_ns;

    if (connection->began_ns != 0
        || getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &bytes))
        return;
    newest_ns = now_ns - (int64_t)info.tcpi_last_data_recv * MILLISECOND_NS;
    /* The kernel counts in ticks of 4 ms, so stay clear of the request that
     * was just answered. */
    if (newest_ns > connection->since_ns + 8 * MILLISECOND_NS)
        connection->began_ns = newest_ns;
}

/*
 * Whether the client has ended its side in the middle of a body. MHD does not
 * see it where data and end came as one event and it read less than it asked
 * for: it takes the socket for empty, and no second event comes.
 */
static bool has_gone(const struct connection *connection)
{
    struct tcp_info info = {0};
    socklen_t bytes = sizeof info;
    int unread = 0;

    return connection->phase == PHASE_BODY
           && connection->request->held_ns == 0
           && getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info,
                         &bytes) == 0
           && info.tcpi_state == TCP_CLOSE_WAIT
           && ioctl(connection->fd, FIONREAD, &unread) == 0 && unread == 0;
}

static bool is_past(const struct connection *connection, int64_t now_ns)
{
    const struct http_options *options = &connection->server->options;
    int64_t header_ns = seconds(options->header_timeout_s);

    switch (connection->phase) {
    case PHASE_IDLE:
        if (connection->is_fresh)
            return now_ns - connection->since_ns > header_ns;
        return connection->began_ns != 0
               && now_ns - connection->began_ns > header_ns;
    case PHASE_HEADER:
        return now_ns - connection->began_ns > header_ns;
    case PHASE_BODY:
    case PHASE_REFUSED:
        return now_ns > connection->deadline_ns;
    case PHASE_ANSWER:
        return false; /* MHD's timeout sees to clients that do not read */
    }
    return false;
}

/* Nothing is asked of the kernel before an idle connection can be past. */
static void look_at_idle(struct connection *connection, int64_t now_ns)
{
    const struct http_options *options = &connection->server->options;

    if (connection->phase == PHASE_IDLE && !connection->is_fresh
        && now_ns - connection->since_ns > seconds(options->header_timeout_s))
        find_beginning(connection, now_ns);
}

void deadline_sweep(struct http_server *server, int64_t now_ns)
{
    struct connection *next;

    for (struct connection *c = server->connections; c != NULL; c = next) {
        next = c->next;
        if (has_gone(c))
            shutdown(c->fd, SHUT_RDWR);
        look_at_idle(c, now_ns);
        if (!is_past(c, now_ns))
            continue;
        if (c->phase == PHASE_BODY) { /* it is read on, with a new deadline */
            refuse_raw(c->request, PROBLEM_TIMEOUT, NULL);
            continue;
        }
        if (c->phase == PHASE_HEADER)
            refuse_raw(c->request, PROBLEM_TIMEOUT, NULL);
        shutdown(c->fd, SHUT_RDWR);
    }
}
