/* store_fixture.h - a store in a folder of its own, and ways to use it. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <semaphore.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "server/store/store.h"

struct fixture {
    char folder[64];
    char path[80];                  /* of the database */
    struct store *store;
    struct store_reader *reader;
    struct arena arena;             /* what the test reads */
    int64_t retention_ms;           /* of the next fixture_open() */
    char message[STORE_MESSAGE_BYTES];
};

/* For cmocka_unit_test_setup_teardown(): an open store, then none. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Close the store and its reader, or open them again. */
void fixture_close(struct fixture *fixture);
void fixture_open(struct fixture *fixture, size_t queue_max);

/* Try to open a store; what it fails with. It is closed again. */
enum error fixture_try(struct fixture *fixture, const char *location);

/* A job with all that a submit needs. */
struct store_job plain_job(void);

/* Submit and wait: the number. */
int64_t submit(struct fixture *fixture, const struct store_job *job);

/* Do it and wait; the verb's answer stands in what is returned. */
struct store_write act(struct fixture *fixture, enum store_verb verb,
                       int64_t number);
/* The same for a FINISH to this state. */
struct store_write end(struct fixture *fixture, int64_t number,
                       enum job_state state);
/* RECORD one chunk of these bytes. */
struct store_write record(struct fixture *fixture, int64_t number,
                          unsigned level, int64_t chunk, const void *columns,
                          size_t bytes);

/* Whether a chunk is there; and wait up to 20 s until it is not. */
bool has_chunk(struct fixture *fixture, int64_t number, unsigned level,
               int64_t chunk);
void wait_for_pruned(struct fixture *fixture, int64_t number, unsigned level,
                     int64_t chunk);

/* The job; it must be there. */
struct store_job look(struct fixture *fixture, int64_t number);

/* A job in this state; with a wish it is running. */
int64_t make(struct fixture *fixture, enum job_state state,
             enum job_wish wish);

/* A writer that stands still inside a `done`, so that writes pile up. */
struct halt {
    struct store_write write;
    sem_t halted, released;
};

void halt_begin(struct fixture *fixture, struct halt *halt);
void halt_end(struct halt *halt);

/* A `done` that does nothing, and one that posts the semaphore in context. */
void done_silently(struct store_write *write);
void done_post(struct store_write *write);

#endif
