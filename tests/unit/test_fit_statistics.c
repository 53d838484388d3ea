/*
 * test_fit_statistics.c - what a fit's result tells of its parameters, and when
 * it tells nothing: only where the run converged, and only what the data say.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/unit/reading.h"

/* a x + b through (0, 1), (1, 3), (2, 5), (3, 8), whose normal equations are
 * [14, 6; 6, 4]: 2.3 x + 0.8, the sum of squares 0.3. */
#define LINE(members, start, optimizer)                                       \
    "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"             \
    "\"x\":[0,1,2,3],\"y\":[1,3,5,8]}},\"formula\":\"a*x + b\","              \
    "\"target\":\"y\",\"parameters\":[\"a\",\"b\"]" members                   \
    "},\"start\":" start ",\"optimizer\":{" optimizer "}}"

#define LM "\"type\":\"levenberg_marquardt\""

/* With b = 1: a = 31/14, the sum of squares 5/14, and 3 degrees of freedom. */
#define SLOPE (31 / 14.0)
#define SLOPE_ERROR sqrt(5 / 14.0 / 3 / 14)

static cJSON *result_of(const char *spec)
{
    struct reading *r = reading_good(spec);
    cJSON *json = reading_result(r);

    reading_free(r);
    return json;
}

static const cJSON *within(const cJSON *json, const char *member,
                           const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(json, member), name);

    assert_non_null(item);
    return item;
}

static void assert_near(double value, double expected, double share)
{
    if (!(fabs(value - expected) <= share * fabs(expected)))
        fail_msg("%.17g is not %.17g within %g of it", value, expected, share);
}

/* A number of an object of the result. */
static void has(const cJSON *json, const char *member, const char *name,
                double expected)
{
    const cJSON *item = within(json, member, name);

    assert_true(cJSON_IsNumber(item));
    assert_near(item->valuedouble, expected, 1e-12);
}

static void has_number(const cJSON *json, const char *member, double expected)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, member);

    assert_true(cJSON_IsNumber(item));
    assert_near(item->valuedouble, expected, 1e-12);
}

static void is_null(const cJSON *json, const char *member)
{
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, member)));
}

static double covariance(const cJSON *json, int i, int j)
{
    const cJSON *C = cJSON_GetObjectItemCaseSensitive(json, "covariance");
    const cJSON *item = cJSON_GetArrayItem(cJSON_GetArrayItem(C, i), j);

    assert_non_null(item);
    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

/* ---- when --------------------------------------------------------------  */

/* Five steps of Adam are not the minimum, though its residuals are known. */
static void a_run_that_did_not_converge_tells_nothing(void **unused)
{
    cJSON *json = result_of(
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"
        "\"x\":[0,1,2,3],\"y\":[1,3,5,8]}},\"formula\":\"a*x + b\","
        "\"target\":\"y\",\"parameters\":[\"a\",\"b\"]},\"start\":[1,1],"
        "\"optimizer\":{\"type\":\"adam\"},\"stop\":{\"max_iterations\":5}}");

    (void)unused;
    is_null(json, "standard_errors");
    is_null(json, "covariance");
    is_null(json, "r_squared");
    has_number(json, "degrees_of_freedom", 2);
    cJSON_Delete(json);
}

/* ---- fixed -------------------------------------------------------------  */

static void is_the_line_through_1(const cJSON *json)
{
    has(json, "parameters", "a", SLOPE);
    has(json, "parameters", "b", 1);
    has(json, "standard_errors", "a", SLOPE_ERROR);
    assert_true(cJSON_IsNull(within(json, "standard_errors", "b")));
    has_number(json, "degrees_of_freedom", 3);
    assert_near(covariance(json, 0, 0), SLOPE_ERROR * SLOPE_ERROR, 1e-12);
}

static void equal_bounds_fix_a_parameter(void **unused)
{
    cJSON *json = result_of(LINE("", "[1,1]", LM
        ",\"bounds\":{\"low\":[-10,1],\"high\":[10,1]}"));

    (void)unused;
    is_the_line_through_1(json);
    assert_true(isnan(covariance(json, 0, 1)));
    assert_true(isnan(covariance(json, 1, 1)));
    cJSON_Delete(json);
}

/* Starts and bounds may leave the fixed ones out, or have them. */
static void a_fixed_parameter_is_a_constant(void **unused)
{
    static const char *const specs[] = {
        LINE(",\"fixed\":{\"b\":1}", "[1]", LM),
        LINE(",\"fixed\":{\"b\":1}", "[1,1]", LM),
        LINE(",\"fixed\":{\"b\":1}", "[1]", "\"type\":\"lbfgs\""),
        LINE(",\"fixed\":{\"b\":1}", "[1,7]", LM
             ",\"bounds\":{\"low\":[-10,0],\"high\":[10]}"),
    };

    (void)unused;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        cJSON *json = result_of(specs[i]);

        is_the_line_through_1(json);
        assert_int_equal(cJSON_GetArraySize(
            cJSON_GetObjectItemCaseSensitive(json, "x")), 1);
        cJSON_Delete(json);
    }
}

/* v = (b, 0) is fixed as a whole; the constant k stays. */
static void a_fixed_vector_has_its_shape(void **unused)
{
    cJSON *json = result_of(
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"
        "\"x\":[0,1,2,3],\"y\":[1,3,5,8]}},"
        "\"formula\":\"k*u*x + v[1] + v[2]*x^2\",\"target\":\"y\","
        "\"parameters\":{\"v\":2,\"u\":1},\"constants\":{\"k\":2},"
        "\"fixed\":{\"v\":[1,0]}},\"start\":[0,0,1],"
        "\"optimizer\":{" LM "}}");
    const cJSON *v = within(json, "parameters", "v");

    (void)unused;
    assert_near(cJSON_GetArrayItem(within(json, "parameters", "u"),
                                   0)->valuedouble, SLOPE / 2, 1e-12);
    assert_near(cJSON_GetArrayItem(within(json, "standard_errors", "u"),
                                   0)->valuedouble, SLOPE_ERROR / 2, 1e-12);
    assert_true(cJSON_GetArrayItem(v, 0)->valuedouble == 1);
    assert_true(cJSON_GetArrayItem(v, 1)->valuedouble == 0);
    assert_true(cJSON_IsNull(cJSON_GetArrayItem(
        within(json, "standard_errors", "v"), 0)));
    cJSON_Delete(json);
}

static void what_is_fixed_is_written_and_read_again(void **unused)
{
    struct reading *r = reading_good(
        LINE(",\"fixed\":{\"b\":1},\"absolute_sigma\":true", "[1,1]", LM));
    char *text = reading_write(r);
    struct reading *again = reading_good(text);
    char *second = reading_write(again);

    (void)unused;
    assert_non_null(strstr(text, "\"fixed\":{\"b\":1}"));
    assert_non_null(strstr(text, "\"absolute_sigma\":true"));
    assert_string_equal(text, second);
    free(text);
    free(second);
    reading_free(r);
    reading_free(again);
}

static void refused(const char *spec, const char *pointer, const char *detail)
{
    struct reading *r = reading_of(spec, strlen(spec));

    assert_int_equal(r->error, ERR_INVALID);
    assert_string_equal(r->faults.items[0].pointer, pointer);
    assert_non_null(strstr(r->faults.items[0].detail, detail));
    reading_free(r);
}

static void what_cannot_be_fixed_is_told(void **unused)
{
    (void)unused;
    refused(LINE(",\"fixed\":{\"bb\":1}", "[1]", LM), "/objective/fixed/bb",
            "there is no parameter bb");
    refused(LINE(",\"fixed\":{\"b\":[1,2]}", "[1]", LM),
            "/objective/fixed/b", "the parameter b has 1 number");
    refused(LINE(",\"fixed\":{\"a\":1,\"b\":1}", "[1]", LM),
            "/objective/fixed", "every parameter is fixed");
    refused(LINE(",\"fixed\":{\"b\":1}", "[1,1,1]", LM), "/start",
            "3 numbers given");
    refused(LINE(",\"absolute_sigma\":1", "[1,1]", LM),
            "/objective/absolute_sigma", "true or false");
    refused(LINE(",\"absolute_sigma\":true,\"loss\":\"log\"", "[1,1]",
                 "\"type\":\"lbfgs\""),
            "/objective/absolute_sigma", "there are no residuals");
}

/* ---- sigmas, rank, units -----------------------------------------------  */

/* (J'J)^-1 = 0.25 [4, -6; -6, 14] / 20 with a sigma of 0.5, whatever the
 * residuals are; without absolute_sigma they are scaled to 0.3 / 2. */
static void absolute_sigmas_are_taken_at_their_word(void **unused)
{
    cJSON *json = result_of(LINE(
        ",\"weights\":\"4 + 0*x\",\"absolute_sigma\":true", "[0,0]", LM));
    cJSON *relative = result_of(LINE(",\"weights\":\"4 + 0*x\"", "[0,0]", LM));

    (void)unused;
    has(json, "standard_errors", "a", sqrt(0.05));
    has(json, "standard_errors", "b", sqrt(0.175));
    assert_near(covariance(json, 0, 1), -0.075, 1e-12);
    has(relative, "standard_errors", "a", sqrt(0.15 / 5));
    cJSON_Delete(json);
    cJSON_Delete(relative);
}

/* Two rows for two parameters leave nothing to tell sigma by; it is given. */
static void absolute_sigmas_need_no_degree_of_freedom(void **unused)
{
    cJSON *json = result_of(
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"
        "\"x\":[0,1],\"y\":[1,3]}},\"formula\":\"a*x + b\",\"target\":\"y\","
        "\"parameters\":[\"a\",\"b\"],\"absolute_sigma\":true},"
        "\"start\":[0,0],\"optimizer\":{" LM "}}");

    (void)unused;
    has_number(json, "degrees_of_freedom", 0);
    has(json, "standard_errors", "a", sqrt(2));
    has(json, "standard_errors", "b", 1);
    cJSON_Delete(json);
}

/* a, c and d do the same: together they are one, and b is known as without. */
static void the_rank_counts_not_the_names(void **unused)
{
    cJSON *json = result_of(
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"
        "\"x\":[0,1,2,3],\"y\":[1,3,5,8]}},\"formula\":\"(a + c + d)*x + b\","
        "\"target\":\"y\",\"parameters\":[\"a\",\"b\",\"c\",\"d\"]},"
        "\"start\":[1,1,1,1],\"optimizer\":{" LM "}}");

    (void)unused;
    has_number(json, "degrees_of_freedom", 2);
    has(json, "standard_errors", "b", sqrt(0.15 * 0.7));
    assert_true(cJSON_IsNull(within(json, "standard_errors", "a")));
    assert_true(cJSON_IsNull(within(json, "standard_errors", "d")));
    cJSON_Delete(json);
}

/* The same line times 1e-200: squares of it are 0 in doubles, roots are not.
 * What no double can hold is null. */
static void small_data_have_their_errors(void **unused)
{
    cJSON *json = result_of(
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"
        "\"x\":[0,1,2,3],\"y\":[1e-200,3e-200,5e-200,8e-200]}},"
        "\"formula\":\"a*x + b\",\"target\":\"y\","
        "\"parameters\":[\"a\",\"b\"]},\"start\":[0,0],"
        "\"optimizer\":{" LM "}}");

    (void)unused;
    has(json, "parameters", "a", 2.3e-200);
    has(json, "standard_errors", "a", sqrt(0.15 / 5) * 1e-200);
    has(json, "standard_errors", "b", sqrt(0.15 * 0.7) * 1e-200);
    has_number(json, "residual_standard_deviation", sqrt(0.15) * 1e-200);
    has_number(json, "r_squared", 1 - 0.3 / 26.75);
    assert_true(isnan(covariance(json, 0, 0)));
    cJSON_Delete(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_did_not_converge_tells_nothing),
        cmocka_unit_test(equal_bounds_fix_a_parameter),
        cmocka_unit_test(a_fixed_parameter_is_a_constant),
        cmocka_unit_test(a_fixed_vector_has_its_shape),
        cmocka_unit_test(what_is_fixed_is_written_and_read_again),
        cmocka_unit_test(what_cannot_be_fixed_is_told),
        cmocka_unit_test(absolute_sigmas_are_taken_at_their_word),
        cmocka_unit_test(absolute_sigmas_need_no_degree_of_freedom),
        cmocka_unit_test(the_rank_counts_not_the_names),
        cmocka_unit_test(small_data_have_their_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
