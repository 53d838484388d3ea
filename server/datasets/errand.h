/*
 * errand.h - work that takes long, each piece on a thread of its own, counted:
 * so that the loop does not wait for it, and the end of the server does.
 */
#ifndef SERVER_DATASETS_ERRAND_H
#define SERVER_DATASETS_ERRAND_H

#include <pthread.h>

#include "core/base/error.h"

struct errands {
    pthread_mutex_t mutex;
    pthread_cond_t over;
    unsigned running;             /* threads */
    unsigned taken, taken_max;    /* places: of errands not done yet */
};

MUST_CHECK enum error errands_init(struct errands *errands,
                                   unsigned taken_max);
/* Wait for all of them; none may be started any more. */
void errands_fini(struct errands *errands);

/*
 * Run run(argument), then tell(argument) on a thread. When tell() begins the
 * errand's place is free already: who is told that it is done, and comes with
 * the next one at once, is not refused. NULL: there is nobody to tell.
 *
 * Fails   ERR_FULL all places are taken; ERR_MEMORY, ERR_SYSTEM
 * Thread  any
 */
MUST_CHECK enum error errand_start(struct errands *errands,
                                   void (*run)(void *argument),
                                   void (*tell)(void *argument),
                                   void *argument);

#endif
