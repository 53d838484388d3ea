/* test_identifier.c - ids: the RFC's example, order, and what is no id. */
#include "tests/unit/cmocka_all.h"

#include <string.h>

#include "server/base/clock.h"
#include "server/base/identifier.h"

/* RFC 9562, appendix A.6; its number in base32 by Python's integers. */
static const struct identifier example = {{
    0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x7c, 0xc3,
    0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f,
}};
#define EXAMPLE "job_01fwhe4ydgfk1shh6w1g60eecf"

static void the_example_of_the_rfc_goes_round(void **unused)
{
    char text[IDENTIFIER_TEXT_BYTES];
    struct identifier id = {{0}};

    (void)unused;
    identifier_format(&example, "job", text);
    assert_string_equal(text, EXAMPLE);
    assert_true(identifier_parse(text, "job", &id));
    assert_memory_equal(&id, &example, sizeof id);
}

static void the_ends_of_the_range_go_round(void **unused)
{
    char text[IDENTIFIER_TEXT_BYTES];
    struct identifier id, back;

    (void)unused;
    memset(&id, 0xff, sizeof id);
    identifier_format(&id, "ds", text);
    assert_string_equal(text, "ds_7zzzzzzzzzzzzzzzzzzzzzzzzz");
    assert_true(identifier_parse(text, "ds", &back));
    assert_memory_equal(&id, &back, sizeof id);

    memset(&id, 0, sizeof id);
    identifier_format(&id, "ds", text);
    assert_string_equal(text, "ds_00000000000000000000000000");
    assert_true(identifier_parse(text, "ds", &back));
    assert_memory_equal(&id, &back, sizeof id);
}

static void a_new_id_is_a_version_7_uuid_of_now(void **unused)
{
    int64_t before = clock_wall_ms(), after, ms = 0;
    struct identifier id;

    (void)unused;
    assert_int_equal(identifier_new(&id), OK);
    after = clock_wall_ms();
    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    assert_true(before <= ms && ms <= after);
    assert_int_equal(id.bytes[6] >> 4, 7);
    assert_int_equal(id.bytes[8] >> 6, 2);
}

/* 74 random bits: two equal ids in a thousand are out of the question. */
static void new_ids_differ_and_go_round(void **unused)
{
    static struct identifier ids[1000];

    (void)unused;
    for (size_t i = 0; i < 1000; i++) {
        char text[IDENTIFIER_TEXT_BYTES];
        struct identifier back;

        assert_int_equal(identifier_new(&ids[i]), OK);
        identifier_format(&ids[i], "sw", text);
        assert_true(identifier_parse(text, "sw", &back));
        assert_memory_equal(&ids[i], &back, sizeof back);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(&ids[i], &ids[j], sizeof back);
    }
}

/* A hundred thousand of them fall into few milliseconds. */
static void ids_follow_one_another(void **unused)
{
    struct identifier last = {{0}};
    size_t of_one_ms = 0;

    (void)unused;
    for (size_t i = 0; i < 100000; i++) {
        struct identifier before = last;

        assert_int_equal(identifier_next(&last), OK);
        assert_true(memcmp(before.bytes, last.bytes, sizeof last.bytes) < 0);
        assert_int_equal(last.bytes[6] >> 4, 7);
        assert_int_equal(last.bytes[8] >> 6, 2);
        of_one_ms += memcmp(before.bytes, last.bytes, 6) == 0;
    }
    assert_true(of_one_ms > 0);
}

/* A clock that was set back, and random bits that are used up: the next id
 * carries past version and variant, into the time. */
static void ids_stay_in_order_whatever_the_clock_does(void **unused)
{
    struct identifier last = {{
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x7f, 0xff,
        0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    }};
    static const uint8_t carried[] = {
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x70, 0x00,
        0x80, 0x00, 0x00, 0x00,
    };

    (void)unused;
    assert_int_equal(identifier_next(&last), OK);
    assert_memory_equal(last.bytes, carried, sizeof carried);
}

static void text_order_is_byte_order(void **unused)
{
    struct identifier id = example;
    char before[IDENTIFIER_TEXT_BYTES], after[IDENTIFIER_TEXT_BYTES];

    (void)unused;
    memset(&id, 0, sizeof id);
    identifier_format(&id, "job", before);
    for (size_t bit = 0; bit < 128; bit++) {
        memset(&id, 0, sizeof id);
        id.bytes[15 - bit / 8] = (uint8_t)(1u << bit % 8);
        identifier_format(&id, "job", after);
        assert_true(strcmp(before, after) < 0);
        memcpy(before, after, sizeof after);
    }
}

static void what_is_no_id_is_refused(void **unused)
{
    static const char *const wrong[] = {
        "", "job", "job_", "ds_01fwhe4ydgfk1shh6w1g60eecf",
        "job-01fwhe4ydgfk1shh6w1g60eecf", "01fwhe4ydgfk1shh6w1g60eecf",
        "job_01FWHE4YDGFK1SHH6W1G60EECF", /* upper case */
        "job_81fwhe4ydgfk1shh6w1g60eecf", /* over 128 bits */
        "job_01fwhe4ydgfk1shh6w1g60eec",  /* short */
        "job_01fwhe4ydgfk1shh6w1g60eecff", /* long */
        "job_01fwhe4ydgfk1shh6w1g60eeci", /* no i in the alphabet */
        "job_01fwhe4ydgfk1shh6w1g60eec ", "Job_01fwhe4ydgfk1shh6w1g60eecf",
    };
    struct identifier id = example;

    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (identifier_parse(wrong[i], "job", &id))
            fail_msg("\"%s\" was taken for an id", wrong[i]);
    assert_memory_equal(&id, &example, sizeof id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_rfc_goes_round),
        cmocka_unit_test(the_ends_of_the_range_go_round),
        cmocka_unit_test(a_new_id_is_a_version_7_uuid_of_now),
        cmocka_unit_test(new_ids_differ_and_go_round),
        cmocka_unit_test(ids_follow_one_another),
        cmocka_unit_test(ids_stay_in_order_whatever_the_clock_does),
        cmocka_unit_test(text_order_is_byte_order),
        cmocka_unit_test(what_is_no_id_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
