/*
 * server.c - the loop around MHD: open, run, stop, close.
 *
 * MHD runs without a thread of its own (its epoll loop stalls when exactly 128
 * events are ready, and loses resumes from other threads). A turn waits for
 * MHD's epoll, the mailbox or the next deadline, delivers what came by post,
 * and lets MHD work once.
 */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/http/access_log.h"
#include "server/http/deadline.h"
#include "server/http/dispatch.h"
#include "server/http/later.h"
#include "server/http/mailbox.h"
#include "server/http/resume.h"
#include "server/http/router.h"
#include "server/http/state.h"
#include "server/http/stream.h"
#include "server/http/timer.h"

enum {
    BACKLOG = 4096,
    LEFT_SWEEPS = 5, /* clients that left are looked for at every fifth */
    LAST_TURNS = 4, /* of MHD, to send what was forced to an end */
    MILLISECOND_NS = 1000000,
    SECOND_NS = 1000 * MILLISECOND_NS,
};

/* ---- opening ------------------------------------------------------------ */

static enum error cannot_listen(char message[HTTP_MESSAGE_BYTES],
                                const struct http_options *options,
                                const char *why)
{
    snprintf(message, HTTP_MESSAGE_BYTES, "cannot listen on %s port %u: %s",
             options->address, options->port, why);
    return ERR_SYSTEM;
}

static enum error bind_socket(const struct http_options *options, int fd,
                              const struct addrinfo *address,
                              char message[HTTP_MESSAGE_BYTES])
{
    int on = 1, off = 0;

    /* [::] is IPv4 as well, however the machine is set up. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
        || (address->ai_family == AF_INET6
            && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off))
        || bind(fd, address->ai_addr, address->ai_addrlen) != 0
        || listen(fd, BACKLOG) != 0)
        return cannot_listen(message, options, strerrordesc_np(errno));
    return OK;
}

static enum error listen_on(const struct http_options *options, int *ret_fd,
                            char message[HTTP_MESSAGE_BYTES])
{
    struct addrinfo hints = {
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
        .ai_socktype = SOCK_STREAM,
    }, *address;
    enum error error;
    char port[8];
    int fd;

    snprintf(port, sizeof port, "%u", options->port);
    if (getaddrinfo(options->address, port, &hints, &address) != 0)
        return cannot_listen(message, options, "this is no numeric address");
    fd = socket(address->ai_family,
                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    error = fd < 0 ? cannot_listen(message, options, strerrordesc_np(errno))
                   : bind_socket(options, fd, address, message);
    freeaddrinfo(address);
    if (error == OK)
        *ret_fd = fd;
    else if (fd >= 0)
        close(fd);
    return error;
}

static uint16_t bound_port(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t bytes = sizeof address;
    char port[NI_MAXSERV] = "0";

    if (getsockname(fd, (struct sockaddr *)&address, &bytes) != 0
        || getnameinfo((struct sockaddr *)&address, bytes, NULL, 0, port,
                       sizeof port, NI_NUMERICSERV) != 0)
        return 0;
    return (uint16_t)strtoul(port, NULL, 10);
}

static enum error start_daemon(struct http_server *server)
{
    const struct http_options *o = &server->options;
    const union MHD_DaemonInfo *info;

    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME
            | MHD_USE_SUPPRESS_DATE_NO_CLOCK, 0, NULL, NULL,
        dispatch_request, server,
        MHD_OPTION_LISTEN_SOCKET, server->listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)o->connections_max,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->memory_per_connection,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)ceil(o->idle_timeout_s),
        MHD_OPTION_URI_LOG_CALLBACK, dispatch_begin, server,
        MHD_OPTION_NOTIFY_COMPLETED, dispatch_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, dispatch_connection, server,
        MHD_OPTION_END);
    if (server->daemon == NULL)
        return ERR_SYSTEM;
    info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL)
        return ERR_SYSTEM;
    server->epoll_fd = info->epoll_fd;
    return OK;
}

static enum error name_server(struct http_server *server)
{
    uint32_t number;

    if (getrandom(&number, sizeof number, 0) != sizeof number)
        return ERR_SYSTEM;
    snprintf(server->id_prefix, sizeof server->id_prefix, "%08x-", number);
    return OK;
}

static enum error open_parts(struct http_server *server,
                             char message[HTTP_MESSAGE_BYTES])
{
    const struct http_options *options = &server->options;

    server->heap = calloc(options->connections_max, sizeof *server->heap);
    if (server->heap == NULL)
        return ERR_MEMORY;
    TRY(router_init(&server->router, options->routes, options->route_count));
    TRY(name_server(server));
    TRY(mailbox_open(&server->mailbox));
    TRY(listen_on(options, &server->listen_fd, message));
    server->port = bound_port(server->listen_fd);
    return start_daemon(server);
}

enum error http_open(const struct http_options *options,
                     struct http_server **ret_server,
                     char message[HTTP_MESSAGE_BYTES])
{
    struct http_server *server = calloc(1, sizeof *server);
    enum error error;

    snprintf(message, HTTP_MESSAGE_BYTES, "%s", error_sentence(ERR_MEMORY));
    if (server == NULL)
        return ERR_MEMORY;
    server->options = *options;
    server->listen_fd = server->mailbox.fd = -1;
    server->answers.max = options->answer_bytes_max;
    server->bodies.max = options->bodies_bytes_max;
    buffer_init(&server->log);
    arena_init(&server->spare, REQUEST_MEMORY_MAX);
    atomic_init(&server->is_stopping, false);
    message[0] = '\0';
    error = open_parts(server, message);
    if (error != OK) {
        if (message[0] == '\0')
            snprintf(message, HTTP_MESSAGE_BYTES,
                     "the HTTP server cannot start: %s",
                     error_sentence(error));
        http_close(server);
        return error;
    }
    *ret_server = server;
    return OK;
}

uint16_t http_port(const struct http_server *server)
{
    return server->port;
}

/* ---- a turn of the loop ------------------------------------------------- */

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

/* When our next deadline is; INT64_MAX: never. */
static int64_t next_deadline_ns(const struct http_server *server)
{
    int64_t next_ns = earlier(later_next_ns(server), timer_next_ns(server));

    if (server->connections != NULL)
        next_ns = earlier(next_ns, server->sweep_ns);
    return earlier(next_ns, resume_next_ns(server));
}

/* How long to wait: to the next deadline, ours or MHD's; INT64_MAX: for
 * ever. */
static int64_t timeout_ns(struct http_server *server, int64_t until_ns)
{
    int64_t next_ns = earlier(next_deadline_ns(server), until_ns);
    int64_t wait_ns = INT64_MAX;
    MHD_UNSIGNED_LONG_LONG ms;

    if (MHD_get_timeout(server->daemon, &ms) == MHD_YES && ms < INT32_MAX)
        wait_ns = (int64_t)ms * MILLISECOND_NS;
    if (wait_ns == 0 || next_ns == INT64_MAX)
        return wait_ns;
    next_ns -= clock_monotonic_ns();
    return next_ns > 0 ? earlier(wait_ns, next_ns) : 0;
}

static void wait_for_work(struct http_server *server, int64_t until_ns)
{
    struct pollfd fds[] = {
        {.fd = server->epoll_fd, .events = POLLIN},
        {.fd = server->mailbox.fd, .events = POLLIN},
    };
    int64_t ns = timeout_ns(server, until_ns);
    const struct timespec timeout = {ns / SECOND_NS, ns % SECOND_NS};

    if (ns > 0) /* an error is a turn without news */
        (void)ppoll(fds, 2, ns < INT64_MAX ? &timeout : NULL, NULL);
    turn_begin(&server->turn);
    if (fds[1].revents != 0 || atomic_load(&server->mailbox.newest) != NULL) {
        mailbox_deliver(&server->mailbox);
        turn_note(&server->turn, "messages", server->turn.began_ns);
    }
}

static void turn(struct http_server *server, int64_t until_ns)
{
    int64_t now_ns;

    wait_for_work(server, until_ns);
    now_ns = clock_monotonic_ns();
    later_expire(server, now_ns);
    timer_expire(server, now_ns);
    resume_run(server, now_ns);
    if (now_ns >= server->sweep_ns) {
        deadline_sweep(server, now_ns);
        if (++server->sweeps % LEFT_SWEEPS == 0)
            later_free_left(server);
        server->sweep_ns = now_ns + (int64_t)SWEEP_MS * MILLISECOND_NS;
    }
    MHD_run(server->daemon);
    access_log_flush(server);
    turn_end(&server->turn);
}

/* ---- running and stopping ----------------------------------------------- */

static void begin_drain(struct http_server *server)
{
    server->is_draining = true;
    if (MHD_quiesce_daemon(server->daemon) == server->listen_fd) {
        close(server->listen_fd);
        server->listen_fd = -1;
    }
    stream_wake_all(server);
    later_expire_waits(server);
}

/*
 * Take up what is still put aside, since MHD aborts the process when it is
 * stopped with a suspended connection; then stop it. Without a deadline waits
 * who waits for a write, which still points to the request and always comes
 * back: it is not given up.
 */
static void end_drain(struct http_server *server)
{
    server->is_forced = true;
    stream_wake_all(server);
    later_expire_waits(server);
    do {
        while (later_waits_for_writes(server))
            turn(server, INT64_MAX);
        resume_run_all(server);
        for (int i = 0; i < LAST_TURNS; i++)
            MHD_run(server->daemon);
    } while (later_waits_for_writes(server));
    MHD_stop_daemon(server->daemon);
    server->daemon = NULL;
    mailbox_deliver(&server->mailbox);
    access_log_flush(server);
}

void http_run(struct http_server *server, double drain_s)
{
    int64_t end_ns;

    while (!http_is_stopping(server))
        turn(server, INT64_MAX);
    end_ns = clock_monotonic_ns() + (int64_t)(drain_s * NANOSECONDS);
    begin_drain(server);
    while (server->active > 0 && clock_monotonic_ns() < end_ns)
        turn(server, end_ns);
    end_drain(server);
}

void http_stop(struct http_server *server)
{
    atomic_store(&server->is_stopping, true);
    mailbox_ring(&server->mailbox);
}

bool http_is_stopping(const struct http_server *server)
{
    return atomic_load(&server->is_stopping);
}

void http_close(struct http_server *server)
{
    if (server == NULL)
        return;
    if (server->mailbox.fd >= 0) /* what came after the loop's end */
        mailbox_deliver(&server->mailbox);
    if (server->daemon != NULL) {
        MHD_quiesce_daemon(server->daemon); /* we close the socket, not MHD */
        MHD_stop_daemon(server->daemon);
    }
    arena_fini(&server->spare);
    while (server->free_requests != NULL) {
        struct http_request *request = server->free_requests;

        server->free_requests = request->next_free;
        arena_fini(&request->arena);
        free(request);
    }
    if (server->listen_fd >= 0)
        close(server->listen_fd);
    mailbox_close(&server->mailbox);
    router_fini(&server->router);
    buffer_fini(&server->log);
    free(server->heap);
    free(server);
}
