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
    unsigned running, running_max;
};

MUST_CHECK enum error errands_init(struct errands *errands,
                                   unsigned running_max);
/* Wait for all of them; none may be started any more. */
void errands_fini(struct errands *errands);

/* Run run(argument) on a thread. Fails: ERR_FULL as many are running as may;
 * ERR_MEMORY, ERR_SYSTEM. Thread: any. */
MUST_CHECK enum error errand_start(struct errands *errands,
                                   void (*run)(void *argument),
                                   void *argument);

#endif
