/* test_event_id.c - what the ids of events say, and what is no id. */
#include <stdio.h>
#include <string.h>

#include "server/api/event_id.h"
#include "tests/unit/cmocka_all.h"

enum { JOBS = 3 };

/* Write positions as a stream does. */
static void written(const struct event_position *positions, size_t count,
                    const char *list, char text[256])
{
    struct buffer out;
    struct event_id_writer writer = {.out = &out};

    buffer_init(&out);
    for (size_t i = 0; i < count; i++)
        event_id_add(&writer, &positions[i]);
    snprintf(text, 256, "%s%s%.*s", list ? list : "", list ? ":" : "",
             (int)out.count, out.bytes);
    buffer_fini(&out);
}

static void what_is_written_reads_back(void **unused)
{
    const struct event_position all[JOBS] = {
        {.after = 999999999999}, {.after = -1, .is_over = true},
        {.after = 0, .is_over = true},
    };
    struct event_position read[JOBS];
    char list[EVENT_LIST_BYTES], text[256];

    (void)unused;
    event_list_digest("job_a,job_b,job_c", list);
    written(all, JOBS, list, text);
    assert_string_equal(text + EVENT_LIST_BYTES, "999999999999,-1.end,0.end");
    assert_true(event_id_read(text, list, read, JOBS));
    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(read[i].after, all[i].after);
        assert_int_equal(read[i].is_over, all[i].is_over);
    }
    written(all, 1, NULL, text);
    assert_string_equal(text, "999999999999");
    assert_true(event_id_read(text, NULL, read, 1));
    assert_int_equal(read[0].after, 999999999999);
    assert_false(read[0].is_over);
}

static void what_is_no_id_changes_nothing(void **unused)
{
    static const char *const wrong[] = {
        "", "x", "-2", "-", "1,2", "1.", "1.en", "1.ends", "1.end ", " 1",
        "+1", "1e3", "9999999999999999", "0x1", "1;2", "9c3ef00d:1",
    };
    struct event_position position = {.after = 77};

    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (event_id_read(wrong[i], NULL, &position, 1))
            fail_msg("\"%s\" is read", wrong[i]);
    assert_int_equal(position.after, 77);
}

/* The id of a list is good for that list, in that order, and none else. */
static void an_id_belongs_to_its_list(void **unused)
{
    static const char *const wrong[] = {
        "%s:1", "%s:1,2,3", "%s:1,", "%s1,2", "%s", "1,2", "%s:1,x",
    };
    struct event_position positions[2] = {{.after = 5}, {.after = 6}};
    char list[EVENT_LIST_BYTES], other[EVENT_LIST_BYTES], text[256];

    (void)unused;
    event_list_digest("job_a,job_b", list);
    event_list_digest("job_b,job_a", other);
    assert_string_not_equal(list, other);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size_t marks = strncmp(wrong[i], "%s", 2) == 0 ? 2 : 0;

        snprintf(text, sizeof text, "%s%s", marks ? list : "",
                 wrong[i] + marks);
        if (event_id_read(text, list, positions, 2))
            fail_msg("\"%s\" is read", text);
    }
    snprintf(text, sizeof text, "%s:1,2", other);
    assert_false(event_id_read(text, list, positions, 2));
    assert_int_equal(positions[0].after, 5);
    assert_int_equal(positions[1].after, 6);
    assert_true(event_id_read(text, other, positions, 2));
    assert_int_equal(positions[1].after, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(what_is_no_id_changes_nothing),
        cmocka_unit_test(an_id_belongs_to_its_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
