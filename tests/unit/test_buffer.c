/* test_buffer.c - a growing buffer keeps every byte and reports a failure. */
#include "tests/unit/cmocka_all.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/buffer.h"

static void what_is_appended_is_what_is_stolen(void **unused)
{
    struct buffer buffer;
    size_t count = 0;
    char *text;

    (void)unused;
    buffer_init(&buffer);
    buffer_text(&buffer, "one ");
    buffer_append(&buffer, "two three", 4);
    buffer_format(&buffer, "%d%s", 3, "!");
    text = buffer_steal(&buffer, &count);
    assert_non_null(text);
    assert_int_equal(count, 10);
    assert_string_equal(text, "one two 3!");
    assert_null(buffer.bytes);
    assert_int_equal(buffer.count, 0);
    free(text);
}

static void nothing_is_stolen_as_an_empty_text(void **unused)
{
    struct buffer buffer;
    size_t count = 1;
    char *text;

    (void)unused;
    buffer_init(&buffer);
    buffer_append(&buffer, NULL, 0);
    buffer_text(&buffer, "");
    assert_null(buffer.bytes);
    text = buffer_steal(&buffer, &count);
    assert_string_equal(text, "");
    assert_int_equal(count, 0);
    free(text);
}

static void a_million_bytes_arrive_in_order(void **unused)
{
    struct buffer buffer;

    (void)unused;
    buffer_init(&buffer);
    for (unsigned i = 0; i < 1000000; i++) {
        unsigned char byte = (unsigned char)(i * 7);

        buffer_append(&buffer, &byte, 1);
    }
    assert_int_equal(buffer.count, 1000000);
    for (unsigned i = 0; i < 1000000; i++)
        if ((unsigned char)buffer.bytes[i] != (unsigned char)(i * 7))
            fail_msg("byte %u is another", i);
    buffer_fini(&buffer);
}

static void clearing_keeps_the_memory(void **unused)
{
    struct buffer buffer;
    const char *before;

    (void)unused;
    buffer_init(&buffer);
    buffer_text(&buffer, "text");
    before = buffer.bytes;
    buffer_clear(&buffer);
    assert_int_equal(buffer.count, 0);
    buffer_text(&buffer, "more");
    assert_ptr_equal(buffer.bytes, before);
    assert_memory_equal(buffer.bytes, "more", 4);
    buffer_fini(&buffer);
}

/* With the 4 bytes in use, SIZE_MAX - 2 more are over what can be counted. */
static void a_failed_buffer_takes_no_more_and_gives_nothing(void **unused)
{
    struct buffer buffer;
    size_t count = 77;

    (void)unused;
    buffer_init(&buffer);
    buffer_text(&buffer, "kept");
    assert_null(buffer_reserve(&buffer, SIZE_MAX - 2));
    assert_true(buffer.failed);
    buffer_text(&buffer, " lost");
    buffer_clear(&buffer);
    buffer_text(&buffer, "lost");
    assert_int_equal(buffer.count, 0);
    assert_true(buffer.failed);
    assert_null(buffer_steal(&buffer, &count));
    assert_int_equal(count, 77);
    assert_false(buffer.failed);
    buffer_text(&buffer, "again");
    assert_int_equal(buffer.count, 5);
    buffer_fini(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_appended_is_what_is_stolen),
        cmocka_unit_test(nothing_is_stolen_as_an_empty_text),
        cmocka_unit_test(a_million_bytes_arrive_in_order),
        cmocka_unit_test(clearing_keeps_the_memory),
        cmocka_unit_test(a_failed_buffer_takes_no_more_and_gives_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
