/* internal.h - what the files of http/ share. Nobody else includes it. */
#ifndef SERVER_HTTP_INTERNAL_H
#define SERVER_HTTP_INTERNAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microhttpd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "server/base/buffer.h"
#include "server/base/clock.h"
#include "server/http/http.h"
#include "server/http/problem.h"

enum {
    TARGET_BYTES_MAX = 8192,      /* of the request's target */
    TARGET_BYTES_INLINE = 512,    /* longer ones go to the arena */
    HEADERS_MAX = 64,
    PATH_STEPS_MAX = 8,
    LENGTH_DIGITS_MAX = 19,       /* of Content-Length */
    REQUEST_MEMORY_MAX = 64 << 20, /* bytes of a request's arena */
    DATE_BYTES = sizeof "Thu, 01 Jan 1970 00:00:00 GMT",
    ANSWER_HEADER_BYTES = 2048,   /* room MHD needs for an answer's header */
};

#define NANOSECONDS 1e9

/* ---- mailbox.c: how other threads speak to the loop --------------------- */

struct mailbox {
    _Atomic(struct http_message *) newest;
    int fd;                       /* an eventfd, readable while not empty */
};

MUST_CHECK enum error mailbox_open(struct mailbox *mailbox);
void mailbox_close(struct mailbox *mailbox);
void mailbox_post(struct mailbox *mailbox, struct http_message *message);
void mailbox_ring(struct mailbox *mailbox);
/* Call every message that is there now. Thread: the loop. */
void mailbox_deliver(struct mailbox *mailbox);

/* ---- router.c: from a path to a row of the route table ------------------ */

struct path_step {
    const char *text;             /* decoded, or a route's literal */
    size_t bytes;
    bool is_capture;              /* routes only */
};

struct path {
    struct path_step steps[PATH_STEPS_MAX];
    size_t count;
};

struct compiled_route {
    const struct http_route *route;
    struct path path;
};

struct router {
    struct compiled_route *routes;
    size_t count;
};

enum { ALLOW_BYTES = 64 };

MUST_CHECK enum error router_init(struct router *router,
                                  const struct http_route *routes,
                                  size_t count);
void router_fini(struct router *router);

/*
 * Find the request's route and its captures; fills route, captures, query
 * and allowed (a bit for each method that the path takes).
 *
 * Returns PROBLEMS when all is well, else PROBLEM_NOT_FOUND, PROBLEM_METHOD
 * or, for a path that is not UTF-8, PROBLEM_MALFORMED_REQUEST.
 */
enum problem router_find(const struct router *router,
                         struct http_request *request);

/* Write the methods of a set as the header Allow has them. */
void router_allow(unsigned allowed, char text[ALLOW_BYTES]);

/* ---- target.c: the bytes between the method and the version ------------- */

/* Whether only bytes stand in it that RFC 3986 has there, and no escapes of
 * control bytes. */
bool target_is_clean(const char *target);

/* Decode the escapes in place; `plus` is a blank in queries. Returns the
 * count, or SIZE_MAX where the result is not UTF-8. */
size_t target_decode(char *text, size_t bytes, bool plus_is_blank);

/* ---- query.c ------------------------------------------------------------ */

struct query_pair {
    const char *name, *value;     /* decoded */
};

/* Read the query into request->queries; false: request->refusal says why. */
bool query_read(struct http_request *request);

/* ---- network.c ---------------------------------------------------------- */

struct sockaddr;

/* Whether a peer's address lies in one of the networks. */
bool network_holds(const struct http_network *networks, size_t count,
                   const struct sockaddr *peer);

/* ---- authority.c: "name:port" and "https://name:port" ------------------- */

struct authority {
    const char *host;             /* in the text that was read */
    size_t host_bytes;
    unsigned port;                /* the scheme's where none is given */
    bool is_secure;               /* https */
};

/* Read "name:port"; false: it is no host, or has more behind it. */
bool authority_read(const char *text, bool is_secure, struct authority *ret);
/* Read "http://name:port" or "https://name:port". */
bool origin_read(const char *text, struct authority *ret);
/* Whether hosts (whatever the case) and ports are equal. */
bool authority_is(const struct authority *a, const struct authority *b);

/* ---- negotiate.c: headers that hold lists ------------------------------- */

/* Which of `types` an Accept header (or NULL) likes best; -1: none. */
int accept_choose(const char *accept, const char *const *types);
/* Whether an Accept-Encoding header (or NULL) takes gzip, and likes the plain
 * form no better. */
bool gzip_is_accepted(const char *accept);
/* The seconds of `wait` in a Prefer header (or NULL), cut at max_s. */
double prefer_wait_s(const char *prefer, double max_s);
/* Whether an If-None-Match header (or NULL) names this unquoted tag. */
bool tag_is_named(const char *if_none_match, const char *tag);
/* The same for any tag of a revision: `revision` itself, or with a dot and
 * more behind it. */
bool revision_is_named(const char *if_none_match, const char *revision);

/* ---- connections and requests ------------------------------------------- */

/* What a connection waits for, and thereby which deadline it has. */
enum phase {
    PHASE_IDLE,    /* for a request line; the last answer is out */
    PHASE_HEADER,  /* for the end of the header */
    PHASE_BODY,    /* for the end of the body */
    PHASE_ANSWER,  /* for us, or for the client to take the answer */
    PHASE_REFUSED, /* for the client to stop sending; see raw_refuse() */
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
};

struct header {
    const char *name, *value;     /* as they lie in MHD's buffer */
    size_t name_bytes, value_bytes;
};

struct reply_header {
    const char *name, *value;
    struct reply_header *next;
};

struct refusal {
    enum problem problem;         /* PROBLEMS: none */
    const char *detail;
    struct faults *faults;        /* or NULL */
    uint64_t limit;               /* of PROBLEM_TOO_LARGE; 0: the route's */
};

/* Whose page sent a request, by its header Origin: see cors.c. */
enum origin { ORIGIN_NONE, ORIGIN_OWN, ORIGIN_LISTED, ORIGIN_FOREIGN };

enum scheme { SCHEME_UNKNOWN, SCHEME_HTTP, SCHEME_HTTPS };

/* Who has the right to take up a request that was put aside: see later.c. */
enum wake { WAKE_NONE, WAKE_POSTED, WAKE_SHUT, WAKE_MISSED };

struct http_request {
    struct http_server *server;
    struct connection *connection;
    struct MHD_Connection *link;
    struct http_request *next_free;
    int64_t began_ns;

    /* what was asked */
    enum http_method method;      /* HTTP_METHODS: unknown */
    bool is_head, is_chunked, is_judged;
    const char *method_name;
    char *target;                 /* as it was sent; NULL: too long */
    char *path;                   /* a copy, being cut up and decoded */
    char *query;                  /* in that copy, after the '?', or NULL */
    size_t target_bytes;
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
    const char *captures[HTTP_CAPTURES_MAX];
    struct buffer body;
    struct refusal refusal;

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
    unsigned status;              /* 0: not answered yet */
    uint64_t sent_bytes;          /* of the answer's body */

    /* put aside */
    http_handler *resume;
    void *state;
    int64_t wake_ns;              /* INT64_MAX: no deadline */
    size_t heap_index;
    bool is_aside, was_woken, knows_of_stop, is_over;
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

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    struct mailbox mailbox;
    struct router router;
    _Atomic bool is_stopping;
    bool is_draining;             /* the loop has seen is_stopping */
    bool is_forced;               /* the drain's time is over */
    int listen_fd, epoll_fd;
    uint16_t port;
    struct connection *connections;
    int64_t sweep_ns;             /* when to look at deadlines again */
    size_t active;                /* requests between gate and last byte */
    struct http_request *free_requests;
    struct http_request **heap;   /* requests put aside, see later.c */
    size_t heap_count;
    struct buffer log;
    int64_t log_time_ms;          /* whose text log_time is */
    char log_time[TIME_TEXT_BYTES];
    int64_t date_s;               /* whose text date is */
    char date[DATE_BYTES];
    char id_prefix[16];
    uint64_t id_count;
};

/* ---- request.c ---------------------------------------------------------- */

/* MHD's callback at the end of the request line; makes the request. */
void *request_begin(void *cls, const char *target, struct MHD_Connection *link);
void request_recycle(struct http_request *request);
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

/* ---- sink.c: bodies taken piece by piece -------------------------------- */

/* The header is here, a body follows. False: it is refused. */
bool sink_begin(struct http_request *request);
/* Offer a piece; *count is what is left of it. */
void sink_take(struct http_request *request, const char *bytes,
               size_t *count);
/* MHD calls again: the client is held up no more. */
void sink_go_on(struct http_request *request);
/* The request is over. */
void sink_end(struct http_request *request);

/* ---- front.c: the address that the browser sees ------------------------- */

/* Set host, scheme and is_forwarded. After the headers were read. */
void front_read(struct http_request *request);
/* Whether we answer for that host. */
bool front_is_ours(const struct http_request *request);

/* ---- cors.c: pages of other origins ------------------------------------- */

/* Takes a header of an answer; false: it could not. */
typedef bool header_emitter(void *self, const char *name, const char *value);

/* Set origin and origin_listed. After front_read(). */
void cors_judge(struct http_request *request);
/* Whether a page of the request's origin may do this. After the method is
 * known. */
bool cors_permits(struct http_request *request);
/* A sentence on why not, and what to set; NULL without memory. */
const char *cors_refusal(struct http_request *request);
/* The headers that every answer has for browsers. */
bool cors_emit(const struct http_request *request, header_emitter *emit,
               void *self);
/* To the answer to OPTIONS, add what a preflight asks for. */
void cors_reply_preflight(struct http_request *request);
/* ---- host.c ------------------------------------------------------------- */

/* Whether a Host without its port is "192.0.2.1" or "[2001:db8::1]". */
bool host_is_numeric(const char *host, size_t bytes);

/* ---- guard.c ------------------------------------------------------------ */

/* Where MHD's strings lie; tells what MHD hides. */
struct wire {
    const char *method, *target, *version;
    size_t header_bytes;
};

/* The gate. False: request->refusal says what is wrong, and the connection
 * must be closed with the answer. */
bool guard_check(struct http_request *request, const struct wire *wire);

/* The rules for the body, which need the route. False: as above. */
bool guard_check_body(struct http_request *request);

/* Whether the header announces a body, whatever else is wrong with it. */
bool guard_sees_body(const struct http_request *request);
/* Whether the client waits for 100 Continue before it sends its body. */
bool guard_expects_continue(struct http_request *request);

/* ---- response.c --------------------------------------------------------- */

/* Queue a finished MHD response; takes it over (NULL: out of memory). */
enum http_next reply_with(struct http_request *request, unsigned status,
                          const char *type, struct MHD_Response *response);

/* Answer request->refusal. */
enum http_next reply_refusal(struct http_request *request);

/*
 * Answer request->refusal without MHD, which answers nothing before a body is
 * complete, or closes before it has come: the problem goes straight to the
 * socket, the sending side is closed, and what still comes is dropped, up to
 * linger_bytes and linger_s. (A socket that is closed with unread bytes in it
 * sends a reset, which may overtake the answer.)
 */
void raw_reply_refusal(struct http_request *request);

/* The same with a problem and a sentence. */
void raw_refuse(struct http_request *request, enum problem problem,
                const char *detail);

/* ---- later.c: requests put aside ---------------------------------------- */

void later_put_aside(struct http_request *request);
/* Take up the requests whose time has come. */
void later_expire(struct http_server *server, int64_t now_ns);
/* The server stops: take up those that have a deadline. */
void later_expire_waits(struct http_server *server);
/* Whether a request is put aside without a deadline. */
bool later_waits_for_writes(const struct http_server *server);

/* When the first deadline is; INT64_MAX: never. */
int64_t later_next_ns(const struct http_server *server);
/* `resume` begins: from here on a wake counts for the next http_later(). */
void later_begin_resume(struct http_request *request);
/* The request is over; recycles it as soon as no wake is under way. */
void later_end(struct http_request *request);

/* ---- deadline.c: absolute deadlines of connections ---------------------- */

enum { SWEEP_MS = 100 };

void connection_enter(struct connection *connection, enum phase phase,
                      int64_t now_ns);
/* More time for more body: what was announced, or what has come so far. */
int64_t deadline_of_body_ns(const struct http_request *request);
/* Cut the connections that are past their deadline. */
void deadline_sweep(struct http_server *server, int64_t now_ns);

/* ---- fixed.c ------------------------------------------------------------- */

/* Write value / 10^decimals, terminated; returns the end. */
char *fixed_write(char *text, uint64_t value, int decimals);

/* ---- access_log.c ------------------------------------------------------- */

void access_log_add(struct http_request *request, bool completed,
                    int64_t now_ns);
/* Write the collected lines. */
void access_log_flush(struct http_server *server);

#endif
