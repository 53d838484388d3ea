/* test_http_negotiate.c - Accept, Prefer and If-None-Match, by tables. */
#include <string.h>

#include "server/http/negotiate.h"
#include "server/http/target.h"
#include "tests/unit/cmocka_all.h"

static void accept_takes_the_type_with_the_highest_quality(void **unused)
{
    static const char *const types[] = {
        "application/json", "text/csv", "application/x-ndjson", NULL,
    };
    static const struct {
        const char *accept;
        int choice;
    } cases[] = {
        {NULL, 0},
        {"*/*", 0},
        {"text/csv", 1},
        {"TEXT/CSV", 1},
        {"text/*", 1},
        {"application/*", 0},
        {"application/x-ndjson, */*;q=0.1", 2},
        {"application/json;q=0.4, text/csv;q=0.5", 1},
        {"application/json;q=0.5, text/csv;q=0.5", 0},
        {"application/json;q=0, */*", 1},
        {"text/csv;header=present;q=0.2, application/json;q=0.1", 1},
        {"text/csv ; q=0.9 , application/json ; q=0.95", 0},
        {"*/*;q=0.8, application/json;q=0.2", 1},
        {"image/png", -1},
        {"application/json;q=0", -1},
        {"", -1},
        {"garbage", -1},
        {"\"text/csv\"", -1},
        {";;;,,,===", -1},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (accept_choose(cases[i].accept, types) != cases[i].choice)
            fail_msg("Accept: %s gives %d", cases[i].accept,
                     accept_choose(cases[i].accept, types));
}

static void gzip_is_for_who_takes_it(void **unused)
{
    static const struct {
        const char *accept;
        bool takes;
    } cases[] = {
        {NULL, false},
        {"", false},
        {"gzip", true},
        {"GZip", true},
        {"*", true},
        {"br, gzip;q=0.5", true},
        {"gzip, deflate, br", true},
        {"gzip;q=0", false},
        {"gzip;q=0.000, *", false},
        {"*;q=0", false},
        {"deflate", false},
        {"x-gzip", false},
        {"identity", false},
        {"identity;q=0, gzip;q=0.1", true},
        {"gzip;q=0.4, identity", false},
        {"gzip;q=0.4, identity;q=0.4", true},
        {"\"gzip\"", false},
        {";;,,=", false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (gzip_is_accepted(cases[i].accept) != cases[i].takes)
            fail_msg("Accept-Encoding: %s", cases[i].accept);
}

static void prefer_wait_is_read_and_cut(void **unused)
{
    static const struct {
        const char *prefer;
        double wait_s;
    } cases[] = {
        {NULL, 0},                  {"", 0},
        {"wait=5", 5},              {"wait=60", 60},
        {"wait=61", 60},            {"wait=99999999999999999999999", 60},
        {"Wait = 7", 7},            {"wait=\"8\"", 8},
        {"respond-async, wait=9", 9}, {"wait=3; foo=bar, wait=4", 3},
        {"wait", 0},                {"wait=", 0},
        {"wait=-1", 0},             {"wait=1x", 0},
        {"waiting=4", 0},           {"x=\"a, wait=5\"", 0},
        {"handling=lenient", 0},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (prefer_wait_s(cases[i].prefer, 60) != cases[i].wait_s)
            fail_msg("Prefer: %s gives %g", cases[i].prefer,
                     prefer_wait_s(cases[i].prefer, 60));
}

static void if_none_match_names_a_tag_in_full(void **unused)
{
    static const struct {
        const char *header;
        bool is_named;
    } cases[] = {
        {NULL, false},          {"", false},
        {"\"r7\"", true},       {"W/\"r7\"", true},
        {"*", true},            {"\"r6\", \"r7\"", true},
        {"\"r6\",W/\"r7\"", true}, {"\"r77\"", false},
        {"\"r\"", false},       {"r7", false},
        {"\"r6, r7\"", false},  {"\"r7", false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (tag_is_named(cases[i].header, "r7") != cases[i].is_named)
            fail_msg("If-None-Match: %s", cases[i].header);
}

static void a_revision_is_named_with_or_without_more(void **unused)
{
    static const struct {
        const char *header;
        bool is_named;
    } cases[] = {
        {NULL, false},          {"*", true},
        {"\"7\"", true},        {"\"7.0a\"", true},
        {"W/\"7.0a\"", true},   {"\"6\", \"7.1\"", true},
        {"\"7.\"", true},       {"\"77\"", false},
        {"\"77.1\"", false},    {"\"6.7\"", false},
        {"\"6.7, 7.\"", false}, {"7.1", false},
        {"\"\"", false},        {"\"", false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (revision_is_named(cases[i].header, "7") != cases[i].is_named)
            fail_msg("If-None-Match: %s", cases[i].header);
}

static void a_target_holds_only_what_rfc_3986_allows(void **unused)
{
    static const struct {
        const char *target;
        bool is_clean;
    } cases[] = {
        {"/", true},        {"/a/b?c=d&e=%20f", true}, {"/%C3%BC", true},
        {"/a b", false},    {"/a#b", false},    {"/a\"b", false},
        {"/a\\b", false},   {"/<a>", false},    {"/%", false},
        {"/%4", false},     {"/%zz", false},    {"/%00", false},
        {"/%1f", false},    {"/%7F", false},    {"/\x7f", false},
        {"/\x80", false},   {"/\t", false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (target_is_clean(cases[i].target) != cases[i].is_clean)
            fail_msg("target %s", cases[i].target);
}

static void decoding_keeps_utf_8_and_refuses_the_rest(void **unused)
{
    static const struct {
        const char *text, *decoded; /* NULL: refused */
        bool plus;
    } cases[] = {
        {"abc", "abc", false},       {"a%2Fb", "a/b", false},
        {"a+b", "a+b", false},       {"a+b%2B", "a b+", true},
        {"%C3%BC", "\xc3\xbc", false}, {"%F0%9F%98%80",
                                        "\xf0\x9f\x98\x80", false},
        {"%C3", NULL, false},        {"%ff", NULL, false},
        {"%C0%AF", NULL, false},     {"%ED%A0%80", NULL, false},
        {"%F4%90%80%80", NULL, false}, {"%E0%9F%BF", NULL, false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        size_t bytes = strlen(cases[i].text);

        memcpy(text, cases[i].text, bytes + 1);
        bytes = target_decode(text, bytes, cases[i].plus);
        if (cases[i].decoded == NULL) {
            assert_true(bytes == SIZE_MAX);
        } else {
            assert_int_equal(bytes, strlen(cases[i].decoded));
            assert_memory_equal(text, cases[i].decoded, bytes);
        }
    }
}

/* RFC 9110, section 13.1.1: a weak tag never matches. */
static void if_match_compares_strongly(void **unused)
{
    static const struct {
        const char *header;
        enum revision_match match;
    } cases[] = {
        {NULL, REVISION_ANY},         {"*", REVISION_ANY},
        {" *", REVISION_ANY},         {"\"7\"", REVISION_THIS},
        {"\"7.0a\"", REVISION_THIS},  {"\"6\", \"7\"", REVISION_THIS},
        {"W/\"7\"", REVISION_OTHER},  {"\"8\", W/\"7\"", REVISION_OTHER},
        {"\"77\"", REVISION_OTHER},   {"", REVISION_OTHER},
    };
    (void)unused;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(revision_match(cases[i].header, "7"),
                         cases[i].match);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accept_takes_the_type_with_the_highest_quality),
        cmocka_unit_test(gzip_is_for_who_takes_it),
        cmocka_unit_test(prefer_wait_is_read_and_cut),
        cmocka_unit_test(if_none_match_names_a_tag_in_full),
        cmocka_unit_test(a_revision_is_named_with_or_without_more),
        cmocka_unit_test(if_match_compares_strongly),
        cmocka_unit_test(a_target_holds_only_what_rfc_3986_allows),
        cmocka_unit_test(decoding_keeps_utf_8_and_refuses_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
