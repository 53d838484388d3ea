/* pool.c - the worker threads and their queue. */
#include "server/jobs/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/jobs/job_queue.h"
#include "server/jobs/work.h"

#define NANOSECONDS INT64_C(1000000000)

enum { RETRY_S = 1 }; /* after a failure, to the next unfinished job */

#define WAIT_NS (NANOSECONDS / 5) /* between looks whether a job may begin */

struct pool {
    struct work_shared shared;
    unsigned workers;
    pthread_t *threads;
    atomic_uint busy;          /* of them: those that have a job */

    pthread_mutex_t lock;      /* of what follows */
    pthread_cond_t waiting;    /* the queue is not empty, or the pool closes */
    struct job_queue queue;
    struct job_queue unfinished;  /* what the store could not keep */
    int64_t retry_ns;             /* monotonic: none is tried before this */
};

/* ---- workers ----------------------------------------------------------- */

static void wait_until(struct pool *pool, int64_t time_ns)
{
    struct timespec until = {
        .tv_sec = time_ns / NANOSECONDS,
        .tv_nsec = time_ns % NANOSECONDS,
    };

    pthread_cond_timedwait(&pool->waiting, &pool->lock, &until);
}

/* Wait for work; while a job is unfinished, no longer than to the next attempt:
 * the store may take it again. */
static void wait_for_work(struct pool *pool)
{
    if (pool->unfinished.count == 0)
        pthread_cond_wait(&pool->waiting, &pool->lock);
    else
        wait_until(pool, pool->retry_ns);
}

/* While jobs wait for space on the disk none begins: it would wait too, and
 * what it has done would fill the memory. */
static void wait_for_store(struct pool *pool)
{
    while (store_is_waiting(pool->shared.store)
           && !atomic_load(&pool->shared.closing))
        wait_until(pool, clock_monotonic_ns() + WAIT_NS);
}

/* The next job to run. Unfinished ones come first: they are older. False: the
 * pool closes. */
static bool next_job(struct pool *pool, struct job_queue_entry *ret,
                     bool *ret_unfinished)
{
    bool found = false;

    pthread_mutex_lock(&pool->lock);
    for (;;) {
        wait_for_store(pool);
        if (atomic_load(&pool->shared.closing))
            break;
        *ret_unfinished = clock_monotonic_ns() >= pool->retry_ns
            && job_queue_pop(&pool->unfinished, ret);
        found = *ret_unfinished || job_queue_pop(&pool->queue, ret);
        if (found)
            break;
        wait_for_work(pool);
    }
    atomic_fetch_add(&pool->busy, found);
    pthread_mutex_unlock(&pool->lock);
    return found;
}

/* The store has just failed, and is left alone for a moment. As long as it
 * does not fail again no further job waits. */
static void keep_unfinished(void *self, int64_t number, int64_t priority)
{
    struct pool *pool = self;
    enum error error;

    pthread_mutex_lock(&pool->lock);
    error = job_queue_push(&pool->unfinished, number, priority);
    pool->retry_ns = clock_monotonic_ns() + RETRY_S * NANOSECONDS;
    pthread_cond_signal(&pool->waiting);
    pthread_mutex_unlock(&pool->lock);
    if (error != OK) /* the next start finds it */
        log_event(LOG_ERROR, "unfinished_job_lost", "error",
                  error_name(error));
}

static void run_job(struct pool *pool, struct store_reader *reader,
                    const struct job_queue_entry *job, bool unfinished)
{
    if (unfinished
        && work_recover_job(&pool->shared, reader, job->number) != OK)
        keep_unfinished(pool, job->number, job->priority);
    else
        work_run_job(&pool->shared, reader, job->number);
}

static void *worker(void *self)
{
    struct pool *pool = self;
    struct store_reader *reader;
    enum error error = store_reader_open(pool->shared.store, &reader);
    struct job_queue_entry job;
    bool unfinished;

    pthread_setname_np(pthread_self(), "worker");
    if (error != OK) {
        log_event(LOG_ERROR, "worker_without_store", "error",
                  error_name(error));
        return NULL;
    }
    while (next_job(pool, &job, &unfinished)) {
        run_job(pool, reader, &job, unfinished);
        atomic_fetch_sub(&pool->busy, 1);
    }
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

/* Say that the job was running when the last process ended. */
static enum error log_recovered(struct store_reader *reader, int64_t number)
{
    char id[IDENTIFIER_TEXT_BYTES];
    struct store_job job;
    struct arena arena;
    struct log_line line;
    enum error error;

    arena_init(&arena, 0);
    error = store_get_number(reader, number, STORE_ROW, &arena, &job);
    if (error == OK) {
        identifier_format(&job.id, "job", id);
        log_begin(&line, LOG_WARNING, "job_recovered");
        log_text(&line, "job", id);
        log_text(&line, "state", job_state_name(job.state));
        log_integer(&line, "attempt", job.attempt);
        log_end(&line);
    }
    arena_fini(&arena);
    return error == ERR_MISSING ? OK : error; /* it was to be deleted */
}

static enum error put_back_running(struct pool *pool,
                                   struct store_reader *reader)
{
    struct found found = {.error = OK};
    enum error error =
        store_each(reader, JOB_RUNNING, found_job, &found);
    struct job_queue_entry job;

    if (error == OK)
        error = found.error;
    while (error == OK && job_queue_pop(&found.queue, &job)) {
        struct store_write write = {
            .verb = STORE_REQUEUE,
            .move = {job.number, clock_wall_ms()},
        };

        error = store_write_wait(pool->shared.store, &write);
        if (error == OK)
            error = log_recovered(reader, job.number);
        else if (error == ERR_DISK || error == ERR_READ_ONLY)
            error = job_queue_push(&pool->unfinished, job.number,
                                   job.priority); /* a worker tries again */
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
    error = put_back_running(pool, reader);
    if (error == OK)
        error = store_each(reader, JOB_QUEUED, found_job, &found);
    if (error == OK)
        error = found.error;
    store_reader_close(reader);
    pool->queue = found.queue;
    return error;
}

/* A condition whose deadlines do not move when the wall clock is set. */
static void init_monotonic(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
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
    init_monotonic(&pool->waiting);
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

void pool_remove(struct pool *pool, int64_t number)
{
    pthread_mutex_lock(&pool->lock);
    job_queue_remove(&pool->queue, number);
    pthread_mutex_unlock(&pool->lock);
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

/* Count a job that waits; of more priorities than there is room for those that
 * are least are counted together. */
static void add_depth(struct pool_view *view, int64_t priority)
{
    struct pool_depth *depths = view->depths;
    size_t at = view->depth_count;

    while (at > 0 && depths[at - 1].priority < priority)
        at--;
    if (at > 0 && depths[at - 1].priority == priority) {
        depths[at - 1].jobs++;
        return;
    }
    if (at == POOL_DEPTHS_MAX) {
        view->below++;
        return;
    }
    if (view->depth_count == POOL_DEPTHS_MAX)
        view->below += depths[--view->depth_count].jobs;
    memmove(&depths[at + 1], &depths[at],
            (view->depth_count++ - at) * sizeof *depths);
    depths[at] = (struct pool_depth){priority, 1};
}

void pool_look(struct pool *pool, struct pool_view *ret)
{
    *ret = (struct pool_view){.workers = pool->workers};
    pthread_mutex_lock(&pool->lock);
    ret->busy = atomic_load(&pool->busy);
    ret->waiting = pool->queue.count;
    for (size_t i = 0; i < pool->queue.count; i++)
        add_depth(ret, pool->queue.entries[i].priority);
    pthread_mutex_unlock(&pool->lock);
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
    store_wait_no_more(pool->shared.store); /* workers wait for it */
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
