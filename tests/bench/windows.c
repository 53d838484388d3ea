/*
 * windows.c - windows of one trace over HTTP: 1000 points of so many rows.
 *
 *   windows PORT PROCESS-ID JOB ROWS [METHOD...]
 *
 * Asks for windows anywhere in the trace, which has so many rows, on one
 * connection, of each length in turn and by each method. Prints a line for
 * each:
 *
 *   METHOD LENGTH  medians: Server-Timing of the answer's first block, from
 *   the request to all of the answer, the processor's time of the server's
 *   loop; all ms  bytes of an answer
 *
 * Processor time is what moves least beside others' work on the machine.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/random.h"
#include "server/base/clock.h"
#include "tests/bench/client.h"

enum { POINTS = 1000, ASKS = 41, ANSWER_BYTES_MAX = 4 * 1024 * 1024 };

static const uint64_t lengths[] = {
    1000, 3000, 10000, 15000, 20000, 32000, 33000, 60000, 100000, 160000,
    256000, 500000, 1000000, 2000000, 4000000, 9999991,
};

static const char *const all_methods[] = {"minmax", "m4", "lttb", "mean",
                                          "stride"};

struct client {
    int fd;
    long process;                 /* of the server */
    const char *job;
    char *answer;                 /* [ANSWER_BYTES_MAX] */
    size_t bytes;
};

/* What one window took, ms. */
struct cost {
    double timing, whole, processor;
};

static double processor_ms(const struct client *client)
{
    return client_loop_cpu_ns(client->process) / 1e6;
}

/* Whether all of an answer in chunks, or with a length, is here. */
static bool is_whole(const struct client *client)
{
    const char *body = strstr(client->answer, "\r\n\r\n");
    const char *length = strstr(client->answer, "Content-Length: ");

    if (!body)
        return false;
    if (length && length < body)
        return client->bytes - (size_t)(body + 4 - client->answer)
            >= strtoul(length + 16, NULL, 10);
    return client->bytes > 5
        && !strcmp(client->answer + client->bytes - 5, "0\r\n\r\n");
}

static void receive(struct client *client)
{
    client->bytes = 0;
    do {
        ssize_t got = recv(client->fd, client->answer + client->bytes,
                           ANSWER_BYTES_MAX - 1 - client->bytes, 0);

        if (got <= 0)
            client_die("no answer");
        client->bytes += (size_t)got;
        client->answer[client->bytes] = '\0';
    } while (!is_whole(client));
    if (strncmp(client->answer, "HTTP/1.1 200", 12) != 0)
        client_die("not 200");
}

static struct cost ask(struct client *client, const char *method,
                       uint64_t from, uint64_t to)
{
    double processor = processor_ms(client);
    int64_t began_ns = clock_monotonic_ns();
    const char *timing;
    struct cost cost;

    client_send(client->fd, "GET /jobs/%s/trace?points=%d&method=%s&from=%llu"
                "&to=%llu HTTP/1.1\r\nHost: localhost\r\n\r\n",
                client->job, POINTS, method, (unsigned long long)from,
                (unsigned long long)to);
    receive(client);
    cost.whole = (double)(clock_monotonic_ns() - began_ns) / 1e6;
    cost.processor = processor_ms(client) - processor;
    timing = strstr(client->answer, "Server-Timing: total;dur=");
    if (!timing)
        client_die("no Server-Timing");
    cost.timing = strtod(timing + 25, NULL);
    return cost;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double numbers[ASKS])
{
    qsort(numbers, ASKS, sizeof *numbers, compare);
    return numbers[ASKS / 2];
}

/* Windows anywhere in the trace, after one that warms up. */
static void print_length(struct client *client, const char *method,
                         uint64_t length, uint64_t rows)
{
    double timing[ASKS], whole[ASKS], processor[ASKS];

    for (uint64_t i = 0; i <= ASKS; i++) {
        uint64_t from = random_bits(length, RANDOM_START, i)
                      % (rows - length + 1);
        struct cost cost = ask(client, method, from, from + length);

        if (i == 0)
            continue;
        timing[i - 1] = cost.timing;
        whole[i - 1] = cost.whole;
        processor[i - 1] = cost.processor;
    }
    printf("%s %llu %.3f %.3f %.3f %zu\n", method,
           (unsigned long long)length, median(timing), median(whole),
           median(processor), client->bytes);
    fflush(stdout);
}

int main(int count, char *arguments[])
{
    struct client client;
    uint64_t rows;
    size_t methods = sizeof all_methods / sizeof *all_methods;
    const char *const *names = all_methods;

    if (count < 5) {
        fprintf(stderr, "windows: usage: windows PORT PROCESS-ID JOB ROWS "
                        "[METHOD...]\n");
        return 2;
    }
    client.fd = client_connect((uint16_t)strtoul(arguments[1], NULL, 10));
    client.process = strtol(arguments[2], NULL, 10);
    client.job = arguments[3];
    client.answer = malloc(ANSWER_BYTES_MAX);
    rows = strtoull(arguments[4], NULL, 10);
    if (!client.answer)
        client_die("malloc");
    if (count > 5) {
        names = (const char *const *)(arguments + 5);
        methods = (size_t)count - 5;
    }
    for (size_t m = 0; m < methods; m++)
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths
                           && lengths[i] <= rows; i++)
            print_length(&client, names[m], lengths[i], rows);
    close(client.fd);
    free(client.answer);
    return EXIT_SUCCESS;
}
