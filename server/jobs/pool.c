/* pool.c - the worker threads and their queue. */
#include "server/jobs/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/magic.h"
#include "server/jobs/backoff.h"
#include "server/jobs/job_queue.h"
#include "server/jobs/work.h"

#define POOL_MAGIC MAGIC('p', 'o', 'o', 'l')
#define NANOSECONDS INT64_C(1000000000)
#define WAIT_NS (NANOSECONDS / 5) /* between looks whether a job may begin */

struct pool {
    uint32_t magic;
    struct work_shared shared;
    unsigned workers;
    pthread_t *threads;
    atomic_uint busy;          /* of them: those that have a job */

    pthread_mutex_t lock;      /* of what follows */
    pthread_cond_t waiting;    /* there is something to do, or it closes */
    struct job_queue queue;    /* to be run */
    struct job_queue later;    /* to be run again, each when it is due */
    struct backoff pause;      /* no job begins before */
    bool missed;               /* a job stands in the store alone */
    bool looking;              /* a worker looks for it */
    struct backoff look;       /* and not before */
};

/* ---- the next job ------------------------------------------------------ */

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

/* When there may be something to do; INT64_MAX: once somebody says so. */
static int64_t next_time_ns(const struct pool *pool)
{
    int64_t at_ns = INT64_MAX;

    if (pool->queue.count > 0)
        at_ns = pool->pause.until_ns;
    if (pool->later.count > 0) {
        int64_t due_ns = pool->later.entries[0].due_ns;

        if (due_ns < pool->pause.until_ns)
            due_ns = pool->pause.until_ns;
        at_ns = earlier(at_ns, due_ns);
    }
    if (pool->missed && !pool->looking)
        at_ns = earlier(at_ns, pool->look.until_ns);
    return at_ns;
}

static void wait_until(struct pool *pool, int64_t time_ns)
{
    struct timespec until = {
        .tv_sec = time_ns / NANOSECONDS,
        .tv_nsec = time_ns % NANOSECONDS,
    };

    pthread_cond_timedwait(&pool->waiting, &pool->lock, &until);
}

static void wait_for_work(struct pool *pool)
{
    int64_t at_ns = next_time_ns(pool);

    if (at_ns == INT64_MAX)
        pthread_cond_wait(&pool->waiting, &pool->lock);
    else
        wait_until(pool, at_ns);
}

/* While jobs wait for space on the disk none begins: it would wait too, and
 * what it has done would fill the memory. */
static void wait_for_store(struct pool *pool)
{
    while (store_is_waiting(pool->shared.store)
           && !atomic_load(&pool->shared.closing))
        wait_until(pool, clock_monotonic_ns() + WAIT_NS);
}

/* Those that are due go among the others, in the order of their priority.
 * True: there is no room for this one; it is taken by itself. */
static bool take_due(struct pool *pool, int64_t now_ns,
                     struct job_queue_entry *ret)
{
    while (pool->later.count > 0
           && pool->later.entries[0].due_ns <= now_ns
           && job_queue_pop(&pool->later, ret)) {
        ret->due_ns = 0;
        if (job_queue_push(&pool->queue, *ret) != OK)
            return true;
    }
    return false;
}

static bool take_job(struct pool *pool, int64_t now_ns,
                     struct job_queue_entry *ret)
{
    if (backoff_waits(&pool->pause, now_ns))
        return false;
    return take_due(pool, now_ns, ret) || job_queue_pop(&pool->queue, ret);
}

/* What the store has is the queue now, with what has come since. */
static enum error take_found(struct pool *pool, struct job_queue *found,
                             int64_t last)
{
    struct job_queue old = pool->queue;

    for (size_t i = 0; i < old.count; i++)
        if (old.entries[i].number > last)
            TRY(job_queue_push(found, old.entries[i]));
    pool->queue = *found;
    *found = old;
    return OK;
}

/* Look through the store for jobs that found no room here. The lock is held,
 * but not meanwhile. */
static void look_again(struct pool *pool, struct store_reader *reader)
{
    struct job_queue found = {0};
    int64_t last = 0;
    enum error error;

    pool->looking = true;
    pool->missed = false;
    pthread_mutex_unlock(&pool->lock);
    error = work_find_jobs(&pool->shared, reader, &found, &last);
    pthread_mutex_lock(&pool->lock);
    if (error == OK)
        error = take_found(pool, &found, last);
    if (error == OK) {
        backoff_end(&pool->look);
    } else {
        pool->missed = true;
        backoff_fail(&pool->look, clock_monotonic_ns());
    }
    job_queue_fini(&found);
    pool->looking = false;
    pthread_cond_broadcast(&pool->waiting);
}

/* The next job to run. False: the pool closes. */
static bool next_job(struct pool *pool, struct store_reader *reader,
                     struct job_queue_entry *ret)
{
    bool found = false;

    pthread_mutex_lock(&pool->lock);
    while (!found) {
        int64_t now_ns;

        wait_for_store(pool);
        if (atomic_load(&pool->shared.closing))
            break;
        now_ns = clock_monotonic_ns();
        if (pool->missed && !pool->looking && reader
            && !backoff_waits(&pool->look, now_ns)) {
            look_again(pool, reader);
            continue;
        }
        found = take_job(pool, now_ns, ret);
        if (!found)
            wait_for_work(pool);
    }
    atomic_fetch_add(&pool->busy, found);
    pthread_mutex_unlock(&pool->lock);
    return found;
}

/* ---- what becomes of jobs ---------------------------------------------- */

/* Queue it, or know that one is missed. The lock is held. */
static void keep(struct pool *pool, struct job_queue *queue,
                 struct job_queue_entry entry)
{
    if (job_queue_push(queue, entry) != OK && !pool->missed) {
        pool->missed = true;
        backoff_fail(&pool->look, clock_monotonic_ns());
    }
    pthread_cond_signal(&pool->waiting);
}

/* It is due with the others that fail at this time; one that fails while they
 * do not waits longer than they. */
static void try_again(void *self, struct job_queue_entry entry)
{
    struct pool *pool = MAGIC_CAST(self, struct pool, POOL_MAGIC);
    int64_t now_ns = clock_monotonic_ns();

    pthread_mutex_lock(&pool->lock);
    backoff_fail(&pool->pause, now_ns);
    entry.due_ns = entry.failures <= pool->pause.failures
                       ? pool->pause.until_ns
                       : now_ns + backoff_wait_ns(entry.failures);
    keep(pool, &pool->later, entry);
    pthread_mutex_unlock(&pool->lock);
}

static void one_ended(void *self)
{
    struct pool *pool = MAGIC_CAST(self, struct pool, POOL_MAGIC);

    pthread_mutex_lock(&pool->lock);
    if (pool->pause.failures > 0) {
        backoff_end(&pool->pause);
        pthread_cond_broadcast(&pool->waiting);
    }
    pthread_mutex_unlock(&pool->lock);
}

/* ---- workers ----------------------------------------------------------- */

static void *worker(void *self)
{
    struct pool *pool = MAGIC_CAST(self, struct pool, POOL_MAGIC);
    struct store_reader *reader = NULL;
    struct job_queue_entry job;
    enum error error;

    pthread_setname_np(pthread_self(), "worker");
    for (;;) {
        error = reader ? OK : store_reader_open(pool->shared.store, &reader);
        if (!next_job(pool, reader, &job))
            break;
        if (reader)
            work_run_job(&pool->shared, reader, job);
        else
            work_not_begun(&pool->shared, job, error);
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

static enum error recover(struct pool *pool)
{
    struct store_reader *reader;
    enum error error;
    int64_t last;

    TRY(store_reader_open(pool->shared.store, &reader));
    error = work_put_back_running(&pool->shared, reader);
    if (error == OK)
        error = work_find_jobs(&pool->shared, reader, &pool->queue, &last);
    store_reader_close(reader);
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
    pool->shared.again = try_again;
    pool->shared.ended = one_ended;
    pool->shared.pool = pool;
    pool->magic = POOL_MAGIC;
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

void pool_add(struct pool *pool, int64_t number, int64_t priority)
{
    struct job_queue_entry entry = {
        .number = number, .priority = (int32_t)priority};

    pthread_mutex_lock(&pool->lock);
    keep(pool, &pool->queue, entry);
    pthread_mutex_unlock(&pool->lock);
}

void pool_remove(struct pool *pool, int64_t number)
{
    pthread_mutex_lock(&pool->lock);
    if (!job_queue_remove(&pool->queue, number))
        job_queue_remove(&pool->later, number);
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

static void add_queue(struct pool_view *view, const struct job_queue *queue)
{
    view->waiting += queue->count;
    for (size_t i = 0; i < queue->count; i++)
        add_depth(view, queue->entries[i].priority);
}

void pool_look(struct pool *pool, struct pool_view *ret)
{
    *ret = (struct pool_view){.workers = pool->workers};
    pthread_mutex_lock(&pool->lock);
    ret->busy = atomic_load(&pool->busy);
    add_queue(ret, &pool->queue);
    add_queue(ret, &pool->later);
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
    job_queue_fini(&pool->later);
    free(pool->threads);
    MAGIC_CLEAR(pool);
    free(pool);
}
