/* test_http_resume.c - when suspended connections may go on. */
#include "server/http/resume.h"

#include "server/http/state.h"
#include "tests/unit/cmocka_all.h"

static void nobody_in_line_needs_no_turn(void **unused)
{
    struct http_server server = {.suspended = 3000};

    (void)unused;
    assert_true(resume_next_ns(&server) == INT64_MAX);
}

static void among_few_suspended_all_go_on_at_once(void **unused)
{
    struct http_server server = {
        .suspended = 64, .resumed_count = 1, .resumed_ns = 1000000000,
    };

    (void)unused;
    assert_true(resume_next_ns(&server) == 0);
}

static void among_thousands_a_short_line_grows_first(void **unused)
{
    struct http_server server = {
        .suspended = 3000, .resumed_count = 1, .resumed_ns = 1000000000,
    };

    (void)unused;
    /* 500 ns for each that MHD looks at. */
    assert_true(resume_next_ns(&server) == 1000000000 + 1500000);
    server.resumed_count = RESUMED_A_TURN;
    assert_true(resume_next_ns(&server) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_in_line_needs_no_turn),
        cmocka_unit_test(among_few_suspended_all_go_on_at_once),
        cmocka_unit_test(among_thousands_a_short_line_grows_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
