/*
 * health.c - `descentd health`: asks the server of --listen whether it is
 * ready, for those who watch over a container that has no other client.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/command.h"
#include "server/config.h"
#include "server/listen.h"

enum {
    HEALTH_WAIT_MS = 3000,         /* for the whole answer */
    ANSWER_BYTES = 2048,           /* as much of it as is read */
    EXIT_NOT_READY = 1,
    NANOSECONDS_OF_MS = 1000000,
};

/* localhost is a name that every server answers for. */
static const char question[] = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n"
                               "Connection: close\r\n\r\n";

/* Wait until the socket can be used; false, with errno, when it is too late. */
static bool wait_for(int fd, short events, int64_t until_ns)
{
    struct pollfd wanted = {.fd = fd, .events = events};
    int64_t left_ms;
    int count;

    do {
        left_ms = (until_ns - clock_monotonic_ns()) / NANOSECONDS_OF_MS;
        count = poll(&wanted, 1, left_ms > 0 ? (int)left_ms : 0);
    } while (count < 0 && errno == EINTR);
    if (count == 0)
        errno = ETIMEDOUT;
    return count > 0;
}

static bool connect_to(int fd, const struct listen *listen, int64_t until_ns)
{
    int error = 0;
    socklen_t bytes = sizeof error;

    if (connect(fd, (const struct sockaddr *)&listen->address,
                listen->address_bytes) == 0)
        return true;
    if (errno != EINPROGRESS || !wait_for(fd, POLLOUT, until_ns)
        || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0)
        return false;
    errno = error;
    return error == 0;
}

/* Read to the end of the answer, or until the buffer is full. */
static bool read_answer(int fd, char answer[ANSWER_BYTES], int64_t until_ns)
{
    size_t count = 0;
    ssize_t bytes;

    do {
        if (!wait_for(fd, POLLIN, until_ns))
            return false;
        bytes = recv(fd, answer + count, ANSWER_BYTES - 1 - count, 0);
        if (bytes < 0)
            return false;
        count += (size_t)bytes;
    } while (bytes > 0 && count < ANSWER_BYTES - 1);
    answer[count] = '\0';
    return true;
}

/* The whole exchange; false with errno. */
static bool exchange(const struct listen *listen, char answer[ANSWER_BYTES])
{
    int64_t until_ns = clock_monotonic_ns()
                       + (int64_t)HEALTH_WAIT_MS * NANOSECONDS_OF_MS;
    int fd = socket(listen->address.ss_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool is_answered;
    int error;

    if (fd < 0)
        return false;
    /* A new connection's buffer holds the few bytes of the question. */
    is_answered = connect_to(fd, listen, until_ns)
                  && send(fd, question, sizeof question - 1, MSG_NOSIGNAL)
                         == (ssize_t)(sizeof question - 1)
                  && read_answer(fd, answer, until_ns);
    error = errno;
    close(fd);
    errno = error;
    return is_answered;
}

static int not_ready(const char *url, const char *why)
{
    fprintf(stderr, "descentd: not ready: %s: %s\n", url, why);
    return EXIT_NOT_READY;
}

static int judge(const char *url, const char *answer)
{
    static const char version[] = "HTTP/1.1 ";
    char why[64];

    if (strncmp(answer, version, sizeof version - 1) != 0)
        return not_ready(url, "the answer is not HTTP");
    answer += sizeof version - 1;
    if (strncmp(answer, "200 ", 4) != 0) {
        snprintf(why, sizeof why, "the status is %.3s", answer);
        return not_ready(url, why);
    }
    printf("ready: %s\n", url);
    return 0;
}

int command_health(int count, char *arguments[])
{
    char message[CONFIG_MESSAGE_BYTES], url[128], answer[ANSWER_BYTES];
    struct config config;
    struct listen listen;

    if (config_read(count, arguments, &config, message) != OK
        || listen_read(config.listen, &listen, message) != OK)
        return command_fail(message);
    if (listen.port == 0)
        return command_fail("--listen: with port 0 nobody knows where the "
                            "server listens; give the port of its first line");
    listen_aim(&listen);
    snprintf(url, sizeof url, "http://%.100s/readyz", config.listen);
    if (!exchange(&listen, answer))
        return not_ready(url, strerrordesc_np(errno));
    return judge(url, answer);
}
