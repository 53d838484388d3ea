/* test_store_prune.c - what is deleted goes little by little, and all of it. */
#include "tests/unit/store_fixture.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"

enum { CHUNK_BYTES = 100000 }; /* 13 pages */

/* A running job with so many large chunks, all handed over, then done. */
static int64_t make_large(struct fixture *f, int64_t chunks)
{
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    char *columns = calloc(1, CHUNK_BYTES);

    assert_non_null(columns);
    for (int64_t i = 0; i < chunks; i++)
        assert_int_equal(record(f, number, 0, i, columns, CHUNK_BYTES).error,
                         OK);
    free(columns);
    return number;
}

/* The answer to a query with one number. */
static int64_t number_of(struct fixture *f, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    int64_t number;

    assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

/* Wait up to 20 s until nothing is left to prune. */
static void wait_for_all(struct fixture *f)
{
    for (int i = 0; i < 2000; i++) {
        if (number_of(f, "SELECT count(*) FROM prune") == 0)
            return;
        usleep(10000);
    }
    fail_msg("there are notes still");
}

static void a_trace_goes_and_its_neighbours_stay(void **state)
{
    struct fixture *f = *state;
    int64_t before = make_large(f, 2), large = make_large(f, 500);
    int64_t after = make_large(f, 2);

    assert_int_equal(end(f, large, JOB_COMPLETED).error, OK);
    assert_int_equal(act(f, STORE_DELETE, large).error, OK);
    /* The first chunk goes first. */
    wait_for_pruned(f, large, 0, 0);
    wait_for_pruned(f, large, 0, 499);
    for (int64_t i = 0; i < 2; i++) {
        assert_true(has_chunk(f, before, 0, i));
        assert_true(has_chunk(f, after, 0, i));
    }
    wait_for_all(f);
    assert_int_equal(number_of(f, "SELECT count(*) FROM trace"), 4);
    assert_int_equal(number_of(f, "SELECT count(*) FROM job_result"), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM job_spec"), 2);
}

/* A store that is never idle prunes all the same. */
static void a_busy_store_prunes_too(void **state)
{
    struct fixture *f = *state;
    int64_t large = make_large(f, 200), other = make(f, JOB_RUNNING,
                                                     WISH_NONE);
    int64_t deadline_ns = clock_monotonic_ns() + INT64_C(20000000000);

    assert_int_equal(end(f, large, JOB_COMPLETED).error, OK);
    assert_int_equal(act(f, STORE_DELETE, large).error, OK);
    while (has_chunk(f, large, 0, 199)) {
        static struct store_write writes[2];
        static sem_t done;
        assert_true(clock_monotonic_ns() < deadline_ns);
        sem_init(&done, 0, 0);
        for (size_t i = 0; i < 2; i++) {
            writes[i] = (struct store_write){
                .verb = STORE_CLAIM, /* refused: it runs */
                .claim = {.number = other},
                .done = done_post,
                .context = &done,
            };
            assert_int_equal(store_write(f->store, &writes[i], true), OK);
        }
        for (size_t i = 0; i < 2; i++)
            sem_wait(&done);
    }
}

/* As a kill leaves it between the delete and the last slice. */
static void pruning_goes_on_after_a_restart(void **state)
{
    struct fixture *f = *state;
    int64_t number = make_large(f, 3);
    sqlite3 *db;

    assert_int_equal(end(f, number, JOB_COMPLETED).error, OK);
    fixture_close(f);
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "INSERT INTO prune"
                                      " SELECT number, -1 FROM job;"
                                      "DELETE FROM job", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    fixture_open(f, 100);
    wait_for_all(f);
    assert_int_equal(number_of(f, "SELECT count(*) FROM trace"), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM job_spec"), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM job_result"), 0);
}

/* A store that is closed while it prunes closes at once, and goes on later. */
static void a_close_does_not_wait_for_pruning(void **state)
{
    struct fixture *f = *state;
    int64_t number = make_large(f, 300);

    assert_int_equal(end(f, number, JOB_COMPLETED).error, OK);
    assert_int_equal(act(f, STORE_DELETE, number).error, OK);
    fixture_close(f);
    fixture_open(f, 100);
    wait_for_pruned(f, number, 0, 299);
}

/* Attempt 1 recorded more than attempt 2: chunks that end after the end of
 * attempt 2 are the former's, whatever their level. */
static void chunks_beyond_the_end_of_a_retry_go(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);

    for (int64_t i = 0; i < 6; i++)
        assert_int_equal(record(f, number, 0, i, "first", 5).error, OK);
    for (int64_t i = 0; i < 6; i++)
        assert_int_equal(record(f, number, 3, i, "first", 5).error, OK);
    assert_int_equal(act(f, STORE_REQUEUE, number).error, OK);
    assert_int_equal(act(f, STORE_CLAIM, number).error, OK);
    struct store_write write = {
        .verb = STORE_FINISH,
        .finish = {.number = number, .now_ms = 1700000002000,
                   .state = JOB_COMPLETED, .iterations = 1023},
    };
    assert_int_equal(store_write_wait(f->store, &write), OK);
    wait_for_all(f);
    assert_int_equal(number_of(f, "SELECT count(*) FROM trace"), 4);
    assert_true(has_chunk(f, number, 0, 1));
    assert_true(has_chunk(f, number, 3, 1));
}

static void the_last_chunk_of_a_level_is_found(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    struct store_chunk got;

    int64_t next = make(f, JOB_RUNNING, WISH_NONE);
    assert_int_equal(record(f, next, 0, 0, "x", 1).error, OK);
    assert_int_equal(store_last_chunk(f->reader, number, 0, &got),
                     ERR_MISSING);
    assert_int_equal(record(f, number, 1, 9, "x", 1).error, OK);
    assert_int_equal(store_last_chunk(f->reader, number, 0, &got),
                     ERR_MISSING);
    assert_int_equal(record(f, number, 0, 3, "x", 1).error, OK);
    assert_int_equal(record(f, number, 0, 4, "x", 1).error, OK);
    assert_int_equal(store_last_chunk(f->reader, number, 0, &got), OK);
    assert_int_equal(got.chunk, 4);
    assert_int_equal(got.first, 4 * 512);
    assert_int_equal(got.last, 4 * 512 + 511);
    assert_int_equal(got.rows, 512);
}

#define WITH(test) \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_trace_goes_and_its_neighbours_stay),
        WITH(a_busy_store_prunes_too),
        WITH(pruning_goes_on_after_a_restart),
        WITH(a_close_does_not_wait_for_pruning),
        WITH(chunks_beyond_the_end_of_a_retry_go),
        WITH(the_last_chunk_of_a_level_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
