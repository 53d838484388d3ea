/* test_pool.c - jobs in the queue are run, each to its own end. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/pool_fixture.h"
#include "tests/unit/reading.h"

/* f(x) = 3 - 12x + 6x^2, f'' = 12: rate 1/12 lands on x = 1 in one step, 1/6
 * swings for ever, 0.17 multiplies the distance by 1 - 12 * 0.17 = -1.04. */
#define PARABOLA(rate, rest) \
    "{\"objective\":{\"type\":\"polynomial\",\"coefficients\":[3,-12,6]}," \
    "\"start\":[-0.9],\"optimizer\":{\"type\":\"gradient_descent\"," \
    "\"learning_rate\":" rate "}" rest "}"
/* Runs until somebody stops it. */
#define ENDLESS(rest) PARABOLA("1e-9", \
    ",\"stop\":{\"max_iterations\":1000000000}" rest)

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

static void check_sha256(struct pool_fixture *f, int64_t number)
{
    struct store_job job = look(f->store, number);
    struct reading *r = reading_good(job.spec);
    char text[DIGEST_TEXT_BYTES];

    reading_sha256(r, text);
    assert_string_equal(job.trace_sha256, text);
    assert_non_null(strstr(job.result, text));
    reading_free(r);
}

static void jobs_end_by_their_rules_and_are_stored(void **state)
{
    static const struct {
        const char *spec, *outcome, *reason;
        int64_t iterations;
    } cases[] = {
        {PARABOLA("0.08333333333333333",
                  ",\"stop\":{\"gradient_tolerance\":1e-8}"),
         "converged", "gradient_tolerance", 1},
        {PARABOLA("0.16666666666666666", ""), "budget", "max_iterations",
         10000},
        /* f + 3 = 6 (x - 1)^2 grows by 1.04^2: 6 * 1.9^2 * 1.04^(2k)
         * passes 1e10 * max(1, |f(-0.9)|) = 1.866e11 at k = 291.64 */
        {PARABOLA("0.17", ""), "diverged", "diverged", 292},
        {PARABOLA("0.17", ",\"stop\":{\"max_iterations\":0}"), "budget",
         "max_iterations", 0},
        {PARABOLA("0.03", ",\"stop\":{\"time_limit_s\":1e-9}"), "budget",
         "time_limit", 0},
        {PARABOLA("1000000", ",\"stop\":{\"divergence_loss\":1.7e308}"),
         "diverged", "nonfinite", 22},
        {PARABOLA("0.16666666666666666", ",\"stop\":{\"max_iterations\":511}"),
         "budget", "max_iterations", 511},
        {PARABOLA("0.16666666666666666", ",\"stop\":{\"max_iterations\":512}"),
         "budget", "max_iterations", 512},
    };
    enum { CASES = sizeof cases / sizeof *cases };
    struct pool_fixture *f = *state;
    int64_t numbers[CASES];

    pool_fixture_start(f, 2);
    for (size_t i = 0; i < CASES; i++)
        numbers[i] = pool_submit(f, cases[i].spec);
    for (size_t i = 0; i < CASES; i++) {
        struct store_job job = pool_wait_end(f, numbers[i]);

        assert_int_equal(job.state, JOB_COMPLETED);
        assert_string_equal(job.outcome_class, cases[i].outcome);
        assert_string_equal(job.outcome_reason, cases[i].reason);
        if (job.iterations != cases[i].iterations)
            fail_msg("%s: %d iterations", cases[i].spec,
                     (int)job.iterations);
        assert_int_equal(job.attempt, 1);
        assert_true(job.started_ms >= job.created_ms);
        assert_true(job.finished_ms >= job.started_ms);
        assert_null(job.error);
        assert_int_equal(pool_chunks(f, numbers[i]),
                         job.iterations / STORE_CHUNK_ROWS + 1);
        check_sha256(f, numbers[i]);
    }
}

/* A spec that was accepted by a program with other tables. */
static void a_spec_that_cannot_be_read_is_a_failed_job(void **state)
{
    struct pool_fixture *f = *state;
    struct store_job job = plain_job();
    int64_t number;

    job.spec = "{\"objective\":{\"type\":\"riddle\"}}";
    pool_fixture_start(f, 1);
    number = submit(f->store, &job);
    pool_add(f->pool, number, 0);
    job = pool_wait_end(f, number);
    assert_int_equal(job.state, JOB_FAILED);
    assert_string_equal(job.error, "{\"code\":\"invalid\","
                                   "\"message\":\"the input is not valid\"}");
    assert_null(job.outcome_class);
    assert_null(job.trace_sha256);
    assert_int_equal(pool_chunks(f, number), 0);
}

static void one_worker_runs_the_greatest_priority_first(void **state)
{
    static const int priorities[] = {0, 5, -3, 5, 1000, 0, -1000};
    static const size_t order[] = {4, 1, 3, 0, 5, 2, 6};
    enum { JOBS = sizeof order / sizeof *order };
    struct pool_fixture *f = *state;
    int64_t numbers[JOBS], blocker;
    char text[512];

    pool_fixture_start(f, 1);
    blocker = pool_submit(f, ENDLESS(""));
    pool_wait_rows(f, blocker, 1);
    for (size_t i = 0; i < JOBS; i++) {
        snprintf(text, sizeof text, PARABOLA("0.03",
                 ",\"stop\":{\"max_iterations\":10},\"priority\":%d"),
                 priorities[i]);
        numbers[i] = pool_submit(f, text);
    }
    pool_ask_cancel(f, blocker);
    for (size_t i = 0; i < JOBS; i++)
        pool_wait_end(f, numbers[i]);
    pool_fixture_stop(f);
    assert_int_equal(f->changes, 2 * (1 + JOBS));
    for (size_t i = 0; i < JOBS; i++) { /* claimed, then finished */
        assert_int_equal(f->jobs[2 + 2 * i], numbers[order[i]]);
        assert_int_equal(f->jobs[3 + 2 * i], numbers[order[i]]);
    }
}

static void a_running_job_is_canceled_with_what_it_has(void **state)
{
    struct pool_fixture *f = *state;
    struct store_job job;
    int64_t number;

    pool_fixture_start(f, 1);
    number = pool_submit(f, ENDLESS(""));
    pool_wait_rows(f, number, 3 * STORE_CHUNK_ROWS);
    pool_ask_cancel(f, number);
    job = pool_wait_end(f, number);
    assert_int_equal(job.state, JOB_CANCELED);
    assert_null(job.outcome_class);
    assert_true(job.iterations >= 3 * STORE_CHUNK_ROWS - 1);
    assert_int_equal(pool_chunks(f, number),
                     job.iterations / STORE_CHUNK_ROWS + 1);
    assert_non_null(strstr(job.result, "\"outcome\":null"));
}

static void a_job_canceled_in_the_queue_never_runs(void **state)
{
    struct pool_fixture *f = *state;
    int64_t blocker, number, after;
    struct store_job job;

    pool_fixture_start(f, 1);
    blocker = pool_submit(f, ENDLESS(""));
    pool_wait_rows(f, blocker, 1);
    number = pool_submit(f, PARABOLA("0.03", ""));
    after = pool_submit(f, PARABOLA("0.03", ""));
    pool_ask_cancel(f, number);
    pool_ask_cancel(f, blocker);
    assert_int_equal(pool_wait_end(f, after).state, JOB_COMPLETED);
    job = look(f->store, number);
    assert_int_equal(job.state, JOB_CANCELED);
    assert_int_equal(job.started_ms, 0);
    assert_int_equal(pool_chunks(f, number), 0);
}

static void canceling_what_does_not_run_does_nothing(void **state)
{
    struct pool_fixture *f = *state;

    pool_fixture_start(f, 1);
    pool_cancel(f->pool, 12345);
    assert_null(pool_find(f->pool, 12345));
}

static void five_hundred_small_jobs_all_complete(void **state)
{
    enum { JOBS = 500 };
    struct pool_fixture *f = *state;
    int64_t numbers[JOBS];
    char text[512];

    pool_fixture_start(f, 4);
    for (int i = 0; i < JOBS; i++) {
        snprintf(text, sizeof text,
                 PARABOLA("0.03", ",\"stop\":{\"max_iterations\":%d}"), 3 * i);
        numbers[i] = pool_submit(f, text);
    }
    for (int i = 0; i < JOBS; i++) {
        struct store_job job = pool_wait_end(f, numbers[i]);

        assert_int_equal(job.state, JOB_COMPLETED);
        assert_int_equal(job.iterations, 3 * i);
        check_sha256(f, numbers[i]);
    }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(jobs_end_by_their_rules_and_are_stored),
        WITH(a_spec_that_cannot_be_read_is_a_failed_job),
        WITH(one_worker_runs_the_greatest_priority_first),
        WITH(a_running_job_is_canceled_with_what_it_has),
        WITH(a_job_canceled_in_the_queue_never_runs),
        WITH(canceling_what_does_not_run_does_nothing),
        WITH(five_hundred_small_jobs_all_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
