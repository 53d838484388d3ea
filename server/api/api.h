/*
 * api.h - what the handlers of the HTTP interface share.
 *
 * Every handler runs on the loop's thread. One file is one resource; the
 * routes are rows of one table in routes.c.
 */
#ifndef SERVER_API_API_H
#define SERVER_API_API_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/fault.h"
#include "server/api/document_cache.h"
#include "server/api/openapi.h"
#include "server/api/problems.h"
#include "server/api/watch.h"
#include "server/base/identifier.h"
#include "server/datasets/datasets.h"
#include "server/errands/errands.h"
#include "server/http/http.h"
#include "server/http/problem.h"
#include "server/http/problem_reply.h"
#include "server/jobs/pool.h"
#include "server/json/validate.h"
#include "server/store/store.h"

enum { API_LIST_DEFAULT = 50 };   /* rows of a page of a list */

#define TYPE_JSON "application/json"
#define TYPE_NDJSON "application/x-ndjson"
#define TYPE_CSV "text/csv; charset=utf-8"

enum { VARIABLE_NAMES_SLOTS = 64, FEED_BUCKETS = 256 };

struct chunk_cache;
struct feed;
struct event_stream;

/* See variable_names.h. */
struct variable_names_cache {
    struct kept_names {
        int64_t number;            /* of the job */
        char *text;                /* NULL: the slot is empty */
        size_t bytes;
    } slots[VARIABLE_NAMES_SLOTS];
};

/* The context of every request (http_context()). */
struct api {
    struct store *store;
    struct store_reader *reader;   /* the loop's */
    struct pool *pool;
    struct datasets *datasets;
    struct errands *errands;
    double errand_s;               /* processor time that one may take */
    double errand_bytes;           /* memory that one may take */
    const char *web_root;          /* the dashboard's folder; NULL: it is the
                                      one in the program */
    struct watch_list watches;
    struct document_cache documents;
    struct openapi_document openapi;
    double trace_bytes_max;        /* of any job's trace; 0: no limit */
    struct variable_names_cache names;
    struct chunk_cache *chunks;    /* that answers on the loop read last */
    struct feed *feeds[FEED_BUCKETS]; /* by job: see feed.h */
    struct event_streams {         /* see events.c */
        struct event_stream *first;
        double ping_s;             /* silence after which one is pinged */
        struct http_timer timer;
    } event_streams;
    struct identifier last_job;    /* its id, which the next one follows */
    atomic_bool stopping;          /* /readyz says 503 */
};

struct api *api_of(const struct http_request *request);

/*
 * Get the job that capture 0 of the route names.
 *
 * Returns true, or false after a reply (404, or a failure) to be returned as
 * HTTP_DONE.
 */
bool api_find_job(struct http_request *request, unsigned parts,
                  struct store_job *ret);

/*
 * Reply that a body cannot be taken: ERR_INVALID is 400 malformed-json where
 * flaw->line says so, else `problem` with the faults.
 */
enum http_next api_reply_invalid(struct http_request *request,
                                 const struct problem *problem,
                                 enum error error,
                                 const struct faults *faults,
                                 struct json_flaw *flaw);

/* ---- query parameters: faults at "?name" ------------------------------- */

/* The place of a parameter's fault: "?name"; "?" without memory. */
const char *query_pointer(struct faults *faults, const char *name);

#endif
