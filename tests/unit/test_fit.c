/* test_fit.c - fits from JSON to JSON: losses, weights, what is known of the
 * parameters. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/objective/fit.h"
#include "server/jobs/result.h"
#include "tests/unit/reading.h"

/* Ten points of a decay, the fifth far off, with their errors; made up. */
#define DECAY                                                                 \
    "\"dataset\":{\"columns\":{\"t\":[0,0.5,1,1.5,2,2.5,3,3.5,4,5],"          \
    "\"y\":[5.1,3.9,3.2,2.5,6.0,1.9,1.6,1.5,1.3,1.2],"                        \
    "\"s\":[0.1,0.1,0.2,0.2,0.5,0.1,0.1,0.2,0.1,0.3]}},"                      \
    "\"formula\":\"a*exp(-b*t) + c\",\"target\":\"y\","                       \
    "\"parameters\":[\"a\",\"b\",\"c\"]"

#define FIT(members, start, optimizer)                                        \
    "{\"objective\":{\"type\":\"fit\"," members "},\"start\":" start          \
    ",\"optimizer\":{\"type\":\"" optimizer "\"}}"

#define DECAY_FIT(members) FIT(DECAY members, "[4,0.7,1]",                    \
                               "levenberg_marquardt")

/* A line through (0, 6), (1, 0), (2, 0): 5 - 3 t, residuals 1, -2, 1
 * (Strang, Introduction to Linear Algebra, section 4.3). */
#define LINE                                                                  \
    "\"dataset\":{\"columns\":{\"t\":[0,1,2],\"y\":[6,0,0]}},"                \
    "\"formula\":\"a + b*t\",\"target\":\"y\",\"parameters\":[\"a\",\"b\"]"

static void assert_near(double value, double expected, double share)
{
    if (!(fabs(value - expected) <= share * fabs(expected)))
        fail_msg("%.17g is not %.17g within %g of it", value, expected, share);
}

/* ---- results ----------------------------------------------------------- */

/* The result of a spec that is right, as JSON; cJSON_Delete() it. */
static cJSON *result_of(const char *spec)
{
    struct reading *r = reading_good(spec);
    cJSON *json = reading_result(r);

    reading_free(r);
    return json;
}

/* Number `index` of a member that is an object or an array. */
static double part(const cJSON *json, const char *member, int index)
{
    const cJSON *item = cJSON_GetArrayItem(cJSON_GetObjectItem(json, member),
                                           index);

    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

static double number(const cJSON *json, const char *member)
{
    const cJSON *item = cJSON_GetObjectItem(json, member);

    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

static void is_null(const cJSON *json, const char *member)
{
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, member)));
}

/* With s^2 = 6 / 1 and (A'A)^-1 = [5/6, -1/2; -1/2, 1/2]; the sum of squares
 * about the mean is 24. */
static void a_line_has_the_errors_of_the_textbook(void **unused)
{
    cJSON *json = result_of(FIT(LINE, "[0,0]", "levenberg_marquardt"));
    const cJSON *C = cJSON_GetObjectItem(json, "covariance");

    (void)unused;
    assert_near(part(json, "parameters", 0), 5, 1e-14);
    assert_near(part(json, "parameters", 1), -3, 1e-14);
    assert_non_null(cJSON_GetObjectItem(
        cJSON_GetObjectItem(json, "standard_errors"), "b"));
    assert_near(part(json, "standard_errors", 0), sqrt(5), 1e-14);
    assert_near(part(json, "standard_errors", 1), sqrt(3), 1e-14);
    assert_near(cJSON_GetArrayItem(C->child, 1)->valuedouble, -3, 1e-14);
    assert_near(cJSON_GetArrayItem(C->child->next, 0)->valuedouble, -3, 1e-14);
    assert_near(number(json, "residual_standard_deviation"), sqrt(6), 1e-14);
    assert_near(number(json, "r_squared"), 0.75, 1e-14);
    assert_true(number(json, "degrees_of_freedom") == 1);
    assert_true(number(json, "iterations") == 1);
    cJSON_Delete(json);
}

static void what_cannot_be_known_is_null(void **unused)
{
    /* Two points leave no degree of freedom. */
    cJSON *json = result_of(FIT(
        "\"dataset\":{\"columns\":{\"t\":[0,1],\"y\":[6,0]}},"
        "\"formula\":\"a + b*t\",\"target\":\"y\","
        "\"parameters\":[\"a\",\"b\"]", "[0,0]", "levenberg_marquardt"));

    (void)unused;
    assert_near(part(json, "parameters", 0), 6, 1e-14);
    is_null(json, "standard_errors");
    is_null(json, "covariance");
    is_null(json, "residual_standard_deviation");
    assert_true(number(json, "degrees_of_freedom") == 0);
    cJSON_Delete(json);
    /* Only the product of a and b shows in the data. */
    json = result_of(FIT(
        "\"dataset\":{\"columns\":{\"t\":[1,2,3],\"y\":[2,4.5,6]}},"
        "\"formula\":\"a*b*t\",\"target\":\"y\","
        "\"parameters\":[\"a\",\"b\"]", "[1,1]", "levenberg_marquardt"));
    assert_near(part(json, "parameters", 0) * part(json, "parameters", 1),
                29 / 14.0, 1e-12); /* 2 + 9 + 18 over 1 + 4 + 9 */
    is_null(json, "standard_errors");
    is_null(json, "covariance");
    assert_true(number(json, "residual_standard_deviation") > 0);
    cJSON_Delete(json);
    /* A target that never changes has no variance to explain. */
    json = result_of(FIT(
        "\"dataset\":{\"columns\":{\"t\":[1,2,3],\"y\":[2,2,2]}},"
        "\"formula\":\"a*t\",\"target\":\"y\",\"parameters\":[\"a\"]",
        "[1]", "levenberg_marquardt"));
    is_null(json, "r_squared");
    assert_near(part(json, "parameters", 0), 12 / 14.0, 1e-14);
    cJSON_Delete(json);
}

/* The line held to b = 0: its a is the mean, 2, and the loss 16 + 4 + 4. How
 * many parameters were free is not known of constraints. */
static void constraints_leave_the_errors_unknown(void **unused)
{
    cJSON *json = result_of(
        "{\"objective\":{\"type\":\"fit\"," LINE "},\"start\":[0,0],"
        "\"constraints\":[{\"type\":\"equality\",\"expression\":\"b\"}],"
        "\"optimizer\":{\"type\":\"augmented_lagrangian\"}}");

    (void)unused;
    assert_near(part(json, "parameters", 0), 2, 1e-6);
    assert_near(number(json, "loss"), 24, 1e-6);
    is_null(json, "standard_errors");
    is_null(json, "covariance");
    is_null(json, "degrees_of_freedom");
    is_null(json, "residual_standard_deviation");
    assert_true(fabs(number(json, "r_squared")) < 1e-6);
    cJSON_Delete(json);
}

/* Strang's points twice: a loss of 12 with 6 - 2 degrees of freedom, as the
 * data determine two parameters; so s^2 = 3, times half of his (A'A)^-1. */
static void an_unused_parameter_alone_has_no_error(void **unused)
{
    cJSON *json = result_of(FIT(
        "\"dataset\":{\"columns\":{\"t\":[0,0,1,1,2,2],"
        "\"y\":[6,6,0,0,0,0]}},\"formula\":\"v[2] + b*t + 0*v[1]\","
        "\"target\":\"y\",\"parameters\":{\"v\":2,\"b\":1}", "[0,0,0]",
        "levenberg_marquardt"));
    const cJSON *errors = cJSON_GetObjectItem(json, "standard_errors");
    const cJSON *v = cJSON_GetObjectItem(errors, "v");

    (void)unused;
    assert_true(number(json, "degrees_of_freedom") == 4);
    assert_true(cJSON_IsNull(cJSON_GetArrayItem(v, 0)));
    assert_near(part(errors, "v", 1), sqrt(3 * 5 / 12.0), 1e-14);
    assert_near(part(errors, "b", 0), sqrt(3 / 4.0), 1e-14);
    cJSON_Delete(json);
}

/* Found by Newton's method with 40 digits; the same as SciPy's
 * curve_fit(..., sigma=s) to the digits that reaches. */
static void weights_are_those_of_curve_fit(void **unused)
{
    cJSON *json = result_of(DECAY_FIT(",\"weights\":\"1/s^2\""));

    (void)unused;
    assert_near(part(json, "parameters", 0), 4.1054860348676415, 1e-12);
    assert_near(part(json, "parameters", 1), 0.58381310343357061, 1e-12);
    assert_near(part(json, "parameters", 2), 0.93699629189543022, 1e-12);
    assert_near(part(json, "standard_errors", 0), 0.52435327170197915, 1e-11);
    assert_near(part(json, "standard_errors", 1), 0.21962843193504401, 1e-11);
    assert_near(part(json, "standard_errors", 2), 0.55735557234140167, 1e-11);
    assert_near(number(json, "loss"), 59.695555484165233, 1e-14);
    cJSON_Delete(json);
}

/* A row of weight 0 is as one that is not there, in the line of three. */
static void a_row_without_weight_counts_nothing(void **unused)
{
    cJSON *json = result_of(FIT(
        "\"dataset\":{\"columns\":{\"t\":[0,1,7,2],\"y\":[6,0,900,0],"
        "\"w\":[2,2,0,2]}},\"formula\":\"a + b*t\",\"target\":\"y\","
        "\"parameters\":[\"a\",\"b\"],\"weights\":\"w\"", "[0,0]",
        "levenberg_marquardt"));

    (void)unused;
    assert_near(part(json, "parameters", 0), 5, 1e-13);
    assert_near(part(json, "standard_errors", 0), sqrt(5), 1e-13);
    assert_near(number(json, "r_squared"), 0.75, 1e-13);
    assert_true(number(json, "degrees_of_freedom") == 1);
    assert_near(number(json, "loss"), 12, 1e-13);
    cJSON_Delete(json);
}

/* One row for two parameters. */
static void degrees_of_freedom_end_at_0(void **unused)
{
    cJSON *json = result_of(FIT(LINE ",\"weights\":\"t > 1\"", "[0,0]",
                                "levenberg_marquardt"));

    (void)unused;
    assert_true(number(json, "degrees_of_freedom") == 0);
    assert_near(number(json, "loss"), 0, 1e-25);
    is_null(json, "residual_standard_deviation");
    is_null(json, "standard_errors");
    cJSON_Delete(json);
}

/* Parameters by Newton's method with 40 digits; loss and errors by SciPy
 * 1.10.1, least_squares(loss=..., f_scale=0.3) at its tightest, errors from
 * the Jacobian and the cost that it returns, as curve_fit makes them. */
static void robust_losses_are_those_of_scipy(void **unused)
{
    static const struct {
        const char *name;
        double parameters[3], loss, errors[3];
    } expected[] = {
        {"huber", {4.0525479069403004, 0.59474843191264034,
                   0.98401454318776743},
         2.221593072565503,
         {0.6761027432817661, 0.288816479907348, 0.6599916264867642}},
        {"cauchy", {4.0274885192872364, 0.65022923015520254,
                    1.0482019885767852},
         0.47831948108256983,
         {0.3027941151808854, 0.14242385198250065, 0.27490507867642633}},
        {"soft_l1", {4.05822264917438, 0.59037911273949455,
                     0.9770020329965253},
         2.1371858283861362,
         {0.6887944971865252, 0.2951136606070601, 0.6727374418094026}},
        {"arctan", {4.0252874398611779, 0.6551005375898508,
                    1.0531425750968851},
         0.15916167131383877,
         {0.1697645392225813, 0.07998734704576115, 0.1536851379259957}},
    };

    (void)unused;
    for (size_t k = 0; k < 4; k++) {
        char spec[1000];
        cJSON *json;

        snprintf(spec, sizeof spec,
                 DECAY_FIT(",\"loss\":\"%s\",\"loss_scale\":0.3"),
                 expected[k].name);
        json = result_of(spec);
        assert_near(number(json, "loss"), expected[k].loss, 1e-12);
        for (int j = 0; j < 3; j++) {
            assert_near(part(json, "parameters", j),
                        expected[k].parameters[j], 1e-9);
            assert_near(part(json, "standard_errors", j),
                        expected[k].errors[j], 1e-6);
        }
        is_null(json, "r_squared");
        assert_near(number(json, "residual_standard_deviation"),
                    sqrt(expected[k].loss / 7), 1e-12); /* 10 rows - 3 */
        cJSON_Delete(json);
    }
}

static void any_optimizer_finds_the_same(void **unused)
{
    cJSON *best = result_of(DECAY_FIT(""));
    cJSON *json = result_of(FIT(DECAY, "[4,0.7,1]", "lbfgs"));

    (void)unused;
    for (int j = 0; j < 3; j++) {
        assert_near(part(json, "parameters", j), part(best, "parameters", j),
                    1e-6);
        assert_near(part(json, "standard_errors", j),
                    part(best, "standard_errors", j), 1e-5);
    }
    cJSON_Delete(json);
    cJSON_Delete(best);
}

/* The textbook's line once more, without a start; what is linear in one
 * parameter only has none, and neither has a loss by itself. */
static void a_linear_fit_needs_no_start(void **unused)
{
    static const char text[] =
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":"
        "{\"x\":[1,2,3],\"y\":[3,5,7]}},\"formula\":\"%s\",%s"
        "\"parameters\":[\"a\",\"b\"]},"
        "\"optimizer\":{\"type\":\"lbfgs\"}}";
    static const char target[] = "\"target\":\"y\",";
    static const char *const others[][2] = {
        {"a*exp(b*x)", target}, {"a*x + b", "\"loss\":\"sum\","},
    };
    char spec[500];
    struct reading *reading;
    cJSON *json;

    (void)unused;
    snprintf(spec, sizeof spec, text, "a*x + b", target);
    reading = reading_good(spec);
    assert_true(reading->spec.start[0] == 0 && reading->spec.start[1] == 0);
    reading_free(reading);
    json = result_of(spec);
    assert_near(part(json, "parameters", 0), 2, 1e-6);
    assert_near(part(json, "parameters", 1), 1, 1e-6);
    cJSON_Delete(json);
    for (size_t i = 0; i < 2; i++) {
        snprintf(spec, sizeof spec, text, others[i][0], others[i][1]);
        reading = reading_of(spec, strlen(spec));
        assert_int_equal(reading->error, ERR_INVALID);
        assert_string_equal(reading->faults.items[0].pointer, "/start");
        reading_free(reading);
    }
}

/* log(y) = log 3 + 2 log x exactly: the power law 3 x^2. */
static void a_target_may_be_a_formula(void **unused)
{
    cJSON *json = result_of(FIT(
        "\"dataset\":{\"columns\":{\"x\":[1,2,3],\"y\":[3,12,27]}},"
        "\"formula\":\"a + k*b[2]*log(x) + 0*b[1]\",\"target\":\"log(y)\","
        "\"constants\":{\"k\":4},\"parameters\":{\"a\":1,\"b\":2}",
        "[0,0,0]", "levenberg_marquardt"));
    const cJSON *parameters = cJSON_GetObjectItem(json, "parameters");

    (void)unused;
    assert_near(part(parameters, "a", 0), log(3), 1e-14);
    assert_near(part(parameters, "b", 1), 0.5, 1e-14);
    assert_true(number(json, "degrees_of_freedom") == 1); /* b[1] has no part */
    cJSON_Delete(json);
}

/* Numbers as numbers, vectors as arrays; x has them in a row. */
static void the_variables_of_any_formula_have_their_names(void **unused)
{
    cJSON *json = result_of(
        "{\"objective\":{\"type\":\"expression\","
        "\"expression\":\"norm2(v - c)^2 + (u - 3)^2\","
        "\"variables\":{\"v\":2,\"u\":1},\"constants\":{\"c\":[1,2]}},"
        "\"start\":[0,0,0],\"optimizer\":{\"type\":\"bfgs\"}}");
    const cJSON *parameters = cJSON_GetObjectItem(json, "parameters");

    (void)unused;
    assert_int_equal(cJSON_GetArraySize(parameters), 2);
    assert_true(part(parameters, "v", 1) == part(json, "x", 1));
    assert_near(part(parameters, "u", 0), 3, 1e-6);
    assert_null(cJSON_GetObjectItem(json, "standard_errors"));
    cJSON_Delete(json);
}

/* Cancel waits for a step: 300 parameters are as many as there may be. */
static void the_greatest_dimension_takes_steps(void **unused)
{
    static const char spec[] =
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"
        "\"x\":[0.5,0.6,0.7],\"y\":[1,2,3]}},\"target\":\"y\","
        "\"formula\":\"exp(sum(i, 1, length(b), b[i]*x^i))\","
        "\"parameters\":{\"b\":%d}},\"start\":{\"random\":{\"low\":0,"
        "\"high\":0.1}},\"optimizer\":{\"type\":\"levenberg_marquardt\"}}";
    char text[sizeof spec + 8];
    cJSON *json;
    struct reading *r;
    (void)unused;

    snprintf(text, sizeof text, spec, 300);
    json = result_of(text);
    assert_true(number(json, "loss") < 1e-20);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(
        cJSON_GetObjectItem(json, "parameters"), "b")), 300);
    is_null(json, "standard_errors");
    cJSON_Delete(json);
    snprintf(text, sizeof text, spec, 301);
    r = reading_of(text, strlen(text));
    assert_int_equal(r->faults.items[0].code, FAULT_TOO_LARGE);
    reading_free(r);
}

static void residuals_are_added_to_a_result(void **unused)
{
    struct reading *r = reading_good(FIT(LINE, "[0,0]",
                                         "levenberg_marquardt"));
    double x[] = {5, -3};
    struct buffer out;

    (void)unused;
    buffer_init(&out);
    buffer_text(&out, "{\"loss\":6}");
    result_add_residuals(&r->spec.objective, x, &r->arena, &out);
    result_add_residuals(&r->spec.objective, NULL, &r->arena, &out);
    buffer_append(&out, "", 1);
    assert_string_equal(out.bytes, "{\"loss\":6,\"residuals\":[1,-2,1],"
                                   "\"residuals\":null}");
    buffer_fini(&out);
    reading_free(r);
}

/* ---- the loss ---------------------------------------------------------- */

static void the_gradient_is_that_of_the_loss(void **unused)
{
    static const char *const specs[] = {
        DECAY_FIT(""), DECAY_FIT(",\"weights\":\"1/s^2\""),
        DECAY_FIT(",\"loss\":\"huber\",\"loss_scale\":0.1"),
        DECAY_FIT(",\"loss\":\"cauchy\",\"weights\":\"s\""),
        DECAY_FIT(",\"loss\":\"soft_l1\""), DECAY_FIT(",\"loss\":\"arctan\""),
    };

    (void)unused;
    for (size_t k = 0; k < sizeof specs / sizeof *specs; k++) {
        struct reading *r = reading_good(specs[k]);
        const struct objective *o = &r->spec.objective;
        double x[] = {3, 0.5, 0.25}, g[3], loss;

        loss = o->evaluate(o->data, x, 3, g);
        assert_true(loss == o->evaluate(o->data, x, 3, NULL));
        for (size_t j = 0; j < 3; j++) {
            double kept = x[j], up, down, h = 1e-5;

            x[j] = kept + h;
            up = o->evaluate(o->data, x, 3, NULL);
            x[j] = kept - h;
            down = o->evaluate(o->data, x, 3, NULL);
            x[j] = kept;
            assert_near(g[j], (up - down) / (2 * h), 1e-6);
        }
        reading_free(r);
    }
}

static void residuals_are_target_less_formula(void **unused)
{
    struct reading *r = reading_good(FIT(LINE, "[0,0]",
                                         "levenberg_marquardt"));
    double x[] = {5, -3}, residuals[3];

    (void)unused;
    assert_int_equal(fit_data_of(&r->spec.objective)->rows, 3);
    assert_true(r->spec.objective.residuals->linear);
    fit_residuals(&r->spec.objective, x, residuals);
    assert_true(residuals[0] == 1 && residuals[1] == -2
                && residuals[2] == 1);
    reading_free(r);
}

/* What is written is read again and written the same. */
static void a_fit_is_written_as_it_was_read(void **unused)
{
    struct reading *first = reading_good(DECAY_FIT(
        ",\"weights\":\"1/s^2\",\"loss\":\"huber\",\"loss_scale\":0.3,"
        "\"constants\":{\"k\":[1,2]}"));
    char *text = reading_write(first), *again;
    struct reading *second = reading_good(text);

    (void)unused;
    again = reading_write(second);
    assert_string_equal(text, again);
    assert_non_null(strstr(text, "\"columns\":{\"t\":[0,0.5,1"));
    free(text);
    free(again);
    reading_free(first);
    reading_free(second);
}

/* So it can be posted again, with another loss too: a scale beside squares,
 * which do not change with it, is no fault. */
static void a_spec_tells_its_defaults(void **unused)
{
    struct reading *r = reading_good(FIT(LINE, "[0,0]",
                                         "levenberg_marquardt"));
    struct reading *scaled = reading_good(FIT(
        LINE ",\"loss_scale\":3", "[0,0]", "levenberg_marquardt"));
    double x[] = {5, -2};
    char *text = reading_write(r);

    (void)unused;
    assert_non_null(strstr(text, "\"loss\":\"squared\",\"loss_scale\":1"));
    for (size_t i = 0; i < 2; i++) {
        struct objective *o = i ? &scaled->spec.objective : &r->spec.objective;

        assert_true(o->evaluate(o->data, x, 2, NULL) == 11); /* 1 + 9 + 1 */
    }
    free(text);
    reading_free(scaled);
    reading_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_the_errors_of_the_textbook),
        cmocka_unit_test(what_cannot_be_known_is_null),
        cmocka_unit_test(constraints_leave_the_errors_unknown),
        cmocka_unit_test(an_unused_parameter_alone_has_no_error),
        cmocka_unit_test(weights_are_those_of_curve_fit),
        cmocka_unit_test(a_row_without_weight_counts_nothing),
        cmocka_unit_test(degrees_of_freedom_end_at_0),
        cmocka_unit_test(robust_losses_are_those_of_scipy),
        cmocka_unit_test(any_optimizer_finds_the_same),
        cmocka_unit_test(a_linear_fit_needs_no_start),
        cmocka_unit_test(a_target_may_be_a_formula),
        cmocka_unit_test(the_variables_of_any_formula_have_their_names),
        cmocka_unit_test(the_greatest_dimension_takes_steps),
        cmocka_unit_test(residuals_are_added_to_a_result),
        cmocka_unit_test(the_gradient_is_that_of_the_loss),
        cmocka_unit_test(residuals_are_target_less_formula),
        cmocka_unit_test(a_fit_is_written_as_it_was_read),
        cmocka_unit_test(a_spec_tells_its_defaults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
