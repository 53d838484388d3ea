/* test_problem.c - the tables of problems, and a problem as JSON. */
#include <string.h>

#include "server/api/problems.h"
#include "server/http/problem.h"
#include "tests/unit/cmocka_all.h"

static void check_row(const struct problem *problem)
{
    assert_in_range(problem->status, 400, 507);
    assert_true(strlen(problem->title) > 0 && strlen(problem->advice) > 0);
    assert_ptr_equal(problem_find(problem->slug), problem);
}

/* A slug that stood twice would be found as the first of the two. */
static void every_problem_is_found_by_its_slug(void **unused)
{
    (void)unused;
    for (const struct problem *const *p = http_problems; *p != NULL; p++)
        check_row(*p);
    check_row(PROBLEM_INVALID_SPEC);
    check_row(PROBLEM_DISK_FULL);
    assert_null(problem_find("no-such-problem"));
    assert_null(problem_find(""));
}

static void an_error_of_the_world_means_a_problem(void **unused)
{
    (void)unused;
    for (int i = 0; i < ERRORS; i++)
        assert_non_null(problem_of_error((enum error)i));
    assert_ptr_equal(problem_of_error(ERR_DISK), PROBLEM_DISK_FULL);
    assert_ptr_equal(problem_of_error(ERR_FULL), PROBLEM_QUEUE_FULL);
    assert_string_equal(PROBLEM_QUEUE_FULL->retry_after_s, "1");
}

static void extend(struct json_writer *writer, void *self)
{
    json_member_integer(writer, "limit", *(int64_t *)self);
}

static void a_problem_is_written_without_a_server(void **unused)
{
    static const char want[] =
        "{\"type\":\"/problems/invalid-parameter\","
        "\"title\":\"A parameter of the request is not valid\","
        "\"status\":400,\"detail\":\"2 faults\",\"request_id\":\"r1\","
        "\"limit\":7,\"errors\":["
        "{\"parameter\":\"limit\",\"code\":\"out_of_range\",\"detail\":\"a\"},"
        "{\"pointer\":\"/b\",\"code\":\"unknown_name\",\"detail\":\"c\","
        "\"suggestion\":\"d\"}]}";
    int64_t limit = 7;
    struct json_writer writer;
    struct faults faults;
    struct arena arena;
    struct buffer body;

    (void)unused;
    arena_init(&arena, 1 << 20);
    faults_init(&faults, &arena);
    fault_add(&faults, "?limit", FAULT_OUT_OF_RANGE, NULL, "a");
    fault_add(&faults, "/b", FAULT_UNKNOWN_NAME, "d", "c");
    buffer_init(&body);
    json_writer_init(&writer, &body);
    problem_write(&writer, PROBLEM_INVALID_PARAMETER, NULL, "r1", &faults,
                  extend, &limit);
    assert_int_equal(body.count, sizeof want - 1);
    assert_memory_equal(body.bytes, want, sizeof want - 1);
    buffer_fini(&body);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_problem_is_found_by_its_slug),
        cmocka_unit_test(an_error_of_the_world_means_a_problem),
        cmocka_unit_test(a_problem_is_written_without_a_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
