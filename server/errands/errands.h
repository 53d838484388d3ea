/*
 * errands.h - short work for requests: in slices, in turns, off the loop.
 *
 * A grid of losses, a large document: work of milliseconds to seconds, for
 * which a client waits. It has threads of its own, few, that come when there
 * is work and go when there is none: a pool whose workers all run jobs of an
 * hour would keep a picture of five milliseconds waiting that long. The
 * system shares the cores between both.
 *
 * An errand works a slice at a time. After each the next errand in the queue
 * has its turn, so that one of seconds keeps no short one waiting. Between the
 * blocks of a slice it asks errand_must_pause(). What only reads for some
 * milliseconds may be a single slice.
 */
#ifndef SERVER_ERRANDS_ERRANDS_H
#define SERVER_ERRANDS_ERRANDS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

/* One errand, in the caller's storage, which stays until `done` was called. */
struct errand {
    /* Work until done (false), or until errand_must_pause() (true). */
    bool (*step)(struct errand *errand);
    /* Called once, after the last step, on the errands' thread; it must not
     * wait. The errand is not touched after this call begins. */
    void (*done)(struct errand *errand);
    void *context;              /* the caller's */

    atomic_bool is_canceled;    /* by errand_cancel(): step() shall give up.
                                   Also for what takes a flag itself */
    double spent_s;             /* of processor time, up to this slice */

    int64_t slice_end_ns;       /* errands.c's */
    int64_t began_ns;
    struct errand *next;
};

struct errands_options {
    unsigned threads;           /* at most */
    unsigned errands_max;       /* at once, those that wait for a turn too */
};

struct errands;

MUST_CHECK enum error errands_open(const struct errands_options *options,
                                   struct errands **ret);
/* Wait for all of them and free it; none may be started any more. NULL can be
 * closed. */
void errands_close(struct errands *errands);

/*
 * Begin an errand: step, done and context are set, all else is zero.
 *
 * Fails   ERR_FULL errands_max are under way; ERR_MEMORY, ERR_SYSTEM: nothing
 *         is called then
 * Thread  any
 */
MUST_CHECK enum error errand_start(struct errands *errands,
                                   struct errand *errand);

/* Nobody wants it any more. `done` is called all the same. Thread: any, before
 * `done` is called. */
void errand_cancel(struct errand *errand);

/* Whether the slice is over, or the errand is canceled. Within step(). */
bool errand_must_pause(const struct errand *errand);

/* Processor time that it has used so far, this slice's too. Within step(). */
double errand_spent_s(const struct errand *errand);

#endif
