/*
 * pipe.h - bytes from the loop to a thread, in order, a bounded number at a
 * time.
 *
 * The loop never waits: what finds no room is left with it, and it is told
 * once there is room again. The thread waits for bytes.
 */
#ifndef SERVER_DATASETS_PIPE_H
#define SERVER_DATASETS_PIPE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"

struct pipe {
    pthread_mutex_t mutex;      /* guards all below */
    pthread_cond_t moved;       /* the taker sleeps on it */
    char *bytes;                /* [capacity] a ring */
    size_t capacity, first, count;
    bool is_ended;              /* no more bytes will come: all were put */
    bool is_broken;             /* no more bytes will come: some are missing */
    bool is_closed;             /* nobody takes any more */
    bool putter_waits;          /* it had no room */
};

MUST_CHECK enum error pipe_init(struct pipe *pipe, size_t capacity);
void pipe_fini(struct pipe *pipe);

/* Put what there is room for; the number of bytes. A closed pipe swallows
 * all. Thread: the putter's; does not wait. */
size_t pipe_put(struct pipe *pipe, const void *bytes, size_t count);
/* All bytes were put; or: they will not come. */
void pipe_end(struct pipe *pipe);
void pipe_break(struct pipe *pipe);

/*
 * Take up to `room` bytes; wait for them.
 *
 *   ret_count    out  0 at the end
 *   ret_has_room out  the putter waited, and finds room again: tell it
 *
 * Fails   ERR_CLOSING the pipe was broken
 */
MUST_CHECK enum error pipe_take(struct pipe *pipe, void *bytes, size_t room,
                                size_t *ret_count, bool *ret_has_room);
/* Nothing will be taken any more. */
void pipe_close(struct pipe *pipe);

#endif
