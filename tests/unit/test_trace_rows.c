/* test_trace_rows.c - the cursor gives the rows that a naive filter gives. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "server/api/trace_rows.h"
#include "server/jobs/trace_column.h"
#include "tests/unit/pool_fixture.h"
#include "tests/unit/reading.h"

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

/* What was asked for; `to` is exclusive. */
struct question {
    uint64_t from, to, every, limit;
};

static struct trace_selection select_rows(const struct trace *trace,
                                          const struct question *q,
                                          const struct trace_column *columns,
                                          size_t count)
{
    struct trace_selection selection = {
        .trace = *trace,
        .row = trace_row_of(trace, q->from),
        .end = trace_row_of(trace, q->to),
        .every = q->every,
        .limit = q->limit,
        .columns = columns,
        .column_count = count,
    };

    if (selection.end < selection.row)
        selection.end = selection.row;
    return selection;
}

/* The next iteration from k on that is recorded and asked for; `to` or more:
 * there is none. */
static uint64_t next_asked(const struct question *q, uint64_t every,
                           uint64_t last, uint64_t k)
{
    while (k < q->to && k <= last
           && (k < q->from || k % q->every != 0
               || (k % every != 0 && k != last)))
        k++;
    return k <= last && k < q->to ? k : UINT64_MAX;
}

/* Rows by their number, and a column read alone, agree with the filter too. */
static void check_selected(const struct trace_selection *selection,
                           const double *losses)
{
    const struct trace *trace = &selection->trace;
    uint64_t count = trace_selected_count(selection), *rows;
    struct chunk_cache *cache = chunk_cache_new();
    double *read = calloc(count + 1, sizeof *read);

    rows = calloc(count + 1, sizeof *rows);
    assert_true(cache && read && rows);
    trace_selected_rows(selection, 0, count, rows);
    assert_int_equal(trace_column_read(trace, &selection->columns[0], rows,
                                       count, cache, read), OK);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t k = trace_iteration_of(trace, rows[i]);

        assert_true(i == 0 || rows[i] > rows[i - 1]);
        assert_int_equal(k % selection->every, 0);
        assert_true(read[i] == losses[k]);
    }
    chunk_cache_free(cache);
    free(rows);
    free(read);
}

/* Ask, and compare with the filter; losses[k] is that of iteration k. */
static void check_answer(const struct trace *trace, const struct question *q,
                         uint64_t every, const double *losses)
{
    static const struct trace_column columns[] = {
        {COLUMN_LOSS, 0}, {COLUMN_ITERATION, 0},
    };
    struct trace_selection selection = select_rows(trace, q, columns, 2);
    struct trace_cursor cursor;
    uint64_t k = next_asked(q, every, trace->last, 0), rest, given = 0;
    uint64_t all = 0;
    struct trace_block block = {.rows = 1};

    for (uint64_t at = k; at != UINT64_MAX; all++)
        at = next_asked(q, every, trace->last, at + 1);
    assert_int_equal(trace_selected_count(&selection), all);
    assert_int_equal(trace_cursor_init(&cursor, &selection), OK);
    while (block.rows > 0) {
        size_t rows_max = given % 3 ? 1 + given % 70 : STORE_CHUNK_ROWS;

        assert_int_equal(trace_cursor_next(&cursor, rows_max, &block), OK);
        assert_true(block.rows <= rows_max);
        for (size_t r = 0; r < block.rows; r++) {
            if (k == UINT64_MAX || block.values[block.stride + r] != (double)k)
                fail_msg("from %d to %d every %d limit %d: %g, not %g",
                         (int)q->from, (int)q->to, (int)q->every,
                         (int)q->limit, block.values[block.stride + r],
                         (double)k);
            assert_true(block.values[r] == losses[k]);
            given++;
            k = next_asked(q, every, trace->last, k + 1);
        }
    }
    check_selected(&selection, losses);
    assert_true(given <= q->limit);
    assert_true(k == UINT64_MAX || given == q->limit);
    assert_int_equal(trace_cursor_rest(&cursor, &rest), k != UINT64_MAX);
    if (k != UINT64_MAX)
        assert_int_equal(rest, k);
    trace_cursor_fini(&cursor);
}

static uint64_t pick(uint64_t *index, uint64_t below)
{
    return random_bits(6, RANDOM_START, (*index)++) % below;
}

/* Bounds in and out of the trace, strides that divide its own, are multiples
 * of it, or neither. */
static void check_questions(const struct trace *trace, uint64_t every,
                            const double *losses, size_t questions)
{
    static const uint64_t factors[] = {1, 1, 2, 3, 5, 7, 64, 512, 100000};
    uint64_t index = trace->last * 1000 + every * 77;

    for (size_t i = 0; i < questions; i++) {
        uint64_t reach = pick(&index, 4) ? trace->last + 10 : 40;
        struct question q = {
            .from = pick(&index, 3) ? pick(&index, reach) : 0,
            .to = pick(&index, 3) ? pick(&index, reach) : trace->last + 1,
            .every = pick(&index, 2) ? 1 + pick(&index, 30)
                                     : factors[pick(&index, 9)]
                                           * factors[pick(&index, 9)],
            .limit = pick(&index, 2) ? 1 + pick(&index, 50) : UINT64_MAX,
        };

        check_answer(trace, &q, every, losses);
    }
}

/* The loss of every iteration of a run, by iteration; free() it. */
static double *all_losses(const char *spec)
{
    struct reading *r = reading_good(spec);
    struct recorder recorder;
    double *losses;
    uint64_t rows, last;

    r->spec.every = 1;
    reading_run(r, &recorder);
    recorder_extent(&recorder, &rows, &last);
    losses = calloc(rows, sizeof *losses);
    assert_non_null(losses);
    for (struct recorded_chunk *c = recorder.first; c; c = c->next)
        memcpy(losses + c->index * STORE_CHUNK_ROWS,
               c->chunk->scalars[COLUMN_LOSS],
               c->chunk->rows * sizeof *losses);
    recorder_fini(&recorder);
    reading_free(r);
    return losses;
}

static void any_question_gets_the_rows_of_a_naive_filter(void **state)
{
    static const unsigned everies[] = {1, 1, 1, 2, 3, 6, 7, 7, 10, 1000};
    static const unsigned lasts[] = {0, 511, 2000, 1501, 1600, 3077, 3584,
                                     3600, 64, 999};
    enum { JOBS = sizeof lasts / sizeof *lasts };
    struct pool_fixture *f = *state;
    char text[512];

    pool_fixture_start(f, 1);
    for (size_t i = 0; i < JOBS; i++) {
        struct trace trace;
        double *losses;
        int64_t number;

        snprintf(text, sizeof text,
                 "{\"objective\":{\"type\":\"function\","
                 "\"name\":\"rosenbrock\"},\"optimizer\":{\"type\":\"adam\"},"
                 "\"stop\":{\"max_iterations\":%u},\"trace\":{\"every\":%u}}",
                 lasts[i], everies[i]);
        losses = all_losses(text);
        number = pool_submit(f, text);
        pool_wait_end(f, number);
        assert_int_equal(trace_open(f->pool, f->store->reader, number,
                                    &trace), OK);
        assert_int_equal(trace.last, lasts[i]);
        check_questions(&trace, everies[i], losses, 300);
        free(losses);
    }
}

/* The product of both is 5 in 64 bits. */
static void steps_beyond_64_bits_leave_the_first_row(void **state)
{
    struct pool_fixture *f = *state;
    struct question q = {0, 1000, 999999999989, 10};
    struct trace_selection selection;
    struct trace_cursor cursor;
    struct trace trace;
    struct trace_block block = {.rows = 0};
    uint64_t rest;
    int64_t number;

    pool_fixture_start(f, 1);
    number = pool_submit(f, "{\"objective\":{\"type\":\"function\","
                            "\"name\":\"rosenbrock\"},\"optimizer\":"
                            "{\"type\":\"adam\"},\"stop\":"
                            "{\"max_iterations\":20}}");
    pool_wait_end(f, number);
    assert_int_equal(trace_open(f->pool, f->store->reader, number, &trace),
                     OK);
    selection = select_rows(&trace, &q, NULL, 0);
    selection.an_epoch = UINT64_C(12224066367477216721);
    assert_int_equal(trace_cursor_init(&cursor, &selection), OK);
    assert_int_equal(trace_cursor_next(&cursor, 10, &block), OK);
    assert_int_equal(block.rows, 1);
    assert_false(trace_cursor_rest(&cursor, &rest));
    trace_cursor_fini(&cursor);
}

static void an_empty_trace_has_no_rows(void **state)
{
    struct pool_fixture *f = *state;
    struct question q = {0, 1000, 1, 10};
    struct trace_selection selection;
    struct trace_cursor cursor;
    struct trace trace;
    struct trace_block block = {.rows = 1};
    uint64_t rest;

    pool_fixture_start(f, 0);
    assert_int_equal(trace_open(f->pool, f->store->reader, 1, &trace), OK);
    selection = select_rows(&trace, &q, NULL, 0);
    assert_int_equal(trace_cursor_init(&cursor, &selection), OK);
    assert_int_equal(trace_cursor_next(&cursor, 10, &block), OK);
    assert_int_equal(block.rows, 0);
    assert_false(trace_cursor_rest(&cursor, &rest));
    trace_cursor_fini(&cursor);
}

/* Beyond dimension 64 x stands in the first row of each 512: elsewhere there
 * is no number, which is not a NaN of the run. */
static void x_is_absent_where_it_was_not_recorded(void **state)
{
    static const struct trace_column columns[] = {
        {COLUMN_ITERATION, 0}, {COLUMNS, 0}, {COLUMNS, 69},
    };
    struct pool_fixture *f = *state;
    struct question q = {0, 2000, 1, UINT64_MAX};
    struct trace_selection selection;
    struct trace_cursor cursor;
    struct trace trace;
    struct trace_block block;
    int64_t number;

    pool_fixture_start(f, 1);
    number = pool_submit(
        f, "{\"objective\":{\"type\":\"function\",\"name\":\"sphere\","
           "\"dimension\":70},\"optimizer\":{\"type\":\"sgd\"},"
           "\"start\":{\"random\":{\"low\":1,\"high\":2}},"
           "\"stop\":{\"max_iterations\":1100}}");
    pool_wait_end(f, number);
    assert_int_equal(trace_open(f->pool, f->store->reader, number, &trace),
                     OK);
    selection = select_rows(&trace, &q, columns, 3);
    assert_int_equal(trace_cursor_init(&cursor, &selection), OK);
    for (uint64_t k = 0; k <= 1100; k++) {
        assert_int_equal(trace_cursor_next(&cursor, 1, &block), OK);
        assert_int_equal(block.rows, 1);
        assert_true(block.values[0] == (double)k);
        for (size_t i = 1; i < 3; i++) {
            double x = block.values[i * block.stride];

            assert_int_equal(chunk_is_absent(x), k % 512 != 0);
            if (k % 512 == 0)
                assert_true(x > 0 && x < 2);
        }
    }
    assert_int_equal(trace_cursor_next(&cursor, 1, &block), OK);
    assert_int_equal(block.rows, 0);
    trace_cursor_fini(&cursor);
}

static void columns_have_names(void **unused)
{
    char name[COLUMN_NAME_BYTES];
    (void)unused;

    trace_column_name(&(struct trace_column){COLUMN_TIME_S, 0}, name);
    assert_string_equal(name, "time_s");
    trace_column_name(&(struct trace_column){COLUMNS, 0}, name);
    assert_string_equal(name, "x.0");
    trace_column_name(&(struct trace_column){COLUMNS, 999999}, name);
    assert_string_equal(name, "x.999999");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(any_question_gets_the_rows_of_a_naive_filter),
        WITH(steps_beyond_64_bits_leave_the_first_row),
        WITH(an_empty_trace_has_no_rows),
        WITH(x_is_absent_where_it_was_not_recorded),
        cmocka_unit_test(columns_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
