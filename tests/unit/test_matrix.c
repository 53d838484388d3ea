/* test_matrix.c - products of matrices: the documented bits from every kernel,
 * for any shape, stride, gathering and sharing out. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/matrix_kernel.h"

enum { ROOM = 700 * 150, GUARD = 64 };

enum values { ORDINARY, WIDE, TINY, NASTY, KINDS };

/* Number i of one kind of test data, between float's extremes. */
static double sample(enum values kind, uint64_t seed, size_t i)
{
    static const double nasty[] = {0, -0.0, 1, -1, FLT_MAX, -FLT_MAX, FLT_MIN,
                                   0x1p-149, INFINITY, -INFINITY, NAN, 3.5};
    double u = random_unit(seed, RANDOM_START, 2 * i);
    double v = random_unit(seed, RANDOM_START, 2 * i + 1);

    switch (kind) {
    case ORDINARY:
        return 2 * u - 1;
    case WIDE:
        return (u - 0.5) * ldexp(1, (int)(v * 40) - 20);
    case TINY: /* products are subnormal, or vanish */
        return (u - 0.5) * ldexp(1, -60 - (int)(v * 20));
    default: /* one in fifty is special, so that finite sums remain */
        return v < 0.02 ? nasty[(size_t)(u * (sizeof nasty / sizeof *nasty))]
                        : 2 * u - 1;
    }
}

/* One product with all that it needs. */
struct problem {
    struct matrix_shape shape;
    size_t a_spare, b_spare, c_spare; /* elements between rows */
    bool gathered, add;
    enum values kind;
};

static uint32_t a_index[ROOM], b_index[ROOM];

static size_t a_rows(struct matrix_shape s)
{
    return s.form == MATRIX_TN ? s.k : s.m;
}

static size_t a_columns(struct matrix_shape s)
{
    return s.form == MATRIX_TN ? s.m : s.k;
}

static size_t b_rows(struct matrix_shape s)
{
    return s.form == MATRIX_NT ? s.n : s.k;
}

static size_t b_columns(struct matrix_shape s)
{
    return s.form == MATRIX_NT ? s.k : s.n;
}

/* In no order, some rows twice. */
static void number_rows(uint32_t *index, size_t rows, uint64_t seed)
{
    for (size_t i = 0; i < rows; i++)
        index[i] = (uint32_t)(random_unit(seed, RANDOM_START, i)
                              * (double)rows);
}

#define REAL double
#define NAME(x) x##_f64
#define FUSED fma
#define EPSILON DBL_EPSILON
#include "tests/unit/matrix_checks.h"

#define REAL float
#define NAME(x) x##_f32
#define FUSED fmaf
#define EPSILON FLT_EPSILON
#include "tests/unit/matrix_checks.h"

static void check_all(struct problem p)
{
    number_rows(a_index, a_rows(p.shape), 3);
    number_rows(b_index, b_rows(p.shape), 4);
    check_f64(p);
    check_f32(p);
}

static int fill_all(void **unused)
{
    (void)unused;
    fill_f64();
    fill_f32();
    return 0;
}

/* ---- the tests ---------------------------------------------------------- */

/* Edges of every tile: 4, 6 and 12 rows; vectors of 2, 4, 8 and 16. */
static void every_kernel_gives_the_documented_bits(void **unused)
{
    static const size_t rows[] = {1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13, 23, 25};
    static const size_t columns[] = {1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33,
                                     49};
    static const size_t terms[] = {1, 2, 3, 4, 5, 7, 19};
    size_t count = 0;

    (void)unused;
    for (int form = 0; form < MATRIX_FORMS; form++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            for (size_t j = 0; j < sizeof columns / sizeof *columns; j++)
                for (size_t k = 0; k < sizeof terms / sizeof *terms; k++)
                    check_all((struct problem){
                        .shape = {(enum matrix_form)form, rows[i], columns[j],
                                  terms[k]},
                        .a_spare = count % 3, .b_spare = count % 5,
                        .c_spare = count % 4, .gathered = count % 2 == 1,
                        .add = count++ / 2 % 2 == 1,
                        .kind = (enum values)(count % KINDS)});
}

/* Beyond one block of terms, of columns, of rows. */
static void blocks_are_added_in_order(void **unused)
{
    static const size_t shapes[][3] = {
        {7, 19, MATRIX_BLOCK - 1},     {7, 19, MATRIX_BLOCK},
        {7, 19, MATRIX_BLOCK + 1},     {13, 33, 2 * MATRIX_BLOCK + 3},
        {3, MATRIX_BLOCK_COLUMNS, 5},  {30, MATRIX_BLOCK_COLUMNS + 17, 6},
        {MATRIX_BLOCK_ROWS, 18, 9},    {MATRIX_BLOCK_ROWS + 13, 35, 270},
        {128, 10, 128},                {10, 128, 128},
    };

    (void)unused;
    for (int form = 0; form < MATRIX_FORMS; form++)
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
            for (int kind = 0; kind < KINDS; kind++)
                check_all((struct problem){
                    .shape = {(enum matrix_form)form, shapes[i][0],
                              shapes[i][1], shapes[i][2]},
                    .a_spare = i, .b_spare = 1, .c_spare = 2 * i,
                    .gathered = (i + (size_t)kind) % 2 == 1,
                    .add = kind % 2 == 1, .kind = (enum values)kind});
}

/* What a worker computes of C does not depend on the rest of it. */
static void any_part_of_a_product_has_its_bits(void **unused)
{
    (void)unused;
    for (int form = 0; form < MATRIX_FORMS; form++)
        for (size_t parts = 2; parts <= 9; parts++) {
            struct matrix_shape shape = {(enum matrix_form)form, 61, 53, 300};

            check_parts_f64(shape, parts);
            check_parts_f32(shape, parts);
        }
}

static void nothing_times_nothing_is_zero(void **unused)
{
    float c[6] = {1, 2, 3, 4, 5, 6}, sums[6] = {1, 2, 3, 4, 5, 6};
    double d[6] = {1, 2, 3, 4, 5, 6};
    struct rows_f32 none = {NULL, 0, NULL, 0};
    struct rows_f64 none_f64 = {NULL, 0, NULL, 0};
    struct matrix_shape no_terms = {MATRIX_NN, 2, 2, 0};

    (void)unused;
    matrix_multiply_f32(no_terms, none, none, true, c, 3, NULL);
    assert_memory_equal(c, sums, sizeof c);
    matrix_multiply_f32((struct matrix_shape){MATRIX_NT, 0, 2, 2}, none, none,
                        false, c, 3, NULL);
    matrix_multiply_f32((struct matrix_shape){MATRIX_TN, 2, 0, 2}, none, none,
                        false, c, 3, NULL);
    assert_memory_equal(c, sums, sizeof c);
    matrix_multiply_f32(no_terms, none, none, false, c, 3, NULL);
    matrix_multiply_f64(no_terms, none_f64, none_f64, false, d, 3, NULL);
    for (size_t i = 0; i < 6; i++) { /* the third of a row is no part of C */
        assert_true(c[i] == (i % 3 == 2 ? sums[i] : 0));
        assert_true(d[i] == (i % 3 == 2 ? sums[i] : 0));
    }
    assert_int_equal(matrix_workspace_f64(no_terms), 0);
}

static void the_largest_workspace_serves_all(void **unused)
{
    static const size_t sizes[] = {0, 1, 7, 31, 32, 33, 119, 120, 121, 255,
                                   256, 257, 511, 512, 513, SIZE_MAX / 2};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    struct matrix_shape all = {MATRIX_NT, SIZE_MAX / 2, SIZE_MAX / 2,
                               SIZE_MAX / 2};

    (void)unused;
    assert_true(matrix_workspace_f64(all) <= MATRIX_WORKSPACE_MAX);
    for (size_t i = 0; i + 1 < SIZES; i++)
        for (size_t axis = 0; axis < 3; axis++) {
            struct matrix_shape less = {MATRIX_NN, 40, 40, 40}, more = less;

            *(axis == 0 ? &less.m : axis == 1 ? &less.n : &less.k) = sizes[i];
            *(axis == 0 ? &more.m : axis == 1 ? &more.n : &more.k) =
                sizes[i + 1];
            assert_true(matrix_workspace_f64(less)
                        <= matrix_workspace_f64(more));
            assert_true(matrix_workspace_f32(less)
                        <= matrix_workspace_f32(more));
            assert_true(matrix_workspace_f32(more)
                        <= matrix_workspace_f64(more));
        }
}

/* The tests above compare what matrix_kernel() lists with the formula. */
static void the_kernels_of_this_cpu_are_compared(void **unused)
{
    size_t count = 0;

    (void)unused;
    for (; matrix_kernel(count) != NULL; count++)
        printf("# compared: %s\n", matrix_kernel(count)->name);
    assert_in_range(count, 1, 3);
    assert_string_equal(matrix_kernel(count - 1)->name, "baseline");
    assert_null(matrix_kernel(count + 1));
#if defined(__x86_64__)
    if (count < 3)
        puts("# skipped: kernels for CPUs with more than this one has");
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_gives_the_documented_bits),
        cmocka_unit_test(blocks_are_added_in_order),
        cmocka_unit_test(any_part_of_a_product_has_its_bits),
        cmocka_unit_test(nothing_times_nothing_is_zero),
        cmocka_unit_test(the_largest_workspace_serves_all),
        cmocka_unit_test(the_kernels_of_this_cpu_are_compared),
    };

    return cmocka_run_group_tests(tests, fill_all, NULL);
}
