/* test_pool_restart.c - a stop puts jobs back, and nothing of them is lost. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/jobs/live.h"
#include "tests/unit/pool_fixture.h"
#include "tests/unit/reading.h"

#define JOB(iterations, rest) \
    "{\"seed\":5,\"objective\":{\"type\":\"function\"," \
    "\"name\":\"rosenbrock\",\"dimension\":4}," \
    "\"start\":{\"random\":{\"low\":-2,\"high\":2}}," \
    "\"optimizer\":{\"type\":\"adam\"}," \
    "\"stop\":{\"max_iterations\":" iterations "}" rest "}"

static int setup(void **state)
{
    *state = pool_fixture_new();
    return 0;
}

static int teardown(void **state)
{
    pool_fixture_free(*state);
    return 0;
}

static void check_sha256(const struct store_job *job)
{
    struct reading *r = reading_good(job->spec);
    char text[DIGEST_TEXT_BYTES];

    reading_sha256(r, text);
    assert_string_equal(job->trace_sha256, text);
    reading_free(r);
}

static void *stop(void *self)
{
    pool_fixture_stop(self);
    return NULL;
}

/* Stop the pool in the middle of a job: its worker waits for the writer, which
 * goes on when the job has been told to end. */
static void stop_within(struct pool_fixture *f, int64_t number)
{
    struct halt halt;
    struct live *live;
    pthread_t stopping;

    halt_begin(f->store, &halt);
    pool_wait_rows(f, number, 4 * STORE_CHUNK_ROWS);
    live = pool_find(f->pool, number);
    assert_int_equal(pthread_create(&stopping, NULL, stop, f), 0);
    while (!atomic_load(&live->cancel))
        usleep(100);
    live_release(live);
    halt_end(&halt);
    pthread_join(stopping, NULL);
}

static void a_stopped_job_is_queued_again_and_ends_with_the_same_digest(
    void **state)
{
    struct pool_fixture *f = *state;
    struct store_job job;
    int64_t number;

    pool_fixture_start(f, 1);
    number = pool_submit(f, JOB("200000", ""));
    stop_within(f, number);
    job = look(f->store, number);
    assert_int_equal(job.state, JOB_QUEUED);
    assert_int_equal(job.attempt, 2);
    assert_int_equal(job.started_ms, 0);
    assert_null(job.trace_sha256);
    assert_true(pool_chunks(f, number) >= 4); /* what was shown stays */

    pool_fixture_start(f, 3);
    job = pool_wait_end(f, number);
    assert_int_equal(job.state, JOB_COMPLETED);
    assert_int_equal(job.attempt, 2);
    assert_int_equal(job.iterations, 200000);
    check_sha256(&job);
}

static void jobs_in_the_queue_wait_for_the_next_start(void **state)
{
    enum { JOBS = 20 };
    struct pool_fixture *f = *state;
    int64_t numbers[JOBS], endless;

    pool_fixture_start(f, 1);
    endless = pool_submit(f, JOB("1000000000", "")); /* until it is stopped */
    pool_wait_rows(f, endless, 1);
    for (int i = 0; i < JOBS; i++)
        numbers[i] = pool_submit(f, JOB("100", ""));
    pool_fixture_stop(f);
    for (int i = 0; i < JOBS; i++) {
        assert_int_equal(look(f->store, numbers[i]).state, JOB_QUEUED);
        assert_int_equal(look(f->store, numbers[i]).attempt, 1);
    }
    assert_int_equal(act(f->store, STORE_CANCEL, endless).error, OK);
    pool_fixture_start(f, 2);
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(pool_wait_end(f, numbers[i]).state, JOB_COMPLETED);
    assert_int_equal(look(f->store, endless).state, JOB_CANCELED);
}

static void jobs_stored_while_no_worker_runs_are_found_at_the_start(
    void **state)
{
    struct pool_fixture *f = *state;
    int64_t numbers[3];

    for (int i = 0; i < 3; i++)
        numbers[i] = pool_store(f, JOB("100", ""));
    pool_fixture_start(f, 0);
    pool_fixture_stop(f);
    for (int i = 0; i < 3; i++)
        assert_int_equal(look(f->store, numbers[i]).state, JOB_QUEUED);
    pool_fixture_start(f, 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pool_wait_end(f, numbers[i]).state, JOB_COMPLETED);
}

/* As after a crash: the row says running, part of its trace is there. */
static void a_job_left_running_starts_over(void **state)
{
    struct pool_fixture *f = *state;
    int64_t number = pool_store(f, JOB("2000", ""));
    int64_t wished = pool_store(f, JOB("2000", ""));
    int64_t discarded = pool_store(f, JOB("2000", ""));
    struct store_job job;

    assert_int_equal(act(f->store, STORE_CLAIM, number).error, OK);
    assert_int_equal(record(f->store, number, 0, 0, "left", 4).error, OK);
    assert_int_equal(record(f->store, number, 0, 9, "over", 4).error, OK);
    assert_int_equal(act(f->store, STORE_CLAIM, wished).error, OK);
    assert_int_equal(act(f->store, STORE_CANCEL, wished).error, OK);
    assert_int_equal(act(f->store, STORE_CLAIM, discarded).error, OK);
    assert_int_equal(record(f->store, discarded, 0, 0, "left", 4).error, OK);
    assert_int_equal(act(f->store, STORE_DISCARD, discarded).error, OK);
    pool_fixture_start(f, 1);
    job = pool_wait_end(f, number);
    assert_int_equal(job.state, JOB_COMPLETED);
    assert_int_equal(job.attempt, 2);
    assert_int_equal(pool_chunks(f, number), 4); /* 2001 rows, and no tenth */
    check_sha256(&job);
    job = look(f->store, wished);
    assert_int_equal(job.state, JOB_CANCELED);
    assert_int_equal(pool_chunks(f, wished), 0);
    assert_int_equal(store_get_number(f->store->reader, discarded, 0,
                                      &f->store->arena, &job), ERR_MISSING);
    assert_int_equal(pool_chunks(f, discarded), 0);
}

/* Stop while jobs begin, run and end: each is queued or whole. */
static void a_stop_at_any_moment_leaves_whole_jobs(void **state)
{
    enum { JOBS = 40, ROUNDS = 4 };
    struct pool_fixture *f = *state;
    int64_t numbers[JOBS];

    for (int i = 0; i < JOBS; i++)
        numbers[i] = pool_store(f, JOB("5000", ""));
    for (int round = 1; round <= ROUNDS; round++) {
        pool_fixture_start(f, 3);
        pool_wait_end(f, numbers[JOBS * round / (ROUNDS + 1)]);
        pool_fixture_stop(f);
        for (int i = 0; i < JOBS; i++) {
            struct store_job job = look(f->store, numbers[i]);

            if (job.state == JOB_QUEUED)
                continue;
            assert_int_equal(job.state, JOB_COMPLETED);
            assert_int_equal(job.iterations, 5000);
            assert_int_equal(pool_chunks(f, numbers[i]), 10);
        }
        arena_fini(&f->store->arena);
    }
    pool_fixture_start(f, 3);
    for (int i = 0; i < JOBS; i++) {
        struct store_job job = pool_wait_end(f, numbers[i]);

        assert_int_equal(job.state, JOB_COMPLETED);
        check_sha256(&job);
    }
}

/* ---- a store that fails for a while ------------------------------------ */

/* For about two seconds no job can get this state. */
static void refuse_state(struct pool_fixture *f, const char *state)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "CREATE TRIGGER broken BEFORE UPDATE OF state ON job WHEN "
             "NEW.state = '%s' AND unixepoch() < %lld "
             "BEGIN SELECT RAISE(ABORT, 'as from a disk'); END",
             state, (long long)time(NULL) + 2);
    pool_change_tables(f, sql);
}

static void a_job_whose_claim_or_end_cannot_be_stored_runs_later(void **state)
{
    static const char *const refused[] = {"running", "completed"};
    struct pool_fixture *f = *state;
    struct store_job job;

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        refuse_state(f, refused[i]);
        pool_fixture_start(f, 1);
        job = pool_wait_end(f, pool_submit(f, JOB("1000", "")));
        assert_int_equal(job.state, JOB_COMPLETED);
        assert_true(i == 0 ? job.attempt == 1 : job.attempt > 1);
        check_sha256(&job);
        pool_change_tables(f, "DROP TRIGGER broken");
        pool_fixture_stop(f);
    }
}

/* The store takes no fourth chunk for a while: the job is never failed for it,
 * what was shown of it stays, and at last it ends as it would have. */
static void a_run_whose_chunk_cannot_be_stored_runs_later(void **state)
{
    struct pool_fixture *f = *state;
    struct store_job job;
    int64_t number;

    pool_change_tables(f, "CREATE TRIGGER broken BEFORE INSERT ON trace "
                          "WHEN (NEW.id & 0x1ffffff) = 3 "
                          "BEGIN SELECT RAISE(ABORT, 'as from a disk'); END");
    pool_fixture_start(f, 1);
    number = pool_submit(f, JOB("5000", ""));
    do {
        job = look(f->store, number);
        assert_true(job.state == JOB_QUEUED || job.state == JOB_RUNNING);
        assert_true(job.attempt == 1 || pool_chunks(f, number) == 3);
        usleep(1000);
    } while (job.attempt < 4);
    pool_change_tables(f, "DROP TRIGGER broken");
    job = pool_wait_end(f, number);
    assert_int_equal(job.state, JOB_COMPLETED);
    assert_int_equal(pool_chunks(f, number), 10);
    check_sha256(&job);
}

/* A run's end stands where every chunk before it does: while the writer stands
 * still, the chunks and the end are one group, which fails by one chunk. */
static void no_end_is_stored_without_a_chunk_before_it(void **state)
{
    struct pool_fixture *f = *state;
    struct store_job job;
    struct halt halt;
    int64_t number;

    pool_change_tables(f, "CREATE TRIGGER broken BEFORE INSERT ON trace "
                          "WHEN (NEW.id & 0x1ffffff) = 1 AND 1 = (SELECT "
                          "attempt FROM job) "
                          "BEGIN SELECT RAISE(ABORT, 'as from a disk'); END");
    pool_fixture_start(f, 1);
    number = pool_store(f, JOB("2000", ""));
    halt_begin(f->store, &halt);
    pool_add(f->pool, number, 0);
    pool_wait_rows(f, number, 2001);
    usleep(100000); /* for the end to be handed over as well */
    halt_end(&halt);
    job = pool_wait_end(f, number);
    assert_int_equal(job.state, JOB_COMPLETED);
    assert_int_equal(job.attempt, 2);
    assert_int_equal(pool_chunks(f, number), 4);
    check_sha256(&job);
    pool_change_tables(f, "DROP TRIGGER broken");
}

/*
 * Twelve jobs whose ends were refused, tried again one a second, would take
 * twelve seconds; once one is stored the others follow at once, the most urgent
 * first.
 */
static void once_the_store_is_well_no_job_waits(void **state)
{
    enum { JOBS = 12 };
    struct pool_fixture *f = *state;
    uint64_t last[JOBS] = {0};
    int64_t numbers[JOBS];
    time_t end;

    refuse_state(f, "completed");
    end = time(NULL) + 2 + 5;
    pool_fixture_start(f, 1);
    for (int i = 0; i < JOBS; i++) {
        char spec[400];

        snprintf(spec, sizeof spec, JOB("1000", ",\"priority\":%d"), i);
        numbers[i] = pool_submit(f, spec);
    }
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(pool_wait_end(f, numbers[i]).state, JOB_COMPLETED);
    assert_true(time(NULL) <= end);
    pthread_mutex_lock(&f->lock);
    assert_true(f->changes < CHANGES_KEPT);
    for (uint64_t k = 0; k < f->changes; k++)
        for (int i = 0; i < JOBS; i++)
            if (f->jobs[k] == numbers[i])
                last[i] = k;
    for (int i = 1; i < JOBS; i++)
        assert_true(last[i] < last[i - 1]);
    pthread_mutex_unlock(&f->lock);
    pool_change_tables(f, "DROP TRIGGER broken");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_stopped_job_is_queued_again_and_ends_with_the_same_digest),
        WITH(jobs_in_the_queue_wait_for_the_next_start),
        WITH(jobs_stored_while_no_worker_runs_are_found_at_the_start),
        WITH(a_job_left_running_starts_over),
        WITH(a_stop_at_any_moment_leaves_whole_jobs),
        WITH(a_job_whose_claim_or_end_cannot_be_stored_runs_later),
        WITH(a_run_whose_chunk_cannot_be_stored_runs_later),
        WITH(no_end_is_stored_without_a_chunk_before_it),
        WITH(once_the_store_is_well_no_job_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
