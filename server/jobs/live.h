/*
 * live.h - the jobs that a worker has: from when it looks at them to when their
 * last write is stored. While one is in the table no other worker touches it.
 *
 * A live job is held by references: its worker's, one for each write under
 * way, and one for whoever looks at it. The last one to let go frees it.
 */
#ifndef SERVER_JOBS_LIVE_H
#define SERVER_JOBS_LIVE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/jobs/recorder.h"
#include "server/jobs/spec.h"

enum { LIVE_BUCKETS = 256 };

struct live {
    int64_t number;
    struct identifier id;
    struct spec spec;
    struct arena arena;             /* of the spec and the run */
    struct recorder recorder;
    atomic_bool cancel;             /* the run's flag */
    atomic_bool canceled_by_user;   /* else: the pool is closing */
    atomic_int references;

    /* Chunks handed to the store, and whether it took them. */
    pthread_mutex_t lock;
    pthread_cond_t stored;
    unsigned chunks_waiting;
    unsigned chunks_stored;         /* before the first that was refused */
    enum error store_error;

    bool is_shown;                  /* under the table's lock */
    struct live *next;              /* in its bucket */
};

struct live_table {
    pthread_mutex_t lock;
    struct live *buckets[LIVE_BUCKETS];
};

void live_table_init(struct live_table *table);
void live_table_fini(struct live_table *table);

/* A live job of that number and nothing else; NULL: out of memory. The caller
 * has its first reference. */
struct live *live_new(int64_t number);

/* Put a job in; the table holds no reference: live_remove() it in time. False:
 * one of that number is there. */
MUST_CHECK bool live_insert(struct live_table *table, struct live *live);
void live_remove(struct live_table *table, struct live *live);

/* It has all that a reader may look at: live_find() finds it from now on. */
void live_show(struct live_table *table, struct live *live);

/* The live job of that number, once it is shown, with a reference for the
 * caller, or NULL. */
struct live *live_find(struct live_table *table, int64_t number);

/* Whether a worker has the job of that number. */
bool live_has(struct live_table *table, int64_t number);

/* Call `visit` for each, shown or not, under the table's lock. */
void live_each(struct live_table *table,
               void (*visit)(struct live *live, void *self), void *self);

void live_hold(struct live *live);
void live_release(struct live *live); /* NULL can be released */

#endif
