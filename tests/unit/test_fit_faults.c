/* test_fit_faults.c - what is said of fits that cannot be: where, and what to
 * do. */
#include "tests/unit/cmocka_all.h"

#include <string.h>

#include "server/base/buffer.h"
#include "tests/unit/reading.h"

#define XY(x, y) "\"dataset\":{\"columns\":{\"x\":" x ",\"y\":" y "}},"
#define GOOD XY("[1,2,3]", "[1,2,4]")
#define REST "\"formula\":\"a*x\",\"target\":\"y\",\"parameters\":[\"a\"]"
#define WRONG(members)                                                        \
    "{\"objective\":{\"type\":\"fit\"," members "},\"start\":[1],"             \
    "\"optimizer\":{\"type\":\"levenberg_marquardt\"}}"

static const struct {
    const char *spec, *pointer;
    enum fault_code code;
    const char *suggestion;
} wrong[] = {
    {WRONG(REST), "/objective/dataset", FAULT_REQUIRED, NULL},
    {WRONG("\"dataset\":\"a9a\"," REST), "/objective/dataset",
     FAULT_UNKNOWN_NAME, NULL},
    {WRONG("\"dataset\":7," REST), "/objective/dataset",
     FAULT_WRONG_TYPE, NULL},
    {WRONG("\"dataset\":{\"colums\":{}}," REST),
     "/objective/dataset/columns", FAULT_REQUIRED, NULL},
    {WRONG("\"dataset\":{\"columns\":[1]}," REST),
     "/objective/dataset/columns", FAULT_WRONG_TYPE, NULL},
    {WRONG("\"dataset\":{\"columns\":{}}," REST),
     "/objective/dataset/columns", FAULT_WRONG_SIZE, NULL},
    {WRONG(XY("[]", "[]") REST), "/objective/dataset/columns",
     FAULT_WRONG_SIZE, NULL},
    {WRONG(XY("[1,2]", "[1]") REST), "/objective/dataset/columns/y",
     FAULT_WRONG_SIZE, NULL},
    {WRONG(XY("[1,\"2\"]", "[1,2]") REST), "/objective/dataset/columns/x/1",
     FAULT_WRONG_TYPE, NULL},
    {WRONG("\"dataset\":{\"columns\":{\"x\":[1],\"height\":[1]}},"
           "\"formula\":\"a*x\",\"target\":\"heigth\","
           "\"parameters\":[\"a\"]"),
     "/objective/target", FAULT_UNKNOWN_NAME, "height"},
    {WRONG(GOOD "\"formula\":\"a*x\",\"target\":\"a*y\","
           "\"parameters\":[\"a\"]"),
     "/objective/target", FAULT_UNKNOWN_NAME, NULL},
    {WRONG(GOOD "\"formula\":\"a*x\",\"target\":\"log(y - 2)\","
           "\"parameters\":[\"a\"]"),
     "/objective/target", FAULT_OUT_OF_RANGE, NULL},
    {WRONG(GOOD "\"formula\":\"a*z\",\"target\":\"y\","
           "\"parameters\":[\"a\"]"),
     "/objective/formula", FAULT_UNKNOWN_NAME, NULL},
    {WRONG(GOOD "\"formula\":\"a*x\",\"target\":\"y\","
           "\"parameters\":[\"a\",\"x\"]"),
     "/objective/dataset/columns/x", FAULT_CONFLICT, NULL},
    {WRONG(GOOD "\"formula\":\"a*x\",\"target\":\"y\",\"parameters\":[]"),
     "/objective/parameters", FAULT_WRONG_SIZE, NULL},
    {WRONG("\"dataset\":{\"columns\":{\"x\":[1],\"y\":[1],\"a b\":[1]}},"
           REST),
     "/objective/dataset/columns/a b", FAULT_OUT_OF_RANGE, NULL},
    {WRONG(GOOD REST ",\"loss\":\"hubert\""), "/objective/loss",
     FAULT_UNKNOWN_NAME, "huber"},
    {WRONG(GOOD REST ",\"loss\":\"huber\",\"loss_scale\":0"),
     "/objective/loss_scale", FAULT_OUT_OF_RANGE, NULL},
    {WRONG(GOOD REST ",\"weights\":\"x - 2\""), "/objective/weights",
     FAULT_OUT_OF_RANGE, NULL},
    {WRONG(GOOD REST ",\"weights\":\"0*x\""), "/objective/weights",
     FAULT_OUT_OF_RANGE, NULL},
    {WRONG(GOOD REST ",\"weights\":\"w\""), "/objective/weights",
     FAULT_UNKNOWN_NAME, NULL},
    {WRONG(GOOD REST ",\"model\":\"a*x\""), "/objective/model",
     FAULT_UNKNOWN_MEMBER, "formula"},
    {WRONG(GOOD REST ",\"data\":{}"), "/objective/data",
     FAULT_UNKNOWN_MEMBER, "dataset"},
    {"{\"objective\":{\"type\":\"polynomial\",\"coefficients\":[0,0,1]},"
     "\"start\":[1],\"optimizer\":{\"type\":\"levenberg_marquardt\"}}",
     "/optimizer/type", FAULT_CONFLICT, NULL},
    {"{\"objective\":{\"type\":\"fit\"," GOOD REST "},\"start\":[1],"
     "\"optimizer\":{\"type\":\"levenberg_marquardt\",\"maximize\":true}}",
     "/optimizer/maximize", FAULT_UNKNOWN_MEMBER, NULL},
};

static void faults_stand_where_they_are(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        struct reading *r = reading_of(wrong[k].spec, strlen(wrong[k].spec));
        const struct fault *fault = r->faults.items;
        bool found = false;

        assert_int_equal(r->error, ERR_INVALID);
        for (size_t i = 0; i < faults_kept(&r->faults) && !found; i++) {
            fault = &r->faults.items[i];
            found = fault->code == wrong[k].code
                 && !strcmp(fault->pointer, wrong[k].pointer);
        }
        if (!found)
            fail_msg("%s: %s %s: %s", wrong[k].pointer,
                     r->faults.items[0].pointer,
                     fault_code_name(r->faults.items[0].code),
                     r->faults.items[0].detail);
        if (wrong[k].suggestion && !fault->suggestion)
            fail_msg("%s: no suggestion", wrong[k].pointer);
        if (wrong[k].suggestion)
            assert_string_equal(fault->suggestion, wrong[k].suggestion);
        reading_free(r);
    }
}

static void faults_tell_what_to_do(void **unused)
{
    static const struct {
        const char *spec, *detail, *suggestion;
    } told[] = {
        {WRONG(GOOD "\"formula\":\"x = a*y\",\"target\":\"y\","
               "\"parameters\":[\"a\"]"),
         "the formula is one for x, which is not the target", "y"},
        {WRONG(GOOD "\"formula\":\"log(y) = a*x\",\"target\":\"y\","
               "\"parameters\":[\"a\"]"),
         "a formula is a value, not an equation: write only what stands right "
         "of =", "a*x"},
        {WRONG(GOOD "\"formula\":\"a*x*(x>=2)*(x==2)*q\",\"target\":\"y\","
               "\"parameters\":[\"a\"]"),
         "line 1, column 19: there is no", NULL},
        {WRONG(GOOD "\"formula\":\"a*x\",\"target\":\"a*y\","
               "\"parameters\":[\"a\"]"),
         "a target is made of columns and constants, not of parameters", NULL},
        {WRONG(GOOD REST ",\"weights\":\"1/a\""),
         "weights are made of columns and constants, not of parameters", NULL},
        {WRONG(XY("[1,2,3,4]", "[1,2,3,-1]") "\"formula\":\"a*x\","
               "\"target\":\"log(y)\",\"parameters\":[\"a\"]"),
         "log(y) is nan in row 4 (counted from 1): finite numbers are needed",
         NULL},
        {WRONG(GOOD REST ",\"weights\":[1,1,1]"),
         "a column's name or a formula of columns is needed: put the numbers "
         "into a column", NULL},
        {WRONG(GOOD REST ",\"weights\":3"), "a string is needed, not a number",
         NULL},
    };

    (void)unused;
    for (size_t k = 0; k < sizeof told / sizeof *told; k++) {
        struct reading *r = reading_of(told[k].spec, strlen(told[k].spec));
        const struct fault *fault = r->faults.items;

        assert_int_equal(r->faults.total, 1);
        if (strncmp(fault->detail, told[k].detail, strlen(told[k].detail)))
            fail_msg("%s, not %s", fault->detail, told[k].detail);
        if (told[k].suggestion)
            assert_string_equal(fault->suggestion, told[k].suggestion);
        reading_free(r);
    }
}

static void wrong_target_and_weights_are_both_told(void **unused)
{
    static const char spec[] =
        WRONG(GOOD "\"formula\":\"a*q\",\"target\":\"u\",\"weights\":\"v\","
              "\"parameters\":[\"a\"]");
    struct reading *r = reading_of(spec, sizeof spec - 1);

    (void)unused;
    assert_int_equal(r->faults.total, 3);
    reading_free(r);
}

/* 300 parameters: 1111 rows are 1e8 operations, one more is too many. */
static void a_step_longer_than_a_cancel_may_wait_is_refused(void **unused)
{
    static const char end[] =
        "]}},\"target\":\"y\",\"formula\":\"y*sum(b)\",\"parameters\":"
        "{\"b\":300}},\"start\":{\"random\":{\"low\":0,\"high\":1}},"
        "\"optimizer\":{\"type\":\"levenberg_marquardt\"}}";
    struct buffer text;
    (void)unused;

    buffer_init(&text);
    buffer_text(&text, "{\"objective\":{\"type\":\"fit\",\"dataset\":"
                       "{\"columns\":{\"y\":[1");
    for (int i = 1; i < 1112; i++)
        buffer_text(&text, i == 1111 ? ",12" : ",1");
    for (int extra = 1; extra >= 0; extra--) {
        struct reading *r;

        if (extra == 0)
            text.count -= strlen(end) + strlen(",12");
        buffer_text(&text, end);
        r = reading_of(text.bytes, text.count);
        assert_int_equal(r->error, extra ? ERR_INVALID : OK);
        if (extra) {
            assert_string_equal(r->faults.items[0].pointer,
                                "/optimizer/type");
            assert_int_equal(r->faults.items[0].code, FAULT_TOO_LARGE);
        }
        reading_free(r);
    }
    buffer_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_stand_where_they_are),
        cmocka_unit_test(faults_tell_what_to_do),
        cmocka_unit_test(wrong_target_and_weights_are_both_told),
        cmocka_unit_test(a_step_longer_than_a_cancel_may_wait_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
