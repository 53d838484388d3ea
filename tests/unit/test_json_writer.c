/* test_json_writer.c - commas, quotes and escapes are in their places. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/json/validate.h"
#include "server/json/writer.h"

static void assert_written(struct buffer *out, const char *expected)
{
    struct json_flaw flaw;

    assert_false(out->failed);
    assert_int_equal(out->count, strlen(expected));
    assert_memory_equal(out->bytes, expected, out->count);
    assert_int_equal(json_validate(out->bytes, out->count, &flaw), OK);
    buffer_fini(out);
}

static void members_of_every_type_are_written(void **unused)
{
    static const double x[] = {-0.9, 1e21, NAN};
    struct json_writer writer;
    struct buffer out;

    (void)unused;
    buffer_init(&out);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    json_member_text(&writer, "text", "a");
    json_member_text(&writer, "none", NULL);
    json_member_number(&writer, "number", 0.1);
    json_member_integer(&writer, "integer", INT64_MIN);
    json_member_flag(&writer, "yes", true);
    json_member_flag(&writer, "no", false);
    json_member_null(&writer, "null");
    json_key(&writer, "x");
    json_numbers(&writer, x, 3);
    json_key(&writer, "raw");
    json_raw(&writer, "{\"b\":[]}", 8);
    json_object_end(&writer);
    assert_written(&out,
                   "{\"text\":\"a\",\"none\":null,\"number\":0.1,"
                   "\"integer\":-9223372036854775808,\"yes\":true,"
                   "\"no\":false,\"null\":null,\"x\":[-0.9,1e21,null],"
                   "\"raw\":{\"b\":[]}}");
}

static void commas_stand_between_items_of_every_depth(void **unused)
{
    struct json_writer writer;
    struct buffer out;

    (void)unused;
    buffer_init(&out);
    json_writer_init(&writer, &out);
    json_array_begin(&writer);
    json_array_begin(&writer);
    json_array_end(&writer);
    json_object_begin(&writer);
    json_key(&writer, "a");
    json_array_begin(&writer);
    json_integer(&writer, 1);
    json_integer(&writer, 2);
    json_array_end(&writer);
    json_key(&writer, "b");
    json_object_begin(&writer);
    json_object_end(&writer);
    json_object_end(&writer);
    json_text(&writer, "");
    json_array_end(&writer);
    assert_written(&out, "[[],{\"a\":[1,2],\"b\":{}},\"\"]");
}

static void numbers_that_are_not_finite_are_null(void **unused)
{
    struct json_writer writer;
    struct buffer out;

    (void)unused;
    buffer_init(&out);
    json_writer_init(&writer, &out);
    json_array_begin(&writer);
    json_number(&writer, NAN);
    json_number(&writer, INFINITY);
    json_number(&writer, -INFINITY);
    json_number(&writer, -0.0);
    json_array_end(&writer);
    assert_written(&out, "[null,null,null,-0]");
}

static void what_must_be_escaped_is_escaped(void **unused)
{
    struct json_writer writer;
    struct buffer out;

    (void)unused;
    buffer_init(&out);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    json_member_text(&writer, "\"\\", "<a&b>/'\x7f\xc3\xa4\xe2\x80\xa8");
    json_member_text(&writer, "\n", "x\b\f\n\r\t\x01y\x1f");
    json_object_end(&writer);
    assert_written(&out,
                   "{\"\\\"\\\\\":\"<a&b>/'\x7f\xc3\xa4\xe2\x80\xa8\","
                   "\"\\n\":\"x\\b\\f\\n\\r\\t\\u0001y\\u001f\"}");
}

/* The longest document: each depth is open and closed. */
static void depth_32_is_written(void **unused)
{
    struct json_writer writer;
    struct buffer out;

    (void)unused;
    buffer_init(&out);
    json_writer_init(&writer, &out);
    for (unsigned i = 0; i < JSON_WRITER_DEPTH; i++)
        json_array_begin(&writer);
    for (unsigned i = 0; i < JSON_WRITER_DEPTH; i++)
        json_array_end(&writer);
    assert_written(&out, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
}

static void a_document_streams_in_pieces(void **unused)
{
    struct json_writer writer;
    struct buffer out, all;

    (void)unused;
    buffer_init(&out);
    buffer_init(&all);
    json_writer_init(&writer, &out);
    json_array_begin(&writer);
    for (int i = 0; i < 4; i++) {
        json_integer(&writer, i);
        buffer_append(&all, out.bytes, out.count);
        buffer_clear(&out);
    }
    json_array_end(&writer);
    buffer_append(&all, out.bytes, out.count);
    buffer_fini(&out);
    assert_written(&all, "[0,1,2,3]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_every_type_are_written),
        cmocka_unit_test(commas_stand_between_items_of_every_depth),
        cmocka_unit_test(numbers_that_are_not_finite_are_null),
        cmocka_unit_test(what_must_be_escaped_is_escaped),
        cmocka_unit_test(depth_32_is_written),
        cmocka_unit_test(a_document_streams_in_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
