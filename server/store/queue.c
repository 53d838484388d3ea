/* queue.c - writes on their way to the writer thread, in order. */
#include "server/store/queue.h"

#include "server/base/magic.h"

#include <time.h>

/* Its waits end by the clock that nobody sets. */
static enum error init_filled(struct store_queue *queue)
{
    pthread_condattr_t attributes;

    if (pthread_condattr_init(&attributes) != 0)
        return ERR_SYSTEM;
    bool good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0
             && pthread_cond_init(&queue->filled, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return good ? OK : ERR_SYSTEM;
}

enum error queue_init(struct store_queue *queue, size_t ordinary_max)
{
    *queue = (struct store_queue){.ordinary_max = ordinary_max};
    queue->tail = &queue->head;
    if (pthread_mutex_init(&queue->mutex, NULL) != 0)
        return ERR_SYSTEM;
    if (init_filled(queue) != OK)
        goto no_filled;
    if (pthread_cond_init(&queue->finished, NULL) != 0)
        goto no_finished;
    return OK;

no_finished:
    pthread_cond_destroy(&queue->filled);
no_filled:
    pthread_mutex_destroy(&queue->mutex);
    return ERR_SYSTEM;
}

void queue_fini(struct store_queue *queue)
{
    pthread_cond_destroy(&queue->finished);
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->mutex);
}

/* Append, if it may be; the mutex is held. */
static enum error append(struct store_queue *queue, struct store_write *write,
                         bool urgent)
{
    if (queue->closing)
        return ERR_CLOSING;
    if (!urgent && queue->ordinary >= queue->ordinary_max)
        return ERR_FULL;
    write->urgent = urgent;
    write->next = NULL;
    *queue->tail = write;
    queue->tail = &write->next;
    queue->ordinary += !urgent;
    return OK;
}

enum error queue_push(struct store_queue *queue, struct store_write *write,
                      bool urgent)
{
    pthread_mutex_lock(&queue->mutex);
    enum error error = append(queue, write, urgent);
    bool wake = error == OK && queue->sleeping;
    if (wake)
        queue->sleeping = false;
    pthread_mutex_unlock(&queue->mutex);
    if (wake)
        pthread_cond_signal(&queue->filled);
    return error;
}

#define WAITER_MAGIC MAGIC('w', 'a', 'i', 't')

/* What a thread in queue_push_wait() waits for. */
struct waiter {
    uint32_t magic;
    struct store_queue *queue;
    bool finished;
};

static void wake_waiter(struct store_write *write)
{
    struct waiter *waiter =
        MAGIC_CAST(write->context, struct waiter, WAITER_MAGIC);
    struct store_queue *queue = waiter->queue;

    /* Once it is unlocked the waiter, which lives on a stack, may be gone. */
    pthread_mutex_lock(&queue->mutex);
    waiter->finished = true;
    pthread_cond_broadcast(&queue->finished);
    pthread_mutex_unlock(&queue->mutex);
}

enum error queue_push_wait(struct store_queue *queue,
                           struct store_write *write)
{
    struct waiter waiter = {.magic = WAITER_MAGIC, .queue = queue};

    write->done = wake_waiter;
    write->context = &waiter;
    TRY(queue_push(queue, write, true));
    pthread_mutex_lock(&queue->mutex);
    while (!waiter.finished)
        pthread_cond_wait(&queue->finished, &queue->mutex);
    pthread_mutex_unlock(&queue->mutex);
    return write->error;
}

/* Sleep until there is something, the queue closes, or it is time. */
static void sleep_until(struct store_queue *queue, int64_t until_ns)
{
    struct timespec until = {.tv_sec = until_ns / 1000000000,
                             .tv_nsec = until_ns % 1000000000};
    int failed = 0;

    while (queue->head == NULL && !queue->closing && failed == 0) {
        queue->sleeping = true;
        if (until_ns == INT64_MAX)
            pthread_cond_wait(&queue->filled, &queue->mutex);
        else
            failed = pthread_cond_timedwait(&queue->filled, &queue->mutex,
                                            &until);
    }
    queue->sleeping = false;
}

bool queue_take(struct store_queue *queue, int64_t until_ns,
                struct store_write **ret_list)
{
    pthread_mutex_lock(&queue->mutex);
    if (until_ns > 0)
        sleep_until(queue, until_ns);
    bool over = queue->head == NULL && queue->closing;
    *ret_list = queue->head;
    queue->head = NULL;
    queue->tail = &queue->head;
    pthread_mutex_unlock(&queue->mutex);
    return !over;
}

void queue_finish(struct store_queue *queue, size_t ordinary)
{
    pthread_mutex_lock(&queue->mutex);
    queue->ordinary -= ordinary;
    pthread_mutex_unlock(&queue->mutex);
}

void queue_close(struct store_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closing = true;
    pthread_mutex_unlock(&queue->mutex);
    pthread_cond_signal(&queue->filled);
}

bool queue_is_full(struct store_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    bool full = queue->ordinary >= queue->ordinary_max;
    pthread_mutex_unlock(&queue->mutex);
    return full;
}
