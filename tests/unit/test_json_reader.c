/* test_json_reader.c - typed reading, and every fault with its place. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/buffer.h"
#include "server/json/reader.h"

/* A document under test, with all that belongs to it. */
struct document {
    struct arena arena;
    struct faults faults;
    struct json_reader reader;
};

static struct json_value read_text(struct document *document,
                                   const char *text, size_t bytes)
{
    struct json_flaw flaw = {0};

    arena_init(&document->arena, 0);
    faults_init(&document->faults, &document->arena);
    if (json_reader_init(&document->reader, text, bytes, &document->faults,
                         &flaw) != OK)
        fail_msg("%zu:%zu: %s", flaw.line, flaw.column, flaw.detail);
    return json_reader_root(&document->reader);
}

static struct json_value read_json(struct document *document,
                                   const char *text)
{
    return read_text(document, text, strlen(text));
}

static void done(struct document *document)
{
    assert_false(document->faults.out_of_memory);
    json_reader_fini(&document->reader);
    arena_fini(&document->arena);
}

static void assert_fault(const struct document *document, size_t index,
                         const char *pointer, enum fault_code code,
                         const char *detail)
{
    const struct fault *fault = &document->faults.items[index];

    assert_true(index < faults_kept(&document->faults));
    assert_string_equal(fault->pointer, pointer);
    assert_string_equal(fault->detail, detail);
    assert_int_equal(fault->code, code);
}

static void assert_flaw(const char *text, size_t line, size_t column,
                        const char *detail)
{
    struct json_flaw flaw = {0};
    struct json_reader reader;
    struct faults faults;
    struct arena arena;

    arena_init(&arena, 0);
    faults_init(&faults, &arena);
    assert_int_equal(json_reader_init(&reader, text, strlen(text), &faults,
                                      &flaw), ERR_INVALID);
    assert_string_equal(flaw.detail, detail);
    assert_int_equal(flaw.line, line);
    assert_int_equal(flaw.column, column);
    arena_fini(&arena);
}

static void values_of_every_type_are_read(void **unused)
{
    struct document document;
    struct json_object object;
    struct json_value member, root;
    const char *text = NULL;
    int64_t integer = 0;
    double number = 0;
    bool flag = false;

    (void)unused;
    root = read_json(&document,
                     "{\"name\":\"\\u00e4 b\",\"seed\":1e3,\"rate\":-0.03,"
                     "\"nesterov\":true,\"patience\":null}");
    assert_true(json_object_open(&document.reader, root, &object));
    assert_true(json_object_need(&object, "name", &member));
    assert_true(json_read_text(&document.reader, member, 4, &text));
    assert_string_equal(text, "\xc3\xa4 b");
    assert_true(json_object_take(&object, "seed", &member));
    assert_string_equal(member.pointer, "/seed");
    assert_true(json_read_integer(&document.reader, member, 0, 1000,
                                  &integer));
    assert_int_equal(integer, 1000);
    assert_true(json_object_take(&object, "rate", &member));
    assert_true(json_read_number(&document.reader, member, &number));
    assert_true(number == -0.03);
    assert_true(json_object_take(&object, "nesterov", &member));
    assert_true(json_read_flag(&document.reader, member, &flag));
    assert_true(flag);
    assert_true(json_object_take(&object, "patience", &member));
    assert_true(json_value_is_null(member));
    assert_false(json_object_take(&object, "absent", &member));
    assert_null(member.node);
    json_object_close(&object);
    assert_int_equal(document.faults.total, 0);
    done(&document);
}

static void all_faults_are_found_at_once(void **unused)
{
    struct document document;
    struct json_object object, inner;
    struct json_value member, root;
    const char *text = "untouched";
    int64_t integer = 7;
    double number = 7;
    bool flag = true;

    (void)unused;
    root = read_json(&document,
                     "{\"a\":\"1\",\"b\":0.5,\"c\":null,\"d\":[],"
                     "\"e\":false,\"f\":\"long\",\"momentun\":0,\"zzz\":0}");
    assert_true(json_object_open(&document.reader, root, &object));
    json_object_take(&object, "a", &member);
    assert_false(json_read_number(&document.reader, member, &number));
    json_object_take(&object, "b", &member);
    assert_false(json_read_integer(&document.reader, member, 0, 100,
                                   &integer));
    json_object_take(&object, "c", &member);
    assert_false(json_read_flag(&document.reader, member, &flag));
    json_object_take(&object, "d", &member);
    assert_false(json_object_open(&document.reader, member, &inner));
    json_object_take(&object, "e", &member);
    assert_false(json_read_text(&document.reader, member, 9, &text));
    json_object_take(&object, "f", &member);
    assert_false(json_read_text(&document.reader, member, 3, &text));
    assert_false(json_object_need(&object, "momentum", &member));
    assert_false(json_read_number(&document.reader, member, &number));
    json_object_close(&object);

    assert_int_equal(document.faults.total, 9);
    assert_fault(&document, 0, "/a", FAULT_WRONG_TYPE,
                 "a number is needed, not a string");
    assert_fault(&document, 1, "/b", FAULT_OUT_OF_RANGE,
                 "must be a whole number from 0 to 100, not 0.5");
    assert_fault(&document, 2, "/c", FAULT_WRONG_TYPE,
                 "true or false is needed, not null");
    assert_fault(&document, 3, "/d", FAULT_WRONG_TYPE,
                 "an object is needed, not an array");
    assert_fault(&document, 4, "/e", FAULT_WRONG_TYPE,
                 "a string is needed, not false");
    assert_fault(&document, 5, "/f", FAULT_TOO_LARGE,
                 "at most 3 bytes, not 4");
    assert_fault(&document, 6, "/momentum", FAULT_REQUIRED,
                 "this member is required");
    assert_fault(&document, 7, "/momentun", FAULT_UNKNOWN_MEMBER,
                 "no such member; there are a, b, c, d, e, f and momentum");
    assert_string_equal(document.faults.items[7].suggestion, "momentum");
    assert_fault(&document, 8, "/zzz", FAULT_UNKNOWN_MEMBER,
                 "no such member; there are a, b, c, d, e, f and momentum");
    assert_null(document.faults.items[8].suggestion);
    assert_string_equal(text, "untouched");
    assert_true(integer == 7 && number == 7 && flag);
    done(&document);
}

static void an_object_that_is_none_has_one_fault(void **unused)
{
    struct document document;
    struct json_object object;
    struct json_value member;

    (void)unused;
    assert_false(json_object_open(&document.reader,
                                  read_json(&document, "[1]"), &object));
    assert_false(json_object_need(&object, "a", &member));
    assert_false(json_object_take(&object, "b", &member));
    json_object_close(&object);
    assert_int_equal(document.faults.total, 1);
    assert_fault(&document, 0, "", FAULT_WRONG_TYPE,
                 "an object is needed, not an array");
    done(&document);
}

static void names_are_case_sensitive(void **unused)
{
    struct document document;
    struct json_object object;
    struct json_value member;

    (void)unused;
    json_object_open(&document.reader, read_json(&document, "{\"Seed\":1}"),
                     &object);
    assert_false(json_object_take(&object, "seed", &member));
    json_object_close(&object);
    assert_fault(&document, 0, "/Seed", FAULT_UNKNOWN_MEMBER,
                 "no such member; there is seed");
    assert_string_equal(document.faults.items[0].suggestion, "seed");
    done(&document);
}

static void integers_are_whole_and_exact(void **unused)
{
    static const struct {
        const char *text;
        int64_t value;
        bool good;
    } rows[] = {
        {"0", 0, true}, {"-0", 0, true}, {"1.0", 1, true},
        {"1e3", 1000, true}, {"12345e-1", 0, false}, {"-5", -5, true},
        {"9007199254740992", INT64_C(1) << 53, true},
        {"9007199254740994", 0, false}, {"-9007199254740994", 0, false},
        {"-9007199254740992", -(INT64_C(1) << 53), true},
        {"9223372036854775807", 0, false}, {"1e300", 0, false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct document document;
        struct json_value value = read_json(&document, rows[i].text);
        int64_t integer = 0;
        bool good = json_read_integer(&document.reader, value, INT64_MIN,
                                      INT64_MAX, &integer);

        if (good != rows[i].good || integer != rows[i].value)
            fail_msg("%s was read as %lld", rows[i].text, (long long)integer);
        done(&document);
    }
}

static void pointers_escape_tilde_and_slash(void **unused)
{
    struct document document;
    struct json_value member = {.node = NULL}, element = {.node = NULL};
    struct json_value root = read_json(&document,
                                       "{\"a/b\":1,\"m~n\":[0,{\"\":2}]}");
    struct json_object object;
    const char *name = NULL;
    double number;

    (void)unused;
    assert_true(json_object_next(&document.reader, root, &name, &member));
    assert_string_equal(name, "a/b");
    assert_string_equal(member.pointer, "/a~1b");
    assert_true(json_object_next(&document.reader, root, &name, &member));
    assert_string_equal(name, "m~n");
    assert_true(json_array_next(&document.reader, member, &element));
    assert_true(json_array_next(&document.reader, member, &element));
    assert_string_equal(element.pointer, "/m~0n/1");
    assert_false(json_read_number(&document.reader, element, &number));
    assert_fault(&document, 0, "/m~0n/1", FAULT_WRONG_TYPE,
                 "a number is needed, not an object");
    json_object_open(&document.reader, element, &object);
    json_object_close(&object);
    assert_fault(&document, 1, "/m~0n/1/", FAULT_UNKNOWN_MEMBER,
                 "no such member");
    assert_false(json_array_next(&document.reader, member, &element));
    assert_false(json_object_next(&document.reader, root, &name, &member));
    done(&document);
}

static void arrays_of_numbers_are_read(void **unused)
{
    struct document document;
    struct json_value root = read_json(&document, "[1,-2.5,1e-3]");
    const double *numbers = NULL;
    size_t count = 0;

    (void)unused;
    assert_true(json_read_numbers(&document.reader, root, 3, &numbers,
                                  &count));
    assert_int_equal(count, 3);
    assert_true(numbers[0] == 1 && numbers[1] == -2.5 && numbers[2] == 1e-3);
    assert_false(json_read_numbers(&document.reader, root, 2, &numbers,
                                   &count));
    assert_fault(&document, 0, "", FAULT_TOO_LARGE,
                 "at most 2 elements, not 3");
    assert_int_equal(count, 3);
    done(&document);
}

static void every_element_that_is_no_number_is_named(void **unused)
{
    struct document document;
    struct json_value root = read_json(&document, "[1,null,2,\"3\"]");
    const double *numbers = NULL;
    size_t count = 9;

    (void)unused;
    assert_false(json_read_numbers(&document.reader, root, 10, &numbers,
                                   &count));
    assert_fault(&document, 0, "/1", FAULT_WRONG_TYPE,
                 "a number is needed, not null");
    assert_fault(&document, 1, "/3", FAULT_WRONG_TYPE,
                 "a number is needed, not a string");
    assert_int_equal(document.faults.total, 2);
    assert_int_equal(count, 9);
    done(&document);
}

static void a_number_is_no_array_of_numbers(void **unused)
{
    struct document document;
    struct json_value root = read_json(&document, "3");
    const double *numbers = NULL;
    size_t count = 0;

    (void)unused;
    assert_false(json_read_numbers(&document.reader, root, 10, &numbers,
                                   &count));
    assert_false(json_array_open(&document.reader, root, 10, &count));
    assert_fault(&document, 0, "", FAULT_WRONG_TYPE,
                 "an array of numbers is needed, not a number");
    assert_fault(&document, 1, "", FAULT_WRONG_TYPE,
                 "an array is needed, not a number");
    done(&document);
}

static void a_matrix_is_read_row_by_row(void **unused)
{
    struct document document;
    struct json_value root = read_json(&document, "[[1,2,3],[4,5,6]]");
    const double *numbers = NULL;
    size_t rows = 0, columns = 0;

    (void)unused;
    assert_true(json_read_matrix(&document.reader, root, 6, &numbers, &rows,
                                 &columns));
    assert_int_equal(rows, 2);
    assert_int_equal(columns, 3);
    for (int i = 0; i < 6; i++)
        assert_true(numbers[i] == i + 1);
    assert_false(json_read_matrix(&document.reader, root, 5, &numbers, &rows,
                                  &columns));
    assert_fault(&document, 0, "", FAULT_TOO_LARGE,
                 "at most 5 numbers, not 2 rows of 3");
    done(&document);
}

static void a_matrix_has_rows_of_one_length(void **unused)
{
    struct document document;
    struct json_value root = read_json(&document, "[[1,2],[3],[4,5],7]");
    const double *numbers = NULL;
    size_t rows = 0, columns = 0;

    (void)unused;
    assert_false(json_read_matrix(&document.reader, root, 99, &numbers, &rows,
                                  &columns));
    assert_fault(&document, 0, "/1", FAULT_WRONG_SIZE,
                 "a row of 2 numbers is needed, as the first, not 1");
    assert_fault(&document, 1, "/3", FAULT_WRONG_TYPE,
                 "a row of numbers is needed, not a number");
    done(&document);

    root = read_json(&document, "[[1,true],[\"\",2]]");
    assert_false(json_read_matrix(&document.reader, root, 99, &numbers, &rows,
                                  &columns));
    assert_fault(&document, 0, "/0/1", FAULT_WRONG_TYPE,
                 "a number is needed, not true");
    assert_fault(&document, 1, "/1/0", FAULT_WRONG_TYPE,
                 "a number is needed, not a string");
    done(&document);
}

static void arrays_of_texts_are_read(void **unused)
{
    struct document document;
    struct json_value root = read_json(&document, "[\"x\",\"yy\"]");
    const char *const *texts = NULL;
    size_t count = 0;

    (void)unused;
    assert_true(json_read_texts(&document.reader, root, 2, 2, &texts,
                                &count));
    assert_int_equal(count, 2);
    assert_string_equal(texts[1], "yy");
    assert_false(json_read_texts(&document.reader, root, 2, 1, &texts,
                                 &count));
    assert_fault(&document, 0, "/1", FAULT_TOO_LARGE,
                 "at most 1 bytes, not 2");
    done(&document);
}

static void duplicate_members_are_flaws_where_the_second_stands(void **unused)
{
    static const char twice[] =
        "this object has a member of this name already";

    (void)unused;
    assert_flaw("{\"a\":1,\"a\":2}", 1, 8, twice);
    assert_flaw("{\"a\":1,\"\\u0061\":2}", 1, 8, twice);
    assert_flaw("[\"a\",{\"x\":{\"a\":\"a\\\"\",\n \"b\" : 2,\"b\"\n:3}}]",
                2, 10, twice);
    assert_flaw("{\"c\":{\"a\":1},\"b\":[{\"a\":0}],\"d\":0,\"c\":2,"
                "\"b\":3,\"c\":4}", 1, 34, twice);
    assert_flaw("[{\"a\":1},{\"b\":0,\"a\":2,\"\":3,\"\":4}]", 1, 28, twice);
}

static void equal_names_in_different_objects_are_none(void **unused)
{
    struct document document;

    (void)unused;
    read_json(&document, "{\"a\":{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]}},"
                         "\"A\":0,\"\":1}");
    done(&document);
}

static void a_zero_character_is_a_flaw(void **unused)
{
    static const char zero[] = "a string may not contain \\u0000";
    struct document document;

    (void)unused;
    assert_flaw("[\"a\\u0000\"]", 1, 4, zero);
    assert_flaw("{\"\\\\\\u0000\":1}", 1, 5, zero);
    read_json(&document, "\"\\\\u0000\"");
    done(&document);
}

static void what_is_not_json_is_a_flaw(void **unused)
{
    (void)unused;
    assert_flaw("", 1, 1, "the text ends before a value");
    assert_flaw("{} x", 1, 4, "more text follows the value");
}

/* 64 characters and more are past what cJSON reads of a number. */
static void long_numbers_keep_their_value(void **unused)
{
    static const char long_pi[] =
        "3.14159265358979323846264338327950288419716939937510582097494459";
    struct document document;
    const double *numbers = NULL;
    char text[400];
    size_t count = 0;

    (void)unused;
    assert_int_equal(strlen(long_pi), 64);
    snprintf(text, sizeof text, "[%s,-%se2 ,%s0,%.63s]", long_pi, long_pi,
             long_pi, long_pi);
    assert_true(json_read_numbers(&document.reader, read_json(&document, text),
                                  9, &numbers, &count));
    assert_int_equal(count, 4);
    assert_true(numbers[0] == 3.141592653589793);
    assert_true(numbers[1] == -314.1592653589793);
    assert_true(numbers[2] == numbers[0] && numbers[3] == numbers[0]);
    done(&document);
}

static void long_digits_in_a_string_stay(void **unused)
{
    static const char text[] = "\"11111111111111111111111111111111111111111"
                               "111111111111111111111111111111111111111\"";
    struct document document;
    const char *read = NULL;

    (void)unused;
    assert_true(json_read_text(&document.reader, read_json(&document, text),
                               100, &read));
    assert_int_equal(strlen(read), sizeof text - 3);
    done(&document);
}

static void nesting_of_32_is_read(void **unused)
{
    struct document document;
    struct json_value value = read_json(
        &document, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{\"a\":1,\"b\":2}"
                   "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
    size_t depth = 0;

    (void)unused;
    while (json_value_type(value) == JSON_ARRAY) {
        struct json_value element = {.node = NULL};

        assert_true(json_array_next(&document.reader, value, &element));
        value = element;
        depth++;
    }
    assert_int_equal(depth, 31);
    assert_int_equal(json_value_type(value), JSON_OBJECT);
    assert_int_equal(strlen(value.pointer), 62);
    done(&document);
}

/* A megabyte of one array, walked and copied: only linear work ends soon. */
static void an_array_of_a_megabyte_is_read(void **unused)
{
    enum { COUNT = 500000 };
    struct json_value root, element = {.node = NULL};
    struct document document;
    const double *numbers = NULL;
    struct buffer text;
    size_t count = 0, walked = 0;

    (void)unused;
    buffer_init(&text);
    buffer_text(&text, "[0");
    for (size_t i = 1; i < COUNT; i++)
        buffer_append(&text, i % 2 != 0 ? ",1" : ",0", 2);
    buffer_text(&text, "]");
    root = read_text(&document, text.bytes, text.count);
    buffer_fini(&text);
    assert_true(json_read_numbers(&document.reader, root, COUNT, &numbers,
                                  &count));
    assert_int_equal(count, COUNT);
    assert_true(numbers[COUNT - 1] == 1);
    while (json_array_next(&document.reader, root, &element))
        walked++;
    assert_int_equal(walked, COUNT);
    assert_string_equal(element.pointer, "/499999");
    done(&document);
}

static void forty_thousand_unknown_members_are_counted(void **unused)
{
    enum { COUNT = 40000 };
    struct document document;
    struct json_object object;
    struct json_value member;
    struct buffer text;

    (void)unused;
    buffer_init(&text);
    buffer_text(&text, "{");
    for (int i = 0; i < COUNT; i++)
        buffer_format(&text, "%s\"member_%d\":%d", i == 0 ? "" : ",", i, i);
    buffer_text(&text, "}");
    json_object_open(&document.reader,
                     read_text(&document, text.bytes, text.count), &object);
    buffer_fini(&text);
    assert_true(json_object_take(&object, "member_39999", &member));
    json_object_close(&object);
    assert_int_equal(document.faults.total, COUNT - 1);
    assert_fault(&document, 99, "/member_99", FAULT_UNKNOWN_MEMBER,
                 "no such member; there is member_39999");
    done(&document);
}

/* An arena of 64 bytes has no room for ten numbers. */
static void a_full_arena_is_said_to_be_full(void **unused)
{
    static const char text[] = "[1,2,3,4,5,6,7,8,9,10]";
    struct json_flaw flaw;
    struct json_reader reader;
    struct faults faults;
    struct arena arena;
    const double *numbers = NULL;
    size_t count = 0;

    (void)unused;
    arena_init(&arena, 64);
    faults_init(&faults, &arena);
    assert_int_equal(json_reader_init(&reader, text, sizeof text - 1, &faults,
                                      &flaw), OK);
    assert_false(json_read_numbers(&reader, json_reader_root(&reader), 99,
                                   &numbers, &count));
    assert_true(faults.out_of_memory);
    json_reader_fini(&reader);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_every_type_are_read),
        cmocka_unit_test(all_faults_are_found_at_once),
        cmocka_unit_test(an_object_that_is_none_has_one_fault),
        cmocka_unit_test(names_are_case_sensitive),
        cmocka_unit_test(integers_are_whole_and_exact),
        cmocka_unit_test(pointers_escape_tilde_and_slash),
        cmocka_unit_test(arrays_of_numbers_are_read),
        cmocka_unit_test(every_element_that_is_no_number_is_named),
        cmocka_unit_test(a_number_is_no_array_of_numbers),
        cmocka_unit_test(a_matrix_is_read_row_by_row),
        cmocka_unit_test(a_matrix_has_rows_of_one_length),
        cmocka_unit_test(arrays_of_texts_are_read),
        cmocka_unit_test(duplicate_members_are_flaws_where_the_second_stands),
        cmocka_unit_test(equal_names_in_different_objects_are_none),
        cmocka_unit_test(a_zero_character_is_a_flaw),
        cmocka_unit_test(what_is_not_json_is_a_flaw),
        cmocka_unit_test(long_numbers_keep_their_value),
        cmocka_unit_test(long_digits_in_a_string_stay),
        cmocka_unit_test(nesting_of_32_is_read),
        cmocka_unit_test(an_array_of_a_megabyte_is_read),
        cmocka_unit_test(forty_thousand_unknown_members_are_counted),
        cmocka_unit_test(a_full_arena_is_said_to_be_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
