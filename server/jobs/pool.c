/* pool.c - the worker threads and their queue. */
#include "server/jobs/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/jobs/job_queue.h"
#include "server/jobs/work.h"

enum { RETRY_S = 1 }; /* between attempts at an unfinished job */

struct pool {
    struct work_shared shared;
    unsigned workers;
    pthread_t *threads;

    pthread_mutex_t lock;      /* of what follows */
    pthread_cond_t waiting;    /* the queue is not empty, or the pool closes */
    struct job_queue queue;
    struct job_queue unfinished;  /* what the store could not keep */
    int64_t retry_ns;             /* when to look at one of them again */
};

/* ---- workers ----------------------------------------------------------- */

/* Wait for work; while a job is unfinished, no longer than a moment: the store
 * may take it again. */
static void wait_for_work(struct pool *pool)
{
    struct timespec until;

    if (pool->unfinished.count == 0) {
        pthread_cond_wait(&pool->waiting, &pool->lock);
        return;
    }
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RETRY_S;
    pthread_cond_timedwait(&pool->waiting, &pool->lock, &until);
}

/* Whether it is time to look at an unfinished job again, and at which. */
static bool pop_unfinished(struct pool *pool, int64_t *ret_number)
{
    int64_t now_ns = clock_monotonic_ns();

    if (now_ns < pool->retry_ns
        || !job_queue_pop(&pool->unfinished, ret_number))
        return false;
    pool->retry_ns = now_ns + RETRY_S * INT64_C(1000000000);
    return true;
}

/* The next job to run. False: the pool closes. */
static bool next_job(struct pool *pool, int64_t *ret_number,
                     bool *ret_unfinished)
{
    bool found = false;

    pthread_mutex_lock(&pool->lock);
    while (!atomic_load(&pool->shared.closing)) {
        *ret_unfinished = pop_unfinished(pool, ret_number);
        found = *ret_unfinished || job_queue_pop(&pool->queue, ret_number);
        if (found)
            break;
        wait_for_work(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    return found;
}

static void keep_unfinished(void *self, int64_t number)
{
    struct pool *pool = self;
    enum error error;

    pthread_mutex_lock(&pool->lock);
    error = job_queue_push(&pool->unfinished, number, 0);
    pthread_cond_signal(&pool->waiting);
    pthread_mutex_unlock(&pool->lock);
    if (error != OK) /* the next start finds it */
        log_event(LOG_ERROR, "unfinished_job_lost", "error",
                  error_name(error));
}

static void run_job(struct pool *pool, struct store_reader *reader,
                    int64_t number, bool unfinished)
{
    if (unfinished
        && work_recover_job(&pool->shared, reader, number) != OK)
        keep_unfinished(pool, number);
    else
        work_run_job(&pool->shared, reader, number);
}

static void *worker(void *self)
{
    struct pool *pool = self;
    struct store_reader *reader;
    enum error error = store_reader_open(pool->shared.store, &reader);
    int64_t number;
    bool unfinished;

    if (error != OK) {
        log_event(LOG_ERROR, "worker_without_store", "error",
                  error_name(error));
        return NULL;
    }
    while (next_job(pool, &number, &unfinished))
        run_job(pool, reader, number, unfinished);
    store_reader_close(reader);
    return NULL;
}

/* All or none: no job begins before the last worker is there, since a pool
 * that cannot be opened is freed while the store still writes. */
static enum error start_workers(struct pool *pool, unsigned workers)
{
    enum error error = OK;

    pool->threads = calloc(workers ? workers : 1, sizeof *pool->threads);
    if (!pool->threads)
        return ERR_MEMORY;
    pthread_mutex_lock(&pool->lock);
    while (pool->workers < workers && error == OK) {
        if (pthread_create(&pool->threads[pool->workers], NULL, worker, pool))
            error = ERR_SYSTEM;
        else
            pool->workers++;
    }
    if (error != OK)
        atomic_store(&pool->shared.closing, true);
    pthread_mutex_unlock(&pool->lock);
    return error;
}

/* ---- what an earlier process left -------------------------------------- */

struct found {
    struct job_queue queue;
    enum error error;
};

static void found_job(void *self, int64_t number, int64_t priority)
{
    struct found *found = self;

    if (found->error == OK)
        found->error = job_queue_push(&found->queue, number, priority);
}

static enum error put_back_running(struct store *store,
                                   struct store_reader *reader)
{
    struct found found = {.error = OK};
    enum error error =
        store_each(reader, JOB_RUNNING, found_job, &found);
    int64_t number;

    if (error == OK)
        error = found.error;
    while (error == OK && job_queue_pop(&found.queue, &number)) {
        struct store_write write = {
            .verb = STORE_REQUEUE,
            .job.number = number,
            .now_ms = clock_wall_ms(),
        };

        error = store_write_wait(store, &write);
    }
    job_queue_fini(&found.queue);
    return error;
}

static enum error recover(struct pool *pool)
{
    struct found found = {.error = OK};
    struct store_reader *reader;
    enum error error;

    TRY(store_reader_open(pool->shared.store, &reader));
    error = put_back_running(pool->shared.store, reader);
    if (error == OK)
        error = store_each(reader, JOB_QUEUED, found_job, &found);
    if (error == OK)
        error = found.error;
    store_reader_close(reader);
    pool->queue = found.queue;
    return error;
}

/* ---- the pool ---------------------------------------------------------- */

enum error pool_open(const struct pool_options *options, struct pool **ret)
{
    struct pool *pool = calloc(1, sizeof *pool);
    enum error error;

    if (!pool)
        return ERR_MEMORY;
    pool->shared.store = options->store;
    pool->shared.datasets = options->datasets;
    pool->shared.changed = options->changed;
    pool->shared.self = options->self;
    pool->shared.unfinished = keep_unfinished;
    pool->shared.pool = pool;
    live_table_init(&pool->shared.live);
    pthread_mutex_init(&pool->shared.lock, NULL);
    pthread_cond_init(&pool->shared.finished, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->waiting, NULL);
    error = recover(pool);
    if (error == OK)
        error = start_workers(pool, options->workers);
    if (error != OK) {
        pool_stop(pool);
        pool_close(pool);
        return error;
    }
    *ret = pool;
    return OK;
}

enum error pool_add(struct pool *pool, int64_t number, int64_t priority)
{
    enum error error;

    pthread_mutex_lock(&pool->lock);
    error = job_queue_push(&pool->queue, number, priority);
    pthread_cond_signal(&pool->waiting);
    pthread_mutex_unlock(&pool->lock);
    return error;
}

void pool_cancel(struct pool *pool, int64_t number)
{
    struct live *live = live_find(&pool->shared.live, number);

    if (!live)
        return;
    atomic_store(&live->canceled_by_user, true);
    atomic_store(&live->cancel, true);
    live_release(live);
}

struct live *pool_find(struct pool *pool, int64_t number)
{
    return live_find(&pool->shared.live, number);
}

static void stop_live(struct live *live, void *self)
{
    (void)self;
    atomic_store(&live->cancel, true);
}

void pool_stop(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->shared.closing, true);
    pthread_cond_broadcast(&pool->waiting);
    pthread_mutex_unlock(&pool->lock);
    live_each(&pool->shared.live, stop_live, NULL);
    for (unsigned i = 0; i < pool->workers; i++)
        pthread_join(pool->threads[i], NULL);
    pool->workers = 0;
}

void pool_close(struct pool *pool)
{
    if (!pool)
        return;
    live_table_fini(&pool->shared.live);
    pthread_cond_destroy(&pool->shared.finished);
    pthread_mutex_destroy(&pool->shared.lock);
    pthread_cond_destroy(&pool->waiting);
    pthread_mutex_destroy(&pool->lock);
    job_queue_fini(&pool->queue);
    job_queue_fini(&pool->unfinished);
    free(pool->threads);
    free(pool);
}
