/*
 * watch.h - who wants to know when a job changes: long polls, event streams.
 *
 * A job changes in two ways. Its state (or a wish of it) changes: whoever does
 * it announces that, and it is told at once. Or rows were added to its trace:
 * that nobody announces, since a run may add millions a second; while somebody
 * watches for rows, the loop looks at those jobs 20 times a second at most, so
 * that a run pays nothing for being watched.
 *
 * Watches are kept by job, in buckets by the hash of its number. All but
 * watch_announce() is for the loop's thread.
 */
#ifndef SERVER_API_WATCH_H
#define SERVER_API_WATCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "server/base/magic.h"
#include "server/http/http.h"

enum { WATCH_BUCKETS = 1024 };

/* At least this far apart are two tellings that rows were added. */
#define WATCH_ROWS_INTERVAL_S 0.05

struct pool;
struct watched;

/* One who waits, in the caller's storage, until called or removed. */
struct watch {
    int64_t number;                      /* the job's */
    bool wants_rows;                     /* not only changes of state */
    void (*call)(struct watch *watch);   /* removed before the call */
    void *context;                       /* the caller's */

    bool is_of_state;                    /* in the call: the state has changed,
                                            not rows alone */
    struct watched *watched;             /* NULL: it is not set */
    struct watch *previous, *next;
    uint64_t round;
};

#define WATCH_LIST_MAGIC MAGIC('w', 't', 'c', 'h')

struct watch_list {
    uint32_t magic;
    struct http_server *http;
    struct pool *pool;                   /* whose rows are looked at */
    struct {
        atomic_uint jobs;                /* watched ones; changed under lock */
        struct watched *first;           /* under lock */
    } buckets[WATCH_BUCKETS];
    pthread_mutex_t lock;
    struct watched *announced;           /* jobs with news; under lock */
    bool is_posted;                      /* the message is on its way */
    struct http_message message;

    /* the loop's */
    size_t rows_watches;                 /* those with wants_rows */
    struct http_timer timer;
    int64_t round_ns;                    /* the last look at rows began */
    bool is_round_over;                  /* all whom it woke had their turn */
};

void watch_list_init(struct watch_list *list, struct http_server *http);

/* The loop has ended: whoever watches still is not called any more. Changes
 * may be announced as before, to nobody. */
void watch_list_fini(struct watch_list *list);

/*
 * Begin to watch; a watch that is set stays so. Look at the job afterwards: it
 * may have changed before.
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error watch_add(struct watch_list *list, struct watch *watch);

/* Stop watching; does nothing when it was called already. */
void watch_remove(struct watch_list *list, struct watch *watch);

/*
 * A job's state has changed: call who watches it, on the loop's thread, soon.
 *
 * Thread  any
 * Cost    one atomic load while nobody watches a job of that hash; else a
 *         lock; no allocation
 */
void watch_announce(struct watch_list *list, int64_t number);

#endif
