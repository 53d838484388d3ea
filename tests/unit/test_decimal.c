/* test_decimal.c - decimal texts to doubles. The judge is glibc's strtod(),
 * which rounds correctly. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/random.h"

enum { TEXT_ROOM = 1200, RANDOM_TEXTS = 200000 };

static uint64_t drawn;

static uint64_t bits(void)
{
    return random_bits(7, RANDOM_START, drawn++);
}

static void agrees_with_strtod(const char *text)
{
    char padded[TEXT_ROOM + DECIMAL_PADDING] = "", *end;
    struct decimal number = {0};
    double want = strtod(text, &end);
    const char *stop;

    assert_true(strlen(text) < TEXT_ROOM);
    memcpy(padded, text, strlen(text));
    stop = decimal_read(padded, '.', &number);
    if (stop == NULL || stop - padded != end - text
        || memcmp(&want, &number.value, sizeof want) != 0)
        fail_msg("%s is %a, not %a", text, want, number.value);
}

/* Ties, powers at the ends of Clinger's and of all doubles, denormals, the
 * texts of "Number parsing at a gigabyte per second", section 9. */
static void texts_that_are_hard_to_round_are_rounded_right(void **unused)
{
    static const char *const texts[] = {
        "0", "-0", "1", "-1.5", ".5", "5.", "+7", "00012", "0.1", "1e22",
        "1e23", "1e-22", "9007199254740993", "9007199254740992.5",
        "9007199254740993.0000000000000000000000001", "1.7976931348623157e308",
        "1.7976931348623158e308", "1.7976931348623159e308", "1e308", "1e309",
        "1e400", "4.9e-324", "2.4703282292062327e-324",
        "2.4703282292062328e-324", "2.2250738585072011e-308",
        "2.2250738585072014e-308", "1e-400", "1e999999999", "1e-999999999",
        "0e999999999", "7.2057594037927933e16", "1.448997445238699",
        "18446744073709551616", "184467440737095516150", "12345678901234567890",
        "0.000000000000000000000000000000000000000000000000000000012345",
        "6631236846766476e-316", "3237883913302901e-340",
        "0.5000000000000001110223024625156540423631668090820312500000",
        "0.5000000000000001110223024625156540423631668090820312500001",
        "100000000000000000000000000000000000000000000000000000000000000e-300",
    };
    (void)unused;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        agrees_with_strtod(texts[i]);
}

static void any_text_is_read_as_strtod_reads_it(void **unused)
{
    char text[TEXT_ROOM];
    (void)unused;

    for (int i = 0; i < RANDOM_TEXTS; i++) {
        uint64_t b = bits();
        double x;

        memcpy(&x, &b, sizeof x);
        if (!isfinite(x))
            continue;
        switch (i % 4) {
        case 0:
            snprintf(text, sizeof text, "%.*g", (int)(bits() % 25) + 1, x);
            break;
        case 1:
            snprintf(text, sizeof text, "%llu%llue%d",
                     (unsigned long long)bits(), (unsigned long long)bits(),
                     (int)(bits() % 700) - 370);
            break;
        case 2:
            snprintf(text, sizeof text, "%llue%d",
                     (unsigned long long)(bits() >> bits() % 64),
                     (int)(bits() % 700) - 350);
            break;
        default: /* exactly half way between two doubles, or next to it */
            snprintf(text, sizeof text, "%.*f%s", (int)(bits() % 3),
                     ldexp((double)(bits() >> 11 | UINT64_C(1) << 52), 1) + 1,
                     bits() % 2 ? "" : "0");
            break;
        }
        agrees_with_strtod(text);
    }
}

/* 767 digits are the most that a double's exact decimal has. */
static void hundreds_of_digits_are_read(void **unused)
{
    char text[TEXT_ROOM];
    (void)unused;

    for (int digits = 1; digits < 1000; digits += 7) {
        snprintf(text, sizeof text, "%.*e", digits, 0x1.8p-1074 + 0x1p-1074);
        agrees_with_strtod(text);
        snprintf(text, sizeof text, "%.*e", digits, 0x1.fffffffffffffp-1023);
        agrees_with_strtod(text);
    }
}

static void what_is_no_number_is_none(void **unused)
{
    static const char *const texts[] = {
        "", "-", "+", ".", "e5", "abc", "inf", "nan", "-.", "1e", "1e+", ",5",
        "--1", "+-1",
    };
    (void)unused;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char padded[64] = "";
        struct decimal number;

        memcpy(padded, texts[i], strlen(texts[i]));
        assert_null(decimal_read(padded, '.', &number));
    }
}

static void the_point_may_be_a_comma_and_whole_numbers_are_told(void **unused)
{
    struct decimal number;
    char text[64] = "1,75;", hex[64] = "0x10", whole[64] = "-42 ";
    (void)unused;

    assert_ptr_equal(decimal_read(text, ',', &number), text + 4);
    assert_true(number.value == 1.75 && !number.whole);
    assert_ptr_equal(decimal_read(text, '.', &number), text + 1);
    assert_true(number.value == 1 && number.whole);
    assert_ptr_equal(decimal_read(hex, '.', &number), hex + 1);
    assert_ptr_equal(decimal_read(whole, '.', &number), whole + 3);
    assert_true(number.value == -42 && number.whole);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_that_are_hard_to_round_are_rounded_right),
        cmocka_unit_test(any_text_is_read_as_strtod_reads_it),
        cmocka_unit_test(hundreds_of_digits_are_read),
        cmocka_unit_test(what_is_no_number_is_none),
        cmocka_unit_test(the_point_may_be_a_comma_and_whole_numbers_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
