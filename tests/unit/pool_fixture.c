/* pool_fixture.c - a pool of workers over a store of its own. */
#include "tests/unit/pool_fixture.h"

#include <sqlite3.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/jobs/live.h"
#include "tests/unit/reading.h"

static void state_changed(void *self, int64_t number)
{
    struct pool_fixture *f = self;

    pthread_mutex_lock(&f->lock);
    if (f->changes < CHANGES_KEPT)
        f->jobs[f->changes] = number;
    f->changes++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

struct pool_fixture *pool_fixture_new(void)
{
    struct pool_fixture *f = calloc(1, sizeof *f);
    void *store;

    assert_non_null(f);
    fixture_setup(&store);
    f->store = store;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    return f;
}

void pool_fixture_free(struct pool_fixture *f)
{
    void *store = f->store;

    if (f->pool)
        pool_fixture_stop(f);
    fixture_teardown(&store);
    pthread_cond_destroy(&f->changed);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

void pool_fixture_start(struct pool_fixture *f, unsigned workers)
{
    struct pool_options options = {
        .store = f->store->store,
        .workers = workers,
        .changed = state_changed,
        .self = f,
    };

    assert_int_equal(pool_open(&options, &f->pool), OK);
}

void pool_fixture_stop(struct pool_fixture *f)
{
    pool_stop(f->pool);
    fixture_close(f->store);
    pool_close(f->pool);
    f->pool = NULL;
    fixture_open(f->store, 100000);
}

int64_t pool_store(struct pool_fixture *f, const char *text)
{
    struct reading *r = reading_good(text);
    char *full = reading_write(r);
    struct store_job job = {
        .priority = r->spec.priority,
        .name = r->spec.name,
        .objective = r->spec.objective.kind->name,
        .optimizer = r->spec.optimizer->name,
        .dimension = (int64_t)r->spec.objective.n,
        .max_iterations = (int64_t)r->spec.stop[STOP_MAX_ITERATIONS],
        .created_ms = clock_wall_ms(),
        .loss = NAN, .gradient_norm = NAN, .best_loss = NAN,
        .spec = full,
    };
    int64_t number;

    assert_int_equal(identifier_new(&job.id), OK);
    number = submit(f->store, &job);
    free(full);
    reading_free(r);
    return number;
}

int64_t pool_submit(struct pool_fixture *f, const char *text)
{
    int64_t number = pool_store(f, text);

    pool_add(f->pool, number, look(f->store, number).priority);
    return number;
}

/* Wait for a bit of the mask of states. */
static struct store_job wait_for(struct pool_fixture *f, int64_t number,
                                 unsigned states)
{
    struct store_job job;
    uint64_t seen;

    for (;;) {
        pthread_mutex_lock(&f->lock);
        seen = f->changes;
        pthread_mutex_unlock(&f->lock);
        job = look(f->store, number);
        if (1u << job.state & states)
            return job;
        pthread_mutex_lock(&f->lock);
        while (f->changes == seen)
            pthread_cond_wait(&f->changed, &f->lock);
        pthread_mutex_unlock(&f->lock);
    }
}

struct store_job pool_wait_end(struct pool_fixture *f, int64_t number)
{
    return wait_for(f, number, 1u << JOB_COMPLETED | 1u << JOB_FAILED
                                   | 1u << JOB_CANCELED);
}

struct store_job pool_wait_begun(struct pool_fixture *f, int64_t number)
{
    return wait_for(f, number, ~(1u << JOB_QUEUED));
}

void pool_wait_rows(struct pool_fixture *f, int64_t number, uint64_t rows)
{
    uint64_t found = 0, last;
    struct live *live;

    while (found < rows) {
        live = pool_find(f->pool, number);
        if (live) {
            recorder_extent(&live->recorder, &found, &last);
            live_release(live);
        }
        usleep(100);
    }
}

void pool_ask_cancel(struct pool_fixture *f, int64_t number)
{
    assert_int_equal(act(f->store, STORE_CANCEL, number).error, OK);
    pool_cancel(f->pool, number);
}

int64_t pool_chunks(struct pool_fixture *f, int64_t number)
{
    struct store_chunk chunk;
    int64_t count = 0;

    while (store_read_chunk(f->store->reader, number, 0, count,
                            &f->store->arena, &chunk) == OK)
        count++;
    return count;
}

void pool_change_tables(struct pool_fixture *f, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(f->store->path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 60000);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

int64_t pool_failed_after(struct pool_fixture *f, const char *spec,
                          int64_t chunks)
{
    struct store_chunk last, newest;
    char sql[200];
    int64_t number;

    snprintf(sql, sizeof sql,
             "CREATE TRIGGER broken BEFORE INSERT ON trace "
             "WHEN (NEW.id & 0x1ffffff) = %lld "
             "BEGIN SELECT RAISE(ABORT, 'as from a disk'); END",
             (long long)chunks);
    pool_change_tables(f, sql);
    pool_fixture_start(f, 1);
    number = pool_submit(f, spec);
    while (pool_chunks(f, number) < chunks) {
        arena_fini(&f->store->arena);
        usleep(1000);
    }
    pool_fixture_stop(f);
    assert_int_equal(pool_chunks(f, number), chunks);
    assert_int_equal(store_read_chunk(f->store->reader, number, 0, chunks - 1,
                                      &f->store->arena, &last), OK);
    assert_int_equal(store_last_chunk(f->store->reader, number, 0, &newest),
                     OK);
    assert_int_equal(newest.last, last.last);
    if (look(f->store, number).state == JOB_QUEUED)
        assert_int_equal(act(f->store, STORE_CLAIM, number).error, OK);
    struct store_write end = {
        .verb = STORE_FINISH,
        .finish = {.number = number, .now_ms = clock_wall_ms(),
                   .state = JOB_FAILED, .loss = NAN, .best_loss = NAN,
                   .gradient_norm = NAN, .epoch = NAN,
                   .iterations = last.last}};
    assert_int_equal(store_write_wait(f->store->store, &end), OK);
    pool_fixture_start(f, 0);
    return number;
}
