/*
 * errand_request.h - a request that waits for an errand.
 *
 *     handler ─► begin ─► put aside ─► done ─► reply
 *                            │  ▲
 *                            ▼  │ every 0.1 s
 *                 client gone, server stops? then cancel, and wait for done
 */
#ifndef SERVER_API_ERRAND_REQUEST_H
#define SERVER_API_ERRAND_REQUEST_H

#include "server/api/api.h"
#include "server/errands/errands.h"

/* In the request's arena; all but what is named here is zero. */
struct errand_request {
    struct errand errand;        /* step and context: the caller's */
    http_handler *reply;         /* on the loop, when it is done; not where
                                    nobody waits any more. In it http_state()
                                    is this struct */
    void (*end)(struct errand_request *work); /* on the loop, once in every
                                    case, after the reply: frees what it took */

    struct http_request *request; /* errand_request.c's from here on */
    struct http_message message;
    bool is_over, client_left;
};

/* Begin the errand; the handler returns what this returns: 503 with
 * Retry-After where too many are under way. */
enum http_next errand_request_begin(struct http_request *request,
                                    struct errand_request *work);

#endif
