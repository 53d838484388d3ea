/*
 * follow.c - thousands of clients that follow one running job by its events.
 *
 *   follow PORT PROCESS-ID JOB STREAMS SECONDS
 *
 * Opens so many streams of GET /jobs/{id}/events, reads them for so long while
 * another thread asks for the job again and again, then cancels the job and
 * reads every stream to its end. Prints one line:
 *
 *   frames/s  frames' 50th and 99th percentile of delivery, ms  us of CPU of
 *   the loop's thread a frame, and an event  KiB a stream  GET's 50th and 99th
 *   percentile, ms  streams that ended with `end`  ms from the cancellation to
 *   the last end
 *
 * Delivery is from when the newest row of a frame was recorded (started_at and
 * its time_s) to when the client has read it. KiB are the growth of the
 * server's resident memory.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/bench/client.h"

enum {
    STREAMS_MAX = 20000,
    TENTHS_MAX = 100000,          /* a histogram of 0.1 ms up to 10 s */
    EVENT_BYTES_MAX = 64 * 1024,
    READ_BYTES = 256 * 1024,
    PATIENCE_S = 60,
    ASK_MS = 5,                   /* between two GETs */
};

struct histogram {
    uint32_t counts[TENTHS_MAX + 1];
    uint64_t total;
};

/* A stream: chunks are taken off, then events are told apart. */
struct stream {
    int fd;
    bool has_head, has_ended, is_closed;
    size_t chunk_left;            /* bytes of the chunk, and its CRLF */
    bool in_size;                 /* reading a chunk's size */
    size_t size;
    char *event;                  /* [EVENT_BYTES_MAX] the event so far */
    size_t event_bytes;
};

static struct load {
    uint16_t port;
    const char *job;
    struct stream *streams;
    size_t count, begun, ended, closed;
    int epoll;
    bool is_measured;             /* the beginning is over, the end not here */
    double started_ms;            /* of the run, wall */
    uint64_t frames, events;
    struct histogram deliveries, asks;
    atomic_bool is_over;
} load;

static double wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void count(struct histogram *histogram, double ms)
{
    double tenths = ms < 0 ? 0 : ms * 10;

    histogram->counts[tenths < TENTHS_MAX ? (int)tenths : TENTHS_MAX]++;
    histogram->total++;
}

static double percentile(const struct histogram *histogram, double share)
{
    double left = share * (double)histogram->total;
    int tenths = 0;

    while (tenths < TENTHS_MAX && left >= histogram->counts[tenths])
        left -= histogram->counts[tenths++];
    return tenths / 10.0;
}

/* ---- other requests ------------------------------------------------------ */

/* GET /jobs/{id} on one connection, as a dashboard would. */
static void *ask_on(void *unused)
{
    const struct timespec pause = {0, ASK_MS * 1000000};
    int fd = client_connect(load.port);
    char path[128], answer[8192];

    (void)unused;
    snprintf(path, sizeof path, "/jobs/%s", load.job);
    while (!atomic_load(&load.is_over)) {
        int64_t began_ns = clock_monotonic_ns();

        client_ask(fd, "GET", path, answer, sizeof answer);
        count(&load.asks, (double)(clock_monotonic_ns() - began_ns) / 1e6);
        nanosleep(&pause, NULL);
    }
    close(fd);
    return NULL;
}

static double read_started_ms(void)
{
    char path[128], answer[8192], *at;
    int fd = client_connect(load.port);
    int64_t ms;

    snprintf(path, sizeof path, "/jobs/%s", load.job);
    client_ask(fd, "GET", path, answer, sizeof answer);
    close(fd);
    at = strstr(answer, "\"started_at\":\"");
    if (!at || !strchr(at + 14, '"'))
        client_die("the job does not run");
    *strchr(at + 14, '"') = '\0';
    if (!time_parse(at + 14, &ms))
        client_die("started_at");
    return (double)ms;
}

/* ---- events -------------------------------------------------------------- */

/* When the newest row of a frame was recorded: the last number of time_s,
 * which is the last column. */
static double newest_ms(const char *event)
{
    const char *end = strstr(event, "]},\"nonfinite\"");

    if (!end)
        return -1;
    while (end > event && end[-1] != ',' && end[-1] != '[')
        end--;
    return load.started_ms + strtod(end, NULL) * 1e3;
}

static void take_event(struct stream *stream)
{
    char *event = stream->event;

    event[stream->event_bytes] = '\0';
    if (!strncmp(event, "event: end", 10)) {
        stream->has_ended = true;
        load.ended++;
    }
    if (!load.is_measured)
        return;
    load.events++;
    if (!strncmp(event, "event: points", 13)) {
        load.frames++;
        count(&load.deliveries, wall_ms() - newest_ms(event));
    }
}

/* Bytes of the body: events end with an empty line. */
static void take_body(struct stream *stream, const char *bytes, size_t count)
{
    while (count > 0) {
        const char *line = memchr(bytes, '\n', count);
        size_t piece = line ? (size_t)(line - bytes) + 1 : count;

        if (stream->event_bytes + piece >= EVENT_BYTES_MAX)
            client_die("an event is too long");
        memcpy(stream->event + stream->event_bytes, bytes, piece);
        stream->event_bytes += piece;
        bytes += piece;
        count -= piece;
        if (line && stream->event_bytes >= 2
            && stream->event[stream->event_bytes - 2] == '\n') {
            take_event(stream);
            stream->event_bytes = 0;
        }
    }
}

/* A chunk is its size in hexadecimal, CRLF, its bytes, CRLF. */
static void take_chunks(struct stream *stream, const char *bytes, size_t count)
{
    while (count > 0) {
        if (stream->chunk_left > 2) {
            size_t piece = stream->chunk_left - 2;

            if (piece > count)
                piece = count;
            take_body(stream, bytes, piece);
            stream->chunk_left -= piece;
            bytes += piece;
            count -= piece;
            continue;
        }
        if (stream->chunk_left > 0) { /* its CRLF */
            stream->chunk_left--;
        } else if (*bytes == '\n') {
            stream->chunk_left = stream->size + 2;
            stream->size = 0;
        } else if (*bytes != '\r') {
            stream->size = 16 * stream->size
                           + (size_t)(*bytes <= '9' ? *bytes - '0'
                                                    : (*bytes | 32) - 'a' + 10);
        }
        bytes++;
        count--;
    }
}

static void take(struct stream *stream, const char *bytes, size_t count)
{
    if (!stream->has_head) { /* it comes in one piece on the loopback */
        const char *end = memmem(bytes, count, "\r\n\r\n", 4);

        if (!end || strncmp(bytes, "HTTP/1.1 200", 12) != 0)
            client_die("no stream");
        stream->has_head = true;
        load.begun++;
        count -= (size_t)(end + 4 - bytes);
        bytes = end + 4;
    }
    take_chunks(stream, bytes, count);
}

static void read_stream(struct stream *stream)
{
    static char bytes[READ_BYTES];
    ssize_t got = recv(stream->fd, bytes, sizeof bytes, MSG_DONTWAIT);

    if (got < 0 && errno == EAGAIN)
        return;
    if (got > 0) {
        take(stream, bytes, (size_t)got);
        /* The server keeps the connection; we are done with it. */
        if (!stream->has_ended)
            return;
    }
    close(stream->fd);
    stream->is_closed = true;
    load.closed++;
}

/* Read for so long, or until every stream is closed. */
static void read_for(double seconds)
{
    int64_t end_ns = clock_monotonic_ns() + (int64_t)(seconds * 1e9);
    struct epoll_event events[512];

    while (load.closed < load.count && clock_monotonic_ns() < end_ns) {
        int count = epoll_wait(load.epoll, events, 512, 100);

        for (int i = 0; i < count; i++)
            read_stream(events[i].data.ptr);
    }
}

static void open_streams(void)
{
    for (size_t i = 0; i < load.count; i++) {
        struct stream *stream = &load.streams[i];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = stream};

        stream->event = malloc(EVENT_BYTES_MAX);
        stream->fd = client_connect(load.port);
        client_send(stream->fd, "GET /jobs/%s/events?fields=iteration,loss,"
                  "gradient_norm,time_s HTTP/1.1\r\nHost: localhost\r\n"
                  "Accept: text/event-stream\r\n\r\n", load.job);
        if (!stream->event
            || epoll_ctl(load.epoll, EPOLL_CTL_ADD, stream->fd, &event))
            client_die("open");
        if (i % 50 == 49)
            read_for(0.001);
    }
}

/* ---- the server's use ---------------------------------------------------- */

static double resident_kib(long process)
{
    char path[64];
    long pages = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/statm", process);
    file = fopen(path, "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        client_die(path);
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1024;
}

static void cancel_job(void)
{
    char path[128], answer[8192];
    int fd = client_connect(load.port);

    snprintf(path, sizeof path, "/jobs/%s/cancel", load.job);
    client_ask(fd, "POST", path, answer, sizeof answer);
    close(fd);
}

int main(int argc, char *arguments[])
{
    long process = argc == 6 ? strtol(arguments[2], NULL, 10) : 0;
    double seconds = argc == 6 ? strtod(arguments[5], NULL) : 0;
    double kib, cpu_ns, took_s, last_ms;
    pthread_t asker;
    int64_t began_ns;

    load.count = argc == 6 ? strtoul(arguments[4], NULL, 10) : 0;
    if (process <= 0 || load.count < 1 || load.count > STREAMS_MAX
        || !(seconds > 0 && seconds <= 60)) {
        fprintf(stderr, "follow: usage: follow PORT PROCESS-ID JOB STREAMS "
                "SECONDS\n");
        return 2;
    }
    load.port = (uint16_t)strtoul(arguments[1], NULL, 10);
    load.job = arguments[3];
    load.streams = calloc(load.count, sizeof *load.streams);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!load.streams || load.epoll < 0)
        client_die("start");
    load.started_ms = read_started_ms();
    kib = resident_kib(process);
    open_streams();
    while (load.begun < load.count) /* or the script's time runs out */
        read_for(0.1);
    read_for(1);
    kib = resident_kib(process) - kib;

    if (pthread_create(&asker, NULL, ask_on, NULL))
        client_die("thread");
    cpu_ns = client_loop_cpu_ns(process);
    began_ns = clock_monotonic_ns();
    load.is_measured = true;
    read_for(seconds);
    load.is_measured = false;
    took_s = (double)(clock_monotonic_ns() - began_ns) / 1e9;
    cpu_ns = client_loop_cpu_ns(process) - cpu_ns;
    atomic_store(&load.is_over, true);
    pthread_join(asker, NULL);
    began_ns = clock_monotonic_ns();
    cancel_job();
    read_for(PATIENCE_S);
    last_ms = (double)(clock_monotonic_ns() - began_ns) / 1e6;
    if (load.frames == 0)
        client_die("no frame came");

    printf("%.0f %.1f %.1f %.2f %.2f %.1f %.1f %.1f %zu %.0f\n",
           (double)load.frames / took_s, percentile(&load.deliveries, 0.5),
           percentile(&load.deliveries, 0.99),
           cpu_ns / 1e3 / (double)load.frames,
           cpu_ns / 1e3 / (double)load.events, kib / (double)load.count,
           percentile(&load.asks, 0.5), percentile(&load.asks, 0.99),
           load.ended, last_ms);
    return EXIT_SUCCESS;
}
