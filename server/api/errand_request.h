/*
 * errand_request.h - a request that waits for an errand.
 *
 *     handler ─► begin ─► put aside ─► done ─► reply ─► end
 *                            │                           ▲
 *                            └─ client gone, stop: ──────┘
 *                               canceled at the next slice
 *
 * While a request is put aside its connection stays open, and the errand's
 * thread looks at it before each slice.
 */
#ifndef SERVER_API_ERRAND_REQUEST_H
#define SERVER_API_ERRAND_REQUEST_H

#include "server/api/api.h"
#include "server/base/magic.h"
#include "server/errands/errands.h"

#define ERRAND_REQUEST_MAGIC MAGIC('e', 'r', 'r', 'q')

/* In the request's arena; all but what the caller sets is zero. */
struct errand_request {
    uint32_t magic;
    /* Set by the caller. */
    bool (*step)(struct errand_request *work); /* as of struct errand; when it
                                    is canceled it gives up and returns
                                    false */
    http_handler *reply;         /* on the loop, when it is done; http_state()
                                    is this struct. Not called when nobody
                                    waits for the answer any more */
    void (*end)(struct errand_request *work); /* on the loop, once in every
                                    case: gives back what it took */

    struct errand errand;        /* errand_request.c's from here on */
    struct http_request *request;
    struct http_end at_end;
};

/* Begin the errand; the handler returns what this returns: 503 with
 * Retry-After where too many are under way. */
enum http_next errand_request_begin(struct http_request *request,
                                    struct errand_request *work);

/* For a step of many pieces: make them until the slice is over. False: `piece`
 * has returned false, or the errand is canceled. */
bool errand_request_make(struct errand_request *work,
                         bool (*piece)(struct errand_request *work));

#endif
