/* connection.h - a client's connection, and what it waits for. */
#ifndef SERVER_HTTP_CONNECTION_H
#define SERVER_HTTP_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "server/http/http.h"

#define NANOSECONDS 1e9           /* of a second */

/* What a connection waits for, and thereby which deadline it has. */
enum phase {
    PHASE_IDLE,    /* for a request line; the last answer is out */
    PHASE_HEADER,  /* for the end of the header */
    PHASE_BODY,    /* for the end of the body */
    PHASE_ANSWER,  /* for us, or for the client to take the answer */
    PHASE_REFUSED, /* for the client to stop sending; see refusal.h */
};

struct connection {
    struct http_server *server;
    struct connection *previous, *next;
    struct http_request *request; /* NULL while idle */
    int fd;
    enum phase phase;
    bool is_fresh;                /* no request came yet */
    int64_t since_ns;             /* the phase began */
    int64_t began_ns;             /* a request's first bytes; 0: none seen */
    int64_t deadline_ns;          /* of PHASE_BODY and PHASE_REFUSED */
    uint64_t dropped_bytes;       /* of a body, in PHASE_REFUSED */
    int64_t window_ns;            /* when it was looked at how much of an
                                     answer was taken; 0: not yet */
    uint64_t window_bytes;        /* what was taken by then */
    int unread;                   /* bytes of a body, at the last sweep */
    uint64_t body_bytes;          /* that had come by then */
    unsigned stuck_sweeps;        /* that found the same as the one before */
};

void connection_enter(struct connection *connection, enum phase phase,
                      int64_t now_ns);

#endif
