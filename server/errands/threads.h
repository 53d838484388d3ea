/*
 * threads.h - threads that come and go, counted: so that no more run than may,
 * and the end of the server waits for them.
 */
#ifndef SERVER_ERRANDS_THREADS_H
#define SERVER_ERRANDS_THREADS_H

#include <pthread.h>

#include "core/base/error.h"

struct threads {
    pthread_mutex_t mutex;
    pthread_cond_t over;
    unsigned running;
    unsigned taken, taken_max;    /* places: of those not done yet */
};

MUST_CHECK enum error threads_init(struct threads *threads,
                                   unsigned taken_max);
/* Wait for all of them; none may be started any more. */
void threads_fini(struct threads *threads);

/*
 * Run run(argument), then tell(argument) on a thread. When tell() begins the
 * place is free already: who is told that it is done, and comes with the next
 * one at once, is not refused. NULL: there is nobody to tell.
 *
 * Fails   ERR_FULL all places are taken; ERR_MEMORY, ERR_SYSTEM
 * Thread  any
 */
MUST_CHECK enum error threads_start(struct threads *threads,
                                    void (*run)(void *argument),
                                    void (*tell)(void *argument),
                                    void *argument);

#endif
