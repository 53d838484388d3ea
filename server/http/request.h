/*
 * request.h - a request: what was asked, what is answered, where it stands.
 *
 * The loop's thread has it alone, but for `wake` and `wake_message`.
 */
#ifndef SERVER_HTTP_REQUEST_H
#define SERVER_HTTP_REQUEST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microhttpd.h>

#include "core/base/arena.h"
#include "core/base/fault.h"
#include "server/base/buffer.h"
#include "server/base/magic.h"
#include "server/http/connection.h"
#include "server/http/http.h"
#include "server/http/problem.h"

enum {
    TARGET_BYTES_MAX = 8192,      /* of the request's target */
    TARGET_BYTES_INLINE = 512,    /* longer ones go to the arena */
    HEADERS_MAX = 64,
    LOG_VALUE_BYTES = 48,         /* of http_log_pair() */
    REQUEST_MEMORY_MAX = 64 << 20, /* bytes of a request's arena */
};

struct header {
    const char *name, *value;     /* as they lie in MHD's buffer */
    size_t name_bytes, value_bytes;
};

struct query_pair {
    const char *name, *value;     /* decoded */
    struct http_value *typed;     /* of a parameter that the route names; in
                                     the arena, which streams give back */
};

/* Whose page sent a request, by its header Origin: see cors.c. */
enum origin { ORIGIN_NONE, ORIGIN_OWN, ORIGIN_LISTED, ORIGIN_FOREIGN };

enum scheme { SCHEME_UNKNOWN, SCHEME_HTTP, SCHEME_HTTPS };

/* Who has the right to take up a request that was put aside: see later.c. */
enum wake { WAKE_NONE, WAKE_POSTED, WAKE_TAKEN, WAKE_LATE };

#define HTTP_REQUEST_MAGIC MAGIC('r', 'q', 's', 't')

struct http_request {
    uint32_t magic;
    struct http_server *server;
    struct connection *connection;
    struct MHD_Connection *link;
    struct http_request *next_free;
    int64_t began_ns;
    const char *log_key;          /* of http_log_pair(), or NULL */
    char log_value[LOG_VALUE_BYTES];

    /* what was asked */
    enum http_method method;      /* HTTP_METHODS: unknown */
    bool is_head, is_chunked, is_judged, is_version_1_0;
    bool was_probed;              /* by http_client_left() */
    const char *method_name;
    char *target;                 /* path and query as sent; NULL: too long */
    char *path;                   /* a copy, being cut up and decoded */
    char *query;                  /* in that copy, after the '?', or NULL */
    size_t target_bytes;          /* as it was sent */
    const char *target_host;      /* of an absolute form, or NULL */
    size_t base_bytes;            /* of the target: the base path, if there */
    const char *host;             /* as the browser has it; NULL: none */
    enum scheme scheme;           /* the browser's, where a proxy says it */
    bool is_forwarded;            /* by a proxy that we believe */
    enum origin origin;
    const char *origin_listed;    /* the option that names it, or NULL */
    uint64_t body_announced;      /* Content-Length */
    size_t header_count;          /* may exceed HEADERS_MAX */
    size_t query_count;
    struct faults *query_faults;  /* NULL: none was found or asked for yet */
    const struct http_route *route;
    unsigned allowed;
    bool ends_in_slash;           /* and leads nowhere, but would without it */
    const char *captures[HTTP_CAPTURES_MAX];
    struct buffer body;
    struct http_refusal refusal;  /* its problem is NULL: none */

    /* a body taken piece by piece: see sink.c */
    void *sink_state;
    uint64_t sink_bytes;          /* taken so far */
    int64_t held_ns;              /* since when the client is held up; 0: it
                                     is not */
    bool has_sink;                /* its end() must be called */

    /* what is answered */
    struct reply_header *reply_headers;
    bool reply_failed;            /* a header could not be kept */
    bool is_counted;              /* in server->active */
    bool is_long;                 /* a stream that waits */
    unsigned status;              /* 0: not answered yet */
    uint64_t sent_bytes;          /* of the answer's body */
    size_t answer_counted, body_counted; /* see budget.h */

    struct http_end *ends;        /* the last one first */

    /* put aside */
    http_handler *resume;
    void *state;
    int64_t wake_ns;              /* INT64_MAX: no deadline */
    size_t heap_index;
    bool is_aside, was_woken, knows_of_stop, is_over;
    struct http_request *next_resumed; /* see resume.c */
    _Atomic(enum wake) wake;
    struct http_message wake_message;

    char id[HTTP_REQUEST_ID_BYTES];
    /* from here on not cleared for a new request */
    struct arena arena;           /* keeps its block from one to the next */
    char target_inline[TARGET_BYTES_INLINE];
    char path_inline[TARGET_BYTES_INLINE];
    struct query_pair queries[HTTP_QUERIES_MAX];
    struct header headers[HEADERS_MAX];
};

/* Make a connection's request, at the end of its request line; NULL: no
 * memory. A target that is too long is not kept. */
struct http_request *request_new(struct http_server *server,
                                 struct connection *connection,
                                 struct MHD_Connection *link,
                                 const char *target);
void request_recycle(struct http_request *request);
/* Give back what lives as long as the request, since the answer, which is under
 * way, may take hours. */
void request_forget(struct http_request *request);
/* Give the request its id. After its headers were read. */
void request_name(struct http_request *request);
/* Read the headers into request->headers. */
void request_read_headers(struct http_request *request);
/* How many headers of this name there are, and the first one. */
size_t request_count_headers(const struct http_request *request,
                             const char *name, const struct header **ret);
/* Take a piece of the body. False: it went over the limit. */
bool request_take_body(struct http_request *request, const char *bytes,
                       size_t count);
/* The limit of the route's body. */
size_t request_body_max(const struct http_request *request);

#endif
