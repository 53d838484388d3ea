/*
 * test_window.c - what a window of a trace gives, beside the rows themselves:
 * traces, windows and budgets made by chance.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "server/jobs/pyramid.h"
#include "server/jobs/window.h"
#include "tests/unit/pool_fixture.h"
#include "tests/unit/reading.h"
#include "tests/unit/trace_made.h"

enum { COLUMNS_OF_X = 3 };   /* coordinates that are looked at */

/* A trace and its rows as a reference. */
struct truth {
    const struct made_trace *made;
    struct trace trace;
};

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool is_picked(const struct made_trace *made, enum column c)
{
    return column_is_in(made->form.columns, c) && !column_texts[c].only_rises;
}

/* The columns of a trace: ret[COLUMNS + COLUMNS_OF_X]. */
static size_t all_columns(const struct made_trace *made,
                          struct trace_column *ret)
{
    size_t count = 0;

    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(made->form.columns, c))
            ret[count++] = (struct trace_column){c, 0};
    for (size_t i = 0; i < made->form.n && i < COLUMNS_OF_X
                       && made->form.x != CHUNK_X_NONE; i++)
        ret[count++] = (struct trace_column){COLUMNS, i};
    return count;
}

/* What is known of rows [row, end) of a column, the slow way. */
static struct tally naive_tally(const struct made_trace *made, uint64_t row,
                                uint64_t end, struct trace_column column)
{
    struct tally tally = tally_empty();
    double sum = 0;

    for (uint64_t r = row; r < end; r++) {
        double number = made_number(made, r, column.scalar, column.dimension);

        if (chunk_is_absent(number))
            continue;
        tally.present++;
        sum += number / 0x1p30; /* of a huge column, too */
        if (!isfinite(number)) {
            if (tally.nonfinite++ == 0)
                tally.nonfinite_row = (double)r;
            continue;
        }
        if (chunk_is_absent(tally.least) || number < tally.least)
            tally.least = number;
        if (chunk_is_absent(tally.greatest) || number > tally.greatest)
            tally.greatest = number;
    }
    if (tally.present > 0)
        tally.mean = sum / tally.present * 0x1p30;
    return tally;
}

static void check_mean(double mean, double expected, const struct tally *all)
{
    double size = fmax(fabs(all->least), fabs(all->greatest));

    if (isfinite(expected))
        assert_true(fabs(mean - expected) <= 1e-12 * size);
    else
        assert_false(isfinite(mean) && !chunk_is_absent(mean));
}

/* ---- rows -------------------------------------------------------------- */

/* The unit whose extremes a window for so many points must keep: window.h,
 * pyramid.h in words. */
static uint64_t stride_promised(uint64_t rows, size_t points, bool levels)
{
    uint64_t stride = 128;

    if (!levels || rows <= WINDOW_ROWS_MIN
        || (rows <= WINDOW_ROWS_MAX && rows / stride < points))
        return 1;
    while (stride < 524288 && rows / (4 * stride) >= points)
        stride *= 4;
    while (stride < 524288 && rows / stride > WINDOW_UNITS_MAX)
        stride *= 4;
    return stride;
}

/* Candidates rise, are rows of the window, and hold its ends. */
static void check_places(const struct window *window, uint64_t row,
                         uint64_t end)
{
    size_t count = window_count(window);

    assert_true(count > 0 && count <= end - row);
    assert_int_equal(window_row(window, 0), row);
    assert_int_equal(window_row(window, count - 1), end - 1);
    for (size_t i = 1; i < count; i++)
        assert_true(window_row(window, i) > window_row(window, i - 1));
}

static void check_numbers(const struct truth *truth, struct window *window)
{
    struct trace_column columns[COLUMNS + COLUMNS_OF_X];
    size_t count = window_count(window);
    size_t column_count = all_columns(truth->made, columns);
    double *numbers = calloc(count, sizeof *numbers);

    assert_non_null(numbers);
    for (size_t c = 0; c < column_count; c++) {
        bool wide = columns[c].scalar == COLUMNS
                 && truth->made->form.x == CHUNK_X_FIRST;

        assert_int_equal(window_column(window, &columns[c], numbers), OK);
        for (size_t i = 0; i < count; i++) {
            double expected = made_number(
                truth->made, window_row(window, i), columns[c].scalar,
                columns[c].dimension);

            /* Levels have no long x. */
            if (!wide || window_is_exact(window)
                || !chunk_is_absent(numbers[i]))
                assert_true(same_bits(numbers[i], expected));
        }
    }
    free(numbers);
}

static bool has_row(const struct window *window, uint64_t row)
{
    size_t low = 0, high = window_count(window);

    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (window_row(window, middle) <= row)
            low = middle;
        else
            high = middle;
    }
    return window_row(window, low) == row;
}

/* Whether one of the candidates in rows [row, end) has the number. */
static bool has_number(const struct truth *truth, const struct window *window,
                       size_t *from, uint64_t row, uint64_t end,
                       enum column c, double number)
{
    size_t i = *from;

    while (i < window_count(window) && window_row(window, i) < row)
        i++;
    *from = i;
    for (; i < window_count(window) && window_row(window, i) < end; i++)
        if (made_number(truth->made, window_row(window, i), c, 0) == number)
            return true;
    return false;
}

/* Of every whole unit: the ends, the extremes, the first that is not finite. */
static void check_units(const struct truth *truth, const struct window *window,
                        uint64_t row, uint64_t end, uint64_t stride)
{
    for (enum column c = 0; c < COLUMNS; c++) {
        size_t from = 0;

        if (!is_picked(truth->made, c))
            continue;
        for (uint64_t u = (row + stride - 1) / stride;
             (u + 1) * stride <= end; u++) {
            struct tally tally =
                naive_tally(truth->made, u * stride, (u + 1) * stride,
                            (struct trace_column){c, 0});

            assert_true(has_row(window, u * stride));
            assert_true(has_row(window, (u + 1) * stride - 1));
            if (tally.nonfinite > 0)
                assert_true(has_row(window, (uint64_t)tally.nonfinite_row));
            if (tally.present == tally.nonfinite)
                continue;
            assert_true(has_number(truth, window, &from, u * stride,
                                   (u + 1) * stride, c, tally.least));
            assert_true(has_number(truth, window, &from, u * stride,
                                   (u + 1) * stride, c, tally.greatest));
        }
    }
}

/* Any picks of any columns are the rows' numbers. */
static void check_picks(const struct truth *truth, struct window *window,
                        uint64_t seed)
{
    struct trace_column columns[COLUMNS + COLUMNS_OF_X];
    size_t column_count = all_columns(truth->made, columns), count = 0;
    size_t picks[500];
    double *numbers = calloc(column_count * 500, sizeof *numbers);

    assert_non_null(numbers);
    for (size_t i = 0; i < window_count(window) && count < 500;
         i += 1 + random_bits(seed, RANDOM_START, i)
                      % (1 + window_count(window) / 250))
        picks[count++] = i;
    assert_int_equal(window_pick(window, picks, count, columns, column_count,
                                 numbers), OK);
    for (size_t c = 0; c < column_count; c++)
        for (size_t i = 0; i < count; i++) {
            double number = numbers[c * count + i];

            if (columns[c].scalar == COLUMNS && chunk_is_absent(number)
                && !window_is_exact(window))
                continue;
            assert_true(same_bits(
                number, made_number(truth->made, window_row(window, picks[i]),
                                    columns[c].scalar,
                                    columns[c].dimension)));
        }
    free(numbers);
}

static void check_rows(const struct truth *truth, uint64_t row, uint64_t end,
                       size_t points, bool levels, uint64_t seed)
{
    uint64_t stride = stride_promised(end - row, points, levels);
    struct window *window;
    struct arena arena;

    arena_init(&arena, 0);
    assert_int_equal(window_open(&truth->trace, row, end, points, WINDOW_ROWS,
                                 &arena, &window), OK);
    if (row == end) {
        assert_int_equal(window_count(window), 0);
        assert_true(window_is_exact(window));
    } else {
        check_places(window, row, end);
        assert_int_equal(window_is_exact(window), stride == 1);
        assert_int_equal(window_is_exact(window),
                         window_count(window) == end - row);
        check_numbers(truth, window);
        if (stride > 1)
            check_units(truth, window, row, end, stride);
        check_picks(truth, window, seed);
    }
    arena_fini(&arena);
}

/* ---- means and tallies ------------------------------------------------- */

static void check_means(const struct truth *truth, struct window *window,
                        uint64_t end, uint64_t seed)
{
    struct trace_column columns[COLUMNS + COLUMNS_OF_X];
    size_t column_count = all_columns(truth->made, columns), count = 0;
    size_t begins[100];
    double *means = calloc(column_count * 100, sizeof *means);

    assert_non_null(means);
    for (size_t i = 0; i < window_count(window) && count < 100;
         i += 1 + random_bits(seed, RANDOM_START, 7 * i)
                      % (1 + window_count(window) / 40))
        begins[count++] = i;
    assert_int_equal(window_means(window, begins, count, columns,
                                  column_count, means), OK);
    for (size_t c = 0; c < column_count; c++)
        for (size_t b = 0; b < count; b++) {
            uint64_t from = window_row(window, begins[b]);
            uint64_t to = b + 1 < count ? window_row(window, begins[b + 1])
                                        : end;
            struct tally tally =
                naive_tally(truth->made, from, to, columns[c]);

            if (columns[c].scalar == COLUMNS
                && truth->made->form.x == CHUNK_X_FIRST)
                continue;
            assert_int_equal(chunk_is_absent(means[c * count + b]),
                             tally.present == 0);
            check_mean(means[c * count + b], tally.mean, &tally);
        }
    free(means);
}

static void check_tally(const struct truth *truth, struct window *window,
                        uint64_t row, uint64_t end)
{
    struct trace_column columns[COLUMNS + COLUMNS_OF_X];
    size_t column_count = all_columns(truth->made, columns);
    struct tally found[COLUMNS + COLUMNS_OF_X], expected;

    assert_int_equal(window_tally(window, columns, column_count, found), OK);
    for (size_t c = 0; c < column_count; c++) {
        enum column scalar = columns[c].scalar;
        bool wide = scalar == COLUMNS && truth->made->form.x != CHUNK_X_ROWS;

        if (wide)
            continue;
        expected = naive_tally(truth->made, row, end, columns[c]);
        assert_true(found[c].present == expected.present);
        assert_true(found[c].nonfinite == expected.nonfinite);
        check_mean(found[c].mean, expected.mean, &expected);
        if (scalar < COLUMNS && column_texts[scalar].only_rises)
            continue;
        if (scalar < COLUMNS)
            assert_true(same_bits(found[c].nonfinite_row,
                                  expected.nonfinite_row));
        if (expected.present == expected.nonfinite) {
            assert_true(chunk_is_absent(found[c].least));
            continue;
        }
        assert_true(found[c].least == expected.least);
        assert_true(found[c].greatest == expected.greatest);
        assert_true(made_number(truth->made, (uint64_t)found[c].least_row,
                                scalar, columns[c].dimension)
                    == expected.least);
        assert_true(made_number(truth->made, (uint64_t)found[c].greatest_row,
                                scalar, columns[c].dimension)
                    == expected.greatest);
    }
}

static void check_units_of_window(const struct truth *truth, uint64_t row,
                                  uint64_t end, size_t points, uint64_t seed)
{
    struct window *window;
    struct arena arena;

    arena_init(&arena, 0);
    assert_int_equal(window_open(&truth->trace, row, end, points,
                                 WINDOW_MEANS, &arena, &window), OK);
    if (row < end) {
        check_places(window, row, end);
        check_numbers(truth, window);
        check_means(truth, window, end, seed);
        check_tally(truth, window, row, end);
    }
    arena_fini(&arena);
}

/* ---- traces by chance -------------------------------------------------- */

static uint64_t chance(uint64_t seed, uint64_t i, uint64_t below)
{
    return below ? random_bits(seed, RANDOM_SPLIT, i) % below : 0;
}

#define BIT(column) ((column_set)1 << (column))
#define METRICS                                                               \
    (COLUMN_SET_ALWAYS | BIT(COLUMN_EPOCH) | BIT(COLUMN_TRAINING_LOSS)        \
     | BIT(COLUMN_ACCURACY))
#define EVERY_COLUMN (BIT(COLUMNS) - 1)

static const struct {
    struct chunk_form form;
    uint64_t every, last;
} traces[] = {
    {{2, CHUNK_X_ROWS, COLUMN_SET_ALWAYS}, 1, 0},
    {{2, CHUNK_X_ROWS, COLUMN_SET_ALWAYS}, 1, 511},
    {{1, CHUNK_X_NONE, COLUMN_SET_ALWAYS}, 3, 12289},
    {{2, CHUNK_X_ROWS, COLUMN_SET_ALWAYS}, 1, 40000},
    {{2, CHUNK_X_ROWS, COLUMN_SET_ALWAYS}, 7, 7 * 131071},
    {{2, CHUNK_X_ROWS, COLUMN_SET_ALWAYS}, 1, 299999},
    {{64, CHUNK_X_ROWS, COLUMN_SET_ALWAYS}, 1, 70000},
    {{65, CHUNK_X_FIRST, COLUMN_SET_ALWAYS}, 1, 70001},
    {{3, CHUNK_X_ROWS, METRICS}, 1, 140000},
    {{1, CHUNK_X_NONE, EVERY_COLUMN}, 2, 140001},
};

enum { TRACES = sizeof traces / sizeof *traces, WINDOWS = 14 };

static struct truth store_truth(struct fixture *f,
                                const struct made_trace *made, bool levels)
{
    struct truth truth = {.made = made};
    int64_t number = made_store(made, f, levels);

    assert_int_equal(trace_open(NULL, f->reader, number, &truth.trace), OK);
    assert_int_equal(truth.trace.rows, made->rows);
    assert_int_equal(truth.trace.last, made->last);
    return truth;
}

static void check_windows(const struct truth *truth, bool levels,
                          uint64_t seed)
{
    static const size_t points[] = {2, 30, 200, 1000, 5000, 20000};
    uint64_t rows = truth->made->rows;

    check_rows(truth, 0, rows, 100, levels, seed);
    check_units_of_window(truth, 0, rows, 2, seed);
    check_rows(truth, rows, rows, 2, levels, seed);
    for (uint64_t i = 0; i < WINDOWS; i++) {
        uint64_t row = chance(seed, 3 * i, i % 2 ? rows : rows / 8 + 1);
        uint64_t end = row + 1 + chance(seed, 3 * i + 1, rows - row);
        size_t wanted = points[chance(seed, 3 * i + 2, 6)];

        check_rows(truth, row, end, wanted, levels, seed + i);
        check_units_of_window(truth, row, end, wanted, seed + i);
    }
}

static void windows_hold_what_they_promise(void **state)
{
    struct fixture *f = *state;

    for (uint64_t t = 0; t < TRACES; t++) {
        struct made_trace made;
        struct truth truth;

        made_init(&made, traces[t].form, traces[t].every, traces[t].last,
                  100 + t);
        truth = store_truth(f, &made, true);
        check_windows(&truth, true, t);
        made_fini(&made);
    }
}

/* As they were stored before there were levels. */
static void a_trace_without_levels_is_read_row_by_row(void **state)
{
    struct fixture *f = *state;
    struct made_trace made;
    struct truth truth;

    made_init(&made, traces[5].form, 1, 150000, 5);
    truth = store_truth(f, &made, false);
    check_windows(&truth, false, 77);
    made_fini(&made);
}

static void too_many_rows_without_levels_are_refused(void **state)
{
    struct fixture *f = *state;
    struct made_trace made;
    struct truth truth;
    struct window *window;
    struct arena arena;

    made_init(&made, traces[2].form, 1, 999, 5);
    truth = store_truth(f, &made, false);
    arena_init(&arena, 0);
    truth.trace.rows = truth.trace.last = 10000000;
    assert_int_equal(window_open(&truth.trace, 0,
                                 WINDOW_ROWS_WITHOUT_LEVELS + 1, 1000,
                                 WINDOW_ROWS, &arena, &window), ERR_TOO_BIG);
    arena_fini(&arena);
    made_fini(&made);
}

/* Rows that were there and are not any more: never a wrong answer. */
static void a_deleted_trace_is_missing(void **state)
{
    struct fixture *f = *state;
    struct trace_column loss = {COLUMN_LOSS, 0};
    struct made_trace made;
    struct truth truth;
    struct window *window;
    struct arena arena;
    double *numbers;

    made_init(&made, traces[5].form, 1, 140000, 5);
    truth = store_truth(f, &made, true);
    arena_init(&arena, 0);
    assert_int_equal(window_open(&truth.trace, 0, made.rows, 100, WINDOW_ROWS,
                                 &arena, &window), OK);
    numbers = arena_array(&arena, window_count(window), sizeof *numbers);
    assert_non_null(numbers);
    assert_int_equal(window_column(window, &loss, numbers), OK);
    assert_int_equal(act(f, STORE_DELETE, truth.trace.number).error, OK);
    assert_int_equal(window_column(window, &loss, numbers), ERR_MISSING);
    arena_fini(&arena);
    made_fini(&made);
}

/* ---- a job that runs --------------------------------------------------- */

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
    assert_int_equal(window_column(window, &loss, numbers), OK);
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
    assert_int_equal(pool_add(f->pool, number, 0), OK);
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

/* A run that is put back begins anew, its levels too. */
static void levels_are_forgotten_with_the_rows(void **state)
{
    struct pool_fixture *f = *state;
    struct store_chunk chunk;
    int64_t number;

    pool_fixture_start(f, 1);
    number = pool_submit(f, JOB("1000000000"));
    while (store_read_chunk(f->store->reader, number, 1, 0, &f->store->arena,
                            &chunk) != OK)
        arena_fini(&f->store->arena);
    pool_fixture_stop(f);
    assert_int_equal(look(f->store, number).state, JOB_QUEUED);
    for (unsigned level = 0; level < PYRAMID_LEVELS; level++)
        assert_int_equal(store_read_chunk(f->store->reader, number, level, 0,
                                          &f->store->arena, &chunk),
                         ERR_MISSING);
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
    pool_change_tables(f, "CREATE TRIGGER broken BEFORE INSERT ON trace "
                          "WHEN NEW.first = 51200 "
                          "BEGIN SELECT RAISE(ABORT, 'as from a disk'); END");
    pool_fixture_start(f, 1);
    number = pool_submit(f, JOB("1000000000"));
    assert_int_equal(pool_wait_end(f, number).state, JOB_FAILED);
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
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
#define WITH_POOL(test)                                                       \
    cmocka_unit_test_setup_teardown(test, setup_pool, teardown_pool)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(windows_hold_what_they_promise),
        WITH(a_trace_without_levels_is_read_row_by_row),
        WITH(too_many_rows_without_levels_are_refused),
        WITH(a_deleted_trace_is_missing),
        WITH_POOL(windows_of_a_run_grow_with_it),
        WITH_POOL(levels_are_forgotten_with_the_rows),
        WITH_POOL(windows_of_a_failed_job_end_with_its_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
