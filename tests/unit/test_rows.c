/* test_rows.c - products with dense and sparse rows: the documented bits, from
 * every clone, for any number of rows. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/rows.h"
#include "core/kernel/sparse.h"
#include "core/kernel/update.h"
#include "tests/unit/vector_clone.h"

enum { LENGTH_MAX = 1100, ROWS = 19, ROOM = ROWS * (LENGTH_MAX + 3) };

enum values { ORDINARY, WIDE, TINY, NASTY, KINDS };

static const struct vector_clone picked = {
    .name = "picked",
    .dot_rows_f64 = rows_dot_f64, .add_rows_f64 = rows_add_f64,
    .dot_rows_f32 = rows_dot_f32, .add_rows_f32 = rows_add_f32,
    .dot_one_f32 = rows_dot_one_f32, .add_one_f32 = rows_add_one_f32,
};

/* The clones that this CPU can run; NULL past the last. */
static const struct vector_clone *clone_at(size_t i)
{
    const struct vector_clone *all[5] = {&picked, &vector_clone_baseline};
#if defined(__x86_64__)
    size_t count = 2;

    if (__builtin_cpu_supports("x86-64-v3"))
        all[count++] = &vector_clone_v3;
    if (__builtin_cpu_supports("x86-64-v4"))
        all[count++] = &vector_clone_v4;
#endif
    return all[i];
}

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
    case TINY: /* float32 products are subnormal, or vanish */
        return (u - 0.5) * ldexp(1, -60 - (int)(v * 20));
    default:
        return v < 0.01 ? nasty[(size_t)(u * (sizeof nasty / sizeof *nasty))]
                        : 2 * u - 1;
    }
}

/* The sum of float32 products in the order of rows.h, written out. */
static float documented_f32(const float *x, const float *y, size_t n)
{
    float s[16] = {0}, t[8], sum = 0;

    if (n < 16) {
        for (size_t k = 0; k < n; k++)
            sum += x[k] * y[k];
        return sum;
    }
    for (size_t k = 0; k < n; k++)
        s[k % 16] += x[k] * y[k];
    for (size_t k = 0; k < 8; k++)
        t[k] = s[k] + s[k + 8];
    return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

static void add_documented_f32(float *y, float a, const float *x, size_t n)
{
    for (size_t k = 0; k < n; k++)
        y[k] += a * x[k];
}

static const uint32_t mixed[ROWS] = {18, 3, 3, 0, 7, 12, 1, 16, 9, 10,
                                     2, 5, 18, 4, 6, 8, 11, 0, 17};

/* One batch of rows. */
struct batch {
    size_t m, n, spare; /* elements between the rows */
    bool gathered, unscaled;
    enum values kind;
};

#define REAL double
#define NAME(x) x##_f64
#define DOT vector_dot
#define ADD update_add
#define EPSILON DBL_EPSILON
#include "tests/unit/rows_checks.h"

#define REAL float
#define NAME(x) x##_f32
#define DOT documented_f32
#define ADD add_documented_f32
#define EPSILON FLT_EPSILON
#include "tests/unit/rows_checks.h"

static void check_all(struct batch b)
{
    check_rows_f64(b);
    check_rows_f32(b);
}

/* ---- dense rows --------------------------------------------------------- */

static void every_clone_gives_the_documented_bits(void **unused)
{
    size_t count = 0;

    (void)unused;
    for (size_t m = 0; m <= ROWS; m++)
        for (size_t n = 0; n <= 70; n++, count++)
            check_all((struct batch){m, n, count % 4, count % 2 == 1,
                                     count % 5 == 0,
                                     (enum values)(count / 2 % KINDS)});
}

static void long_rows_too(void **unused)
{
    static const size_t lengths[] = {100, 127, 128, 129, 255, 784, 1000, 1001,
                                     LENGTH_MAX};

    (void)unused;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int kind = 0; kind < KINDS; kind++)
            check_all((struct batch){ROWS - i, lengths[i], i % 3,
                                     kind % 2 == 0, false,
                                     (enum values)kind});
}

static void single_rows_of_float32_do_the_same(void **unused)
{
    const float *x = X_f32[WIDE], *y = X_f32[ORDINARY] + 1;
    float g[200], expected[200];
    const struct vector_clone *clone;

    (void)unused;
    for (size_t i = 0; (clone = clone_at(i)) != NULL; i++)
        for (size_t n = 0; n <= 200; n++) {
            float dot = clone->dot_one_f32(x, y, n);
            float written = documented_f32(x, y, n);

            assert_memory_equal(&dot, &written, sizeof dot);
            memcpy(g, y, sizeof g);
            memcpy(expected, y, sizeof g);
            clone->add_one_f32(g, 0.7F, x, n);
            add_documented_f32(expected, 0.7F, x, n);
            assert_memory_equal(g, expected, sizeof g);
        }
}

/* Sixteen lanes, not one chain: another order gives other bits. */
static void the_order_of_a_sum_matters(void **unused)
{
    int differing = 0;

    (void)unused;
    for (size_t i = 0; i < 100; i++) {
        const float *x = X_f32[ORDINARY] + 40 * i;
        float in_order = 0;

        for (size_t k = 0; k < 40; k++)
            in_order += x[k] * x[k];
        differing += rows_dot_one_f32(x, x, 40) != in_order;
    }
    assert_in_range(differing, 20, 100);
}

/* ---- sparse rows -------------------------------------------------------- */

/* Rows of 0 to 30 entries, in columns of no order; the last row has all. */
enum { SPARSE_ROWS = 40, COLUMNS = 64, ENTRIES = SPARSE_ROWS * COLUMNS };

static uint64_t begins[SPARSE_ROWS + 1];
static uint32_t columns[ENTRIES];
static double values_f64[ENTRIES];
static float values_f32[ENTRIES];
static double w[COLUMNS];

static void make_sparse(enum values kind)
{
    for (size_t i = 0; i < SPARSE_ROWS; i++) {
        size_t count = i + 1 == SPARSE_ROWS ? COLUMNS : i * 7 % 31;

        begins[i + 1] = begins[i] + count;
        for (size_t k = 0; k < count; k++)
            columns[begins[i] + k] = (uint32_t)((k * 37 + i) % COLUMNS);
    }
    for (size_t k = 0; k < ENTRIES; k++) {
        values_f32[k] = (float)sample(kind, 1, k);
        values_f64[k] = sample(kind, 2, k);
    }
    for (size_t j = 0; j < COLUMNS; j++)
        w[j] = sample(kind, 3, j);
}

/* Row i as dense vectors: its values, and what of w they meet. */
static size_t make_dense(size_t i, bool single, double *value, double *met)
{
    size_t count = begins[i + 1] - begins[i];

    for (size_t k = 0; k < count; k++) {
        size_t at = begins[i] + k;

        value[k] = single ? (double)values_f32[at] : values_f64[at];
        met[k] = w[columns[at]];
    }
    return count;
}

static void assert_same_bits(const double *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(&x[i], &y[i], sizeof *x) != 0
            && !(isnan(x[i]) && isnan(y[i])))
            fail_msg("element %zu is %.17g, not %.17g", i, x[i], y[i]);
}

/* m rows, gathered or not, against dense rows and plain loops; index has
 * `more` numbers behind them. */
static void check_sparse(bool single, const uint32_t *index, size_t m,
                         size_t more)
{
    struct sparse_f64 X = {begins, columns, values_f64, index, more};
    struct sparse_f32 Y = {begins, columns, values_f32, index, more};
    double z[SPARSE_ROWS], dense[SPARSE_ROWS], g[COLUMNS], sums[COLUMNS];
    double value[COLUMNS], met[COLUMNS];

    memcpy(g, w, sizeof g);
    memcpy(sums, w, sizeof g);
    if (single) {
        sparse_dot_f32(Y, m, w, z);
        sparse_add_f32(Y, m, z, g);
    } else {
        sparse_dot_f64(X, m, w, z);
        sparse_add_f64(X, m, z, g);
    }
    for (size_t i = 0; i < m; i++) {
        size_t row = index != NULL ? index[i] : i;
        size_t count = make_dense(row, single, value, met);

        dense[i] = vector_dot(value, met, count);
        for (size_t k = 0; k < count; k++)
            sums[columns[begins[row] + k]] += z[i] * value[k];
    }
    assert_same_bits(z, dense, m);
    assert_same_bits(g, sums, COLUMNS);
}

static void sparse_rows_have_the_bits_of_dense_ones(void **unused)
{
    static const uint32_t index[12] = {39, 0, 5, 5, 17, 38, 2, 3, 30, 12, 39,
                                       1};

    (void)unused;
    for (int kind = 0; kind < KINDS; kind++) {
        make_sparse((enum values)kind);
        for (int single = 0; single < 2; single++) {
            check_sparse(single, NULL, SPARSE_ROWS, 0);
            check_sparse(single, NULL, 0, 0);
            check_sparse(single, index, 12, 0);
            check_sparse(single, index, 5, 7);
        }
    }
}

static void the_clones_of_this_cpu_are_compared(void **unused)
{
    size_t count = 0;

    (void)unused;
    for (; clone_at(count) != NULL; count++)
        printf("# compared: %s\n", clone_at(count)->name);
    assert_in_range(count, 2, 4);
#if defined(__x86_64__)
    if (count < 4)
        puts("# skipped: clones for CPUs with more than this one has");
#endif
}

static int fill_all(void **unused)
{
    (void)unused;
    fill_f64();
    fill_f32();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_clone_gives_the_documented_bits),
        cmocka_unit_test(long_rows_too),
        cmocka_unit_test(single_rows_of_float32_do_the_same),
        cmocka_unit_test(the_order_of_a_sum_matters),
        cmocka_unit_test(sparse_rows_have_the_bits_of_dense_ones),
        cmocka_unit_test(the_clones_of_this_cpu_are_compared),
    };

    return cmocka_run_group_tests(tests, fill_all, NULL);
}
