/*
 * polls.c - thousands of long polls that wait for one running job to change.
 *
 *   polls PORT JOB POLLS
 *
 * Each asks for the job with the revision that it has seen, and again when
 * that has changed or its time is over. Prints `waiting` once all of them
 * wait, and when the job has ended one line:
 *
 *   polls that were told of the end  answers that came before  ms from the
 *   first to the last of the end
 *
 * Without an end it gives up after five minutes.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "server/base/clock.h"
#include "tests/bench/client.h"

enum {
    POLLS_MAX = 20000,
    ANSWER_BYTES_MAX = 16384,
    PATH_BYTES = 128,
    TAG_BYTES = 64,
    OPENED_AT_ONCE = 100,
    SILENCE_MS = 500,             /* so long without an answer: all wait */
    PATIENCE_S = 300,
};

struct poll {
    int fd;
    char tag[TAG_BYTES];          /* the revision that it has seen */
    size_t bytes;
    char answer[ANSWER_BYTES_MAX];
};

static struct load {
    char path[PATH_BYTES];
    struct poll *polls;
    size_t count, told, early;
    int epoll;
    int64_t end_ns, first_ns, last_ns;
} load;

static void copy_tag(const char *answer, char ret[TAG_BYTES])
{
    const char *tag = strstr(answer, "\r\nETag: ");
    size_t bytes = tag ? strcspn(tag + 8, "\r") : 0;

    if (bytes == 0 || bytes >= TAG_BYTES)
        client_die("an answer without an ETag");
    memcpy(ret, tag + 8, bytes);
    ret[bytes] = '\0';
}

static void ask_to_wait(struct poll *poll)
{
    poll->bytes = 0;
    client_send(poll->fd, "GET %s HTTP/1.1\r\nHost: localhost\r\n"
                "Prefer: wait=60\r\nIf-None-Match: %s\r\n\r\n", load.path,
                poll->tag);
}

/* A 304 has no body, whatever length it says. */
static bool is_whole(const struct poll *poll)
{
    const char *body = strstr(poll->answer, "\r\n\r\n");
    const char *length = strstr(poll->answer, "\r\nContent-Length: ");

    if (!body)
        return false;
    if (!strncmp(poll->answer, "HTTP/1.1 304", 12))
        return true;
    return length && poll->answer + poll->bytes - (body + 4)
                     >= strtol(length + 18, NULL, 10);
}

static void take_answer(struct poll *poll)
{
    if (strstr(poll->answer, "\"state\":\"canceled\"")) {
        load.last_ns = clock_monotonic_ns();
        if (load.told++ == 0)
            load.first_ns = load.last_ns;
        return;
    }
    load.early++;
    copy_tag(poll->answer, poll->tag);
    ask_to_wait(poll);
}

static void read_poll(struct poll *poll)
{
    ssize_t got = recv(poll->fd, poll->answer + poll->bytes,
                       ANSWER_BYTES_MAX - 1 - poll->bytes, MSG_DONTWAIT);

    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0)
        client_die("a poll was cut off");
    poll->bytes += (size_t)got;
    poll->answer[poll->bytes] = '\0';
    if (is_whole(poll))
        take_answer(poll);
}

/* Returns whether anything came within so long. */
static bool read_some(int patience_ms)
{
    struct epoll_event events[512];
    int count = epoll_wait(load.epoll, events, 512, patience_ms);

    for (int i = 0; i < count; i++)
        read_poll(events[i].data.ptr);
    if (clock_monotonic_ns() > load.end_ns) {
        errno = ETIMEDOUT;
        client_die("the job does not end");
    }
    return count > 0;
}

static void open_polls(uint16_t port)
{
    char answer[ANSWER_BYTES_MAX], tag[TAG_BYTES];

    client_ask(client_connect(port), "GET", load.path, answer, sizeof answer);
    copy_tag(answer, tag);
    for (size_t i = 0; i < load.count; i++) {
        struct poll *poll = &load.polls[i];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = poll};

        poll->fd = client_connect(port);
        memcpy(poll->tag, tag, sizeof tag);
        ask_to_wait(poll);
        if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, poll->fd, &event))
            client_die("open");
        if (i % OPENED_AT_ONCE == 0)
            read_some(1);
    }
    /* The loop has come round to all that stood before this question. */
    client_ask(client_connect(port), "GET", load.path, answer, sizeof answer);
    while (read_some(SILENCE_MS))
        continue;
}

int main(int argc, char *arguments[])
{
    unsigned long port = argc == 4 ? strtoul(arguments[1], NULL, 10) : 0;

    load.count = argc == 4 ? strtoul(arguments[3], NULL, 10) : 0;
    if (port < 1 || port > 65535 || load.count < 1 || load.count > POLLS_MAX
        || snprintf(load.path, PATH_BYTES, "/jobs/%s", arguments[2])
           >= PATH_BYTES) {
        fprintf(stderr, "polls: usage: polls PORT JOB POLLS\n");
        return 2;
    }
    load.polls = calloc(load.count, sizeof *load.polls);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    load.end_ns = clock_monotonic_ns() + PATIENCE_S * (int64_t)1000000000;
    if (!load.polls || load.epoll < 0)
        client_die("start");
    open_polls((uint16_t)port);
    puts("waiting");
    fflush(stdout);
    while (load.told < load.count)
        read_some(1000);
    printf("%zu %zu %.0f\n", load.told, load.early,
           (double)(load.last_ns - load.first_ns) / 1e6);
    return EXIT_SUCCESS;
}
