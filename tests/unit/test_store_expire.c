/* test_store_expire.c - ended jobs are kept as long as they shall be. */
#include "tests/unit/store_fixture.h"

#include <unistd.h>

#include "server/base/clock.h"

/* An ended job that is kept so long, or as the store says. */
static int64_t make_ended(struct fixture *f, int64_t retention_ms,
                          int64_t finished_ms)
{
    struct store_job job = plain_job();
    struct store_write write = {
        .verb = STORE_FINISH,
        .finish = {.now_ms = finished_ms, .state = JOB_COMPLETED,
                   .result = "{}"},
    };

    job.retention_ms = retention_ms;
    int64_t number = write.finish.number = submit(f, &job);
    assert_int_equal(act(f, STORE_CLAIM, number).error, OK);
    assert_int_equal(record(f, number, 0, 0, "x", 1).error, OK);
    assert_int_equal(store_write_wait(f->store, &write), OK);
    return number;
}

static bool is_there(struct fixture *f, int64_t number)
{
    struct store_job job;
    enum error error = store_get_number(f->reader, number, STORE_ROW,
                                        &f->arena, &job);

    assert_true(error == OK || error == ERR_MISSING);
    return error == OK;
}

static void wait_until_gone(struct fixture *f, int64_t number)
{
    for (int i = 0; i < 20000 && is_there(f, number); i++)
        usleep(1000);
    assert_false(is_there(f, number));
    wait_for_pruned(f, number, 0, 0);
}

/* Nothing else is written meanwhile: the writer wakes by itself. */
static void a_job_goes_when_its_time_has_come(void **state)
{
    struct fixture *f = *state;
    int64_t now_ms = clock_wall_ms();
    int64_t kept = make_ended(f, 0, 1000), soon = make_ended(f, 300, now_ms);
    int64_t later = make_ended(f, 1000000, now_ms);

    assert_int_equal(look(f, kept).expires_ms, 0);
    assert_int_equal(look(f, kept).retention_ms, 0);
    assert_int_equal(look(f, later).expires_ms, now_ms + 1000000);
    wait_until_gone(f, soon);
    assert_true(clock_wall_ms() >= now_ms + 300);
    assert_true(is_there(f, kept));
    assert_true(is_there(f, later));
    assert_true(has_chunk(f, later, 0, 0));
}

/* The store's own time holds for jobs of earlier days too. */
static void a_store_keeps_what_says_nothing_as_long_as_it_is_told(void **state)
{
    struct fixture *f = *state;
    int64_t now_ms = clock_wall_ms();
    int64_t plain = make_ended(f, STORE_RETENTION_DEFAULT, now_ms - 60000);
    int64_t own = make_ended(f, 0, now_ms - 60000);
    int64_t young = make_ended(f, STORE_RETENTION_DEFAULT, now_ms);
    int64_t running = make(f, JOB_RUNNING, WISH_NONE);

    assert_int_equal(look(f, plain).expires_ms, 0);
    fixture_close(f);
    f->retention_ms = 59000;
    fixture_open(f, 100);
    wait_until_gone(f, plain);
    assert_true(is_there(f, own));
    assert_int_equal(look(f, young).expires_ms, now_ms + 59000);
    assert_int_equal(look(f, young).retention_ms, STORE_RETENTION_DEFAULT);
    assert_int_equal(look(f, running).expires_ms, 0);
}

static void many_jobs_expire_at_once_and_the_others_stay(void **state)
{
    struct fixture *f = *state;
    int64_t last = 0, kept = 0;

    for (int i = 0; i < 300; i++) {
        last = make_ended(f, 1, 1000 + i);
        if (i % 100 == 0)
            kept = make_ended(f, 0, 1000 + i);
    }
    wait_until_gone(f, last);
    struct store_query query = {.limit = 100};
    struct store_page page;
    assert_int_equal(store_list(f->reader, &query, &f->arena, &page), OK);
    assert_int_equal(page.count, 3);
    assert_int_equal(page.jobs[2].number, kept);
}

/* A canceled job has ended too, though it never ran. */
static void a_canceled_job_expires(void **state)
{
    struct fixture *f = *state;
    struct store_job job = plain_job();

    job.retention_ms = 1;
    int64_t number = submit(f, &job);
    assert_int_equal(act(f, STORE_CANCEL, number).error, OK);
    wait_until_gone(f, number);
}

#define WITH(test) \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_job_goes_when_its_time_has_come),
        WITH(a_store_keeps_what_says_nothing_as_long_as_it_is_told),
        WITH(many_jobs_expire_at_once_and_the_others_stay),
        WITH(a_canceled_job_expires),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
