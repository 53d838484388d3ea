/*
 * condition.h - what keeps a store from its work, as /readyz and the log say
 * it.
 *
 * Who meets it sets it, any thread asks for it. Damage stays until the store
 * is opened anew; the others go when a write succeeds again.
 */
#ifndef SERVER_STORE_CONDITION_H
#define SERVER_STORE_CONDITION_H

#include <pthread.h>

#include "server/store/store.h"

struct condition {
    pthread_mutex_t mutex;          /* guards all below */
    enum store_condition is;
    char sentence[STORE_MESSAGE_BYTES];
};

MUST_CHECK enum error condition_init(struct condition *condition);
void condition_fini(struct condition *condition);

/* Set it, with a sentence for people. Damage is not set back by others. Returns
 * whether it is another one than before: whoever set it first logs it. */
bool condition_set(struct condition *condition, enum store_condition is,
                   const char *sentence);

enum store_condition condition_get(struct condition *condition,
                                   char sentence[STORE_MESSAGE_BYTES]);

#endif
