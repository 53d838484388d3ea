/* test_chunk.c - stored columns come back bit for bit, and damaged ones not. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "server/jobs/chunk.h"
#include "tests/unit/steps.h"

#define TWO_53 9007199254740992.0

static double from_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* ---- columns of every kind --------------------------------------------- */

static double constant(size_t row)
{
    return (void)row, 0.1;
}

static double constant_nan(size_t row)
{
    return (void)row, from_bits(0xfff8000000000123);
}

static double constant_negative_zero(size_t row)
{
    return (void)row, -0.0;
}

static double ramp(size_t row)
{
    return 1e6 + 7 * (double)row;
}

static double ramp_to_the_limit(size_t row)
{
    return TWO_53 - 513 + (double)row;
}

static double ramp_past_the_limit(size_t row)
{
    return TWO_53 - 4 + 2 * (double)row;
}

static double ramp_down(size_t row)
{
    return 1000 - (double)row;
}

static double ramp_of_tenths(size_t row)
{
    return 0.1 * (double)row;
}

static double ramp_from_negative_zero(size_t row)
{
    return row == 0 ? -0.0 : (double)row;
}

static double ramp_with_a_last_step(size_t row)
{
    return row == 7 ? 61 : 10 * (double)row;
}

static double ramp_into_infinity(size_t row)
{
    return row < 5 ? (double)row : INFINITY;
}

static double zeros_of_both_signs(size_t row)
{
    return row % 2 ? -0.0 : 0.0;
}

static double nans_and_infinities(size_t row)
{
    static const double values[] = {NAN, INFINITY, -INFINITY, 0, 5e-324};

    return values[row % 5];
}

static double any_bits(size_t row)
{
    return from_bits(random_bits(1, RANDOM_START, row));
}

/* As a metric that is told where epochs end. */
static double mostly_absent(size_t row)
{
    return row % 50 == 0 ? 0.1 * (double)row : chunk_absent();
}

static double absent_but_for_the_last(size_t row)
{
    return row == 511 ? 7 : chunk_absent();
}

static double (*const kinds[])(size_t row) = {
    constant, constant_nan, constant_negative_zero, ramp, ramp_to_the_limit,
    ramp_past_the_limit, ramp_down, ramp_of_tenths, ramp_from_negative_zero,
    ramp_with_a_last_step, ramp_into_infinity, zeros_of_both_signs,
    nans_and_infinities, any_bits, mostly_absent, absent_but_for_the_last,
};

enum { COLUMN_KINDS = sizeof kinds / sizeof *kinds };

/* A chunk whose column c is of kind first + c; free() it. */
static struct chunk *make_chunk(struct chunk_form form, size_t rows,
                                size_t first)
{
    struct chunk *chunk = malloc(chunk_bytes(form));

    assert_non_null(chunk);
    chunk->form = form;
    chunk->rows = rows;
    for (size_t row = 0; row < rows; row++) {
        for (enum column c = 0; c < COLUMNS; c++)
            if (column_is_in(form.columns, c))
                chunk_column(chunk, c)[row] =
                    kinds[(first + c) % COLUMN_KINDS](row);
        for (size_t i = 0; i < form.n && form.x == CHUNK_X_ROWS; i++)
            chunk->x[i * STORE_CHUNK_ROWS + row] =
                kinds[(first + COLUMNS + i) % COLUMN_KINDS](row);
    }
    for (size_t i = 0; i < form.n && form.x == CHUNK_X_FIRST; i++)
        chunk->x[i] = any_bits(i);
    return chunk;
}

static void check_equal(const struct chunk *a, const struct chunk *b)
{
    size_t bytes = a->rows * sizeof(double);

    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->form.n, b->form.n);
    assert_int_equal(a->form.x, b->form.x);
    assert_int_equal(a->form.columns, b->form.columns);
    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(a->form.columns, c))
            assert_memory_equal(chunk_column_of(a, c),
                                chunk_column_of(b, c), bytes);
    for (size_t i = 0; i < a->form.n && a->form.x == CHUNK_X_ROWS; i++)
        assert_memory_equal(a->x + i * STORE_CHUNK_ROWS,
                            b->x + i * STORE_CHUNK_ROWS, bytes);
    if (a->form.x == CHUNK_X_FIRST)
        assert_memory_equal(a->x, b->x, a->form.n * sizeof(double));
}

/* Decode bytes after which a sanitizer finds every read past their end. */
static enum error decode(const void *bytes, size_t count, struct arena *arena,
                         struct chunk **ret)
{
    void *copy = malloc(count ? count : 1);
    enum error error;

    assert_non_null(copy);
    memcpy(copy, bytes, count);
    error = chunk_decode(copy, count, arena, ret);
    free(copy);
    return error;
}

static void check_round_trip(struct chunk_form form, size_t rows, size_t first)
{
    struct chunk *chunk = make_chunk(form, rows, first), *back;
    struct buffer out;
    struct arena arena;

    buffer_init(&out);
    arena_init(&arena, 0);
    chunk_encode(chunk, 0, &out);
    assert_int_equal(out.count % 8, 0);
    assert_int_equal(decode(out.bytes, out.count, &arena, &back), OK);
    check_equal(chunk, back);
    arena_fini(&arena);
    buffer_fini(&out);
    free(chunk);
}

#define CONSTRAINED \
    (COLUMN_SET_ALWAYS | (column_set)1 << COLUMN_CONSTRAINT_VIOLATION)
#define ALL_COLUMNS (((column_set)1 << COLUMNS) - 1)

static const struct chunk_form forms[] = {
    {1, CHUNK_X_NONE, COLUMN_SET_ALWAYS},
    {1, CHUNK_X_ROWS, COLUMN_SET_ALWAYS},
    {COLUMN_KINDS, CHUNK_X_ROWS, COLUMN_SET_ALWAYS},
    {64, CHUNK_X_ROWS, COLUMN_SET_ALWAYS},
    {65, CHUNK_X_FIRST, COLUMN_SET_ALWAYS},
    {70, CHUNK_X_NONE, COLUMN_SET_ALWAYS}, {2, CHUNK_X_NONE, CONSTRAINED},
    {3, CHUNK_X_ROWS, CONSTRAINED}, {65, CHUNK_X_FIRST, CONSTRAINED},
    {2, CHUNK_X_ROWS, ALL_COLUMNS}, {65, CHUNK_X_FIRST, ALL_COLUMNS},
    {1, CHUNK_X_NONE,
     COLUMN_SET_ALWAYS | (column_set)1 << COLUMN_VALIDATION_R_SQUARED},
};

enum { FORMS = sizeof forms / sizeof *forms };

static void columns_of_any_kind_come_back_bit_for_bit(void **unused)
{
    static const size_t rows[] = {1, 2, 3, 7, 8, 100, 511, 512};
    (void)unused;

    for (size_t f = 0; f < FORMS; f++)
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
            for (size_t first = 0; first < COLUMN_KINDS; first++)
                check_round_trip(forms[f], rows[r], first);
}

static void any_number_of_rows_comes_back(void **unused)
{
    (void)unused;
    for (size_t rows = 1; rows <= STORE_CHUNK_ROWS; rows++)
        check_round_trip(forms[1], rows, rows);
}

/* What plain gradient descent records: beside the head iteration, rate and
 * evaluations take 16, 8 and 16 bytes; the other four 512 numbers each, of
 * which at least the first byte is shared but by the loss here. */
static void whole_numbers_and_constants_take_no_room(void **unused)
{
    struct chunk_form form = {1, CHUNK_X_NONE, COLUMN_SET_ALWAYS};
    struct chunk *chunk = malloc(chunk_bytes(form));
    struct steps steps;
    struct buffer out;
    (void)unused;

    assert_non_null(chunk);
    chunk->form = form;
    chunk->rows = STORE_CHUNK_ROWS;
    for (size_t row = 0; row < STORE_CHUNK_ROWS; row++) {
        steps_at(&steps, 1000 + row, 1);
        chunk_write_row(chunk, row, &steps.it, 0.25 * (double)(row * row));
    }
    buffer_init(&out);
    chunk_encode(chunk, 0, &out);
    assert_int_equal(chunk_head_bytes(form), 24 + 7 * 8);
    assert_in_range(out.count, 24 + 7 * 8 + 16 + 8 + 16,
                    24 + 7 * 8 + 16 + 8 + 16 + 4 * 512 * 8);
    buffer_fini(&out);
    free(chunk);
}

static void nans_can_be_made_the_one_quiet_nan(void **unused)
{
    struct chunk_form form = {2, CHUNK_X_ROWS, COLUMN_SET_ALWAYS};
    struct chunk *chunk = malloc(chunk_bytes(form));
    double nan = from_bits(0xfff0dead0000beef), x[] = {1, nan};
    struct iteration it = {.loss = nan, .gradient_norm = nan,
                           .has_gradient = true, .step_norm = nan, .x = x};
    const uint64_t quiet = 0x7ff8000000000000;
    (void)unused;

    assert_non_null(chunk);
    chunk->form = form;
    chunk_write_row(chunk, 3, &it, 0);
    chunk_plain_nans(chunk, 3);
    assert_memory_equal(&chunk->scalars[COLUMN_LOSS][3], &quiet, 8);
    assert_memory_equal(&chunk->scalars[COLUMN_GRADIENT_NORM][3], &quiet, 8);
    assert_memory_equal(&chunk->scalars[COLUMN_STEP_NORM][3], &quiet, 8);
    assert_true(chunk->x[3] == 1);
    assert_memory_equal(&chunk->x[STORE_CHUNK_ROWS + 3], &quiet, 8);
    free(chunk);
}

static void no_number_of_a_run_is_absent(void **unused)
{
    (void)unused;
    assert_true(chunk_is_absent(chunk_absent()));
    assert_true(isnan(chunk_absent()));
    assert_false(chunk_is_absent(NAN));
    assert_false(chunk_is_absent(-NAN));
    assert_false(chunk_is_absent(INFINITY));
    assert_false(chunk_is_absent(0));
}

/* A method without gradients: the norm stays absent through what makes NaNs
 * plain and through the stored form, beside a NaN that a run made. */
static void an_unknown_gradient_is_absent_and_stays_so(void **unused)
{
    struct chunk_form form = {1, CHUNK_X_NONE, COLUMN_SET_ALWAYS};
    struct chunk *chunk = malloc(chunk_bytes(form)), *back;
    const uint64_t absent = 0x7ff8000000000ab5;
    struct iteration it = {.gradient_norm = NAN};
    struct buffer out;
    struct arena arena;
    (void)unused;

    assert_non_null(chunk);
    chunk->form = form;
    chunk->rows = 3;
    for (size_t row = 0; row < 3; row++) {
        it.has_gradient = row == 1;
        chunk_write_row(chunk, row, &it, 0);
        chunk_plain_nans(chunk, row);
    }
    buffer_init(&out);
    arena_init(&arena, 0);
    chunk_encode(chunk, 0, &out);
    assert_int_equal(decode(out.bytes, out.count, &arena, &back), OK);
    for (size_t row = 0; row < 3; row++) {
        const double *norm = &back->scalars[COLUMN_GRADIENT_NORM][row];

        assert_true(isnan(*norm));
        assert_int_equal(chunk_is_absent(*norm), row != 1);
        if (row != 1)
            assert_memory_equal(norm, &absent, 8);
    }
    buffer_fini(&out);
    arena_fini(&arena);
    free(chunk);
}

/* ---- chunks that were stored before ------------------------------------ */

static void append_words(struct buffer *out, const uint32_t words[4])
{
    buffer_append(out, words, 4 * sizeof *words);
}

static void append_kind(struct buffer *out, uint64_t kind,
                        const double *numbers, size_t count)
{
    buffer_append(out, &kind, sizeof kind);
    buffer_append(out, numbers, count * sizeof *numbers);
}

/* Version 1, by hand: a ramp, a plain column, constants, a sparse one (epoch,
 * bit 1 of the columns that do not always stand there), x once. */
static void write_version_1(struct buffer *out)
{
    const uint32_t head[] = {1, 3, CHUNK_X_FIRST | 2u << 8, 70};
    const double ramp[] = {4, 2}, plain[] = {0.1, NAN, -3}, one[] = {0.5};
    const uint64_t sparse[] = {3, 1, 1};
    const double epoch = 0.25;
    double x[70];

    append_words(out, head);
    append_kind(out, 2, ramp, 2);
    append_kind(out, 0, plain, 3);
    for (size_t c = 2; c < COLUMNS_ALWAYS; c++)
        append_kind(out, 1, one, 1);
    buffer_append(out, sparse, sizeof sparse);
    buffer_append(out, &epoch, sizeof epoch);
    for (size_t i = 0; i < 70; i++)
        x[i] = (double)i;
    buffer_append(out, x, sizeof x);
}

static void a_chunk_of_the_first_version_is_read(void **unused)
{
    struct chunk *chunk;
    struct buffer out;
    struct arena arena;
    (void)unused;

    buffer_init(&out);
    arena_init(&arena, 0);
    write_version_1(&out);
    assert_int_equal(decode(out.bytes, out.count, &arena, &chunk), OK);
    assert_int_equal(chunk->rows, 3);
    assert_int_equal(chunk->form.n, 70);
    assert_int_equal(chunk->form.x, CHUNK_X_FIRST);
    assert_int_equal(chunk->form.columns,
                     COLUMN_SET_ALWAYS | column_bit(COLUMN_EPOCH));
    assert_true(chunk->scalars[COLUMN_ITERATION][2] == 8);
    assert_true(isnan(chunk->scalars[COLUMN_TIME_S][1]));
    assert_true(chunk->scalars[COLUMN_TIME_S][2] == -3);
    assert_true(chunk->scalars[COLUMN_EVALUATIONS][2] == 0.5);
    assert_true(chunk_column(chunk, COLUMN_EPOCH)[1] == 0.25);
    assert_true(chunk_is_absent(chunk_column(chunk, COLUMN_EPOCH)[2]));
    assert_true(chunk->x[69] == 69);
    for (size_t count = 0; count < out.count; count++)
        assert_int_equal(decode(out.bytes, count, &arena, &chunk),
                         ERR_CORRUPT);
    arena_fini(&arena);
    buffer_fini(&out);
}

/* ---- damage ------------------------------------------------------------ */

static void no_part_of_a_chunk_is_a_chunk(void **unused)
{
    (void)unused;
    for (size_t f = 0; f < FORMS; f++) {
        struct chunk *chunk = make_chunk(forms[f], 9, f), *back;
        struct buffer out;
        struct arena arena;

        buffer_init(&out);
        arena_init(&arena, 0);
        chunk_encode(chunk, 0, &out);
        for (size_t count = 0; count < out.count; count++) {
            assert_int_equal(decode(out.bytes, count, &arena, &back),
                             ERR_CORRUPT);
            arena_fini(&arena);
        }
        buffer_append(&out, "12345678", 8);
        assert_int_equal(decode(out.bytes, out.count, &arena, &back),
                         ERR_CORRUPT);
        arena_fini(&arena);
        buffer_fini(&out);
        free(chunk);
    }
}

static void an_impossible_header_is_refused(void **unused)
{
    /* version, rows, form of x, n, units, end, and how the first column is
     * packed */
    static const struct {
        size_t word;
        uint32_t value;
    } wrong[] = {
        {0, 0}, {0, 3}, {1, 0}, {1, 513}, {1, UINT32_MAX}, {2, 3},
        {2, UINT32_MAX}, {3, 0}, {3, 65}, {3, 1000001}, {3, UINT32_MAX},
        {4, 513}, {4, UINT32_MAX}, {5, 1}, {5, UINT32_MAX},
        {6, PACKING_KINDS}, {6, UINT32_MAX}, {7, 1},
    };
    struct chunk *chunk = make_chunk(forms[2], 20, 0), *back;
    struct buffer out;
    struct arena arena;
    (void)unused;

    buffer_init(&out);
    arena_init(&arena, 0);
    chunk_encode(chunk, 0, &out);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *word = out.bytes + 4 * wrong[i].word;
        uint32_t right;

        memcpy(&right, word, sizeof right);
        memcpy(word, &wrong[i].value, sizeof right);
        assert_int_equal(decode(out.bytes, out.count, &arena, &back),
                         ERR_CORRUPT);
        memcpy(word, &right, sizeof right);
        arena_fini(&arena);
    }
    assert_int_equal(decode(out.bytes, out.count, &arena, &back), OK);
    arena_fini(&arena);
    buffer_fini(&out);
    free(chunk);
}

static void damaged_bytes_are_refused_or_a_chunk(void **unused)
{
    struct chunk *chunk = make_chunk(forms[2], 6, 3), *back;
    struct buffer out;
    struct arena arena;
    size_t refused = 0;
    (void)unused;

    buffer_init(&out);
    chunk_encode(chunk, 0, &out);
    for (uint64_t k = 0; k < 20000; k++) {
        /* half of the damage hits what has a meaning: the first bytes */
        uint64_t bits = random_bits(9, RANDOM_START, k);
        size_t at = (bits >> 16) % (k % 2 ? out.count : 48);
        char before = out.bytes[at];
        enum error error;

        out.bytes[at] = (char)bits;
        arena_init(&arena, 64 << 20);
        error = decode(out.bytes, out.count, &arena, &back);
        if (error == OK)
            assert_in_range(back->rows, 1, STORE_CHUNK_ROWS);
        else
            assert_int_equal(error, ERR_CORRUPT);
        refused += error != OK;
        arena_fini(&arena);
        out.bytes[at] = before;
    }
    assert_in_range(refused, 1000, 19000);
    buffer_fini(&out);
    free(chunk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of_any_kind_come_back_bit_for_bit),
        cmocka_unit_test(any_number_of_rows_comes_back),
        cmocka_unit_test(whole_numbers_and_constants_take_no_room),
        cmocka_unit_test(nans_can_be_made_the_one_quiet_nan),
        cmocka_unit_test(no_number_of_a_run_is_absent),
        cmocka_unit_test(an_unknown_gradient_is_absent_and_stays_so),
        cmocka_unit_test(a_chunk_of_the_first_version_is_read),
        cmocka_unit_test(no_part_of_a_chunk_is_a_chunk),
        cmocka_unit_test(an_impossible_header_is_refused),
        cmocka_unit_test(damaged_bytes_are_refused_or_a_chunk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
