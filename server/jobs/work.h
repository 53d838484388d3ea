/* work.h - one job on one worker: claim, run, record, finish. */
#ifndef SERVER_JOBS_WORK_H
#define SERVER_JOBS_WORK_H

#include <stdatomic.h>

#include "server/jobs/live.h"
#include "server/store/store.h"

/* What the workers of a pool share. */
struct workshop {
    struct store *store;
    struct live_table live;
    atomic_bool closing;      /* running jobs go back to the queue */
    void (*changed)(void *self, int64_t number);
    void *self;

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
void work_run_job(struct workshop *workshop, struct store_reader *reader,
                  int64_t number);

#endif
