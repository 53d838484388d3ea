/*
 * test_number.c - every double's text is the shortest and the closest.
 *
 * The judge is glibc: strtod() and printf's %e round correctly. A text of n
 * digits is right when it reads back, when %e with n digits gives the same
 * digits (they are the closest of that length), and when n - 1 digits do not
 * read back.
 */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "server/json/number.h"
#include "server/json/number_table.h"

enum { RANDOM_NUMBERS = 1000000, LIMBS = 40 };

static const char *text_of(double value)
{
    static _Thread_local char text[NUMBER_TEXT_BYTES + 1];
    size_t count = number_write(value, text);

    assert_in_range(count, 1, 25);
    text[count] = '\0';
    return text;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static bool same_bits(double a, double b)
{
    return bits_of(a) == bits_of(b);
}

/* The significant digits of a text, without the zeros around them. */
static size_t significant(const char *text, char digits[32])
{
    size_t count = 0;

    for (; *text != '\0' && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (count > 0 || *text != '0'))
            digits[count++] = *text;
    while (count > 0 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return count;
}

static bool is_power_of_two(double value)
{
    int exponent;

    return frexp(fabs(value), &exponent) == 0.5;
}

/* Whether the digits of `text`, made by %e with n of them, read back as
 * `value` when the last digit is one less or one more. */
static bool neighbour_reads_back(const char *text, size_t n, double value)
{
    uint64_t digits = 0;
    char *end = strchr(text, 'e');
    int exponent = (int)strtol(end + 1, NULL, 10) - (int)n + 1;

    for (const char *at = text; at != end; at++)
        if (*at != '.')
            digits = digits * 10 + (uint64_t)(*at - '0');
    for (uint64_t near = digits - 1; near <= digits + 1; near += 2) {
        char number[40];

        snprintf(number, sizeof number, "%" PRIu64 "e%d", near, exponent);
        if (same_bits(strtod(number, NULL), value))
            return true;
    }
    return false;
}

/* Whether any n digits read back. The nearest do if any do, save above a
 * power of two: there the nearest may miss the narrow side of the interval
 * and its neighbour hit the wide one. */
static bool any_reads_back(double value, size_t n)
{
    double magnitude = fabs(value);
    char text[40];

    snprintf(text, sizeof text, "%.*e", (int)n - 1, magnitude);
    if (same_bits(strtod(text, NULL), magnitude))
        return true;
    return is_power_of_two(value) && neighbour_reads_back(text, n, magnitude);
}

static void check(double value)
{
    const char *text = text_of(value);
    char closest[40], digits[32], expected[32];
    size_t n = significant(text, digits);

    if (!same_bits(strtod(text, NULL), value))
        fail_msg("%a became %s, which reads as another", value, text);
    if (n == 0)
        return;
    snprintf(closest, sizeof closest, "%.*e", (int)n - 1, value);
    significant(closest, expected);
    if (strcmp(digits, expected) != 0
        && (!is_power_of_two(value)
            || same_bits(strtod(closest, NULL), value)))
        fail_msg("%a became %s, but %s is closer", value, text, closest);
    if (n > 1 && any_reads_back(value, n - 1))
        fail_msg("%a became %s, but %zu digits do", value, text, n - 1);
}

static void check_around(double value)
{
    check(value);
    check(-value);
    check(nextafter(value, INFINITY));
    check(nextafter(value, 0));
}

/* ECMA-262, 6.1.6.1.20; the texts are those of `String(x)` in node. */
static void the_form_is_that_of_javascript(void **unused)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0"}, {-0.0, "-0"}, {1, "1"}, {-1.5, "-1.5"}, {100, "100"},
        {0.1, "0.1"}, {0.001, "0.001"}, {0.000001, "0.000001"},
        {0.00000123, "0.00000123"}, {1.5e-7, "1.5e-7"}, {1e-7, "1e-7"},
        {123456.789, "123456.789"}, {1e20, "100000000000000000000"},
        {123e18, "123000000000000000000"}, {1e21, "1e21"},
        {1.5e300, "1.5e300"}, {0.1 + 0.2, "0.30000000000000004"},
        {5e-324, "5e-324"}, {1e-323, "1e-323"}, {1e23, "1e23"},
        {9007199254740992, "9007199254740992"},
        {9007199254740994, "9007199254740994"},
        {2251799813685249.5, "2251799813685249.5"},
        {DBL_MAX, "1.7976931348623157e308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {-1.2345678901234567e-6, "-0.0000012345678901234567"},
        {2.0 / 3, "0.6666666666666666"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(text_of(rows[i].value), rows[i].text);
}

static void random_bit_patterns_are_shortest(void **unused)
{
    (void)unused;
    for (uint64_t i = 0; i < RANDOM_NUMBERS; i++) {
        uint64_t bits = random_bits(20, RANDOM_START, i);
        double value;

        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            check(value);
    }
}

static void random_short_decimals_are_shortest(void **unused)
{
    (void)unused;
    for (uint64_t i = 0; i < RANDOM_NUMBERS / 10; i++) {
        uint64_t bits = random_bits(21, RANDOM_START, i);

        check((double)(bits >> 32) / (double)(1 + (bits & 0xffff)));
        check((double)(bits >> 40) / 1000);
    }
}

/* Every power of two has the asymmetric interval; its neighbours have not. */
static void powers_of_two_and_their_neighbours_are_shortest(void **unused)
{
    (void)unused;
    for (int exponent = -1074; exponent <= 1023; exponent++)
        check_around(ldexp(1, exponent));
}

static void powers_of_ten_and_their_neighbours_are_shortest(void **unused)
{
    (void)unused;
    for (int exponent = -323; exponent <= 308; exponent++) {
        char text[16];
        double value;

        snprintf(text, sizeof text, "1e%d", exponent);
        value = strtod(text, NULL);
        check_around(value);
        if (exponent < -6 || exponent >= 21)
            assert_string_equal(text_of(value), text);
    }
}

static void subnormals_and_the_ends_are_shortest(void **unused)
{
    (void)unused;
    for (uint64_t bits = 1; bits < 20000; bits++) {
        double value;

        memcpy(&value, &bits, sizeof value);
        check(value);
    }
    for (uint64_t i = 0; i < 50000; i++) {
        uint64_t bits = random_bits(22, RANDOM_START, i) >> 12;
        double value;

        memcpy(&value, &bits, sizeof value);
        check(value);
    }
    check_around(DBL_TRUE_MIN);
    check_around(DBL_MIN);
    check(DBL_MAX);
    check(-DBL_MAX);
    check(nextafter(DBL_MAX, 0));
}

static void whole_numbers_are_their_digits(void **unused)
{
    (void)unused;
    for (uint64_t i = 0; i < 300000; i++) {
        uint64_t whole = random_bits(23, RANDOM_START, i) >> (11 + i % 53);
        char expected[32];

        snprintf(expected, sizeof expected, "%" PRIu64, whole);
        assert_string_equal(text_of((double)whole), expected);
    }
    for (int64_t near = (INT64_C(1) << 53) - 1000; near <= INT64_C(1) << 53;
         near++)
        check((double)near);
}

static void integers_keep_every_digit(void **unused)
{
    static const int64_t numbers[] = {
        0, 9, 10, -10, 99, 100, 12345, -1, INT64_MAX, INT64_MIN,
    };

    (void)unused;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char text[NUMBER_TEXT_BYTES], expected[32];
        size_t count = number_write_integer(numbers[i], text);

        snprintf(expected, sizeof expected, "%" PRId64, numbers[i]);
        assert_int_equal(count, strlen(expected));
        assert_memory_equal(text, expected, count);
    }
}

static void csv_has_words_for_what_is_not_finite(void **unused)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {NAN, "NaN"}, {-NAN, "NaN"}, {INFINITY, "Infinity"},
        {-INFINITY, "-Infinity"}, {2.5, "2.5"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[NUMBER_TEXT_BYTES];
        size_t count = number_write_csv(rows[i].value, text);

        assert_int_equal(count, strlen(rows[i].text));
        assert_memory_equal(text, rows[i].text, count);
    }
}

/* A whole number of any size, for the table's test: 32 bits a limb. */
struct big {
    uint32_t limbs[LIMBS];
};

static void times_ten(struct big *big)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < LIMBS; i++) {
        carry += (uint64_t)big->limbs[i] * 10;
        big->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    assert_int_equal(carry, 0);
}

/* a - b, which is not negative. */
static struct big minus(struct big a, const struct big *b)
{
    int64_t borrow = 0;

    for (size_t i = 0; i < LIMBS; i++) {
        borrow += (int64_t)a.limbs[i] - b->limbs[i];
        a.limbs[i] = (uint32_t)borrow;
        borrow = borrow < 0 ? -1 : 0;
    }
    assert_int_equal(borrow, 0);
    return a;
}

static bool is_less(const struct big *a, const struct big *b)
{
    for (size_t i = LIMBS; i-- > 0;)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i];
    return false;
}

static size_t bit_length(const struct big *big)
{
    for (size_t i = 32 * LIMBS; i-- > 0;)
        if (big->limbs[i / 32] >> i % 32 & 1)
            return i + 1;
    return 0;
}

static struct big power_of_two(size_t exponent)
{
    struct big big = {{0}};

    big.limbs[exponent / 32] = UINT32_C(1) << exponent % 32;
    return big;
}

static struct big shifted(struct number_power g, size_t bits)
{
    const uint32_t words[] = {(uint32_t)g.low, (uint32_t)(g.low >> 32),
                              (uint32_t)g.high, (uint32_t)(g.high >> 32)};
    struct big big = {{0}};

    for (size_t i = 0; i < 128; i++)
        if (words[i / 32] >> i % 32 & 1)
            big.limbs[(bits + i) / 32] |= UINT32_C(1) << (bits + i) % 32;
    return big;
}

/* For p >= 0, 10^p in [2^(m+127), 2^(m+128)): 0 <= g 2^m - 10^p < 2^m. The
 * powers are raised by 2^128, so that m is never negative. */
static void the_table_has_the_powers_above_one(void **unused)
{
    struct big power = power_of_two(128);

    (void)unused;
    for (int p = 0; p <= NUMBER_POWER_MAX; p++) {
        size_t m = bit_length(&power) - 128;
        struct big g = shifted(number_powers[p - NUMBER_POWER_MIN], m);
        struct big unit = power_of_two(m), rest = minus(g, &power);

        assert_true(is_less(&rest, &unit));
        times_ten(&power);
    }
}

/* For n = -p > 0 and the m of g: 0 <= g 10^n - 2^m < 10^n. */
static void the_table_has_the_powers_below_one(void **unused)
{
    struct big power = power_of_two(0);

    (void)unused;
    for (int p = -1; p >= NUMBER_POWER_MIN; p--) {
        struct number_power g = number_powers[p - NUMBER_POWER_MIN];
        struct big product = shifted(g, 0), whole, rest;

        times_ten(&power);
        for (int i = 0; i < -p; i++)
            times_ten(&product);
        whole = power_of_two(bit_length(&product) - 1);
        rest = minus(product, &whole);
        assert_true(g.high >> 63);
        assert_true(is_less(&rest, &power));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_is_that_of_javascript),
        cmocka_unit_test(random_bit_patterns_are_shortest),
        cmocka_unit_test(random_short_decimals_are_shortest),
        cmocka_unit_test(powers_of_two_and_their_neighbours_are_shortest),
        cmocka_unit_test(powers_of_ten_and_their_neighbours_are_shortest),
        cmocka_unit_test(subnormals_and_the_ends_are_shortest),
        cmocka_unit_test(whole_numbers_are_their_digits),
        cmocka_unit_test(integers_keep_every_digit),
        cmocka_unit_test(csv_has_words_for_what_is_not_finite),
        cmocka_unit_test(the_table_has_the_powers_above_one),
        cmocka_unit_test(the_table_has_the_powers_below_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
