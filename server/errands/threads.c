/* threads.c - threads that come and go, counted. */
#include "server/errands/threads.h"

#include <signal.h>
#include <stdlib.h>

enum { STACK_BYTES = 512 * 1024 };

struct thread {
    struct threads *threads;
    void (*run)(void *argument);
    void (*tell)(void *argument);
    void *argument;
};

enum error threads_init(struct threads *threads, unsigned taken_max)
{
    *threads = (struct threads){.taken_max = taken_max};
    if (pthread_mutex_init(&threads->mutex, NULL) != 0)
        return ERR_SYSTEM;
    if (pthread_cond_init(&threads->over, NULL) == 0)
        return OK;
    pthread_mutex_destroy(&threads->mutex);
    return ERR_SYSTEM;
}

void threads_fini(struct threads *threads)
{
    pthread_mutex_lock(&threads->mutex);
    while (threads->running > 0)
        pthread_cond_wait(&threads->over, &threads->mutex);
    pthread_mutex_unlock(&threads->mutex);
    pthread_cond_destroy(&threads->over);
    pthread_mutex_destroy(&threads->mutex);
}

static void give_place(struct threads *threads)
{
    pthread_mutex_lock(&threads->mutex);
    threads->taken--;
    pthread_mutex_unlock(&threads->mutex);
}

static void one_is_over(struct threads *threads)
{
    pthread_mutex_lock(&threads->mutex);
    threads->running--;
    pthread_cond_signal(&threads->over);
    pthread_mutex_unlock(&threads->mutex);
}

static void *run(void *self)
{
    struct thread *thread = self;
    struct threads *threads = thread->threads;

    thread->run(thread->argument);
    give_place(threads);
    if (thread->tell != NULL)
        thread->tell(thread->argument);
    free(thread);
    one_is_over(threads);
    return NULL;
}

/* A thread that is not joined; signals are for the main thread. */
static enum error start_thread(struct thread *thread)
{
    pthread_attr_t attributes;
    sigset_t all, former;
    pthread_t handle;
    int failed;

    if (pthread_attr_init(&attributes) != 0)
        return ERR_MEMORY;
    failed = pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED)
             || pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    if (!failed)
        failed = pthread_create(&handle, &attributes, run, thread);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    pthread_attr_destroy(&attributes);
    return failed ? ERR_SYSTEM : OK;
}

enum error threads_start(struct threads *threads,
                         void (*to_run)(void *argument),
                         void (*tell)(void *argument), void *argument)
{
    struct thread *thread = malloc(sizeof *thread);
    enum error error = OK;

    if (thread == NULL)
        return ERR_MEMORY;
    *thread = (struct thread){threads, to_run, tell, argument};
    pthread_mutex_lock(&threads->mutex);
    if (threads->taken >= threads->taken_max) {
        error = ERR_FULL;
    } else {
        threads->taken++;
        threads->running++;
    }
    pthread_mutex_unlock(&threads->mutex);
    if (error == OK) {
        error = start_thread(thread);
        if (error != OK) {
            give_place(threads);
            one_is_over(threads);
        }
    }
    if (error != OK)
        free(thread);
    return error;
}
