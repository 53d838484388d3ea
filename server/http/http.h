/*
 * http.h - the HTTP server as the rest of the program sees it.
 *
 * One thread runs the loop: it reads requests, calls their route's handler,
 * and sends what the handler replied. A handler runs on the loop's thread and
 * must not wait; what takes time is started elsewhere, the request put aside
 * (HTTP_LATER), and taken up again by http_wake().
 */
#ifndef SERVER_HTTP_HTTP_H
#define SERVER_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/base/buffer.h"
#include "server/http/parameter.h"

enum http_method {
    HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS,
    HTTP_METHODS
}; /* HEAD is answered by GET's handler, without the body */

enum {
    HTTP_CAPTURES_MAX = 2,
    HTTP_QUERIES_MAX = 32,
    HTTP_EXAMPLES_MAX = 12,      /* of one body */
    HTTP_REQUEST_ID_BYTES = 65,
    HTTP_MESSAGE_BYTES = 512,
};

/* What If-Match asks for: see http_match(). */
enum revision_match { REVISION_ANY, REVISION_THIS, REVISION_OTHER };

struct faults;
struct problem;
struct http_request;
struct http_server;

/* What comes next for a request, as its handler says. */
enum http_next {
    HTTP_DONE,  /* a reply has been given */
    HTTP_LATER, /* http_wake() or the deadline of http_later() will come */
};

/* "GET". */
const char *http_method_name(enum http_method method);

typedef enum http_next http_handler(struct http_request *request);

/* ---- routes ------------------------------------------------------------ */

/* What a body is: the names of a schema and of examples in the document that
 * server/api/openapi.c writes. */
struct http_body {
    const char *schema;
    const char *examples[HTTP_EXAMPLES_MAX + 1]; /* NULL ends them */
    bool is_optional;
};

/* One success; several types of the same status are several rows. */
struct http_answer {
    unsigned status;             /* 0 ends a table */
    const char *sentence;
    const char *type;            /* media type; NULL: no body */
    const char *schema;          /* of JSON; NULL: text, or octets */
};

/* One row of the route table. */
struct http_route {
    enum http_method method;
    const char *path;            /* "/jobs/{id}/trace"; {…} captures a step */
    http_handler *handle;
    const char *sentence;        /* what it does, for the documentation */
    const struct http_parameter *queries; /* NULL: takes none */
    size_t body_bytes_max;       /* 0: a body is refused; HTTP_BODY_AS_SET:
                                    the option's */
    const char *body_type;       /* required Content-Type, or several with
                                    ", " between them; curl -d's form type
                                    is taken for the first one */
    const struct http_parameter *captures; /* of the path, in its order; NULL:
                                    texts */
    const struct http_body *body; /* what may be sent, for the documentation */
    const struct http_answer *answers; /* of success; for the documentation */
    const struct problem *const *problems; /* which this route may answer
                                    beside those that any may; NULL ends */
    const char *scope;           /* what a key must be for, to call it; NULL:
                                    nothing */
    bool is_quick;               /* microseconds: it never waits for the next
                                    turn of the loop because this one took
                                    long already */
    bool adds_faults;            /* the handler adds to http_query_faults(),
                                    and refuses with all of them; else it is
                                    called only where there is none */
    const struct http_sink *sink; /* takes the body piece by piece; NULL: it
                                    is read whole, see http_body() */
};

#define HTTP_BODY_AS_SET SIZE_MAX

/* ---- who may call ------------------------------------------------------ */

enum {
    HTTP_HOST_BYTES_MAX = 255,
    HTTP_ORIGIN_BYTES = HTTP_HOST_BYTES_MAX + sizeof "https://:65535",
};

/* All addresses whose first `bits` bits are these; see network.c for IPv4. */
struct http_network {
    unsigned char address[16];
    unsigned bits;
};

/* Read "10.0.0.0/8", "127.0.0.1", "fd00::/8", "::1". False: it is none of the
 * kind, or bits behind the network's are set. */
bool http_network_read(const char *text, struct http_network *ret);

/* Whether text is a host without a port: "pages.example", "[::1]". */
bool http_host_is_one(const char *text);

/* Read "https://Name:443" and write it as browsers do: "https://name". False:
 * it is no origin of http or https. */
bool http_origin_read(const char *text, char ret[HTTP_ORIGIN_BYTES]);

/* ---- the server -------------------------------------------------------- */

struct http_options {
    const char *address;         /* numeric: "127.0.0.1", "::1" */
    uint16_t port;               /* 0: a free one */
    const struct http_route *routes; /* the first that matches is taken */
    size_t route_count;
    void *context;               /* http_context() of every request */
    const char *const *hosts;    /* Host names allowed besides the loopback
                                    names and the address; NULL-terminated;
                                    NULL: none */
    const char *const *origins;  /* whose pages may read and write, as
                                    http_origin_read() writes them;
                                    NULL-terminated; NULL: none */
    bool any_origin_reads;       /* pages of all others may read */
    const struct http_network *proxies; /* whose X-Forwarded-Host and
                                    X-Forwarded-Proto are believed */
    size_t proxy_count;
    const char *base_path;       /* "/descent": stands before every path where
                                    clients see us; taken off where it is
                                    there; NULL or "": none */
    bool numeric_hosts;          /* answer for any numeric address as well:
                                    for who listens on all of them */
    size_t connections_max;
    size_t memory_per_connection; /* bytes */
    size_t body_bytes_max;       /* of routes that say HTTP_BODY_AS_SET */
    double header_timeout_s;     /* absolute, from accept or the last answer */
    double body_timeout_s;       /* absolute, from the end of the header */
    double body_bytes_per_s_min; /* more body, more time */
    double idle_timeout_s;       /* keep-alive and stalled sending */
    double answer_window_s;      /* whoever takes less of an answer in such a */
    double answer_bytes_per_s_min; /* time is cut */
    size_t answer_bytes_max;     /* of all answers under way */
    size_t bodies_bytes_max;     /* of all bodies under way */
    double linger_s;             /* a body that was refused is read on so */
    uint64_t linger_bytes;       /* long and so far, and dropped */
};

/*
 * Bind and listen. Connections are taken once http_run() runs. What the options
 * point to must outlive the server.
 *
 *   message   out  on failure, one sentence for the person who started us
 *
 * Fails   ERR_SYSTEM the address cannot be bound; ERR_MEMORY
 */
MUST_CHECK enum error http_open(const struct http_options *options,
                                struct http_server **ret_server,
                                char message[HTTP_MESSAGE_BYTES]);

/* The port that was bound. */
uint16_t http_port(const struct http_server *server);

/*
 * Run the loop on the calling thread until http_stop(), then drain: refuse new
 * connections, answer what is in flight, at most `drain_s` long. What is then
 * still put aside with a deadline is taken up a last time, and gets 503 if it
 * waits on; streams are cut; what waits without a deadline is waited for.
 */
void http_run(struct http_server *server, double drain_s);

/* Make http_run() return. Thread: any, and signal handlers. */
void http_stop(struct http_server *server);

/* Free everything; after http_run() has returned. Messages that nobody took
 * are called first, so that none is lost. */
void http_close(struct http_server *server);

/* Whether http_stop() was called: long answers and waits end early. */
bool http_is_stopping(const struct http_server *server);

/*
 * Call `call(argument)` once on the loop's thread, soon; after the loop's end,
 * on http_close()'s. Calls are made in the
 * order of posting. The message belongs to the loop until `call` begins, and
 * to `call` from then on.
 *
 * Thread  any
 */
struct http_message {
    void (*call)(void *argument);
    void *argument;
    struct http_message *next;
};
void http_post(struct http_server *server, struct http_message *message);

/*
 * A call on the loop's thread when its time comes, but not after the loop's
 * end. In the caller's storage, zero at first. For the few who do something
 * now and then: each turn of the loop looks at all of them.
 *
 * Thread  the loop's
 */
struct http_timer {
    void (*call)(void *argument);
    void *argument;
    int64_t at_ns;
    bool is_set;
    struct http_timer *next;
};
/* Set, or set anew. It is clear again when `call` begins. */
void http_timer_set(struct http_server *server, struct http_timer *timer,
                    double after_s);
void http_timer_clear(struct http_server *server, struct http_timer *timer);

/* ---- a request --------------------------------------------------------- */

struct http_server *http_server_of(const struct http_request *request);
void *http_context(const struct http_request *request);
enum http_method http_method(const struct http_request *request);

/* The server's route table. */
const struct http_route *http_routes(const struct http_request *request,
                                     size_t *ret_count);

/* Memory that lives as long as the request. */
struct arena *http_arena(struct http_request *request);

/* X-Request-Id: the client's if it was a sane token, else a new one. */
const char *http_request_id(const struct http_request *request);

/* Put a pair into the request's line in the log: which job it was about. The
 * key lives for ever, the value is copied; letters, digits and _ only. */
void http_log_pair(struct http_request *request, const char *key,
                   const char *value);

/* The text that capture `index` of the route's path matched, decoded. */
const char *http_capture(const struct http_request *request, size_t index);

/* A query parameter, decoded; NULL when absent; the first where it stands
 * twice. */
const char *http_query(const struct http_request *request, const char *name);

/*
 * A query parameter's value, as its row of the route says, or its default. The
 * route has a row of that name. One that was sent and is wrong has its default,
 * and is among the faults of the query.
 */
struct http_value http_value(const struct http_request *request,
                             const char *name);

/* The value of capture `index` of the route's path, as its row says; `choice`
 * is -1 and `is_id` false for a text that is none. */
struct http_value http_captured(struct http_request *request, size_t index);

/*
 * The faults of the query: the parameters that the route does not name, or that
 * stand twice, are missing, or have a wrong value. The handler of a route with
 * `adds_faults` adds what else is wrong with them, and replies with all of them
 * if there are any; for another route it was not called. In the request's
 * arena; NULL without memory.
 */
struct faults *http_query_faults(struct http_request *request);

/* The base path of the options; "" without one. Stands before every path that
 * is given to a client. */
const char *http_base_path(const struct http_request *request);

/* Whether the request's path is the base path without a slash behind it: what
 * a page there refers to is looked for beside it, not below. */
bool http_is_base_path_alone(const struct http_request *request);

/* The request's target (base path, path and query as sent) with query
 * parameter `name` set to `value`; in the request's arena. For links to a next
 * page. */
const char *http_target_with(struct http_request *request, const char *name,
                             const char *value);

/* A header's value, or NULL. */
const char *http_header(struct http_request *request, const char *name);

/* The body; not terminated; NULL and 0 without one. */
const char *http_body(const struct http_request *request, size_t *ret_bytes);

/* The seconds of `Prefer: wait=N` (RFC 7240), cut at `max_s`; 0: absent. */
double http_prefer_wait_s(struct http_request *request, double max_s);

/* Which of `types` the Accept header likes best (the first where it does not
 * matter); -1 when none is acceptable. NULL ends `types`. */
int http_accept(struct http_request *request, const char *const *types);

/* Whether Accept-Encoding asks for gzip (RFC 9110, section 12.5.3). */
bool http_accepts_gzip(struct http_request *request);

/* ---- bodies taken piece by piece --------------------------------------- */

/*
 * How a route takes a body that is too large for memory.
 *
 *     begin ──► take … ──► the route's handler
 *        └────────┴──────────────┴──► end
 *
 * All of it on the loop's thread; nothing may wait. A request without a body
 * comes to the handler at once, and its http_sink_state() is NULL.
 */
struct http_sink {
    /* How many bytes are taken at most. */
    uint64_t (*bytes_max)(void *context);

    const char *coding; /* a Content-Encoding that is taken; NULL: none */

    /* The header is here. Sets http_sink_state(), or returns false after
     * http_refuse_body(). */
    bool (*begin)(struct http_request *request);

    /*
     * Take the beginning of a piece. The client is held up while a rest stays,
     * which is offered again after http_wake(); that must come.
     *
     * Returns how many bytes were taken
     */
    size_t (*take)(struct http_request *request, const char *bytes,
                   size_t count);

    /* The request is over, answered or broken: called once after a begin()
     * that returned true. */
    void (*end)(struct http_request *request);
};

void http_set_sink_state(struct http_request *request, void *state);
void *http_sink_state(const struct http_request *request);

/* Whether the end of the body is still awaited. */
bool http_body_is_coming(const struct http_request *request);

/* Why a body is refused. */
struct http_refusal {
    const struct problem *problem;
    const char *detail;
    struct faults *faults;       /* or NULL */
    uint64_t limit;              /* of PROBLEM_TOO_LARGE; 0: the route's */
};

/*
 * Refuse what a sink takes. While the body is still coming the answer goes out
 * at once, what comes yet is dropped, the connection closes; afterwards it is
 * a reply like others. Texts live as long as the request.
 *
 * Thread  the loop's
 */
void http_refuse_body(struct http_request *request,
                      const struct http_refusal *refusal);

/*
 * Call call(self) once when the request is over, answered or broken, on the
 * loop's thread, while its arena is still there: for what a handler that may
 * never be taken up again has to give back. The struct is the caller's, in the
 * request's arena.
 */
struct http_end {
    void (*call)(void *self);
    void *self;
    struct http_end *next;       /* http's */
};
void http_on_end(struct http_request *request, struct http_end *end);

/* ---- putting a request aside ------------------------------------------- */

/*
 * Put the request aside: `resume` runs on the loop's thread after http_wake(),
 * or, with a deadline, after `wait_s` seconds or when the server stops. It
 * replies, or puts the request aside again. Without a deadline (0) only
 * http_wake() takes it up: for writes, which always come back. Use as
 * `return http_later(request, resume, state, 0);`
 *
 *   state   out of http_state() in `resume`
 */
enum http_next http_later(struct http_request *request, http_handler *resume,
                          void *state, double wait_s);
void *http_state(const struct http_request *request);

/* Whether `resume` runs because of http_wake(), not time. */
bool http_was_woken(const struct http_request *request);

/*
 * Whether the client of a request that is put aside has closed the connection:
 * nobody waits for the answer. Nothing else tells while it is put aside:
 * whoever works long for it looks now and then. A client that has only shut
 * down its sending side has not left: to tell the two apart it is sent "102
 * Processing" once. Of HTTP/1.0, which has no such thing, both count as there.
 * A request with a deadline is taken up soon after its client left.
 *
 * Thread  any, one at a time, before http_wake()
 */
bool http_client_left(struct http_request *request);

/*
 * Take up a request that was put aside. At most once for each http_later(),
 * and only if its `resume` has not run yet: whoever may come late (a write
 * that ends after the deadline) posts a message of its own instead.
 *
 * Thread  any
 */
void http_wake(struct http_request *request);

/*
 * Count so many bytes, at least, among those of all answers under way, until
 * the request is over: before an answer is made for which that much has to be
 * held. Replies and streams count their own.
 *
 * Returns false after a reply (503) that too many are under way
 * Thread  the loop's
 */
MUST_CHECK bool http_hold(struct http_request *request, size_t bytes);

/* The body is not needed any more. Thread: the loop's. */
void http_drop_body(struct http_request *request);

/* ---- replies ----------------------------------------------------------- */

/* Add a header to the coming reply; both texts are copied. Call before the
 * reply. */
void http_reply_header(struct http_request *request, const char *name,
                       const char *value);

/*
 * Reply with the buffer's bytes, which are taken out of it. A buffer that
 * failed becomes a 500; one that is too much beside all other answers under
 * way a 503.
 */
enum http_next http_reply(struct http_request *request, unsigned status,
                          const char *type, struct buffer *body);

/* Reply without a body: 202, 204, 304. */
enum http_next http_reply_empty(struct http_request *request, unsigned status);

/*
 * Reply with a strong ETag (quoted here; NULL: there was no memory for it, and
 * the answer is a 500). With an If-None-Match that names it
 * the answer is 304, else `status`, and the body.
 */
enum http_next http_reply_tagged(struct http_request *request, unsigned status,
                                 const char *type, const char *etag,
                                 struct buffer *body);

/*
 * The same with bytes that live as long as the server, which are not copied;
 * the status is 200 or 304.
 */
enum http_next http_reply_constant(struct http_request *request,
                                   const char *type, const char *etag,
                                   const char *bytes, size_t count);

/*
 * Set the coming reply's strong ETag (quoted here). True: If-None-Match names
 * it, and the reply has been given: 304.
 */
bool http_reply_unchanged(struct http_request *request, const char *etag);

/*
 * What If-Match asks for: any revision, this one, or another; a weak tag is
 * none of ours. This one is to be asked for of the write too, before which the
 * thing may change.
 */
enum revision_match http_match(struct http_request *request,
                               const char *revision);

/* Whether If-None-Match names this (unquoted) tag, or is `*`. */
bool http_none_match(struct http_request *request, const char *etag);

/* Whether If-None-Match names this revision: the tag itself, or with a dot and
 * more behind it. */
bool http_knows_revision(struct http_request *request, const char *revision);

/* ---- streams: replies made as the client takes them --------------------- */

/* What a stream's `next` says. */
enum http_more {
    HTTP_MORE, /* something was appended: ask again when the client has it */
    HTTP_WAIT, /* ask again after the bell has rung; what was appended goes
                  out before */
    HTTP_END,  /* that is all, with what was appended */
    HTTP_CUT,  /* cut the connection: the client sees that it is incomplete */
};

struct http_bell;

/*
 * A long reply: `next` appends about a block to `out`. `close` is called once,
 * in every case. The stream may outlive the request: what `self` points to is
 * its own. After http_stop() a stream that waits is asked once more, and
 * should end; at the end of the drain it is ended.
 *
 * Thread  the loop's; must not wait
 */
struct http_stream {
    enum http_more (*next)(void *self, struct buffer *out);
    void (*close)(void *self);
    void *self;
    size_t block_bytes;      /* which clients of HTTP/1.0 get at a time, and
                                every stream holds; 0: 64 KiB */
    size_t held_bytes;       /* what it holds beside that, to be counted
                                among all answers under way */
    uint64_t bytes;          /* of all of it; 0: unknown, and it is chunked */
    struct http_bell *bell;  /* what ends a wait; NULL: it never waits */
};
enum http_next http_reply_stream(struct http_request *request, unsigned status,
                                 const char *type,
                                 const struct http_stream *stream);

/* The same with a strong ETag (quoted here); 304 with the length that a 200
 * would have, and nothing made, where If-None-Match names it. */
enum http_next http_reply_stream_tagged(struct http_request *request,
                                        unsigned status, const char *type,
                                        const char *etag,
                                        const struct http_stream *stream);

/*
 * What wakes one stream. A bell rung before the stream waits is no loss, since
 * `next` is asked before; rung after its end, it does nothing.
 *
 * Owns    the maker has a reference to release, the stream has its own
 */
struct http_bell *http_bell_new(struct http_server *server); /* NULL: memory */
void http_bell_release(struct http_bell *bell); /* NULL can be released */

/* Ring, with a reference held. `next` is asked again on the loop's thread,
 * soon, if the stream waits. Thread: any. */
void http_bell_ring(struct http_bell *bell);

/* How many streams and requests have been woken and wait for their turn: the
 * loop takes up some at a time. Thread: the loop's. */
size_t http_backlog(const struct http_server *server);

/*
 * Put gzip around a stream that never waits: what it makes goes out packed.
 * The reply needs `Content-Encoding: gzip`.
 *
 * Fails   ERR_MEMORY; the stream is as it was
 * Cost    about 80 KiB while it runs, which are added to its held_bytes
 */
MUST_CHECK enum error http_gzip(struct http_stream *stream);

#endif
