/*
 * deadline.c - absolute deadlines: a client that drips is cut all the same.
 *
 * MHD's own timeout counts from the last byte, so one byte a second keeps a
 * connection for ever. Here every connection carries the phase it is in and
 * since when; a sweep, a few times a second, shuts those down that are past.
 */
#include "server/http/deadline.h"

#include <sys/socket.h>

#include "server/http/problem.h"
#include "server/http/refusal.h"
#include "server/http/state.h"
#include "server/http/tcp.h"

enum {
    MILLISECOND_NS = 1000000,
    STUCK_SWEEPS_MAX = 3,
};

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
    struct tcp_news news;
    int64_t newest_ns;

    if (connection->began_ns != 0 || !tcp_ask(connection->fd, &news))
        return;
    newest_ns = now_ns - (int64_t)news.newest_ms * MILLISECOND_NS;
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
    struct tcp_news news;

    return connection->phase == PHASE_BODY
           && connection->request->held_ns == 0
           && tcp_ask(connection->fd, &news) && news.is_ended
           && tcp_unread(connection->fd) == 0;
}

/* ---- bodies that MHD does not read on ----------------------------------- */

/*
 * Whether MHD has stopped reading a chunked body: the line of a chunk's size,
 * with its extensions, does not fit into the connection's memory. MHD 0.9.75
 * then says at every turn that there is work, and does none. What lies unread
 * stays as much from sweep to sweep, while no byte of the body comes.
 */
static bool is_stuck(struct connection *connection)
{
    const struct http_request *request = connection->request;
    uint64_t bytes;
    int unread;

    if ((connection->phase != PHASE_BODY && connection->phase != PHASE_REFUSED)
        || !request->is_chunked || request->held_ns != 0)
        return false;
    bytes = request->body.count + request->sink_bytes
            + connection->dropped_bytes;
    unread = tcp_unread(connection->fd);
    if (unread <= 0 || unread != connection->unread
        || bytes != connection->body_bytes)
        connection->stuck_sweeps = 0;
    else
        connection->stuck_sweeps++;
    connection->unread = unread;
    connection->body_bytes = bytes;
    return connection->stuck_sweeps >= STUCK_SWEEPS_MAX;
}

/* Nobody can read it on, so that the answer may be lost. */
static void cut_stuck(struct connection *connection)
{
    if (connection->phase == PHASE_BODY)
        refuse_raw(connection->request, PROBLEM_MALFORMED_REQUEST,
                   "the line of a chunk's size is too long");
    shutdown(connection->fd, SHUT_RDWR);
}

/* ---- answers that are not taken ----------------------------------------- */

/* Whether the client took less of an answer since the last look than it must;
 * true at most once a window. */
static bool takes_too_little(struct connection *connection, int64_t now_ns)
{
    const struct http_options *options = &connection->server->options;
    const struct http_request *request = connection->request;
    int64_t since_ns = connection->window_ns;
    uint64_t before = connection->window_bytes;
    struct tcp_news news;

    if (options->answer_bytes_per_s_min <= 0 || request == NULL
        || request->status == 0 || request->is_long
        || (since_ns != 0
            && now_ns - since_ns < seconds(options->answer_window_s))
        || !tcp_ask(connection->fd, &news))
        return false;
    connection->window_ns = now_ns;
    connection->window_bytes = news.acknowledged;
    return since_ns != 0
           && (double)(news.acknowledged - before)
              < options->answer_bytes_per_s_min
                * (double)(now_ns - since_ns) / NANOSECONDS;
}

/* What lies in the kernel for it goes as well: the client sees a reset. */
static void drop(const struct connection *connection)
{
    const struct linger now = {.l_onoff = 1};

    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    shutdown(connection->fd, SHUT_RDWR);
}

/* ---- the sweep ---------------------------------------------------------- */

static bool is_past(struct connection *connection, int64_t now_ns)
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
        return takes_too_little(connection, now_ns);
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
        if (is_stuck(c)) {
            cut_stuck(c);
            continue;
        }
        look_at_idle(c, now_ns);
        if (!is_past(c, now_ns))
            continue;
        if (c->phase == PHASE_BODY) { /* it is read on, with a new deadline */
            refuse_raw(c->request, PROBLEM_TIMEOUT, NULL);
            continue;
        }
        if (c->phase == PHASE_ANSWER) {
            drop(c);
            continue;
        }
        if (c->phase == PHASE_HEADER)
            refuse_raw(c->request, PROBLEM_TIMEOUT, NULL);
        shutdown(c->fd, SHUT_RDWR);
    }
}
