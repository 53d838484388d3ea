/* test_parameter.c - values of parameters by their rows, and what is wrong. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "server/http/parameter.h"

static const char *const ways[] = {"up", "down", "left", NULL};
static const char *const sides[] = {"light", "dark", NULL};
static const char *const words[] = {"best", "last", NULL};

static const struct kind {
    const char *name;
    int other;
} adam = {"adam", 1}, sgd = {"sgd", 2};
static const struct kind *const kinds[] = {&adam, &sgd, NULL};

enum { LIMIT, SCALE, FORCE, WAY, SIDE, RULE, AT, WHEN, JOB, NAME, JOBS, STATES,
       BOUNDS, ROWS };

static const struct http_parameter rows[] = {
    [LIMIT] = {"limit", "Rows.", HTTP_INTEGER, 1, 500, 50},
    [SCALE] = {"scale", "A scale.", HTTP_NUMBER, -2, 2.5, HTTP_NONE},
    [FORCE] = {"force", "Whether by force.", HTTP_BOOLEAN},
    [WAY] = {"way", "Where to.", HTTP_CHOICE, .initial = 1, .choices = ways},
    [SIDE] = {"side", "Which.", HTTP_CHOICE, .initial = HTTP_NONE,
              .choices = sides},
    [RULE] = {"rule", "Which.", HTTP_CHOICE, .initial = HTTP_NONE,
              .kinds = (const void *const *)kinds},
    [AT] = {"at", "Where.", HTTP_INTEGER, 0, 1e12, HTTP_NONE,
            .choices = words},
    [WHEN] = {"when", "When.", HTTP_TIME, .initial = HTTP_NONE},
    [JOB] = {"job", "A job's id.", HTTP_ID, .prefix = "job"},
    [NAME] = {"name", "A name.", HTTP_TEXT},
    [JOBS] = {"jobs", "Ids of jobs.", HTTP_LIST, .items = HTTP_ID,
              .items_max = 3, .prefix = "job", .is_required = true},
    [STATES] = {"states", "States.", HTTP_LIST, .items = HTTP_CHOICE,
                .choices = ways},
    [BOUNDS] = {"bounds", "Bounds.", HTTP_LIST, -10, 10, HTTP_NONE,
                .choices = sides, .items = HTTP_NUMBER},
};

static struct arena arena;
static struct faults faults;

static struct http_value read(int row, const char *text)
{
    struct http_value value;

    arena_init(&arena, 1 << 20);
    faults_init(&faults, &arena);
    assert_int_equal(parameter_read(&rows[row], text, &arena, "?here",
                                    &faults, &value), OK);
    assert_true(value.is_given);
    assert_string_equal(value.text, text);
    return value;
}

static void is_good(void)
{
    assert_int_equal(faults.total, 0);
    arena_fini(&arena);
}

static void is_wrong(int row, const char *text, enum fault_code code,
                     const char *detail, const char *suggestion)
{
    read(row, text);
    if (faults.total != 1)
        fail_msg("%s: %zu faults", text, faults.total);
    assert_string_equal(faults.items[0].pointer, "?here");
    assert_int_equal(faults.items[0].code, code);
    assert_string_equal(faults.items[0].detail, detail);
    if (suggestion == NULL)
        assert_null(faults.items[0].suggestion);
    else
        assert_string_equal(faults.items[0].suggestion, suggestion);
    arena_fini(&arena);
}

static void a_value_has_its_rows_type(void **unused)
{
    (void)unused;
    assert_int_equal(read(LIMIT, "1").integer, 1);
    is_good();
    assert_int_equal(read(LIMIT, "500").integer, 500);
    is_good();
    assert_true(read(SCALE, "-1.5e-1").number == -0.15);
    is_good();
    assert_true(read(FORCE, "true").flag);
    is_good();
    assert_false(read(FORCE, "false").flag);
    is_good();
    assert_int_equal(read(WAY, "left").choice, 2);
    is_good();
    assert_int_equal(read(RULE, "sgd").choice, 1);
    is_good();
    /* date -ud 2026-01-31T12:00:00Z +%s */
    assert_int_equal(read(WHEN, "2026-01-31T12:00:00Z").integer,
                     1769860800000);
    is_good();
    assert_true(read(JOB, "job_00000000000000000000000000").is_id);
    is_good();
    assert_false(read(JOB, "ds_00000000000000000000000000").is_id);
    is_good();
}

static void words_are_taken_beside_numbers(void **unused)
{
    struct http_value value;

    (void)unused;
    value = read(AT, "17");
    assert_int_equal(value.integer, 17);
    assert_int_equal(value.choice, -1);
    is_good();
    assert_int_equal(read(AT, "last").choice, 1);
    is_good();
    value = read(BOUNDS, "dark");
    assert_int_equal(value.choice, 1);
    assert_int_equal(value.count, 0);
    is_good();
}

static void lists_are_cut_at_commas_outside_of_brackets(void **unused)
{
    struct http_value value;

    (void)unused;
    value = read(JOBS, "a,W[2,3],");
    assert_int_equal(value.count, 3);
    assert_string_equal(value.items[0], "a");
    assert_string_equal(value.items[1], "W[2,3]");
    assert_string_equal(value.items[2], "");
    is_good();
    value = read(STATES, "down,up");
    assert_int_equal(value.count, 2);
    assert_int_equal(value.choices[0], 1);
    assert_int_equal(value.choices[1], 0);
    is_good();
    value = read(BOUNDS, "-1,2.5");
    assert_true(value.numbers[0] == -1 && value.numbers[1] == 2.5);
    is_good();
}

static void what_is_wrong_is_told_with_what_is_legal(void **unused)
{
    static const char *const no_integers[] = {"0", "501", "", "1.5", "+1",
                                              " 1", "1x",
                                              "99999999999999999999"};
    char detail[80];

    (void)unused;
    for (size_t i = 0; i < sizeof no_integers / sizeof *no_integers; i++) {
        snprintf(detail, sizeof detail,
                 "\"%s\" is not a whole number in [1, 500]", no_integers[i]);
        is_wrong(LIMIT, no_integers[i], FAULT_OUT_OF_RANGE, detail, NULL);
    }
    is_wrong(SCALE, "2.6", FAULT_OUT_OF_RANGE,
             "\"2.6\" is not a number in [-2, 2.5]", NULL);
    is_wrong(SCALE, "nan", FAULT_OUT_OF_RANGE,
             "\"nan\" is not a number in [-2, 2.5]", NULL);
    is_wrong(FORCE, "yes", FAULT_OUT_OF_RANGE,
             "\"yes\" is neither true nor false", NULL);
    is_wrong(WAY, "lift", FAULT_UNKNOWN_NAME,
             "\"lift\" is none of up, down, left", "left");
    is_wrong(SIDE, "drak", FAULT_UNKNOWN_NAME,
             "\"drak\" is neither light nor dark", "dark");
    is_wrong(RULE, "admm", FAULT_UNKNOWN_NAME,
             "\"admm\" is neither adam nor sgd", "adam");
    is_wrong(AT, "bets", FAULT_OUT_OF_RANGE,
             "\"bets\" is neither best, last nor a whole number in "
             "[0, 1000000000000]", "best");
    is_wrong(WHEN, "today", FAULT_SYNTAX,
             "\"today\" is no RFC 3339 time: a date, a time and Z or an "
             "offset, as 2026-01-31T12:00:00Z", NULL);
    is_wrong(JOBS, "", FAULT_REQUIRED,
             "give the ids of 1 to 3 jobs, separated by commas", NULL);
    is_wrong(JOBS, "a,b,c,d", FAULT_TOO_LARGE,
             "4 jobs are asked for, at most 3 at once", NULL);
    is_wrong(STATES, "up,dawn", FAULT_UNKNOWN_NAME,
             "\"dawn\" is none of up, down, left", "down");
    is_wrong(BOUNDS, "1,11", FAULT_OUT_OF_RANGE,
             "\"11\" is neither light, dark nor a number in [-10, 10]", NULL);
}

/* Of a list that is cut short nobody should hear. */
static void a_list_does_not_end_where_memory_does(void **unused)
{
    struct http_value value = {.count = 7};

    (void)unused;
    arena_init(&arena, 64);
    assert_int_equal(parameter_read(&rows[JOBS], "a,b,c", &arena, "?jobs",
                                    NULL, &value), ERR_MEMORY);
    assert_int_equal(value.count, 0);
    arena_fini(&arena);
}

static void a_wrong_value_is_the_default(void **unused)
{
    (void)unused;
    assert_int_equal(read(LIMIT, "0").integer, 50);
    arena_fini(&arena);
    assert_int_equal(read(WAY, "sideways").choice, 1);
    arena_fini(&arena);
    assert_int_equal(parameter_default(&rows[LIMIT]).integer, 50);
    assert_int_equal(parameter_default(&rows[SIDE]).choice, -1);
    assert_false(parameter_default(&rows[LIMIT]).is_given);
    assert_null(parameter_default(&rows[LIMIT]).text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_has_its_rows_type),
        cmocka_unit_test(words_are_taken_beside_numbers),
        cmocka_unit_test(lists_are_cut_at_commas_outside_of_brackets),
        cmocka_unit_test(what_is_wrong_is_told_with_what_is_legal),
        cmocka_unit_test(a_list_does_not_end_where_memory_does),
        cmocka_unit_test(a_wrong_value_is_the_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
