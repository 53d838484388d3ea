/* test_trace.c - a trace is one sequence of rows, wherever they are now. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/jobs/trace.h"
#include "tests/unit/pool_fixture.h"
#include "tests/unit/reading.h"

/* A valley that takes long; x stands in every row. */
#define JOB(iterations, every) \
    "{\"seed\":5,\"objective\":{\"type\":\"function\"," \
    "\"name\":\"rosenbrock\"},\"optimizer\":{\"type\":\"adam\"}," \
    "\"stop\":{\"max_iterations\":" iterations "}," \
    "\"trace\":{\"every\":" every "}}"

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

static struct trace view(struct pool_fixture *f, int64_t number)
{
    struct trace trace;

    assert_int_equal(trace_open(f->pool, f->store->reader, number, &trace),
                     OK);
    return trace;
}

/* Whether the first `rows` rows of both chunks are the same, bit for bit. */
static void check_rows(const struct chunk *a, const struct chunk *b,
                       size_t rows, bool with_time)
{
    size_t bytes = rows * sizeof(double);

    assert_true(rows <= a->rows && rows <= b->rows);
    assert_int_equal(a->form.columns, b->form.columns);
    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(a->form.columns, c)
            && (with_time || c != COLUMN_TIME_S))
            assert_memory_equal(chunk_column_of(a, c), chunk_column_of(b, c),
                                bytes);
    for (size_t i = 0; i < a->form.n && a->form.x == CHUNK_X_ROWS; i++)
        assert_memory_equal(a->x + i * STORE_CHUNK_ROWS,
                            b->x + i * STORE_CHUNK_ROWS, bytes);
}

/* Every row of the view must be that of a run without any store. */
static void check_against_run(const struct trace *trace,
                              const struct recorder *truth)
{
    const struct recorded_chunk *expected = truth->first;

    for (uint64_t row = 0; row < trace->rows; row += STORE_CHUNK_ROWS) {
        uint64_t left = trace->rows - row;
        const struct chunk *chunk;
        struct arena arena;

        arena_init(&arena, 0);
        assert_int_equal(trace_chunk(trace, row, &arena, &chunk), OK);
        check_rows(chunk, expected->chunk,
                   left < STORE_CHUNK_ROWS ? (size_t)left : STORE_CHUNK_ROWS,
                   false);
        arena_fini(&arena);
        expected = expected->next;
    }
}

static void check_ended(struct pool_fixture *f, int64_t number,
                        const char *spec)
{
    struct reading *r = reading_good(spec);
    struct trace trace = view(f, number);
    struct recorder truth;
    uint64_t rows, last;

    reading_run(r, &truth);
    recorder_extent(&truth, &rows, &last);
    assert_int_equal(trace.rows, rows);
    assert_int_equal(trace.last, last);
    for (uint64_t row = 0; row < rows; row++) {
        uint64_t k = row + 1 == rows ? last
                                     : row * (uint64_t)r->spec.every;

        assert_int_equal(trace_iteration_of(&trace, row), k);
        assert_int_equal(trace_row_of(&trace, k), row);
    }
    assert_int_equal(trace_row_of(&trace, last + 1), rows);
    check_against_run(&trace, &truth);
    recorder_fini(&truth);
    reading_free(r);
}

/* Runs that end within a chunk, at its border, in and out of step. */
static void the_trace_of_an_ended_job_is_its_run(void **state)
{
    static const char *const specs[] = {
        JOB("0", "1"),     JOB("1", "1"),      JOB("510", "1"),
        JOB("511", "1"),   JOB("512", "1"),    JOB("1300", "1"),
        JOB("5", "7"),     JOB("7", "7"),      JOB("3577", "7"),
        JOB("3578", "7"),  JOB("3584", "7"),   JOB("3585", "7"),
        JOB("3600", "7"),  JOB("100", "1000"), JOB("2047", "2"),
    };
    enum { JOBS = sizeof specs / sizeof *specs };
    struct pool_fixture *f = *state;
    int64_t numbers[JOBS];

    pool_fixture_start(f, 2);
    for (size_t i = 0; i < JOBS; i++)
        numbers[i] = pool_submit(f, specs[i]);
    for (size_t i = 0; i < JOBS; i++) {
        pool_wait_end(f, numbers[i]);
        check_ended(f, numbers[i], specs[i]);
    }
    pool_fixture_stop(f);
    pool_fixture_start(f, 0);
    for (size_t i = 0; i < JOBS; i++)
        check_ended(f, numbers[i], specs[i]);
}

static void a_job_that_never_ran_has_no_rows(void **state)
{
    struct pool_fixture *f = *state;
    int64_t number = pool_store(f, JOB("10", "1"));
    struct trace trace;

    pool_fixture_start(f, 0);
    trace = view(f, number);
    assert_int_equal(trace.rows, 0);
    assert_int_equal(trace_row_of(&trace, 0), 0);
    assert_int_equal(view(f, number + 1).rows, 0); /* no such job */
}

/* Every view is read to its end, again and again, until the job has ended:
 * what was in the recorder, on its way, and in the store is the same. The
 * writer stands still at first, so that there is something to see. */
static void a_trace_grows_and_its_rows_do_not_change(void **state)
{
    static const char spec[] = JOB("120000", "2");
    struct pool_fixture *f = *state;
    struct reading *r = reading_good(spec);
    struct recorder truth;
    struct trace seen;
    struct halt halt;
    uint64_t rows = 0;
    int64_t number;

    reading_run(r, &truth);
    pool_fixture_start(f, 1);
    number = pool_store(f, spec);
    halt_begin(f->store, &halt);
    pool_add(f->pool, number, 0);
    pool_wait_rows(f, number, 20000);
    seen = view(f, number);
    assert_true(seen.rows >= 20000);
    check_against_run(&seen, &truth);
    halt_end(&halt);
    while (!job_has_ended(look(f->store, number).state)) {
        struct trace trace = view(f, number);

        assert_true(trace.rows >= rows);
        check_against_run(&trace, &truth);
        rows = trace.rows;
        arena_fini(&f->store->arena);
    }
    assert_int_equal(view(f, number).rows, 60001);
    check_ended(f, number, spec);
    recorder_fini(&truth);
    reading_free(r);
}

/* Rows of a view that was opened before are read from wherever they went. */
static void a_view_outlives_the_run(void **state)
{
    static const char spec[] = JOB("20000", "1");
    struct pool_fixture *f = *state;
    struct reading *r = reading_good(spec);
    struct recorder truth;
    struct trace trace;
    int64_t number;

    reading_run(r, &truth);
    pool_fixture_start(f, 1);
    number = pool_submit(f, spec);
    pool_wait_begun(f, number);
    trace = view(f, number);
    pool_wait_end(f, number);
    check_against_run(&trace, &truth);
    recorder_fini(&truth);
    reading_free(r);
}

/* ---- a store that refuses ---------------------------------------------- */

/* The store takes no fourth chunk; the run notices later than that. */
static void a_failed_job_has_the_rows_that_were_stored(void **state)
{
    static const char spec[] = JOB("1000000000", "3");
    struct pool_fixture *f = *state;
    struct reading *r = reading_good(spec);
    struct recorder truth;
    struct store_job job;
    struct trace trace;

    r->spec.stop[STOP_MAX_ITERATIONS] = 10000;
    reading_run(r, &truth);
    job = look(f->store, pool_failed_after(f, spec, 3));
    assert_int_equal(job.iterations, 3 * (3 * STORE_CHUNK_ROWS - 1));
    trace = view(f, job.number);
    assert_int_equal(trace.rows, 3 * STORE_CHUNK_ROWS);
    assert_int_equal(trace.last, job.iterations);
    check_against_run(&trace, &truth);
    recorder_fini(&truth);
    reading_free(r);
}

/* Who asked for x while there were no rows finds it absent in all of them:
 * what stands in its place in memory is the next column. */
static void x_that_was_not_kept_is_absent(void **unused)
{
    struct chunk_form form = {2, CHUNK_X_NONE,
                              COLUMN_SET_ALWAYS
                                  | column_bit(COLUMN_CONSTRAINT_VIOLATION)};
    struct chunk *chunk = calloc(1, chunk_bytes(form));

    (void)unused;
    assert_non_null(chunk);
    chunk->form = form;
    chunk->rows = 2;
    for (size_t row = 0; row < 2; row++)
        for (size_t i = 0; i < 2; i++)
            assert_true(chunk_is_absent(trace_cell(
                chunk, row, &(struct trace_column){COLUMNS, i})));
    free(chunk);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(the_trace_of_an_ended_job_is_its_run),
        WITH(a_job_that_never_ran_has_no_rows),
        WITH(a_trace_grows_and_its_rows_do_not_change),
        WITH(a_view_outlives_the_run),
        WITH(a_failed_job_has_the_rows_that_were_stored),
        cmocka_unit_test(x_that_was_not_kept_is_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
