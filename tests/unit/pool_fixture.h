/* pool_fixture.h - a pool of workers over a store of its own. */
#ifndef TESTS_UNIT_POOL_FIXTURE_H
#define TESTS_UNIT_POOL_FIXTURE_H

#include <pthread.h>

#include "server/jobs/pool.h"
#include "tests/unit/store_fixture.h"

enum { CHANGES_KEPT = 1000 };

struct pool_fixture {
    struct fixture *store;
    struct pool *pool;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t changes;            /* how often a job's state was stored */
    int64_t jobs[CHANGES_KEPT];  /* of which job, the first times */
};

/* Open a store in a new folder; pool_fixture_free() it. */
struct pool_fixture *pool_fixture_new(void);
void pool_fixture_free(struct pool_fixture *f);

/* Start workers, or stop them: then the store is closed and opened again, as
 * by another process. */
void pool_fixture_start(struct pool_fixture *f, unsigned workers);
void pool_fixture_stop(struct pool_fixture *f);

/* Put a job into the store, and into the queue of a pool that runs. */
int64_t pool_submit(struct pool_fixture *f, const char *spec);
/* Into the store only. */
int64_t pool_store(struct pool_fixture *f, const char *spec);

/* Wait until the job has ended. */
struct store_job pool_wait_end(struct pool_fixture *f, int64_t number);
/* Wait until a job is queued no more: it runs, or was too quick to be seen. */
struct store_job pool_wait_begun(struct pool_fixture *f, int64_t number);

/* Wait until the running job has recorded so many rows. */
void pool_wait_rows(struct pool_fixture *f, int64_t number, uint64_t rows);

/* Ask for the end of a job, as POST /jobs/{id}/cancel does. */
void pool_ask_cancel(struct pool_fixture *f, int64_t number);

/* Change the database beside the store: make it refuse, for example. */
void pool_change_tables(struct pool_fixture *f, const char *sql);

/* A job that has failed after `chunks` full chunks of its trace: the store took
 * no further one, and has no hole. Its pool has no workers. */
int64_t pool_failed_after(struct pool_fixture *f, const char *spec,
                          int64_t chunks);

/* How many chunks of its trace are in the store, from the first on. */
int64_t pool_chunks(struct pool_fixture *f, int64_t number);

#endif
