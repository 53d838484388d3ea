/* condition.c - what keeps a store from its work. */
#include "server/store/condition.h"

#include <stdio.h>
#include <string.h>

enum error condition_init(struct condition *condition)
{
    *condition = (struct condition){.is = STORE_SOUND};
    return pthread_mutex_init(&condition->mutex, NULL) == 0 ? OK : ERR_SYSTEM;
}

void condition_fini(struct condition *condition)
{
    pthread_mutex_destroy(&condition->mutex);
}

bool condition_set(struct condition *condition, enum store_condition is,
                   const char *sentence)
{
    bool is_new = false;

    pthread_mutex_lock(&condition->mutex);
    if (condition->is != STORE_DAMAGED || is == STORE_DAMAGED) {
        is_new = condition->is != is;
        condition->is = is;
        snprintf(condition->sentence, sizeof condition->sentence, "%s",
                 sentence);
    }
    pthread_mutex_unlock(&condition->mutex);
    return is_new;
}

enum store_condition condition_get(struct condition *condition,
                                   char sentence[STORE_MESSAGE_BYTES])
{
    pthread_mutex_lock(&condition->mutex);
    enum store_condition is = condition->is;
    memcpy(sentence, condition->sentence, STORE_MESSAGE_BYTES);
    pthread_mutex_unlock(&condition->mutex);
    return is;
}
