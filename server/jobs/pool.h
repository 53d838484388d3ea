/*
 * pool.h - the workers: each takes the next job from the queue, runs it, and
 * records it.
 *
 * A job that is in the store is run, without a restart, whatever fails for a
 * while. What failed comes back into the queue when it is due (backoff.h);
 * after a failure no job begins for a moment, until one has ended well. Where
 * there is no memory for a queue's entry the store itself is the queue: it is
 * looked through again.
 */
#ifndef SERVER_JOBS_POOL_H
#define SERVER_JOBS_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "server/store/store.h"

struct datasets;
struct live;
struct pool;

enum { POOL_DEPTHS_MAX = 32 };

/* What a pool does at a moment. */
struct pool_view {
    unsigned workers, busy;      /* threads; those that have a job */
    size_t waiting;              /* jobs in the queue */
    struct pool_depth {
        int64_t priority;
        size_t jobs;
    } depths[POOL_DEPTHS_MAX];   /* of them, the greatest priority first */
    size_t depth_count;
    size_t below;                /* of priorities less than these */
};

struct pool_options {
    struct store *store;
    struct datasets *datasets; /* NULL: jobs name built-in ones only */
    unsigned workers;          /* threads; 0: jobs are taken, none is run */

    /* Called when a move of a job's state has been stored. On the writer's
     * thread or a worker's; must not wait. May be NULL. */
    void (*changed)(void *self, int64_t number);
    void *self;
};

/*
 * Put back what an earlier process left running, fill the queue from the
 * store, and start the workers.
 *
 * Fails   ERR_MEMORY, ERR_SYSTEM, ERR_STORAGE
 */
MUST_CHECK enum error pool_open(const struct pool_options *options,
                                struct pool **ret);

/* A job is in the store: run it when it is its turn. After pool_stop() it stays
 * for the next start. Thread: any. */
void pool_add(struct pool *pool, int64_t number, int64_t priority);

/* A job that waited has been canceled or forgotten: take it out of the queue,
 * if it is there. Thread: any. */
void pool_remove(struct pool *pool, int64_t number);

/* A running job shall be canceled: its worker notices at its next iteration.
 * Does nothing for a job that does not run here. Thread: any. */
void pool_cancel(struct pool *pool, int64_t number);

/* Look at the queue and the workers. Thread: any. Cost: O(jobs that wait),
 * some 0.2 ms of 10^5. */
void pool_look(struct pool *pool, struct pool_view *ret);

/* The live job of that number, with a reference for the caller who calls
 * live_release(), or NULL. Thread: any. */
struct live *pool_find(struct pool *pool, int64_t number);

/* Stop: no job begins any more, running ones go back to the queue. Returns
 * when every worker has ended and its last writes are handed over. */
void pool_stop(struct pool *pool);

/* Free it; after pool_stop() and store_close(). */
void pool_close(struct pool *pool);

#endif
