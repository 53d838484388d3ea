/*
 * queue.h - writes on their way to the writer thread, in order.
 *
 * Many threads push, one takes. The taker is woken only when it sleeps, so
 * that a push under load is one lock without contention to speak of.
 */
#ifndef SERVER_STORE_QUEUE_H
#define SERVER_STORE_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "server/store/store.h"

struct store_queue {
    pthread_mutex_t mutex;      /* guards all below */
    pthread_cond_t filled;      /* the writer sleeps on it */
    pthread_cond_t finished;    /* store_write_wait() sleeps on it */
    struct store_write *head;   /* those that nobody took yet */
    struct store_write **tail;
    size_t ordinary;            /* pushed, not urgent, and not finished */
    size_t ordinary_max;
    bool sleeping;              /* the writer waits for `filled` */
    bool closing;
};

MUST_CHECK enum error queue_init(struct store_queue *queue,
                                 size_t ordinary_max);
void queue_fini(struct store_queue *queue);

/* As store_write(). */
MUST_CHECK enum error queue_push(struct store_queue *queue,
                                 struct store_write *write, bool urgent);

/* As store_write_wait(). */
MUST_CHECK enum error queue_push_wait(struct store_queue *queue,
                                      struct store_write *write);

/*
 * Take everything that waits, as a list in order; NULL: nothing does.
 *
 *   until_ns   in   sleep for something until then, by the monotonic clock;
 *                   0: do not, INT64_MAX: for as long as it takes
 *
 * False: the queue was closed, and is empty.
 */
bool queue_take(struct store_queue *queue, int64_t until_ns,
                struct store_write **ret_list);

/* So many ordinary writes that were taken are finished: they count no more. */
void queue_finish(struct store_queue *queue, size_t ordinary);

/* Refuse pushes from now on; the taker gets what is there, then false. */
void queue_close(struct store_queue *queue);

/* No room for an ordinary write. */
bool queue_is_full(struct store_queue *queue);

#endif
