/* test_work.c - the ways out of a job's run, one by one: no pool, no clock. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "server/jobs/work.h"
#include "tests/unit/pool_fixture.h"

#define SPEC(iterations)                                                      \
    "{\"objective\":{\"type\":\"function\",\"name\":\"rosenbrock\"},"         \
    "\"optimizer\":{\"type\":\"adam\"},"                                      \
    "\"stop\":{\"max_iterations\":" iterations "}}"

/* A worker's surroundings: what is given back is written down. */
struct desk {
    struct pool_fixture *f;
    struct work_shared shared;
    struct job_queue_entry given_back;
    unsigned backs, ends;
};

static void again(void *self, struct job_queue_entry entry)
{
    struct desk *desk = self;

    desk->given_back = entry;
    desk->backs++;
}

static void ended(void *self)
{
    struct desk *desk = self;

    desk->ends++;
}

static int setup(void **state)
{
    static struct desk desk;

    desk = (struct desk){.f = pool_fixture_new()};
    desk.shared.again = again;
    desk.shared.ended = ended;
    desk.shared.pool = &desk;
    live_table_init(&desk.shared.live);
    pthread_mutex_init(&desk.shared.lock, NULL);
    pthread_cond_init(&desk.shared.finished, NULL);
    *state = &desk;
    return 0;
}

static int teardown(void **state)
{
    struct desk *desk = *state;

    pool_fixture_free(desk->f);
    live_table_fini(&desk->shared.live);
    pthread_cond_destroy(&desk->shared.finished);
    pthread_mutex_destroy(&desk->shared.lock);
    return 0;
}

/* Run it, and wait for the writes that it handed over. */
static void run(struct desk *desk, int64_t number, uint16_t tries)
{
    struct fixture *store = desk->f->store;
    struct job_queue_entry entry = {
        .number = number, .tries = tries, .failures = tries};

    desk->shared.store = store->store;
    work_run_job(&desk->shared, store->reader, entry);
    fixture_close(store);
    fixture_open(store, 1000);
}

static int64_t store_without_spec(struct desk *desk)
{
    int64_t number = pool_store(desk->f, SPEC("600"));

    pool_change_tables(desk->f, "DELETE FROM job_spec");
    return number;
}

static void a_job_ends(void **state)
{
    struct desk *desk = *state;
    int64_t number = pool_store(desk->f, SPEC("600"));

    run(desk, number, 0);
    assert_int_equal(look(desk->f->store, number).state, JOB_COMPLETED);
    assert_int_equal(desk->ends, 1);
    assert_int_equal(desk->backs, 0);
}

static void a_spec_that_cannot_be_read_now_is_tried_again(void **state)
{
    struct desk *desk = *state;
    int64_t number = store_without_spec(desk);

    run(desk, number, 0);
    assert_int_equal(look(desk->f->store, number).state, JOB_QUEUED);
    assert_int_equal(look(desk->f->store, number).revision, 1);
    assert_int_equal(desk->backs, 1);
    assert_int_equal(desk->given_back.number, number);
    assert_int_equal(desk->given_back.failures, 1);
    assert_int_equal(desk->given_back.tries, 1);
    run(desk, number, WORK_TRIES - 2);
    assert_int_equal(look(desk->f->store, number).state, JOB_QUEUED);
}

static void after_too_many_tries_the_job_has_failed_and_says_why(void **state)
{
    struct desk *desk = *state;
    int64_t number = store_without_spec(desk);
    struct store_job job;

    run(desk, number, WORK_TRIES - 1);
    job = look(desk->f->store, number);
    assert_int_equal(job.state, JOB_FAILED);
    assert_string_equal(job.error,
                        "{\"code\":\"corrupt\",\"message\":\"the database is "
                        "damaged\",\"tries\":20}");
    assert_int_equal(desk->backs, 0);
}

/* As after a requeue that the disk did not take. */
static void a_job_that_nobody_runs_is_put_back_and_run(void **state)
{
    struct desk *desk = *state;
    int64_t number = pool_store(desk->f, SPEC("600"));
    struct store_job job;

    assert_int_equal(act(desk->f->store, STORE_CLAIM, number).error, OK);
    run(desk, number, 1);
    job = look(desk->f->store, number);
    assert_int_equal(job.state, JOB_COMPLETED);
    assert_int_equal(job.attempt, 2);
}

static void what_was_wished_meanwhile_is_done(void **state)
{
    struct desk *desk = *state;
    int64_t canceled = pool_store(desk->f, SPEC("600"));
    int64_t deleted = pool_store(desk->f, SPEC("600"));
    struct store_job job;

    assert_int_equal(act(desk->f->store, STORE_CLAIM, canceled).error, OK);
    assert_int_equal(act(desk->f->store, STORE_CANCEL, canceled).error, OK);
    assert_int_equal(act(desk->f->store, STORE_CLAIM, deleted).error, OK);
    assert_int_equal(act(desk->f->store, STORE_DISCARD, deleted).error, OK);
    run(desk, canceled, 1);
    run(desk, deleted, 1);
    assert_int_equal(look(desk->f->store, canceled).state, JOB_CANCELED);
    assert_int_equal(store_get_number(desk->f->store->reader, deleted, 0,
                                      &desk->f->store->arena, &job),
                     ERR_MISSING);
    assert_int_equal(desk->backs, 0);
}

/* One that is twice in the queue. */
static void a_job_of_another_worker_is_left_alone(void **state)
{
    struct desk *desk = *state;
    int64_t number = pool_store(desk->f, SPEC("600"));
    struct live *other = live_new(number);

    assert_non_null(other);
    assert_true(live_insert(&desk->shared.live, other));
    run(desk, number, 0);
    assert_int_equal(look(desk->f->store, number).state, JOB_QUEUED);
    assert_int_equal(desk->backs, 0);
    assert_true(live_has(&desk->shared.live, number));
    live_remove(&desk->shared.live, other);
    live_release(other);
    run(desk, number, 0);
    assert_int_equal(look(desk->f->store, number).state, JOB_COMPLETED);
    run(desk, number, 0); /* it has ended */
    assert_int_equal(desk->ends, 1);
}

/* Of a run that is put back the rows in memory are stored as well. */
static void rows_that_were_seen_stay_when_a_run_is_put_back(void **state)
{
    struct desk *desk = *state;
    struct pool_fixture *f = desk->f;
    struct store_chunk last;
    uint64_t rows, seen;
    struct live *live;
    int64_t number;

    pool_fixture_start(f, 1);
    number = pool_submit(f, SPEC("1000000000"));
    pool_wait_rows(f, number, 700);
    live = pool_find(f->pool, number);
    assert_non_null(live);
    recorder_extent(&live->recorder, &rows, &seen);
    live_release(live);
    pool_fixture_stop(f);
    assert_int_equal(look(f->store, number).state, JOB_QUEUED);
    assert_int_equal(store_last_chunk(f->store->reader, number, 0, &last), OK);
    assert_true((uint64_t)last.last >= seen);
    assert_true(last.rows < STORE_CHUNK_ROWS || last.last % 512 == 511);
}

static void all_jobs_are_found_but_those_of_workers(void **state)
{
    struct desk *desk = *state;
    struct fixture *store = desk->f->store;
    struct job_queue queue = {0};
    struct job_queue_entry entry;
    int64_t numbers[4], last = 0;
    struct live *other;

    for (size_t i = 0; i < 4; i++)
        numbers[i] = pool_store(desk->f, SPEC("600"));
    assert_int_equal(act(store, STORE_CLAIM, numbers[0]).error, OK);
    assert_int_equal(act(store, STORE_CLAIM, numbers[1]).error, OK);
    assert_int_equal(act(store, STORE_CANCEL, numbers[3]).error, OK);
    other = live_new(numbers[0]);
    assert_non_null(other);
    assert_true(live_insert(&desk->shared.live, other));
    assert_int_equal(work_find_jobs(&desk->shared, store->reader, &queue,
                                    &last), OK);
    assert_int_equal(last, numbers[2]);
    for (size_t i = 1; i < 3; i++) {
        assert_true(job_queue_pop(&queue, &entry));
        assert_int_equal(entry.number, numbers[i]);
    }
    assert_false(job_queue_pop(&queue, &entry));
    job_queue_fini(&queue);
    live_remove(&desk->shared.live, other);
    live_release(other);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_job_ends),
        WITH(a_spec_that_cannot_be_read_now_is_tried_again),
        WITH(after_too_many_tries_the_job_has_failed_and_says_why),
        WITH(a_job_that_nobody_runs_is_put_back_and_run),
        WITH(what_was_wished_meanwhile_is_done),
        WITH(a_job_of_another_worker_is_left_alone),
        WITH(rows_that_were_seen_stay_when_a_run_is_put_back),
        WITH(all_jobs_are_found_but_those_of_workers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
