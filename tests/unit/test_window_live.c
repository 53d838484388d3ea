/* test_window_live.c - windows of jobs that run, fail or begin anew. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>

#include "server/jobs/pyramid.h"
#include "tests/unit/pool_fixture.h"
#include "tests/unit/reading.h"
#include "tests/unit/window_checks.h"

#define JOB(iterations)                                                       \
    "{\"seed\":5,\"objective\":{\"type\":\"function\","                        \
    "\"name\":\"rosenbrock\"},\"optimizer\":{\"type\":\"adam\"},"             \
    "\"stop\":{\"max_iterations\":" iterations "}}"

/* The rows of a run without any store, as a made trace. */
static void made_of_run(struct made_trace *made, struct recorder *recorder)
{
    size_t count = 0;

    *made = (struct made_trace){.form = recorder->form, .every = 1};
    recorder_extent(recorder, &made->rows, &made->last);
    made->chunk_count =
        (size_t)((made->rows + STORE_CHUNK_ROWS - 1) / STORE_CHUNK_ROWS);
    made->chunks = calloc(made->chunk_count, sizeof(struct chunk *));
    assert_non_null(made->chunks);
    for (struct recorded_chunk *c = recorder->first; c; c = c->next)
        made->chunks[count++] = c->chunk;
    assert_int_equal(count, made->chunk_count);
}

/* Whether candidates are rows of the run and hold its extremes; time differs
 * from run to run. */
static void check_live(const struct truth *truth, uint64_t row, uint64_t end,
                       size_t points)
{
    static const struct trace_column loss = {COLUMN_LOSS, 0};
    struct tally tally = naive_tally(truth->made, row, end, loss), found;
    struct window *window;
    struct arena arena;
    double *numbers;
    size_t count, from = 0;

    arena_init(&arena, 0);
    assert_int_equal(window_open(&truth->trace, row, end, points, WINDOW_ROWS,
                                 &arena, &window), OK);
    check_places(window, row, end);
    count = window_count(window);
    numbers = arena_array(&arena, count, sizeof *numbers);
    assert_non_null(numbers);
    assert_int_equal(window_columns(window, &loss, 1, numbers), OK);
    for (size_t i = 0; i < count; i++)
        assert_true(same_bits(numbers[i],
                              made_number(truth->made, window_row(window, i),
                                          COLUMN_LOSS, 0)));
    assert_true(has_number(truth, window, &from, row, end, COLUMN_LOSS,
                           tally.least));
    assert_true(has_number(truth, window, &from, row, end, COLUMN_LOSS,
                           tally.greatest));
    assert_int_equal(window_open(&truth->trace, row, end, points,
                                 WINDOW_MEANS, &arena, &window), OK);
    assert_int_equal(window_tally(window, &loss, 1, &found), OK);
    assert_true(found.present == tally.present);
    assert_true(found.least == tally.least);
    assert_true(found.greatest == tally.greatest);
    check_mean(found.mean, tally.mean, &tally);
    arena_fini(&arena);
}

static void check_live_windows(struct pool_fixture *f, struct truth *truth,
                               int64_t number, uint64_t seed)
{
    assert_int_equal(trace_open(f->pool, f->store->reader, number,
                                &truth->trace), OK);
    if (truth->trace.rows == 0)
        return;
    check_live(truth, 0, truth->trace.rows, 50);
    for (uint64_t i = 0; i < 4; i++) {
        uint64_t row = chance(seed, 2 * i, truth->trace.rows);

        check_live(truth, row, row + 1 + chance(seed, 2 * i + 1,
                                                truth->trace.rows - row),
                   200);
    }
}

/* First with a writer that stands still: rows wait in memory, and no level is
 * there. Then while levels are stored, and after the end. */
static void windows_of_a_run_grow_with_it(void **state)
{
    struct pool_fixture *f = *state;
    struct reading *r = reading_good(JOB("400000"));
    struct made_trace made;
    struct truth truth = {.made = &made};
    struct recorder recorder;
    struct halt halt;
    uint64_t seed = 0;
    int64_t number;

    reading_run(r, &recorder);
    made_of_run(&made, &recorder);
    pool_fixture_start(f, 1);
    number = pool_store(f, JOB("400000"));
    halt_begin(f->store, &halt);
    pool_add(f->pool, number, 0);
    pool_wait_rows(f, number, 33000);
    check_live_windows(f, &truth, number, seed++);
    halt_end(&halt);
    while (!job_has_ended(look(f->store, number).state)) {
        check_live_windows(f, &truth, number, seed++);
        arena_fini(&f->store->arena);
    }
    check_live_windows(f, &truth, number, seed);
    assert_int_equal(truth.trace.rows, 400001);
    free(made.chunks);
    recorder_fini(&recorder);
    reading_free(r);
}

/* Whether the times of a window's candidates are those of the rows, and their
 * mean that of the rows. */
static void check_times(struct pool_fixture *f, int64_t number)
{
    static const struct trace_column time = {COLUMN_TIME_S, 0};
    struct tally tally = tally_empty(), found, part;
    const struct chunk *chunk = NULL;
    struct window *window;
    struct arena arena;
    struct trace trace;
    double *times;

    arena_init(&arena, 0);
    assert_int_equal(trace_open(f->pool, f->store->reader, number, &trace),
                     OK);
    assert_true(trace.rows > 0);
    assert_int_equal(window_open(&trace, 0, trace.rows, 50, WINDOW_ROWS,
                                 &arena, &window), OK);
    times = arena_array(&arena, window_count(window), sizeof *times);
    assert_non_null(times);
    assert_int_equal(window_columns(window, &time, 1, times), OK);
    for (size_t i = 0, at = 0; at < trace.rows; at += STORE_CHUNK_ROWS) {
        size_t rows = trace.rows - at < STORE_CHUNK_ROWS
                          ? (size_t)(trace.rows - at) : STORE_CHUNK_ROWS;

        assert_int_equal(trace_chunk(&trace, at, &arena, &chunk), OK);
        for (; i < window_count(window) && window_row(window, i) < at + rows;
             i++)
            assert_true(times[i] == chunk->scalars[COLUMN_TIME_S]
                                                  [window_row(window, i) - at]);
        part = tally_of(chunk->scalars[COLUMN_TIME_S], rows, (double)at);
        tally_add(&tally, &part);
    }
    assert_int_equal(window_open(&trace, 0, trace.rows, 50, WINDOW_TALLY,
                                 &arena, &window), OK);
    assert_int_equal(window_tally(window, &time, 1, &found), OK);
    check_mean(found.mean, tally.mean, &tally);
    arena_fini(&arena);
}

static void run_until(struct pool_fixture *f, int64_t number, uint64_t rows,
                      void (*last)(struct pool_fixture *f, int64_t number))
{
    pool_fixture_start(f, 1);
    pool_wait_rows(f, number, rows);
    last(f, number);
    pool_fixture_stop(f);
}

static void nothing(struct pool_fixture *f, int64_t number)
{
    (void)f;
    (void)number;
}

static void look_and_cancel(struct pool_fixture *f, int64_t number)
{
    check_times(f, number);
    pool_ask_cancel(f, number);
    pool_wait_end(f, number);
    check_times(f, number);
}

/* A run that is put back begins anew; what is there of its last attempt has
 * other times, and must not be mixed with them. */
static void levels_of_the_last_attempt_do_not_count(void **state)
{
    static const uint64_t ends[] = {900, 5000, 20000, 80000};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct pool_fixture *f = *state;
        int64_t number = pool_store(f, JOB("1000000000"));

        run_until(f, number, 100000, nothing);
        assert_int_equal(look(f->store, number).state, JOB_QUEUED);
        run_until(f, number, ends[i], look_and_cancel);
    }
}

/* The store takes no 101st chunk: the job has the rows before it. */
static void windows_of_a_failed_job_end_with_its_rows(void **state)
{
    struct pool_fixture *f = *state;
    struct reading *r = reading_good(JOB("60000"));
    struct made_trace made;
    struct truth truth = {.made = &made};
    struct recorder recorder;
    int64_t number;

    reading_run(r, &recorder);
    made_of_run(&made, &recorder);
    number = pool_failed_after(f, JOB("1000000000"), 100);
    check_live_windows(f, &truth, number, 3);
    assert_int_equal(truth.trace.rows, 51200);
    free(made.chunks);
    recorder_fini(&recorder);
    reading_free(r);
}

static int setup_pool(void **state)
{
    *state = pool_fixture_new();
    return 0;
}

static int teardown_pool(void **state)
{
    pool_fixture_free(*state);
    return 0;
}

#define WITH(test)                                                            \
    cmocka_unit_test_setup_teardown(test, setup_pool, teardown_pool)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(windows_of_a_run_grow_with_it),
        WITH(levels_of_the_last_attempt_do_not_count),
        WITH(windows_of_a_failed_job_end_with_its_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
