/*
 * watch.h - who wants to know when a job's state changes.
 *
 * Watches are set and called on the loop's thread; watch_announce() comes from
 * any thread and costs one atomic load while nobody watches.
 */
#ifndef SERVER_API_WATCH_H
#define SERVER_API_WATCH_H

#include <stdatomic.h>
#include <stdint.h>

#include "server/http/http.h"

/* One who waits, in the caller's storage, until called or removed. */
struct watch {
    int64_t number;                      /* the job's */
    void (*call)(struct watch *watch);   /* removed before the call */
    void *context;                       /* the caller's */
    struct watch *next;
};

struct watch_list {
    struct http_server *http;
    struct watch *first;                 /* the loop's */
    atomic_uint count;
};

/* Begin to watch. Look at the job afterwards: it may have changed before. */
void watch_add(struct watch_list *list, struct watch *watch);

/* Stop watching; does nothing when it was called already. */
void watch_remove(struct watch_list *list, struct watch *watch);

/* A job has changed: call who watches it, on the loop's thread. */
void watch_announce(struct watch_list *list, int64_t number);

/* The loop has ended: whoever watches still is not called any more. */
void watch_list_fini(struct watch_list *list);

#endif
