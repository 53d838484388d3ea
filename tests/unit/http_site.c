/* http_site.c - a server on a thread, and a client that speaks raw bytes. */
#include "tests/unit/http_site.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/unit/cmocka_all.h"

enum { PATIENCE_S = 20, BLOCK = 64 * 1024 };

struct http_options site_options(const struct http_route *routes,
                                    size_t count)
{
    return (struct http_options){
        .address = "127.0.0.1", .routes = routes, .route_count = count,
        .connections_max = 4000, .memory_per_connection = 16384,
        .header_timeout_s = 10, .body_timeout_s = 30,
        .body_bytes_per_s_min = 10000, .idle_timeout_s = 60,
        .linger_s = 10, .linger_bytes = 16 << 20,
        .answer_window_s = 30,
        .answer_bytes_max = 64 << 20, .bodies_bytes_max = 64 << 20,
    };
}

static void *run(void *argument)
{
    struct site *site = argument;

    http_run(site->server, site->drain_s);
    return NULL;
}

void site_start(struct site *site, const struct http_options *options)
{
    char message[HTTP_MESSAGE_BYTES];

    if (site->drain_s == 0)
        site->drain_s = 5;
    assert_int_equal(http_open(options, &site->server, message), OK);
    assert_int_equal(pthread_create(&site->thread, NULL, run, site), 0);
    site->is_running = true;
}

void site_stop(struct site *site)
{
    if (!site->is_running)
        return;
    http_stop(site->server);
    pthread_join(site->thread, NULL);
    site->is_running = false;
}

void site_close(struct site *site)
{
    site_stop(site);
    http_close(site->server);
    *site = (struct site){0};
}

struct client client_open(const struct site *site)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(http_port(site->server)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct timeval patience = {.tv_sec = PATIENCE_S};
    struct client client = {.fd = socket(AF_INET, SOCK_STREAM, 0)};

    assert_true(client.fd >= 0);
    setsockopt(client.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(client.fd, (struct sockaddr *)&address,
                             sizeof address), 0);
    return client;
}

void client_close(struct client *client)
{
    close(client->fd);
    free(client->bytes);
    *client = (struct client){.fd = -1};
}

/* A server that refuses may close before all was sent: no error here. */
void client_send(struct client *client, const void *bytes, size_t count)
{
    const char *at = bytes;

    while (count > 0) {
        ssize_t sent = send(client->fd, at, count, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        at += sent;
        count -= (size_t)sent;
    }
}

void client_text(struct client *client, const char *text)
{
    client_send(client, text, strlen(text));
}

/* Read some more bytes; false at the end. */
static bool fill(struct client *client)
{
    ssize_t got;

    client->bytes = realloc(client->bytes, client->count + BLOCK + 1);
    assert_non_null(client->bytes);
    got = recv(client->fd, client->bytes + client->count, BLOCK, 0);
    if (got > 0)
        client->count += (size_t)got;
    client->bytes[client->count] = '\0';
    return got > 0;
}

/* Take `count` bytes off the front, as a text. */
static char *take(struct client *client, size_t count)
{
    char *text = malloc(count + 1);

    assert_non_null(text);
    memcpy(text, client->bytes, count);
    text[count] = '\0';
    client->count -= count;
    memmove(client->bytes, client->bytes + count, client->count + 1);
    return text;
}

/* Take up to and with the first `end`; NULL when the connection ends before. */
static char *take_line(struct client *client, const char *end)
{
    for (;;) {
        char *at = client->count > 0 ? strstr(client->bytes, end) : NULL;

        if (at != NULL)
            return take(client, (size_t)(at - client->bytes) + strlen(end));
        if (!fill(client))
            return NULL;
    }
}

static bool have(struct client *client, size_t count)
{
    while (client->count < count)
        if (!fill(client))
            return false;
    return true;
}

static void read_chunks(struct client *client, struct answer *answer)
{
    for (;;) {
        char *line = take_line(client, "\r\n"), *piece;
        size_t bytes = line != NULL ? strtoul(line, NULL, 16) : 0;

        if (line == NULL || !have(client, bytes + 2)) {
            free(line);
            return;
        }
        free(line);
        piece = take(client, bytes + 2);
        answer->body = realloc(answer->body, answer->body_bytes + bytes + 1);
        assert_non_null(answer->body);
        memcpy(answer->body + answer->body_bytes, piece, bytes);
        answer->body_bytes += bytes;
        answer->body[answer->body_bytes] = '\0';
        free(piece);
        if (bytes == 0) {
            answer->complete = true;
            return;
        }
    }
}

struct answer client_read(struct client *client, bool is_head)
{
    struct answer answer = {0};
    char value[256];
    size_t bytes = 0;

    do {
        free(answer.head);
        answer.head = take_line(client, "\r\n\r\n");
        if (answer.head == NULL)
            return answer;
        answer.status = (unsigned)strtoul(answer.head + 9, NULL, 10);
    } while (answer.status == 100);
    if (is_head || answer.status == 204 || answer.status == 304) {
        answer.complete = true;
    } else if (answer_header(&answer, "Transfer-Encoding", value) != NULL) {
        read_chunks(client, &answer);
    } else {
        if (answer_header(&answer, "Content-Length", value) != NULL)
            bytes = strtoul(value, NULL, 10);
        if (have(client, bytes)) {
            if (bytes > 0)
                answer.body = take(client, bytes);
            answer.body_bytes = bytes;
            answer.complete = true;
        }
    }
    return answer;
}

bool client_sees_end(struct client *client)
{
    return client->count == 0 && !fill(client);
}

struct answer client_ask(struct client *client, const char *text)
{
    client_text(client, text);
    return client_read(client, strncmp(text, "HEAD", 4) == 0);
}

unsigned client_status(const struct site *site, const void *bytes,
                       size_t count)
{
    struct client client = client_open(site);
    struct answer answer;
    unsigned status;

    client_send(&client, bytes, count);
    answer = client_read(&client, false);
    status = answer.status;
    answer_free(&answer);
    client_close(&client);
    return status;
}

const char *answer_header(const struct answer *answer, const char *name,
                          char value[256])
{
    size_t bytes = strlen(name);
    const char *line = strstr(answer->head, "\r\n");

    while (line != NULL) {
        line += 2;
        if (strncasecmp(line, name, bytes) == 0 && line[bytes] == ':') {
            line += bytes + 1;
            line += strspn(line, " ");
            snprintf(value, 256, "%.*s", (int)strcspn(line, "\r"), line);
            return value;
        }
        line = strstr(line, "\r\n");
    }
    return NULL;
}

void answer_free(struct answer *answer)
{
    free(answer->head);
    free(answer->body);
    *answer = (struct answer){0};
}
