/* test_packing.c - numbers come back bit for bit, all or any range of them. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "server/jobs/chunk.h"
#include "server/jobs/packing.h"

enum { MOST = PACKING_NUMBERS_MAX };

static double from_bits(uint64_t bits)
{
    double number;

    memcpy(&number, &bits, sizeof number);
    return number;
}

static uint64_t bits(uint64_t i)
{
    return random_bits(11, RANDOM_START, i);
}

/* ---- columns that each want another packing ---------------------------- */

static double constant(size_t i)
{
    return (void)i, -0.0;
}

static double ramp(size_t i)
{
    return 1e9 + 3 * (double)i;
}

static double ramp_of_fractions(size_t i)
{
    return 0.25 + 3 * (double)i;
}

static double ramp_in_halves(size_t i)
{
    return 0.5 * (double)i;
}

static double ramp_with_a_gap(size_t i)
{
    return (double)(i < MOST - 1 ? i : i + 1);
}

static double any_bits(size_t i)
{
    return from_bits(bits(i));
}

static double clock_read_now_and_then(size_t i)
{
    return 1e-6 * (double)(i / 200 * 200);
}

static double slow(size_t i)
{
    return 1.5 + 1e-8 * sin((double)i);
}

static double lowest_byte_only(size_t i)
{
    return from_bits(0x3ff0000000000000 + bits(i) % 256);
}

static double only_the_sign_is_the_same(size_t i)
{
    return from_bits(bits(i) >> 1);
}

static double mostly_absent(size_t i)
{
    return i % 40 == 3 ? (double)i : chunk_absent();
}

static double absent_for_the_most_in_two_runs(size_t i)
{
    return i < 300 ? chunk_absent() : 7;
}

static double mostly_infinite(size_t i)
{
    return i % 3 ? INFINITY : -INFINITY;
}

static const struct {
    double (*number)(size_t i);
    enum packing_kind kind;      /* of MOST of them */
    size_t bytes_max;
} columns[] = {
    {constant, PACKING_CONSTANT, 8},
    {ramp, PACKING_RAMP, 16},
    {ramp_of_fractions, PACKING_NEAR, 16 + MOST * 7},
    {ramp_in_halves, PACKING_PLAIN, MOST * 8},
    {ramp_with_a_gap, PACKING_PLAIN, MOST * 8},
    {any_bits, PACKING_PLAIN, MOST * 8},
    {clock_read_now_and_then, PACKING_RUNS, 3 * 16},
    {slow, PACKING_NEAR, 16 + MOST * 4},
    {lowest_byte_only, PACKING_NEAR, 16 + MOST},
    {only_the_sign_is_the_same, PACKING_PLAIN, MOST * 8},
    {mostly_absent, PACKING_SPARSE, 13 * 16},
    {absent_for_the_most_in_two_runs, PACKING_RUNS, 2 * 16},
    {mostly_infinite, PACKING_PLAIN, MOST * 8},
};

enum { COLUMN_KINDS = sizeof columns / sizeof *columns };

/* Read from memory that ends with the packing: a sanitizer finds every read
 * past it. */
static void check_range(const struct packing *packing, const char *bytes,
                        size_t count, size_t first, size_t wanted,
                        const double *numbers)
{
    size_t size = packing_bytes(packing, count);
    char *copy = malloc(size);
    double ret[MOST];

    assert_non_null(copy);
    memcpy(copy, bytes + packing->offset, size);
    packing_read(packing, copy, first, wanted, ret);
    assert_memory_equal(ret, numbers + first, wanted * sizeof *ret);
    free(copy);
}

static void check(double (*number)(size_t i), size_t count, size_t before)
{
    double numbers[MOST];
    struct packing packing;
    struct buffer out;

    for (size_t i = 0; i < count; i++)
        numbers[i] = number(i);
    buffer_init(&out);
    for (size_t i = 0; i < before; i++)
        buffer_append(&out, "8 bytes ", 8);
    packing = packing_append(numbers, count, 8 * (before / 2), &out);
    assert_false(out.failed);
    assert_int_equal(packing.offset, 8 * (before - before / 2));
    assert_int_equal(out.count, 8 * before + packing_bytes(&packing, count));
    assert_int_equal(out.count % 8, 0);
    assert_true(packing_is_sane(&packing, count));
    check_range(&packing, out.bytes + 8 * (before / 2), count, 0, count,
                numbers);
    for (uint64_t k = 0; k < 20; k++) {
        size_t first = bits(2 * k) % count;
        size_t wanted = 1 + bits(2 * k + 1) % (count - first);

        check_range(&packing, out.bytes + 8 * (before / 2), count, first,
                    wanted, numbers);
    }
    buffer_fini(&out);
}

/* Distances of so many bytes. */
static unsigned near_width;

static double of_near_width(size_t i)
{
    return from_bits(0x3000000000000000
                     + bits(i) % (UINT64_C(1) << 8 * near_width));
}

static void distances_of_one_to_seven_bytes_come_back(void **unused)
{
    double numbers[MOST];
    struct packing packing;
    struct buffer out;

    (void)unused;
    for (near_width = 1; near_width <= 7; near_width++) {
        for (size_t i = 0; i < MOST; i++)
            numbers[i] = of_near_width(i);
        buffer_init(&out);
        packing = packing_append(numbers, MOST, 0, &out);
        assert_int_equal(packing.kind, PACKING_NEAR);
        assert_int_equal(packing.width, near_width);
        buffer_fini(&out);
        for (size_t count = 1; count <= MOST; count += 1 + count / 9)
            check(of_near_width, count, count % 5);
    }
}

static void any_range_of_a_column_comes_back_bit_for_bit(void **unused)
{
    (void)unused;
    for (size_t c = 0; c < COLUMN_KINDS; c++)
        for (size_t count = 1; count <= MOST; count += 1 + count / 9)
            check(columns[c].number, count, count % 5);
}

static void each_column_is_packed_as_suits_it(void **unused)
{
    (void)unused;
    for (size_t c = 0; c < COLUMN_KINDS; c++) {
        double numbers[MOST];
        struct packing packing;
        struct buffer out;

        for (size_t i = 0; i < MOST; i++)
            numbers[i] = columns[c].number(i);
        buffer_init(&out);
        packing = packing_append(numbers, MOST, 0, &out);
        assert_int_equal(packing.kind, columns[c].kind);
        assert_in_range(out.count, 8, columns[c].bytes_max);
        buffer_fini(&out);
    }
}

static void no_width_loses_bits(void **unused)
{
    (void)unused;
    for (unsigned bit = 0; bit < 64; bit++) {
        double numbers[] = {from_bits(0), from_bits(UINT64_C(1) << bit),
                            from_bits(UINT64_C(1) << bit | 1)};
        struct packing packing;
        struct buffer out;

        buffer_init(&out);
        packing = packing_append(numbers, 3, 0, &out);
        check_range(&packing, out.bytes, 3, 0, 3, numbers);
        buffer_fini(&out);
    }
}

/* Whatever stands in the bytes, reading touches no others. */
static void damaged_bytes_give_other_numbers(void **unused)
{
    (void)unused;
    for (size_t c = 0; c < COLUMN_KINDS; c++)
        for (uint64_t k = 0; k < 200; k++) {
            double numbers[MOST], ret[MOST];
            size_t count = 2 + bits(k) % (MOST - 1);
            struct packing packing;
            struct buffer out;
            char *copy;

            for (size_t i = 0; i < count; i++)
                numbers[i] = columns[c].number(i);
            buffer_init(&out);
            packing = packing_append(numbers, count, 0, &out);
            copy = malloc(out.count);
            assert_non_null(copy);
            memcpy(copy, out.bytes, out.count);
            for (size_t i = 0; i < 4; i++)
                copy[bits(5 * k + i) % out.count] = (char)bits(7 * k + i);
            packing_read(&packing, copy, count / 3, count - count / 3, ret);
            free(copy);
            buffer_fini(&out);
        }
}

static void what_cannot_be_a_packing_is_seen(void **unused)
{
    static const struct packing wrong[] = {
        {.kind = PACKING_KINDS}, {.kind = 255},
        {.kind = PACKING_NEAR, .width = 0},
        {.kind = PACKING_NEAR, .width = 8},
        {.kind = PACKING_SPARSE, .count = 0},
        {.kind = PACKING_SPARSE, .count = 11},
        {.kind = PACKING_RUNS, .count = 0},
        {.kind = PACKING_RUNS, .count = 11},
        /* More bytes than the ten numbers themselves. */
        {.kind = PACKING_SPARSE, .count = 6},
        {.kind = PACKING_RUNS, .count = 6},
    };
    (void)unused;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(packing_is_sane(&wrong[i], 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_range_of_a_column_comes_back_bit_for_bit),
        cmocka_unit_test(distances_of_one_to_seven_bytes_come_back),
        cmocka_unit_test(each_column_is_packed_as_suits_it),
        cmocka_unit_test(no_width_loses_bits),
        cmocka_unit_test(damaged_bytes_give_other_numbers),
        cmocka_unit_test(what_cannot_be_a_packing_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
