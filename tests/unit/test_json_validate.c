/* test_json_validate.c - what is JSON, and what is said of what is not. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/json/validate.h"

static void assert_valid(const char *text)
{
    struct json_flaw flaw;

    if (json_validate(text, strlen(text), &flaw) != OK)
        fail_msg("%s was refused: %s", text, flaw.detail);
}

static void assert_flaw(const char *text, size_t line, size_t column,
                        const char *detail)
{
    struct json_flaw flaw = {0};

    if (json_validate(text, strlen(text), &flaw) != ERR_INVALID)
        fail_msg("%s was accepted", text);
    assert_string_equal(flaw.detail, detail);
    assert_int_equal(flaw.line, line);
    assert_int_equal(flaw.column, column);
}

static void values_of_every_type_are_valid(void **unused)
{
    static const char *const texts[] = {
        "null", "true", "false", "0", "-0", "-1.5e+10", "1E2", "\"\"", "[]",
        "{}", " [ 1 , \"a\" , { } ] \r\n\t", "{\"a\":{\"b\":[null]}}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD834\\udd1e\"",
        "\"\xc3\xa4 \xe2\x82\xac \xf0\x9d\x84\x9e \xf4\x8f\xbf\xbf\"",
        "{\"a\":1,\"a\":2}", "\"\\u0000\"",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_valid(texts[i]);
}

static void a_flaw_names_its_place_and_what_was_expected(void **unused)
{
    (void)unused;
    assert_flaw("", 1, 1, "the text ends before a value");
    assert_flaw(" \n", 2, 1, "the text ends before a value");
    assert_flaw("{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3, "expected ',' or '}'");
    assert_flaw("[1 2]", 1, 4, "expected ',' or ']'");
    assert_flaw("[,1]", 1, 2, "expected a value");
    assert_flaw("{\"a\":1,b}", 1, 8, "expected a member's name in quotes");
    assert_flaw("{a:1}", 1, 2, "expected a member's name or '}'");
    assert_flaw("{\"a\" 1}", 1, 6, "expected ':'");
    assert_flaw("[1}", 1, 3, "expected ',' or ']'");
    assert_flaw("[", 1, 2, "the text ends before a value");
    assert_flaw("truee", 1, 5, "more text follows the value");
    assert_flaw("{} {}", 1, 4, "more text follows the value");
    assert_flaw("nul", 1, 1, "expected a value");
    assert_flaw("\xef\xbb\xbf{}", 1, 1, "expected a value");
}

/* What people write who think of JavaScript, Python or a file with comments. */
static void a_known_mistake_is_named(void **unused)
{
    static const char nan[] = "NaN is no JSON: numbers are finite";
    static const char infinity[] = "Infinity is no JSON: numbers are finite";
    static const char comments[] = "JSON has no comments";
    static const char quotes[] = "strings and names stand in \"double quotes\"";
    static const char comma[] = "no comma may stand after the last one";

    (void)unused;
    assert_flaw("[NaN]", 1, 2, nan);
    assert_flaw("[1,\n nan]", 2, 2, nan);
    assert_flaw("{\"a\":Infinity}", 1, 6, infinity);
    assert_flaw("[-Infinity]", 1, 2, infinity);
    assert_flaw("[inf]", 1, 2, infinity);
    assert_flaw("[1] // one", 1, 5, comments);
    assert_flaw("# one\n[1]", 1, 1, comments);
    assert_flaw("{\"a\":1, /* b */ \"b\":2}", 1, 9, comments);
    assert_flaw("{'a':1}", 1, 2, quotes);
    assert_flaw("['a']", 1, 2, quotes);
    assert_flaw("[True]", 1, 2, "JSON writes true, in small letters");
    assert_flaw("[False]", 1, 2, "JSON writes false, in small letters");
    assert_flaw("[None]", 1, 2, "JSON writes null for None");
    assert_flaw("[undefined]", 1, 2,
                "JSON has no undefined: leave the member out");
    assert_flaw("+1", 1, 1, "a number may not begin with +");
    assert_flaw(".5", 1, 1, "a digit is needed before the point");
    assert_flaw("[1,]", 1, 4, comma);
    assert_flaw("{\"a\":1, }", 1, 9, comma);
    assert_flaw("[1 .5]", 1, 4, "expected ',' or ']'");
    assert_flaw("{\"a\":]", 1, 6, "expected a value");
}

static void a_text_in_two_bytes_a_letter_is_named(void **unused)
{
    static const struct { const char *text; size_t bytes; } texts[] = {
        {"\xff\xfe{\0}\0", 6}, {"\xfe\xff\0{\0}", 6},
        {"{\0}\0", 4}, {"\0{\0}", 4},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct json_flaw flaw = {0};

        assert_int_equal(json_validate(texts[i].text, texts[i].bytes, &flaw),
                         ERR_INVALID);
        assert_string_equal(flaw.detail, "this is UTF-16; JSON is UTF-8");
        assert_int_equal(flaw.column, 1);
    }
}

static void numbers_follow_the_grammar(void **unused)
{
    (void)unused;
    assert_flaw("[007]", 1, 2, "a number may not begin with 0");
    assert_flaw("-01", 1, 2, "a number may not begin with 0");
    assert_flaw("-", 1, 2, "a digit is needed after the minus sign");
    assert_flaw("1.", 1, 3, "a digit is needed after the point");
    assert_flaw("1.e3", 1, 3, "a digit is needed after the point");
    assert_flaw("1e", 1, 3, "a digit is needed in the exponent");
    assert_flaw("1e+", 1, 4, "a digit is needed in the exponent");
    assert_flaw("0x10", 1, 2, "more text follows the value");
}

/* DBL_MAX is 1.7976931348623157e308; halfway to 2^1024, from
 * 1.797693134862315808e308 on, numbers round to infinity. */
static void numbers_must_be_finite(void **unused)
{
    static const char large[] = "a number is too large for a double";

    (void)unused;
    assert_valid("1.7976931348623157e308");
    assert_valid("1.797693134862315807e308");
    assert_flaw("1.797693134862315808e308", 1, 1, large);
    assert_flaw("[-1e999]", 1, 2, large);
    assert_flaw("1e99999999999999999999", 1, 1, large);
    assert_flaw("1000000000000000000000e290", 1, 1, large);
    assert_valid("0e999");
    assert_valid("0.000000000000000000001e320");
    assert_valid("1e-99999999999999999999");
}

static void numbers_have_at_most_128_characters(void **unused)
{
    char text[JSON_NUMBER_BYTES_MAX + 2];

    (void)unused;
    memset(text, '1', sizeof text);
    text[JSON_NUMBER_BYTES_MAX] = '\0';
    assert_valid(text);
    text[JSON_NUMBER_BYTES_MAX] = '1';
    text[JSON_NUMBER_BYTES_MAX + 1] = '\0';
    assert_flaw(text, 1, 1, "a number may have at most 128 characters");
}

static void strings_follow_the_grammar(void **unused)
{
    static const char ends[] = "the text ends inside a string";
    static const char digits[] =
        "\\u must be followed by four hexadecimal digits";
    static const char half[] = "a surrogate must be half of a pair";

    (void)unused;
    assert_flaw("\"a", 1, 3, ends);
    assert_flaw("\"a\\", 1, 3, ends);
    assert_flaw("\"a\nb\"", 1, 3,
                "a control byte in a string must be escaped");
    assert_flaw("\"\\x\"", 1, 2,
                "no such escape: \\ stands before one of "
                "\" \\ / b f n r t u");
    assert_flaw("\"\\u12g4\"", 1, 2, digits);
    assert_flaw("\"\\u12", 1, 2, digits);
    assert_flaw("\"\\ud800\"", 1, 2, half);
    assert_flaw("\"\\udc00\"", 1, 2, half);
    assert_flaw("\"\\ud800\\ud800\"", 1, 2, half);
    assert_flaw("\"\\ud800\\n\"", 1, 2, half);
}

/* Unicode 15, table 3-7: each row's first and last sequence, and past them. */
static void strings_are_utf8(void **unused)
{
    static const char *const right[] = {
        "\"\x7f\"", "\"\xc2\x80\"", "\"\xdf\xbf\"", "\"\xe0\xa0\x80\"",
        "\"\xed\x9f\xbf\"", "\"\xee\x80\x80\"", "\"\xef\xbf\xbf\"",
        "\"\xf0\x90\x80\x80\"", "\"\xf4\x8f\xbf\xbf\"",
    };
    static const char *const wrong[] = {
        "\"\x80\"", "\"\xc0\x80\"", "\"\xc1\xbf\"", "\"\xc2\"",
        "\"\xc2\xc0\"", "\"\xe0\x9f\xbf\"", "\"\xed\xa0\x80\"",
        "\"\xe2\x82\"", "\"\xf0\x8f\xbf\xbf\"", "\"\xf4\x90\x80\x80\"",
        "\"\xf5\x80\x80\x80\"", "\"\xff\"", "\"\xe2\x82",
        "\"\xf0\x9d\x84\x7f\"",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_valid(right[i]);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_flaw(wrong[i], 1, 2, "a string is not valid UTF-8");
}

static void a_zero_byte_is_never_json(void **unused)
{
    static const char texts[][4] = {{'1', 0}, {0, '1'}, {'[', 0, ']'},
                                    {'"', 0, '"'}, {'"', '\\', 0, '"'}};
    struct json_flaw flaw;

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(json_validate(texts[i], sizeof *texts, &flaw),
                         ERR_INVALID);
}

static void nesting_ends_at_32(void **unused)
{
    char text[2 * (JSON_DEPTH_MAX + 1) + 1];

    (void)unused;
    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    text[2 * JSON_DEPTH_MAX] = '\0';
    assert_valid(text);
    memset(text, '[', JSON_DEPTH_MAX + 1);
    assert_flaw(text, 1, JSON_DEPTH_MAX + 1,
                "arrays and objects are nested deeper than 32");
}

static void a_million_values_are_enough(void **unused)
{
    size_t bytes = 2 * (size_t)JSON_NODES_MAX + 1;
    struct json_flaw flaw = {0};
    char *text = malloc(bytes);

    (void)unused;
    assert_non_null(text);
    for (size_t i = 0; i < bytes; i++)
        text[i] = i % 2 == 1 ? '0' : ',';
    text[0] = '[';
    text[bytes - 1] = ']';
    assert_int_equal(json_validate(text, bytes, &flaw), ERR_INVALID);
    assert_string_equal(flaw.detail, "more than 1000000 values");
    assert_int_equal(flaw.column, bytes - 1);
    text[bytes - 3] = ']';
    assert_int_equal(json_validate(text, bytes - 2, &flaw), OK);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_every_type_are_valid),
        cmocka_unit_test(a_flaw_names_its_place_and_what_was_expected),
        cmocka_unit_test(a_known_mistake_is_named),
        cmocka_unit_test(a_text_in_two_bytes_a_letter_is_named),
        cmocka_unit_test(numbers_follow_the_grammar),
        cmocka_unit_test(numbers_must_be_finite),
        cmocka_unit_test(numbers_have_at_most_128_characters),
        cmocka_unit_test(strings_follow_the_grammar),
        cmocka_unit_test(strings_are_utf8),
        cmocka_unit_test(a_zero_byte_is_never_json),
        cmocka_unit_test(nesting_ends_at_32),
        cmocka_unit_test(a_million_values_are_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
