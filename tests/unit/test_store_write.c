/* test_store_write.c - the verbs that change a store, and their refusals. */
#include "tests/unit/store_fixture.h"

#include <math.h>
#include <string.h>

static void a_submitted_job_reads_back_whole(void **state)
{
    struct fixture *f = *state;
    struct store_job job = plain_job(), got;

    job.name = "parabola";
    job.tags[0] = "demo";
    job.tags[1] = "two\nlines \\n and a \\";
    job.tags[2] = "";
    job.tag_count = 3;
    job.priority = -7;
    job.dimension = 3;
    job.max_iterations = 123456789012;
    job.spec = "{\"objective\":{}}";
    int64_t number = submit(f, &job);

    assert_int_equal(store_get(f->reader, &job.id, STORE_SPEC, &f->arena,
                               &got), OK);
    assert_int_equal(got.number, number);
    assert_memory_equal(got.id.bytes, job.id.bytes, IDENTIFIER_BYTES);
    assert_int_equal(got.revision, 1);
    assert_int_equal(got.attempt, 1);
    assert_int_equal(got.state, JOB_QUEUED);
    assert_int_equal(got.requested, WISH_NONE);
    assert_int_equal(got.priority, -7);
    assert_int_equal(got.dimension, 3);
    assert_int_equal(got.max_iterations, 123456789012);
    assert_int_equal(got.created_ms, job.created_ms);
    assert_int_equal(got.started_ms, 0);
    assert_int_equal(got.finished_ms, 0);
    assert_string_equal(got.name, "parabola");
    assert_string_equal(got.objective, "polynomial");
    assert_string_equal(got.optimizer, "sgd");
    assert_int_equal(got.tag_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(got.tags[i], job.tags[i]);
    assert_string_equal(got.spec, job.spec);
    assert_null(got.result);
    assert_null(got.outcome_class);
    assert_null(got.error);
    assert_true(isnan(got.loss));
    assert_true(isnan(got.best_loss));
}

static void large_columns_come_only_when_asked_for(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_COMPLETED, WISH_NONE);
    struct store_job got;

    for (unsigned parts = 0; parts < 4; parts++) {
        assert_int_equal(store_get_number(f->reader, number, parts, &f->arena,
                                          &got), OK);
        assert_int_equal(got.spec != NULL, (parts & STORE_SPEC) != 0);
        assert_int_equal(got.result != NULL, (parts & STORE_RESULT) != 0);
    }
}

static void an_unknown_job_is_missing(void **state)
{
    struct fixture *f = *state;
    struct store_job job = plain_job(), got;

    assert_int_equal(store_get(f->reader, &job.id, 0, &f->arena, &got),
                     ERR_MISSING);
    assert_int_equal(store_get_number(f->reader, 1, 0, &f->arena, &got),
                     ERR_MISSING);
    for (enum store_verb verb = STORE_CLAIM; verb < STORE_DATASET_ADD;
         verb++)
        assert_int_equal(act(f, verb, 1).error, ERR_MISSING);
}

static void an_id_is_given_once(void **state)
{
    struct fixture *f = *state;
    struct store_job job = plain_job();
    struct store_write again = {.verb = STORE_SUBMIT, .submit = &job};

    submit(f, &job);
    assert_int_equal(store_write_wait(f->store, &again), ERR_CONFLICT);
}

static void a_run_that_ends_is_kept_with_its_numbers(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    struct store_chunk chunk = {number, 0, 0, 0, 1, 2, "0123456789abcdef", 16};
    struct store_write finish = {
        .verb = STORE_FINISH,
        .finish = {.number = number, .now_ms = 1700000003000,
                   .state = JOB_COMPLETED, .outcome_class = "converged",
                   .outcome_reason = "gradient_tolerance", .iterations = 40,
                   .loss = 0.1, .best_loss = -5e-324, .best_iteration = 39,
                   .gradient_norm = 2.5, .trace_sha256 = "c0ffee",
                   .result = "{\"final\":true}",
                   .chunks = &chunk, .chunk_count = 1},
    };
    struct store_job before = look(f, number);

    assert_int_equal(before.started_ms, 1700000001000);
    assert_int_equal(store_write_wait(f->store, &finish), OK);
    assert_int_equal(finish.ret_state, JOB_COMPLETED);
    struct store_job after = look(f, number);
    assert_int_equal(after.state, JOB_COMPLETED);
    assert_int_equal(after.revision, before.revision + 1);
    assert_int_equal(after.revision, finish.ret_revision);
    assert_int_equal(after.finished_ms, 1700000003000);
    assert_string_equal(after.outcome_class, "converged");
    assert_string_equal(after.outcome_reason, "gradient_tolerance");
    assert_int_equal(after.iterations, 40);
    assert_int_equal(after.best_iteration, 39);
    assert_true(after.loss == 0.1 && after.gradient_norm == 2.5);
    assert_string_equal(after.trace_sha256, "c0ffee");
    assert_true(after.best_loss == -5e-324); /* the smallest double, exactly */
    assert_string_equal(after.result, "{\"final\":true}");
    struct store_chunk got;
    assert_int_equal(store_read_chunk(f->reader, number, 0, 0, &f->arena,
                                      &got), OK);
    assert_memory_equal(got.columns, "0123456789abcdef", 16);
}

static void a_failed_run_keeps_its_error(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    struct store_write finish = {
        .verb = STORE_FINISH,
        .finish = {.number = number, .now_ms = 1700000003000,
                   .state = JOB_FAILED, .loss = NAN, .best_loss = INFINITY,
                   .error = "{\"code\":\"memory\"}"},
    };

    assert_int_equal(store_write_wait(f->store, &finish), OK);
    struct store_job job = look(f, number);
    assert_int_equal(job.state, JOB_FAILED);
    assert_string_equal(job.error, "{\"code\":\"memory\"}");
    assert_null(job.outcome_class);
    assert_null(job.result);
    assert_true(isnan(job.loss));
    assert_true(isinf(job.best_loss));
}

/* Every verb on a job in every state. The answers are those of life.h. */
static void a_verb_is_refused_where_the_state_forbids_it(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum store_verb verb;
        const char *answers; /* q r c f x, then running with a wish */
    } rows[] = {
        {STORE_CLAIM,   "+-----"},
        {STORE_RECORD,  "-+---+"},
        {STORE_FINISH,  "-+---+"},
        {STORE_REQUEUE, "-+---+"},
        {STORE_CANCEL,  "++--++"},
        {STORE_DELETE,  "--+++-"},
        {STORE_DISCARD, "++++++"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (unsigned at = 0; at <= JOB_STATES; at++) {
            enum job_state from = at < JOB_STATES ? at : JOB_RUNNING;
            int64_t number =
                make(f, from, at < JOB_STATES ? WISH_NONE : WISH_CANCEL);
            struct store_job before = look(f, number);
            struct store_write write = act(f, rows[i].verb, number);
            if (rows[i].answers[at] == '+') {
                assert_int_equal(write.error, OK);
                continue;
            }
            assert_int_equal(write.error, ERR_CONFLICT);
            assert_int_equal(write.ret_state, from);
            assert_int_equal(look(f, number).revision, before.revision);
        }
}

static void a_queued_job_is_canceled_at_once(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_QUEUED, WISH_NONE);
    struct store_write first = act(f, STORE_CANCEL, number);

    assert_int_equal(first.ret_state, JOB_CANCELED);
    assert_int_equal(first.ret_revision, 2);
    assert_int_equal(look(f, number).finished_ms, 1700000001000);
    struct store_write second = act(f, STORE_CANCEL, number);
    assert_int_equal(second.error, OK);
    assert_int_equal(second.ret_state, JOB_CANCELED);
    assert_int_equal(second.ret_revision, 2);
}

static void a_running_job_gets_a_wish_until_it_ends(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    struct store_write first = act(f, STORE_CANCEL, number);

    assert_int_equal(first.ret_state, JOB_RUNNING);
    assert_int_equal(first.ret_wish, WISH_CANCEL);
    assert_int_equal(first.ret_revision, 3);
    assert_int_equal(look(f, number).requested, WISH_CANCEL);
    struct store_write second = act(f, STORE_CANCEL, number);
    assert_int_equal(second.error, OK);
    assert_int_equal(second.ret_wish, WISH_CANCEL);
    assert_int_equal(second.ret_revision, 3);
    /* Whatever the run came to first. */
    assert_int_equal(end(f, number, JOB_COMPLETED).error, OK);
    assert_int_equal(look(f, number).requested, WISH_NONE);
}

/* The revision is looked at in the write's own transaction. */
static void a_write_can_ask_for_the_revision_that_was_read(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    struct store_write write = {
        .verb = STORE_CANCEL,
        .wish = {.number = number, .now_ms = 1700000001000,
                 .if_revision = look(f, number).revision},
    };

    assert_int_equal(store_write_wait(f->store, &write), OK);
    assert_false(write.ret_is_changed);
    assert_int_equal(store_write_wait(f->store, &write), ERR_CONFLICT);
    assert_true(write.ret_is_changed);
    assert_int_equal(look(f, number).revision, write.wish.if_revision + 1);
}

static void a_requeued_job_starts_over(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);

    assert_int_equal(record(f, number, 0, 0, "x", 1).error, OK);
    struct store_write write = act(f, STORE_REQUEUE, number);
    assert_int_equal(write.error, OK);
    assert_int_equal(write.ret_state, JOB_QUEUED);
    struct store_job job = look(f, number);
    assert_int_equal(job.state, JOB_QUEUED);
    assert_int_equal(job.attempt, 2);
    assert_int_equal(job.started_ms, 0);
    assert_int_equal(job.revision, 3);
    assert_true(has_chunk(f, number, 0, 0)); /* what was shown stays */
}

static void a_requeued_job_that_shall_be_canceled_is(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_CANCEL);

    assert_int_equal(record(f, number, 0, 0, "x", 1).error, OK);
    assert_int_equal(record(f, number, 0, 1, "y", 1).error, OK);
    struct store_write write = act(f, STORE_REQUEUE, number);
    assert_int_equal(write.error, OK);
    assert_int_equal(write.ret_state, JOB_CANCELED);
    assert_int_equal(look(f, number).state, JOB_CANCELED);
    assert_int_equal(look(f, number).iterations, 1023);
    assert_true(has_chunk(f, number, 0, 1));
}

/* Requeued first, then canceled: the same. */
static void a_canceled_job_keeps_what_it_recorded_before(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);

    assert_int_equal(record(f, number, 0, 0, "x", 1).error, OK);
    assert_int_equal(act(f, STORE_REQUEUE, number).error, OK);
    assert_int_equal(act(f, STORE_CANCEL, number).ret_state, JOB_CANCELED);
    assert_int_equal(look(f, number).iterations, 511);
    assert_true(has_chunk(f, number, 0, 0));
}

/* The job is gone at once, its trace in a moment. */
static bool is_gone(struct fixture *f, int64_t number)
{
    struct store_job job;
    enum error error = store_get_number(f->reader, number, 0, &f->arena, &job);

    wait_for_pruned(f, number, 0, 0);
    return error == ERR_MISSING;
}

/* A crash between the wish and the end finds it in the table. */
static void a_discarded_job_stays_while_it_runs(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    struct store_write first = act(f, STORE_DISCARD, number);

    assert_int_equal(first.error, OK);
    assert_int_equal(first.ret_state, JOB_RUNNING);
    assert_int_equal(first.ret_wish, WISH_DELETE);
    assert_int_equal(first.ret_revision, 3);
    fixture_close(f);
    fixture_open(f, 100);
    assert_int_equal(look(f, number).state, JOB_RUNNING);
    assert_int_equal(look(f, number).requested, WISH_DELETE);
    /* Neither again nor a cancel, which is part of it, changes anything. */
    assert_int_equal(act(f, STORE_DISCARD, number).ret_revision, 3);
    assert_int_equal(act(f, STORE_CANCEL, number).ret_revision, 3);
    assert_int_equal(look(f, number).requested, WISH_DELETE);
}

static void a_discarded_job_is_gone_when_it_ends(void **state)
{
    struct fixture *f = *state;

    for (enum job_state to = JOB_COMPLETED; to < JOB_STATES; to++) {
        int64_t number = make(f, JOB_RUNNING, WISH_DELETE);

        assert_int_equal(record(f, number, 0, 0, "x", 1).error, OK);
        struct store_write write = end(f, number, to);
        assert_int_equal(write.error, OK);
        assert_int_equal(write.ret_wish, WISH_DELETE);
        assert_true(is_gone(f, number));
    }
}

static void a_discarded_job_is_gone_instead_of_requeued(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_CANCEL); /* first thought */

    assert_int_equal(act(f, STORE_DISCARD, number).ret_wish, WISH_DELETE);
    assert_int_equal(record(f, number, 0, 0, "x", 1).error, OK);
    assert_int_equal(act(f, STORE_REQUEUE, number).error, OK);
    assert_true(is_gone(f, number));
}

static void what_does_not_run_is_discarded_at_once(void **state)
{
    struct fixture *f = *state;

    for (enum job_state from = 0; from < JOB_STATES; from++) {
        if (from == JOB_RUNNING)
            continue;
        int64_t number = make(f, from, WISH_NONE);
        struct store_write write = act(f, STORE_DISCARD, number);
        assert_int_equal(write.error, OK);
        assert_int_equal(write.ret_state, from);
        assert_true(is_gone(f, number));
    }
}

static void a_deleted_job_leaves_nothing_and_its_number_is_not_reused(
    void **state)
{
    struct fixture *f = *state;
    struct store_job job = plain_job(), got;
    struct store_query query = {.tag = "a", .limit = 10};
    struct store_page page;

    job.tags[0] = "a";
    job.tags[1] = "b\\";
    job.tag_count = 2;
    int64_t number = submit(f, &job);
    assert_int_equal(act(f, STORE_CLAIM, number).error, OK);
    assert_int_equal(record(f, number, 3, 7, "x", 1).error, OK);
    assert_int_equal(end(f, number, JOB_COMPLETED).error, OK);
    assert_int_equal(act(f, STORE_DELETE, number).error, OK);
    assert_int_equal(store_get(f->reader, &job.id, 0, &f->arena, &got),
                     ERR_MISSING);
    wait_for_pruned(f, number, 3, 7);
    /* The same id and tags again: no key of the former is in the way. */
    int64_t next = submit(f, &job);
    assert_true(next > number);
    assert_int_equal(store_list(f->reader, &query, &f->arena, &page), OK);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.jobs[0].number, next);
}

#define WITH(test) \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_submitted_job_reads_back_whole),
        WITH(large_columns_come_only_when_asked_for),
        WITH(an_unknown_job_is_missing),
        WITH(an_id_is_given_once),
        WITH(a_run_that_ends_is_kept_with_its_numbers),
        WITH(a_failed_run_keeps_its_error),
        WITH(a_verb_is_refused_where_the_state_forbids_it),
        WITH(a_queued_job_is_canceled_at_once),
        WITH(a_running_job_gets_a_wish_until_it_ends),
        WITH(a_write_can_ask_for_the_revision_that_was_read),
        WITH(a_requeued_job_starts_over),
        WITH(a_requeued_job_that_shall_be_canceled_is),
        WITH(a_canceled_job_keeps_what_it_recorded_before),
        WITH(a_discarded_job_stays_while_it_runs),
        WITH(a_discarded_job_is_gone_when_it_ends),
        WITH(a_discarded_job_is_gone_instead_of_requeued),
        WITH(what_does_not_run_is_discarded_at_once),
        WITH(a_deleted_job_leaves_nothing_and_its_number_is_not_reused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
