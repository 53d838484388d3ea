/* errand.c - work that takes long, on threads that are counted. */
#include "server/datasets/errand.h"

#include <signal.h>
#include <stdlib.h>

enum { STACK_BYTES = 512 * 1024 };

struct errand {
    struct errands *errands;
    void (*run)(void *argument);
    void (*tell)(void *argument);
    void *argument;
};

enum error errands_init(struct errands *errands, unsigned taken_max)
{
    *errands = (struct errands){.taken_max = taken_max};
    if (pthread_mutex_init(&errands->mutex, NULL) != 0)
        return ERR_SYSTEM;
    if (pthread_cond_init(&errands->over, NULL) == 0)
        return OK;
    pthread_mutex_destroy(&errands->mutex);
    return ERR_SYSTEM;
}

void errands_fini(struct errands *errands)
{
    pthread_mutex_lock(&errands->mutex);
    while (errands->running > 0)
        pthread_cond_wait(&errands->over, &errands->mutex);
    pthread_mutex_unlock(&errands->mutex);
    pthread_cond_destroy(&errands->over);
    pthread_mutex_destroy(&errands->mutex);
}

static void give_place(struct errands *errands)
{
    pthread_mutex_lock(&errands->mutex);
    errands->taken--;
    pthread_mutex_unlock(&errands->mutex);
}

static void one_is_over(struct errands *errands)
{
    pthread_mutex_lock(&errands->mutex);
    errands->running--;
    pthread_cond_signal(&errands->over);
    pthread_mutex_unlock(&errands->mutex);
}

static void *run(void *self)
{
    struct errand *errand = self;
    struct errands *errands = errand->errands;

    errand->run(errand->argument);
    give_place(errands);
    if (errand->tell != NULL)
        errand->tell(errand->argument);
    free(errand);
    one_is_over(errands);
    return NULL;
}

/* A thread that is not joined; signals are for the main thread. */
static enum error start_thread(struct errand *errand)
{
    pthread_attr_t attributes;
    sigset_t all, former;
    pthread_t thread;
    int failed;

    if (pthread_attr_init(&attributes) != 0)
        return ERR_MEMORY;
    failed = pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED)
             || pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    if (!failed)
        failed = pthread_create(&thread, &attributes, run, errand);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    pthread_attr_destroy(&attributes);
    return failed ? ERR_SYSTEM : OK;
}

enum error errand_start(struct errands *errands, void (*to_run)(void *argument),
                        void (*tell)(void *argument), void *argument)
{
    struct errand *errand = malloc(sizeof *errand);
    enum error error = OK;

    if (errand == NULL)
        return ERR_MEMORY;
    *errand = (struct errand){errands, to_run, tell, argument};
    pthread_mutex_lock(&errands->mutex);
    if (errands->taken >= errands->taken_max) {
        error = ERR_FULL;
    } else {
        errands->taken++;
        errands->running++;
    }
    pthread_mutex_unlock(&errands->mutex);
    if (error == OK) {
        error = start_thread(errand);
        if (error != OK) {
            give_place(errands);
            one_is_over(errands);
        }
    }
    if (error != OK)
        free(errand);
    return error;
}
