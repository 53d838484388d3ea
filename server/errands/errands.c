/* errands.c - errands in a queue, and threads that take turns with them. */
#include "server/errands/errands.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "server/base/clock.h"
#include "server/errands/threads.h"

enum { SLICE_NS = 10000000 };

#define NANOSECONDS 1e9

struct errands {
    struct errands_options options;
    struct threads threads;
    pthread_mutex_t mutex;      /* guards all below */
    struct errand *first, *last; /* those that wait for a turn */
    unsigned working;           /* threads */
    unsigned taken;             /* errands that are not done */
};

enum error errands_open(const struct errands_options *options,
                        struct errands **ret)
{
    struct errands *errands = calloc(1, sizeof *errands);

    if (errands == NULL)
        return ERR_MEMORY;
    errands->options = *options;
    if (threads_init(&errands->threads, UINT_MAX) == OK) {
        if (pthread_mutex_init(&errands->mutex, NULL) == 0) {
            *ret = errands;
            return OK;
        }
        threads_fini(&errands->threads);
    }
    free(errands);
    return ERR_SYSTEM;
}

void errands_close(struct errands *errands)
{
    if (errands == NULL)
        return;
    threads_fini(&errands->threads);
    pthread_mutex_destroy(&errands->mutex);
    free(errands);
}

/* ---- the queue, under the mutex ----------------------------------------- */

static void put(struct errands *errands, struct errand *errand)
{
    errand->next = NULL;
    if (errands->first == NULL)
        errands->first = errand;
    else
        errands->last->next = errand;
    errands->last = errand;
}

static struct errand *take(struct errands *errands)
{
    struct errand *errand = errands->first;

    if (errand != NULL)
        errands->first = errand->next;
    return errand;
}

/* ---- a thread ----------------------------------------------------------- */

/* Processor time of the calling thread. */
static int64_t processor_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * (int64_t)NANOSECONDS + time.tv_nsec;
}

double errand_spent_s(const struct errand *errand)
{
    return errand->spent_s
           + (double)(processor_ns() - errand->began_ns) / NANOSECONDS;
}

bool errand_must_pause(const struct errand *errand)
{
    return atomic_load_explicit(&errand->is_canceled, memory_order_relaxed)
           || clock_monotonic_ns() >= errand->slice_end_ns;
}

static bool run_slice(struct errand *errand)
{
    bool more;

    errand->slice_end_ns = clock_monotonic_ns() + SLICE_NS;
    errand->began_ns = processor_ns();
    more = errand->step(errand);
    errand->spent_s = errand_spent_s(errand);
    return more;
}

/* Take turns until there is nothing to do. */
static void work(void *self)
{
    struct errands *errands = self;
    struct errand *errand, *paused = NULL;

    for (;;) {
        pthread_mutex_lock(&errands->mutex);
        if (paused != NULL)
            put(errands, paused);
        errand = take(errands);
        if (errand == NULL)
            errands->working--;
        pthread_mutex_unlock(&errands->mutex);
        if (errand == NULL)
            return;
        paused = run_slice(errand) ? errand : NULL;
        if (paused != NULL)
            continue;
        pthread_mutex_lock(&errands->mutex);
        errands->taken--;
        pthread_mutex_unlock(&errands->mutex);
        errand->done(errand);
    }
}

/* ---- errands ------------------------------------------------------------ */

/* Take a place in the queue; *ret_needs_thread: there are not enough. */
static enum error enter(struct errands *errands, struct errand *errand,
                        bool *ret_needs_thread)
{
    enum error error = OK;

    pthread_mutex_lock(&errands->mutex);
    *ret_needs_thread = errands->working < errands->options.threads;
    if (errands->taken >= errands->options.errands_max) {
        error = ERR_FULL;
    } else {
        errands->taken++;
        errands->working += *ret_needs_thread;
        put(errands, errand);
    }
    pthread_mutex_unlock(&errands->mutex);
    return error;
}

/* No thread could be started: whether the errand was still in the queue, and
 * is not any more. Else another thread has taken it. */
static bool leave(struct errands *errands, struct errand *errand)
{
    struct errand *before = NULL, *at;

    pthread_mutex_lock(&errands->mutex);
    errands->working--;
    for (at = errands->first; at != NULL && at != errand; at = at->next)
        before = at;
    if (at != NULL) {
        *(before != NULL ? &before->next : &errands->first) = at->next;
        if (errands->last == at)
            errands->last = before;
        errands->taken--;
    }
    pthread_mutex_unlock(&errands->mutex);
    return at != NULL;
}

enum error errand_start(struct errands *errands, struct errand *errand)
{
    bool needs_thread;
    enum error error;

    TRY(enter(errands, errand, &needs_thread));
    if (!needs_thread)
        return OK;
    error = threads_start(&errands->threads, work, NULL, errands);
    return error != OK && leave(errands, errand) ? error : OK;
}

void errand_cancel(struct errand *errand)
{
    atomic_store(&errand->is_canceled, true);
}
