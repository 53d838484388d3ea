/* http_site.h - a server on a thread, and a client that speaks raw bytes. */
#ifndef TESTS_UNIT_HTTP_SITE_H
#define TESTS_UNIT_HTTP_SITE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/http/http.h"

struct site {
    struct http_server *server;
    pthread_t thread;
    double drain_s;
    bool is_running;
};

/* Options that suit most tests: port 0, generous deadlines. */
struct http_options site_options(const struct http_route *routes,
                                    size_t count);
void site_start(struct site *site, const struct http_options *options);
/* http_stop(), and wait until http_run() has returned. */
void site_stop(struct site *site);
/* site_stop() if need be, and http_close(). */
void site_close(struct site *site);

struct client {
    int fd;
    char *bytes;               /* read, but not yet taken */
    size_t count;
};

struct answer {
    unsigned status;           /* 0: none came before the end */
    char *head;                /* status line and headers */
    char *body;                /* terminated; chunks are put together */
    size_t body_bytes;
    bool complete;             /* all that was announced came */
};

struct client client_open(const struct site *site);
void client_close(struct client *client);
void client_send(struct client *client, const void *bytes, size_t count);
void client_text(struct client *client, const char *text);
/* Read one answer; free it with answer_free(). `is_head`: without a body. */
struct answer client_read(struct client *client, bool is_head);
/* Whether the server has closed: no byte is left. Waits for it. */
bool client_sees_end(struct client *client);
/* client_text() and client_read(). */
struct answer client_ask(struct client *client, const char *text);
/* One request on a connection of its own: its answer's status. */
unsigned client_status(const struct site *site, const void *bytes,
                       size_t count);

/* A header's value in the answer, or NULL; in the caller's storage. */
const char *answer_header(const struct answer *answer, const char *name,
                          char value[256]);
void answer_free(struct answer *answer);

#endif
