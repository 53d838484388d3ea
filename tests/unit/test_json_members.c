/* test_json_members.c - what is said of members that do not belong here. */
#include "tests/unit/cmocka_all.h"

#include <string.h>

#include "server/json/reader.h"

/* A document under test, with all that belongs to it. */
struct document {
    struct arena arena;
    struct faults faults;
    struct json_reader reader;
};

static struct json_value read_json(struct document *document,
                                   const char *text)
{
    struct json_flaw flaw = {0};

    arena_init(&document->arena, 0);
    faults_init(&document->faults, &document->arena);
    if (json_reader_init(&document->reader, text, strlen(text),
                         &document->faults, &flaw) != OK)
        fail_msg("%zu:%zu: %s", flaw.line, flaw.column, flaw.detail);
    return json_reader_root(&document->reader);
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

/* Thirteen names are too many to be read. */
static void few_members_are_all_named(void **unused)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h",
                                        "i", "j", "k", "l", "m"};
    struct document document;
    struct json_object object;
    struct json_value root = read_json(&document, "{\"zzz\":1}"), member;

    (void)unused;
    for (size_t count = 12; count <= 13; count++) {
        json_object_open(&document.reader, root, &object);
        for (size_t i = 0; i < count; i++)
            (void)json_object_take(&object, names[i], &member);
        json_object_close(&object);
    }
    assert_fault(&document, 0, "/zzz", FAULT_UNKNOWN_MEMBER,
                 "no such member; there are a, b, c, d, e, f, g, h, i, j, k "
                 "and l");
    assert_fault(&document, 1, "/zzz", FAULT_UNKNOWN_MEMBER, "no such member");
    done(&document);
}

static void a_member_that_belongs_elsewhere_is_told_where(void **unused)
{
    static const struct json_place places[] = {{"lr", "/rule/rate"}, {0}};
    struct document document;
    struct json_object object;
    struct json_value root = read_json(&document, "{\"lr\":1}");

    (void)unused;
    document.reader.places = places;
    json_object_open(&document.reader, root, &object);
    json_object_close(&object);
    assert_fault(&document, 0, "/lr", FAULT_UNKNOWN_MEMBER,
                 "no such member here: it is /rule/rate");
    assert_string_equal(document.faults.items[0].suggestion, "/rule/rate");
    done(&document);
}

static void a_byte_order_mark_is_passed(void **unused)
{
    struct document document;
    struct json_value root = read_json(&document, "\xef\xbb\xbf[1]");

    (void)unused;
    assert_int_equal(json_value_type(root), JSON_ARRAY);
    done(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_members_are_all_named),
        cmocka_unit_test(a_member_that_belongs_elsewhere_is_told_where),
        cmocka_unit_test(a_byte_order_mark_is_passed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
