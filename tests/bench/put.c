/*
 * put.c - load for beanstalkd: puts one body over 64 connections, one put
 * under way on each, as wrk does with a POST.
 *
 *   put PORT SECONDS BODY-FILE
 *
 * Prints one line, as load.lua does: puts a second, the 99th percentile of
 * the latency in microseconds, the number of errors.
 *
 * Protocol: "put <priority> <delay> <seconds to run> <bytes>\r\n<body>\r\n" is
 * answered by "INSERTED <id>\r\n" (beanstalkd's doc/protocol.txt).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"

enum {
    CONNECTIONS = 64,
    REPLY_BYTES = 64,
    BODY_BYTES_MAX = 60000,        /* beanstalkd takes 65535 by default */
    COMMAND_BYTES_MAX = BODY_BYTES_MAX + 64,
    LATENCY_US_MAX = 2000000,      /* slower ones count as this */
    SILENCE_MS_MAX = 5000,
};

struct connection {
    int fd;
    int64_t sent_ns;
    char reply[REPLY_BYTES];
    size_t reply_bytes;
};

struct load {
    struct connection connections[CONNECTIONS];
    char command[COMMAND_BYTES_MAX];
    size_t command_bytes;
    int epoll;
    size_t puts, errors;
    uint32_t *latencies;           /* [LATENCY_US_MAX + 1] puts a microsecond */
};

static bool read_command(struct load *load, const char *name)
{
    static char body[BODY_BYTES_MAX + 1];
    FILE *file = fopen(name, "rb");
    size_t bytes;
    int head;

    if (!file)
        return false;
    bytes = fread(body, 1, sizeof body, file);
    fclose(file);
    if (bytes == 0 || bytes > BODY_BYTES_MAX)
        return false;
    head = snprintf(load->command, sizeof load->command, "put 0 0 60 %zu\r\n",
                    bytes);
    memcpy(load->command + head, body, bytes);
    memcpy(load->command + head + bytes, "\r\n", 2);
    load->command_bytes = (size_t)head + bytes + 2;
    return true;
}

static bool open_connection(struct load *load, size_t i, uint16_t port)
{
    struct connection *connection = &load->connections[i];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int on = 1;

    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connection->fd >= 0
        && !connect(connection->fd, (struct sockaddr *)&address,
                    sizeof address)
        && !setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on,
                       sizeof on)
        && !epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->fd, &event);
}

/* The command is smaller than a socket's buffer: it goes in one piece. */
static bool send_put(const struct load *load, struct connection *connection)
{
    connection->reply_bytes = 0;
    connection->sent_ns = clock_monotonic_ns();
    return send(connection->fd, load->command, load->command_bytes,
                MSG_NOSIGNAL) == (ssize_t)load->command_bytes;
}

static void count_reply(struct load *load, const struct connection *connection)
{
    int64_t us = (clock_monotonic_ns() - connection->sent_ns) / 1000;

    load->latencies[us < LATENCY_US_MAX ? us : LATENCY_US_MAX]++;
    load->puts++;
    if (connection->reply_bytes < 9
        || memcmp(connection->reply, "INSERTED ", 9) != 0)
        load->errors++;
}

/* Take what came; a whole line is an answer, and the next put follows it. */
static bool serve_connection(struct load *load, struct connection *connection)
{
    ssize_t bytes = recv(connection->fd,
                         connection->reply + connection->reply_bytes,
                         REPLY_BYTES - connection->reply_bytes, 0);

    if (bytes <= 0)
        return false;
    connection->reply_bytes += (size_t)bytes;
    if (connection->reply[connection->reply_bytes - 1] != '\n')
        return connection->reply_bytes < REPLY_BYTES;
    count_reply(load, connection);
    return send_put(load, connection);
}

static bool run(struct load *load, int64_t end_ns)
{
    struct epoll_event events[CONNECTIONS];

    for (size_t i = 0; i < CONNECTIONS; i++)
        if (!send_put(load, &load->connections[i]))
            return false;
    while (clock_monotonic_ns() < end_ns) {
        int count = epoll_wait(load->epoll, events, CONNECTIONS,
                               SILENCE_MS_MAX);

        if (count == 0 || (count < 0 && errno != EINTR))
            return false;
        for (int i = 0; i < count; i++)
            if (!serve_connection(load, events[i].data.ptr))
                return false;
    }
    return true;
}

static size_t percentile_us(const struct load *load, double share)
{
    double left = share * (double)load->puts;
    size_t us = 0;

    while (us < LATENCY_US_MAX && load->latencies[us] < left)
        left -= load->latencies[us++];
    return us;
}

static int fail(const char *what)
{
    fprintf(stderr, "put: %s: %s\n", what, strerror(errno));
    return EXIT_FAILURE;
}

int main(int count, char *arguments[])
{
    static struct load load;
    long port = count == 4 ? strtol(arguments[1], NULL, 10) : 0;
    double seconds = count == 4 ? strtod(arguments[2], NULL) : 0;
    int64_t start_ns;
    double took_s;

    if (port < 1 || port > 65535 || !(seconds > 0 && seconds <= 3600)) {
        fprintf(stderr, "put: usage: put PORT SECONDS BODY-FILE\n");
        return 2;
    }
    if (!read_command(&load, arguments[3]))
        return fail(arguments[3]);
    load.latencies = calloc(LATENCY_US_MAX + 1, sizeof *load.latencies);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!load.latencies || load.epoll < 0)
        return fail("start");
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (!open_connection(&load, i, (uint16_t)port))
            return fail("connect");
    start_ns = clock_monotonic_ns();
    if (!run(&load, start_ns + (int64_t)(seconds * 1e9)))
        return fail("the server went away");
    took_s = (double)(clock_monotonic_ns() - start_ns) / 1e9;
    printf("%.1f %zu %zu\n", (double)load.puts / took_s,
           percentile_us(&load, 0.99), load.errors);
    return EXIT_SUCCESS;
}
