/*
 * work.h - one job on one worker, to its end or back into the queue.
 *
 *     work_begin.c    claim     row and spec are read, the job is claimed
 *     work_chunks.c   chunks    what the recorder fills goes to the store
 *     work_end.c      end       finished, or put back to be tried again
 *     work_recover.c  recovery  what nobody runs, and what nobody knows of
 *
 * There are two ways out: the job's end is stored, or work_shared.again() gets
 * it back with what was in the way. What may pass by itself (memory, the disk)
 * is tried again; what was wrong with the job's own reading or memory, up to
 * WORK_TRIES times, then the job has failed. A disk that does not take what a
 * job came to is never the job's fault: it is tried for as long as it takes.
 */
#ifndef SERVER_JOBS_WORK_H
#define SERVER_JOBS_WORK_H

#include <stdatomic.h>

#include "server/jobs/job_queue.h"
#include "server/jobs/live.h"
#include "server/store/store.h"

/* With the waits of backoff.h the last try comes after 66 s at the least. */
enum { WORK_TRIES = 20 };

/* What the workers of a pool share. */
struct work_shared {
    struct store *store;
    struct datasets *datasets;  /* NULL: there are only built-in ones */
    struct live_table live;
    atomic_bool closing;      /* running jobs go back to the queue */
    void (*changed)(void *self, int64_t number);
    void *self;

    /* Called when a job is to be tried again, which is in the store, queued or
     * running, and nobody runs it; the failure is counted in its entry. On a
     * worker's thread or the writer's. */
    void (*again)(void *pool, struct job_queue_entry entry);
    /* Called when an end was stored: the store is well. On the writer's. */
    void (*ended)(void *pool);
    void *pool;

    /* Jobs that have run and wait for their last commit: bounded. */
    pthread_mutex_t lock;
    pthread_cond_t finished;
    unsigned finishing;
};

/*
 * Run a job to one of its two ways out. One that has ended, is gone, or is on
 * another worker is left alone; one that the store has as running, and that
 * nobody runs, is put back there first.
 *
 *   reader   in   the worker's own
 *
 * Thread  a worker's
 */
void work_run_job(struct work_shared *shared, struct store_reader *reader,
                  struct job_queue_entry entry);

/* Give a job back that did not get so far as to be run. */
void work_not_begun(struct work_shared *shared, struct job_queue_entry entry,
                    enum error error);

/*
 * Put back what an earlier process left running, and say so in the log.
 *
 * Fails   as store_write() and store_each()
 */
MUST_CHECK enum error work_put_back_running(struct work_shared *shared,
                                            struct store_reader *reader);

/*
 * Find every job that is to be run, or that the store has as running while
 * nobody runs it.
 *
 *   queue     in/out  gets them
 *   ret_last          the greatest number that was looked at
 *
 * Fails   ERR_MEMORY, ERR_STORAGE; the queue has some of them then
 * Thread  any, with its own reader
 */
MUST_CHECK enum error work_find_jobs(struct work_shared *shared,
                                     struct store_reader *reader,
                                     struct job_queue *queue,
                                     int64_t *ret_last);

#endif
