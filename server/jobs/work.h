/* work.h - one job on one worker: claim, run, record, finish. */
#ifndef SERVER_JOBS_WORK_H
#define SERVER_JOBS_WORK_H

#include <stdatomic.h>

#include "server/jobs/live.h"
#include "server/store/store.h"

/* What the workers of a pool share. */
struct work_shared {
    struct store *store;
    struct datasets *datasets;  /* NULL: there are only built-in ones */
    struct live_table live;
    atomic_bool closing;      /* running jobs go back to the queue */
    void (*changed)(void *self, int64_t number);
    void *self;

    /* Called when the store could not keep how a job went: it stands there
     * queued or running, and nobody runs it. On the writer's thread. */
    void (*unfinished)(void *pool, int64_t number, int64_t priority);
    void *pool;

    /* Jobs that have run and wait for their last commit: bounded. */
    pthread_mutex_t lock;
    pthread_cond_t finished;
    unsigned finishing;
};

/*
 * Run a job from the queue to its end. A job that is not queued any more is
 * left alone. What goes wrong becomes the job's error, or a log line.
 *
 *   reader   in   the worker's own
 *
 * Thread  a worker's
 */
void work_run_job(struct work_shared *shared, struct store_reader *reader,
                  int64_t number);

/*
 * Put an unfinished job in order again: afterwards it is queued in the store,
 * or has ended.
 *
 * Fails   as store_write(): the store still does not take it
 * Thread  a worker's
 */
MUST_CHECK enum error work_recover_job(struct work_shared *shared,
                                       struct store_reader *reader,
                                       int64_t number);

#endif
