/* test_store_count.c - the counts of jobs are those of the jobs' rows. */
#include "tests/unit/store_fixture.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const classes[] = {"converged", "budget", "diverged", NULL};

/* One number that the database itself has. */
static int64_t number_of(struct fixture *f, const char *sql, const char *word)
{
    sqlite3_stmt *row;
    sqlite3 *db;
    int64_t ret;

    assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
    sqlite3_bind_text(row, 1, word, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    ret = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return ret;
}

/* Compare with what the rows say when they are counted one by one. */
static void counts_are_right(struct fixture *f)
{
    struct store_counts counts;

    assert_int_equal(store_count(f->reader, &counts), OK);
    for (enum job_state s = 0; s < JOB_STATES; s++)
        assert_int_equal(counts.states[s],
                         number_of(f, "SELECT count(*) FROM job"
                                      " WHERE state = ?1",
                                   job_state_name(s)));
    for (enum outcome_class c = 0; c < OUTCOME_CLASSES; c++)
        assert_int_equal(counts.classes[c],
                         number_of(f, "SELECT count(*) FROM job"
                                      " WHERE outcome_class = ?1",
                                   classes[c]));
}

static enum error finish(struct fixture *f, int64_t number, const char *class)
{
    struct store_write write = {
        .verb = STORE_FINISH,
        .finish = {.number = number, .now_ms = 1700000002000,
                   .state = JOB_COMPLETED, .outcome_class = class,
                   .result = "{}"},
    };

    return store_write_wait(f->store, &write);
}

static void every_move_of_a_job_is_counted(void **state)
{
    struct fixture *f = *state;
    int64_t number;

    counts_are_right(f);
    for (enum job_state s = 0; s < JOB_STATES; s++)
        make(f, s, WISH_NONE);
    for (int i = 0; i < 3; i++)
        assert_int_equal(finish(f, make(f, JOB_RUNNING, WISH_NONE),
                                classes[i]), OK);
    counts_are_right(f);
    number = make(f, JOB_RUNNING, WISH_CANCEL);
    counts_are_right(f);
    assert_int_equal(act(f, STORE_REQUEUE, number).error, OK); /* canceled */
    assert_int_equal(act(f, STORE_REQUEUE, make(f, JOB_RUNNING, WISH_NONE))
                         .error, OK);
    counts_are_right(f);
    end(f, make(f, JOB_RUNNING, WISH_DELETE), JOB_COMPLETED);
    counts_are_right(f);
    fixture_close(f);
    fixture_open(f, 100);
    counts_are_right(f);
}

/* Any order of verbs, refused ones among them; deletions of every state. */
static void a_long_life_is_counted(void **state)
{
    static const enum store_verb verbs[] = {
        STORE_CLAIM, STORE_CANCEL, STORE_DELETE, STORE_DISCARD, STORE_REQUEUE,
        STORE_CLAIM, STORE_FINISH,
    };
    enum { VERBS = sizeof verbs / sizeof *verbs, JOBS = 40, STEPS = 400 };
    struct fixture *f = *state;
    int64_t numbers[JOBS];
    unsigned random = 1;

    for (int i = 0; i < JOBS; i++)
        numbers[i] = make(f, JOB_QUEUED, WISH_NONE);
    for (int i = 0; i < STEPS; i++) {
        enum store_verb verb;
        enum error error;
        int64_t number;

        random = random * 1664525u + 1013904223u; /* Numerical Recipes */
        number = numbers[(random >> 8) % JOBS];
        verb = verbs[(random >> 16) % VERBS];
        error = verb == STORE_FINISH
                  ? finish(f, number, classes[(random >> 24) % 4])
                  : act(f, verb, number).error;
        assert_true(error == OK || error == ERR_MISSING
                    || error == ERR_CONFLICT);
    }
    counts_are_right(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_move_of_a_job_is_counted,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_long_life_is_counted, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
