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
#include "tests/unit/window_checks.h"

enum { COLUMNS_OF_X = 3 };   /* coordinates that are looked at */

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

/* ---- rows -------------------------------------------------------------- */

/* The unit whose extremes a window for so many points must keep: window.h,
 * pyramid.h in words. */
static uint64_t stride_promised(uint64_t rows, size_t points, bool levels)
{
    uint64_t stride = 128, units = points > 512 ? (points + 1) / 2 : 256;

    if (!levels || rows <= WINDOW_ROWS_MAX)
        return 1;
    while (stride < 524288 && rows / (4 * stride) >= units)
        stride *= 4;
    while (stride < 524288 && rows / stride > WINDOW_UNITS_MAX)
        stride *= 4;
    return stride;
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

        assert_int_equal(window_columns(window, &columns[c], 1, numbers), OK);
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

/* Candidates are told by the means of the rows they stand for. */
static void check_unit_means(const struct truth *truth, struct window *window,
                             uint64_t end)
{
    static const struct trace_column columns[] = {
        {COLUMN_ITERATION, 0}, {COLUMN_LOSS, 0}, {COLUMN_STEP_NORM, 0}};
    size_t count = window_count(window);
    double *numbers = calloc(count, sizeof *numbers);

    assert_non_null(numbers);
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        assert_int_equal(window_columns(window, &columns[c], 1, numbers), OK);
        for (size_t i = 0; i < count; i++) {
            uint64_t next = i + 1 < count ? window_row(window, i + 1) : end;
            struct tally tally = naive_tally(
                truth->made, window_row(window, i), next, columns[c]);

            check_mean(numbers[i], tally.mean, &tally);
        }
    }
    free(numbers);
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
        assert_true(found[c].least_row == expected.least_row);
        assert_true(found[c].greatest_row == expected.greatest_row);
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
        check_unit_means(truth, window, end);
        check_means(truth, window, end, seed);
        check_tally(truth, window, row, end);
    }
    if (row < end) {
        assert_int_equal(window_open(&truth->trace, row, end, points,
                                     WINDOW_TALLY, &arena, &window), OK);
        check_tally(truth, window, row, end);
    }
    arena_fini(&arena);
}

/* ---- traces by chance -------------------------------------------------- */

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
                                const struct made_trace *made,
                                enum made_stored how)
{
    struct truth truth = {.made = made};
    int64_t number = made_store(made, f, how);

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
        truth = store_truth(f, &made, MADE_LEVELS);
        check_windows(&truth, true, t);
        made_fini(&made);
    }
}

/* Ranges by chance, of 1 to 700 rows each, some side by side. */
static size_t make_ranges(uint64_t rows, uint64_t seed,
                          struct window_range ranges[16])
{
    uint64_t row = chance(seed, 0, rows / 32 + 1);
    size_t count = 0;

    while (count < 16 && row < rows) {
        uint64_t end = row + 1 + chance(seed, 3 * count + 1, 700);

        ranges[count++] = (struct window_range){row, end < rows ? end : rows};
        row = end + chance(seed, 3 * count + 2, 2) * chance(seed, 3 * count,
                                                            rows / 8 + 1);
    }
    return count;
}

static void rows_of_several_ranges_are_one_window(void **state)
{
    struct fixture *f = *state;

    for (uint64_t t = 0; t < TRACES; t++) {
        struct window_range ranges[16];
        struct made_trace made;
        struct window *window;
        struct arena arena;
        struct truth truth;
        size_t place = 0, count;

        made_init(&made, traces[t].form, traces[t].every, traces[t].last,
                  900 + t);
        truth = store_truth(f, &made, MADE_LEVELS);
        count = make_ranges(made.rows, t, ranges);
        arena_init(&arena, 0);
        assert_int_equal(window_open_ranges(&truth.trace, 0, ranges, count,
                                            &arena, &window), OK);
        assert_true(window_is_exact(window));
        for (size_t i = 0; i < count; i++)
            for (uint64_t row = ranges[i].row; row < ranges[i].end; row++)
                assert_int_equal(window_row(window, place++), row);
        assert_int_equal(place, window_count(window));
        check_numbers(&truth, window);
        arena_fini(&arena);
        made_fini(&made);
    }
}

/* Candidates of one unit are rows of it, and no others are. */
static void units_are_told_with_their_candidates(void **state)
{
    struct fixture *f = *state;
    struct made_trace made;
    struct window *window;
    struct window_unit *units;
    struct arena arena;
    struct truth truth;
    size_t count, told = 0;
    uint64_t end = 0;

    made_init(&made, (struct chunk_form){2, CHUNK_X_ROWS, COLUMN_SET_ALWAYS},
              1, 299999, 77);
    truth = store_truth(f, &made, MADE_LEVELS);
    arena_init(&arena, 0);
    assert_int_equal(window_open(&truth.trace, 1001, 290001, 1000, WINDOW_ROWS,
                                 &arena, &window), OK);
    units = arena_array(&arena, window_count(window), sizeof *units);
    assert_non_null(units);
    count = window_units(window, units);
    assert_true(count >= 500);
    for (size_t i = 0; i < count; i++) {
        const struct window_unit *unit = &units[i];

        assert_true(unit->rows.row >= end && unit->rows.row % 128 == 0);
        end = unit->rows.end;
        assert_int_equal(window_row(window, unit->place), unit->rows.row);
        assert_int_equal(window_row(window, unit->place + unit->count - 1),
                         end - 1);
        told += unit->count;
    }
    for (size_t i = 0; i < window_count(window); i++)
        told += window_row(window, i) < units[0].rows.row
             || window_row(window, i) >= end;
    assert_int_equal(told, window_count(window));
    arena_fini(&arena);
    made_fini(&made);
}

/* As they were stored before there were levels. */
static void a_trace_without_levels_is_read_row_by_row(void **state)
{
    struct fixture *f = *state;
    struct made_trace made;
    struct truth truth;

    made_init(&made, traces[5].form, 1, 150000, 5);
    truth = store_truth(f, &made, MADE_ROWS);
    check_windows(&truth, false, 77);
    made_fini(&made);
}

static void chunks_of_the_first_version_are_read_as_others(void **state)
{
    struct fixture *f = *state;

    for (uint64_t t = 7; t < TRACES; t++) {
        struct made_trace made;
        struct truth truth;

        made_init(&made, traces[t].form, traces[t].every, 40000, 200 + t);
        truth = store_truth(f, &made, MADE_VERSION_1);
        check_windows(&truth, false, 300 + t);
        made_fini(&made);
    }
}

static void too_many_rows_without_levels_are_refused(void **state)
{
    struct fixture *f = *state;
    uint64_t rows_max;
    struct made_trace made;
    struct truth truth;
    struct window *window;
    struct arena arena;

    made_init(&made, traces[2].form, 1, 999, 5);
    truth = store_truth(f, &made, MADE_ROWS);
    arena_init(&arena, 0);
    truth.trace.rows = truth.trace.last = 10000000;
    assert_int_equal(window_open(&truth.trace, 0,
                                 WINDOW_ROWS_WITHOUT_LEVELS + 1, 1000,
                                 WINDOW_ROWS, &arena, &window), ERR_TOO_BIG);
    assert_int_equal(window_rows_max(&truth.trace, &rows_max), OK);
    assert_true(rows_max == WINDOW_ROWS_WITHOUT_LEVELS);
    truth.trace.rows = WINDOW_ROWS_MAX;
    assert_int_equal(window_rows_max(&truth.trace, &rows_max), OK);
    assert_true(rows_max == UINT64_MAX);
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
    truth = store_truth(f, &made, MADE_LEVELS);
    arena_init(&arena, 0);
    assert_int_equal(window_open(&truth.trace, 0, made.rows, 100, WINDOW_ROWS,
                                 &arena, &window), OK);
    numbers = arena_array(&arena, window_count(window), sizeof *numbers);
    assert_non_null(numbers);
    assert_int_equal(window_columns(window, &loss, 1, numbers), OK);
    assert_int_equal(act(f, STORE_DELETE, truth.trace.number).error, OK);
    wait_for_pruned(f, truth.trace.number, 1, 0);
    assert_int_equal(window_columns(window, &loss, 1, numbers), ERR_MISSING);
    arena_fini(&arena);
    made_fini(&made);
}

static void means_of_means_are_as_exact_as_their_sums(void **unused)
{
    double mean = 63.5, count = 128;

    (void)unused;
    for (size_t i = 1; i < 1000; i++, count += 128)
        mean = tally_mean(mean, count, 63.5 + 128 * (double)i, 128);
    assert_true(mean == 63999.5);
    assert_true(tally_mean(0.1, 3, 0.1, 7) == 0.1);
    assert_true(tally_mean(1e308, 3, -1e308, 3) == 0);
    assert_true(tally_mean(1, 3, INFINITY, 7) == INFINITY);
    assert_true(isnan(tally_mean(-INFINITY, 3, INFINITY, 7)));
}

#define WITH(test)                                                            \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(windows_hold_what_they_promise),
        WITH(rows_of_several_ranges_are_one_window),
        WITH(units_are_told_with_their_candidates),
        WITH(a_trace_without_levels_is_read_row_by_row),
        WITH(chunks_of_the_first_version_are_read_as_others),
        WITH(too_many_rows_without_levels_are_refused),
        WITH(a_deleted_trace_is_missing),
        cmocka_unit_test(means_of_means_are_as_exact_as_their_sums),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
