/* test_spec_faults.c - every fault of a spec is named, with its place. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/reading.h"

/* What is right, to go around what is wrong. */
#define OBJECTIVE "\"objective\":{\"type\":\"polynomial\"," \
                  "\"coefficients\":[3,-12,6]}"
#define START "\"start\":[1]"
#define OPTIMIZER "\"optimizer\":{\"type\":\"sgd\"}"
#define BUT(rest) "{" OBJECTIVE "," START "," OPTIMIZER "," rest "}"
#define WITH_OBJECTIVE(objective) \
    "{\"objective\":" objective "," START "," OPTIMIZER "}"
#define WITH_START(start) "{" OBJECTIVE ",\"start\":" start "," OPTIMIZER "}"
#define WITH_OPTIMIZER(optimizer) \
    "{" OBJECTIVE "," START ",\"optimizer\":" optimizer "}"
#define BYTES_65 "0123456789012345678901234567890123456789" \
                 "0123456789012345678901234"
#define T8(t) t "1\"," t "2\"," t "3\"," t "4\"," t "5\"," t "6\"," t "7\"," \
              t "8\""

struct expected {
    const char *pointer;
    enum fault_code code;
    const char *detail, *suggestion;
};

static void check_fault(const char *text, const struct fault *fault,
                        const struct expected *e)
{
    const char *suggestion = fault->suggestion ? fault->suggestion : "";

    if (strcmp(fault->pointer, e->pointer) || fault->code != e->code
        || strcmp(fault->detail, e->detail)
        || strcmp(suggestion, e->suggestion ? e->suggestion : ""))
        fail_msg("%s\n  %s %s: %s (%s)", text, fault->pointer,
                 fault_code_name(fault->code), fault->detail, suggestion);
}

static void check_faults(const char *text, const struct expected *expected,
                         size_t count)
{
    struct reading *r = reading_of(text, strlen(text));

    assert_int_equal(r->error, ERR_INVALID);
    assert_int_equal(r->flaw.line, 0);
    for (size_t i = 0; i < count && i < r->faults.total; i++)
        check_fault(text, &r->faults.items[i], &expected[i]);
    if (r->faults.total != count)
        fail_msg("%zu faults, not %zu: %s", r->faults.total, count, text);
    reading_free(r);
}

/* A spec with one fault, and the fault. */
struct faulty {
    const char *text;
    struct expected fault;
};

static void check_all(const struct faulty *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_faults(cases[i].text, &cases[i].fault, 1);
}

#define CHECK_ALL(cases) check_all(cases, sizeof cases / sizeof *cases)

#define STOP_NAMES                                                            \
    "max_iterations, max_epochs, max_evaluations, time_limit_s, "             \
    "gradient_tolerance, loss_tolerance, step_tolerance, target_loss, "       \
    "patience and divergence_loss"

/* What belongs elsewhere, or has another name here. */
static void what_stands_in_the_wrong_place_is_told_its_own(void **unused)
{
    static const struct faulty cases[] = {
        {BUT("\"lr\":0.1"),
         {"/lr", FAULT_UNKNOWN_MEMBER,
          "no such member here: it is /optimizer/learning_rate",
          "/optimizer/learning_rate"}},
        {BUT("\"momentum\":0.9"),
         {"/momentum", FAULT_UNKNOWN_MEMBER,
          "no such member here: it is /optimizer/momentum",
          "/optimizer/momentum"}},
        {BUT("\"iterations\":10"),
         {"/iterations", FAULT_UNKNOWN_MEMBER,
          "no such member here: it is /stop/max_iterations",
          "/stop/max_iterations"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"eta\":0.1}"),
         {"/optimizer/eta", FAULT_UNKNOWN_MEMBER, "no such member",
          "learning_rate"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"epochs\":10}"),
         {"/optimizer/epochs", FAULT_UNKNOWN_MEMBER,
          "no such member here: it is /stop/max_epochs",
          "/stop/max_epochs"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"batch_size\":10}"),
         {"/optimizer/batch_size", FAULT_UNKNOWN_MEMBER,
          "no such member here: it is /batch_size", "/batch_size"}},
        {BUT("\"stop\":{\"iterations\":10}"),
         {"/stop/iterations", FAULT_UNKNOWN_MEMBER,
          "no such member; there are " STOP_NAMES, "max_iterations"}},
    };

    (void)unused;
    CHECK_ALL(cases);
}

static void what_is_no_optimizer_is_told_how_it_is_written(void **unused)
{
    static const struct faulty cases[] = {
        {WITH_OPTIMIZER("{\"type\":\"momentum\"}"),
         {"/optimizer/type", FAULT_UNKNOWN_NAME,
          "there is no such type here: it is sgd with a momentum, as "
          "{\"type\": \"sgd\", \"momentum\": 0.9}", "sgd"}},
        {WITH_OPTIMIZER("{\"type\":\"Nesterov\"}"),
         {"/optimizer/type", FAULT_UNKNOWN_NAME,
          "there is no such type here: it is sgd with Nesterov's momentum, as "
          "{\"type\": \"sgd\", \"momentum\": 0.9, \"nesterov\": true}",
          "sgd"}},
        {WITH_OPTIMIZER("{\"type\":\"gd\"}"),
         {"/optimizer/type", FAULT_UNKNOWN_NAME,
          "there is no such type here", "gradient_descent"}},
    };

    (void)unused;
    CHECK_ALL(cases);
}

/* Where no name is near all are listed, those of dialects once. */
static void an_unknown_type_lists_the_names(void **unused)
{
    static const char text[] =
        WITH_OPTIMIZER("{\"type\":\"bogus\"}");
    struct reading *reading = reading_of(text, strlen(text));
    const char *detail, *sgd;

    (void)unused;
    assert_int_equal(reading->error, ERR_INVALID);
    detail = reading->faults.items[0].detail;
    assert_non_null(strstr(detail, "there is no such type here: one of "));
    assert_non_null(strstr(detail, " adam, "));
    assert_null(strstr(detail, " adam, adam, "));
    sgd = strstr(detail, " sgd, ");
    assert_non_null(sgd);
    assert_null(strstr(sgd + 1, " sgd"));
    reading_free(reading);
}

static void faults_at_the_top_are_named(void **unused)
{
    static const struct faulty cases[] = {
        {"[]", {"", FAULT_WRONG_TYPE, "an object is needed, not an array"}},
        {"{" OBJECTIVE "," START "}",
         {"/optimizer", FAULT_REQUIRED, "this member is required"}},
        {"{" START "," OPTIMIZER "}",
         {"/objective", FAULT_REQUIRED, "this member is required"}},
        {"{" OBJECTIVE "," OPTIMIZER "}",
         {"/start", FAULT_REQUIRED,
          "this objective has no default start: give 1 number, or "
          "{\"random\": {\"low\": …, \"high\": …}}"}},
        {BUT("\"nmae\":1"),
         {"/nmae", FAULT_UNKNOWN_MEMBER, "no such member", "name"}},
        {BUT("\"a/b~c\":1"),
         {"/a~1b~0c", FAULT_UNKNOWN_MEMBER, "no such member"}},
        {BUT("\"name\":5"),
         {"/name", FAULT_WRONG_TYPE, "a string is needed, not a number"}},
        {BUT("\"tags\":\"a\""),
         {"/tags", FAULT_WRONG_TYPE,
          "an array of strings is needed, not a string"}},
        {BUT("\"tags\":[\"a\",\"b\",\"a\"]"),
         {"/tags/2", FAULT_DUPLICATE, "this tag stands twice"}},
        {BUT("\"tags\":[\"a\",true]"),
         {"/tags/1", FAULT_WRONG_TYPE, "a string is needed, not true"}},
        {BUT("\"tags\":[\"" BYTES_65 "\"]"),
         {"/tags/0", FAULT_TOO_LARGE, "at most 64 bytes, not 65"}},
        {BUT("\"tags\":[" T8("\"a") "," T8("\"b") "," T8("\"c") ","
             T8("\"d") ",\"e\"]"),
         {"/tags", FAULT_TOO_LARGE, "at most 32 elements, not 33"}},
        {BUT("\"priority\":1001"),
         {"/priority", FAULT_OUT_OF_RANGE,
          "must be a whole number from -1000 to 1000, not 1001"}},
        {BUT("\"priority\":0.5"),
         {"/priority", FAULT_OUT_OF_RANGE,
          "must be a whole number from -1000 to 1000, not 0.5"}},
        {BUT("\"priority\":\"high\""),
         {"/priority", FAULT_WRONG_TYPE,
          "a whole number is needed, not a string"}},
        {BUT("\"seed\":-1"),
         {"/seed", FAULT_OUT_OF_RANGE,
          "must be a whole number from 0 to 9007199254740991, not -1"}},
        {BUT("\"seed\":null"),
         {"/seed", FAULT_WRONG_TYPE, "a whole number is needed, not null"}},
    };
    static const struct expected twice[] = {
        {"/tags/1", FAULT_DUPLICATE, "this tag stands twice"},
        {"/tags/2", FAULT_DUPLICATE, "this tag stands twice"},
    };
    (void)unused;

    CHECK_ALL(cases);
    check_faults(BUT("\"tags\":[\"a\",\"a\",\"a\"]"), twice, 2);
}

static void a_name_of_200_bytes_is_the_longest(void **unused)
{
    static const struct expected fault = {"/name", FAULT_TOO_LARGE,
                                          "at most 200 bytes, not 201"};
    char text[512], letters[202];
    (void)unused;

    memset(letters, 'n', 201);
    letters[201] = '\0';
    snprintf(text, sizeof text, BUT("\"name\":\"%s\""), letters);
    check_faults(text, &fault, 1);
    snprintf(text, sizeof text, BUT("\"name\":\"%s\""), letters + 1);
    reading_free(reading_good(text));
}

static void faults_of_an_objective_are_named(void **unused)
{
    static const struct faulty cases[] = {
        {WITH_OBJECTIVE("3"),
         {"/objective", FAULT_WRONG_TYPE, "an object is needed, not a number"}},
        {WITH_OBJECTIVE("{}"),
         {"/objective/type", FAULT_REQUIRED, "this member is required"}},
        {WITH_OBJECTIVE("{\"type\":\"polynomal\"}"),
         {"/objective/type", FAULT_UNKNOWN_NAME,
          "there is no such type here: one of expression, fit, function, "
          "model, polynomial, quadratic", "polynomial"}},
        {WITH_OBJECTIVE("{\"type\":\"polynomial\",\"coefficients\":[1],"
                        "\"degree\":2}"),
         {"/objective/degree", FAULT_UNKNOWN_MEMBER,
          "no such member; there are type, coefficients, variables and "
          "terms"}},
        {WITH_OBJECTIVE("{\"type\":\"polynomial\",\"coefficients\":[1,[2]]}"),
         {"/objective/coefficients/1", FAULT_WRONG_TYPE,
          "a number is needed, not an array"}},
        {WITH_OBJECTIVE("{\"type\":\"polynomial\",\"coefficients\":[]}"),
         {"/objective/coefficients", FAULT_WRONG_SIZE,
          "at least one coefficient is needed"}},
        {"{\"objective\":{\"type\":\"quadratic\",\"A\":[[1,2],[3,4]]},"
         "\"start\":[1,1]," OPTIMIZER "}",
         {"/objective/A/1/0", FAULT_NOT_SYMMETRIC,
          "A[1][0] is 3 and A[0][1] is 2: they must be equal"}},
        {WITH_OBJECTIVE("{\"type\":\"quadratic\",\"A\":[[1],[2,3]]}"),
         {"/objective/A/1", FAULT_WRONG_SIZE,
          "a row of 1 numbers is needed, as the first, not 2"}},
        {WITH_OBJECTIVE("{\"type\":\"function\",\"name\":\"rosenbrok\"}"),
         {"/objective/name", FAULT_UNKNOWN_NAME,
          "there is no such function in the catalogue", "rosenbrock"}},
        {WITH_OBJECTIVE("{\"type\":\"function\",\"name\":\"beale\","
                        "\"dimension\":3}"),
         {"/objective/dimension", FAULT_OUT_OF_RANGE,
          "3 is not 2, the only dimension of beale"}},
        {WITH_OBJECTIVE("{\"type\":\"function\",\"name\":\"sphere\","
                        "\"dimension\":1000001}"),
         {"/objective/dimension", FAULT_OUT_OF_RANGE,
          "must be a whole number from 1 to 1000000, not 1000001"}},
    };
    (void)unused;

    CHECK_ALL(cases);
}

#define TERMS(terms) WITH_OBJECTIVE( \
    "{\"type\":\"polynomial\",\"variables\":[\"x\"],\"terms\":" terms "}")

static void faults_of_terms_are_named(void **unused)
{
    static const struct faulty cases[] = {
        {TERMS("[{\"powers\":{\"x\":2}}]"),
         {"/objective/terms/0/coefficient", FAULT_REQUIRED,
          "this member is required"}},
        {TERMS("[7]"),
         {"/objective/terms/0", FAULT_WRONG_TYPE,
          "an object is needed, not a number"}},
        {TERMS("[{\"coefficient\":1,\"powers\":[2]}]"),
         {"/objective/terms/0/powers", FAULT_WRONG_TYPE,
          "an object of exponents is needed, as {\"x\": 2}"}},
        {TERMS("[{\"coefficient\":1,\"powers\":{\"x\":2},\"pow\":1}]"),
         {"/objective/terms/0/pow", FAULT_UNKNOWN_MEMBER,
          "no such member; there are coefficient and powers"}},
        {TERMS("[{\"coefficient\":1,\"powers\":{\"z\":2}}]"),
         {"/objective/terms/0/powers/z", FAULT_UNKNOWN_NAME,
          "z is not among the variables"}},
    };
    static const struct expected two[] = {
        {"/objective/terms/0/powers/x", FAULT_OUT_OF_RANGE,
         "must be a whole number from 0 to 4294967295, not -1"},
        {"/objective/terms/0/powers/y", FAULT_WRONG_TYPE,
         "a whole number is needed, not a string"},
    };
    (void)unused;

    CHECK_ALL(cases);
    check_faults(TERMS("[{\"coefficient\":1,"
                       "\"powers\":{\"x\":-1,\"y\":\"2\"}}]"), two, 2);
}

static void faults_of_a_start_are_named(void **unused)
{
    static const struct faulty cases[] = {
        {WITH_START("7"),
         {"/start", FAULT_WRONG_TYPE,
          "an array of numbers is needed, not a number"}},
        {WITH_START("[null]"),
         {"/start/0", FAULT_WRONG_TYPE, "a number is needed, not null"}},
        {WITH_START("[1,2]"),
         {"/start", FAULT_WRONG_SIZE,
          "2 numbers given, but the objective has 1 variable"}},
        {WITH_START("[]"),
         {"/start", FAULT_WRONG_SIZE,
          "0 numbers given, but the objective has 1 variable"}},
        {WITH_START("{}"),
         {"/start", FAULT_WRONG_TYPE,
          "the variables here have no names: give 1 number in an array, "
          "{\"random\": {\"low\": …, \"high\": …}} or {\"job\": "
          "\"job_…\"}"}},
        {WITH_START("{\"random\":[0,1]}"),
         {"/start/random", FAULT_WRONG_TYPE,
          "an object is needed, not an array"}},
        {WITH_START("{\"random\":{\"low\":1,\"high\":0.5}}"),
         {"/start/random/high", FAULT_OUT_OF_RANGE, "must be at least `low`"}},
        {WITH_START("{\"random\":{\"low\":1}}"),
         {"/start/random/high", FAULT_REQUIRED, "this member is required"}},
        {WITH_START("{\"random\":{\"low\":0,\"high\":1,\"hi\":2}}"),
         {"/start/random/hi", FAULT_UNKNOWN_MEMBER,
          "no such member; there are low and high"}},
    };
    (void)unused;

    CHECK_ALL(cases);
}

static void faults_of_an_optimizer_are_named(void **unused)
{
    static const struct faulty cases[] = {
        {WITH_OPTIMIZER("\"sgd\""),
         {"/optimizer", FAULT_WRONG_TYPE, "an object is needed, not a string"}},
        {WITH_OPTIMIZER("{\"type\":\"adm\"}"),
         {"/optimizer/type", FAULT_UNKNOWN_NAME,
          "there is no such type here", "adam"}},
        /* API.md section 8 */
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"learning_rate\":-0.1}"),
         {"/optimizer/learning_rate", FAULT_OUT_OF_RANGE,
          "-0.1 is not in [0, 1e6]"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"momentun\":0.9}"),
         {"/optimizer/momentun", FAULT_UNKNOWN_MEMBER, "no such member",
          "momentum"}},
        {WITH_OPTIMIZER("{\"type\":\"ftrl\",\"learning_rate\":0}"),
         {"/optimizer/learning_rate", FAULT_OUT_OF_RANGE,
          "0 is not in (0, 1e6]"}},
        {WITH_OPTIMIZER("{\"type\":\"gradient_descent\",\"learning_rate\":0,"
                        "\"line_search\":\"backtracking\"}"),
         {"/optimizer/learning_rate", FAULT_CONFLICT,
          "a line search needs a first step above 0"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"momentum\":1.5}"),
         {"/optimizer/momentum", FAULT_OUT_OF_RANGE, "1.5 is not in [0, 1]"}},
        {WITH_OPTIMIZER("{\"type\":\"adam\",\"beta1\":1.5}"),
         {"/optimizer/beta1", FAULT_OUT_OF_RANGE, "1.5 is not in [0, 1)"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"learning_rate\":null}"),
         {"/optimizer/learning_rate", FAULT_WRONG_TYPE,
          "a number is needed, not null"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"nesterov\":1}"),
         {"/optimizer/nesterov", FAULT_WRONG_TYPE,
          "true or false is needed, not a number"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"nesterov\":true}"),
         {"/optimizer/nesterov", FAULT_CONFLICT,
          "nesterov needs a momentum above 0"}},
        {WITH_OPTIMIZER("{\"type\":\"gradient_descent\",\"momentum\":0}"),
         {"/optimizer/momentum", FAULT_UNKNOWN_MEMBER, "no such member"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"schedule\":{}}"),
         {"/optimizer/schedule/type", FAULT_REQUIRED,
          "this member is required"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\","
                        "\"schedule\":{\"type\":\"constnat\"}}"),
         {"/optimizer/schedule/type", FAULT_UNKNOWN_NAME,
          "there is no such type here", "constant"}},
        {WITH_OPTIMIZER("{\"type\":\"sgd\",\"schedule\":"
                        "{\"type\":\"constant\",\"period\":3}}"),
         {"/optimizer/schedule/period", FAULT_UNKNOWN_MEMBER,
          "no such member; there are type, factor and steps"}},
    };
    (void)unused;

    CHECK_ALL(cases);
}

static void faults_of_stop_and_trace_are_named(void **unused)
{
    static const struct faulty cases[] = {
        {BUT("\"stop\":[]"),
         {"/stop", FAULT_WRONG_TYPE, "an object is needed, not an array"}},
        {BUT("\"stop\":{\"max_iterations\":1.5}"),
         {"/stop/max_iterations", FAULT_OUT_OF_RANGE,
          "1.5 is not in the whole numbers of [0, 1e9]"}},
        {BUT("\"stop\":{\"max_iterations\":null}"),
         {"/stop/max_iterations", FAULT_WRONG_TYPE,
          "a number is needed, not null"}},
        {BUT("\"stop\":{\"time_limit_s\":0}"),
         {"/stop/time_limit_s", FAULT_OUT_OF_RANGE, "0 is not in (0, 1e6]"}},
        {BUT("\"stop\":{\"max_iteration\":1}"),
         {"/stop/max_iteration", FAULT_UNKNOWN_MEMBER,
          "no such member; there are max_iterations, max_epochs, "
          "max_evaluations, time_limit_s, gradient_tolerance, loss_tolerance, "
          "step_tolerance, target_loss, patience and divergence_loss",
          "max_iterations"}},
        {BUT("\"trace\":{\"every\":0}"),
         {"/trace/every", FAULT_OUT_OF_RANGE,
          "must be a whole number from 1 to 1000000000, not 0"}},
        {BUT("\"trace\":{\"x\":\"yes\"}"),
         {"/trace/x", FAULT_OUT_OF_RANGE,
          "must be \"auto\", true or false"}},
        {BUT("\"trace\":{\"x\":\"" BYTES_65 "\"}"),
         {"/trace/x", FAULT_OUT_OF_RANGE,
          "must be \"auto\", true or false"}},
        {BUT("\"trace\":{\"x\":1}"),
         {"/trace/x", FAULT_OUT_OF_RANGE,
          "must be \"auto\", true or false"}},
        {"{\"objective\":{\"type\":\"function\",\"name\":\"sphere\","
         "\"dimension\":1025}," OPTIMIZER ",\"trace\":{\"x\":true}}",
         {"/trace/x", FAULT_TOO_LARGE,
          "x can be recorded in every row up to dimension 1024; \"auto\" "
          "keeps it at every 512th"}},
        {BUT("\"trace\":{\"max_bytes\":999}"),
         {"/trace/max_bytes", FAULT_OUT_OF_RANGE,
          "must be a whole number from 1000 to 1000000000000000, not 999"}},
        {"{\"objective\":{\"type\":\"function\",\"name\":\"sphere\","
         "\"dimension\":1000}," OPTIMIZER ",\"trace\":{\"max_bytes\":2000}}",
         {"/trace/max_bytes", FAULT_TOO_LARGE,
          "a trace may have 2000 bytes, which its first and last row exceed: "
          "give \"x\": false"}},
        {"{\"objective\":{\"type\":\"model\",\"dataset\":\"iris\","
         "\"model\":{\"type\":\"softmax\"}}," OPTIMIZER ","
         "\"batch_size\":1,\"trace\":{\"every\":\"epoch\","
         "\"max_bytes\":2000}}",
         {"/trace/max_bytes", FAULT_TOO_LARGE,
          "a trace may have 2000 bytes, and rows are recorded where epochs "
          "end: give a number of iterations, or fewer epochs"}},
        {BUT("\"trace\":{\"evry\":1}"),
         {"/trace/evry", FAULT_UNKNOWN_MEMBER,
          "no such member; there are every, x and max_bytes", "every"}},
        /* 2^30 rows: 2^21 chunks of 512. iris has 150 rows. */
        {"{\"objective\":{\"type\":\"model\",\"dataset\":\"iris\","
         "\"model\":{\"type\":\"softmax\"}}," OPTIMIZER ","
         "\"batch_size\":1,\"stop\":{\"max_epochs\":2e7}}",
         {"/trace/every", FAULT_TOO_LARGE,
          "a trace has at most 1073741824 rows, and this run may record "
          "3000000001: give 3 or more, the iterations between two rows"}},
    };
    (void)unused;

    CHECK_ALL(cases);
}

static void all_faults_come_at_once(void **unused)
{
    static const struct expected all[] = {
        {"/priority", FAULT_WRONG_TYPE,
         "a whole number is needed, not a string"},
        {"/objective/name", FAULT_UNKNOWN_NAME,
         "there is no such function in the catalogue", "sphere"},
        {"/objective/size", FAULT_UNKNOWN_MEMBER,
         "no such member; there are type, name, dimension and instance"},
        {"/start/1", FAULT_WRONG_TYPE, "a number is needed, not a string"},
        {"/optimizer/learning_rate", FAULT_OUT_OF_RANGE,
         "-0.1 is not in [0, 1e6]"},
        {"/optimizer/momentun", FAULT_UNKNOWN_MEMBER, "no such member",
         "momentum"},
        {"/stop/patience", FAULT_OUT_OF_RANGE,
         "0 is not in the whole numbers of [1, 1e9]"},
        {"/trace/x", FAULT_OUT_OF_RANGE, "must be \"auto\", true or false"},
        {"/seeds", FAULT_UNKNOWN_MEMBER, "no such member", "seed"},
    };
    (void)unused;

    check_faults(
        "{\"priority\":\"1\",\"objective\":{\"type\":\"function\","
        "\"name\":\"spere\",\"size\":2},\"start\":[1,\"2\"],"
        "\"optimizer\":{\"type\":\"sgd\",\"learning_rate\":-0.1,"
        "\"momentun\":0.9},\"stop\":{\"patience\":0},"
        "\"trace\":{\"x\":null},\"seeds\":1}",
        all, sizeof all / sizeof *all);
}

static void what_is_not_json_has_its_line_and_column(void **unused)
{
    static const struct {
        const char *text;
        size_t line, column;
    } cases[] = {
        {"", 1, 1},
        {"{\"seed\": 1,\n \"seed\": 2}", 2, 2}, /* the second of the two */
        {"{\n\"seed\": 01}", 2, 9},
        {"{} x", 1, 4},
        {"{\"seed\": NaN}", 1, 10},
    };
    (void)unused;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading *r = reading_of(cases[i].text, strlen(cases[i].text));

        assert_int_equal(r->error, ERR_INVALID);
        assert_int_equal(r->flaw.line, cases[i].line);
        assert_int_equal(r->flaw.column, cases[i].column);
        assert_int_equal(r->faults.total, 0);
        reading_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_in_the_wrong_place_is_told_its_own),
        cmocka_unit_test(what_is_no_optimizer_is_told_how_it_is_written),
        cmocka_unit_test(an_unknown_type_lists_the_names),
        cmocka_unit_test(faults_at_the_top_are_named),
        cmocka_unit_test(a_name_of_200_bytes_is_the_longest),
        cmocka_unit_test(faults_of_an_objective_are_named),
        cmocka_unit_test(faults_of_terms_are_named),
        cmocka_unit_test(faults_of_a_start_are_named),
        cmocka_unit_test(faults_of_an_optimizer_are_named),
        cmocka_unit_test(faults_of_stop_and_trace_are_named),
        cmocka_unit_test(all_faults_come_at_once),
        cmocka_unit_test(what_is_not_json_has_its_line_and_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
