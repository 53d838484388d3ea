/*
 * test_fit_models.c - fits whose formula is a model: the losses log and sum,
 * vectors of columns, matrices of parameters, batches.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/objective/fit.h"
#include "server/jobs/result.h"
#include "tests/unit/reading.h"

enum { ROWS = 12, X_MAX = 40 };

/* Two features, a number, a class of 1 ... 3 and one of 0 and 1; made up. */
#define COLUMNS                                                               \
    "\"dataset\":{\"columns\":{"                                              \
    "\"p\":[0.5,-1,2,1.5,0,-0.25,3,-2,1,0.75,-1.5,2.5],"                      \
    "\"q\":[1,0,-1,2,0.5,-0.5,1.25,3,-2,0.25,1.75,-0.75],"                    \
    "\"v\":[[0.5,1],[-1,0],[2,-1],[1.5,2],[0,0.5],[-0.25,-0.5],[3,1.25],"     \
    "[-2,3],[1,-2],[0.75,0.25],[-1.5,1.75],[2.5,-0.75]],"                     \
    "\"y\":[1,0.5,2,4,0,-1,3,2.5,0.25,1.5,-0.5,2],"                           \
    "\"c\":[1,2,3,1,2,3,1,1,2,3,3,2],"                                        \
    "\"t\":[1,0,1,1,0,0,1,1,0,1,0,1],"                                        \
    "\"m\":[1,2,1,3,0,1,2,1,1,0.5,1,4]}},"

#define FIT(members, start)                                                   \
    "{\"objective\":{\"type\":\"fit\"," COLUMNS members "},\"start\":" start  \
    ",\"optimizer\":{\"type\":\"lbfgs\"},"                                     \
    "\"stop\":{\"gradient_tolerance\":1e-9}}"

#define RANDOM "{\"random\":{\"low\":-1,\"high\":1}}"

#define SOFTMAX(x)                                                            \
    "\"formula\":\"let z[k] = dot(W[k], " x ") + b[k]; "                      \
    "log_sum_exp(z) - z[c]\",\"parameters\":{\"W\":[3,2],\"b\":3},"           \
    "\"loss\":\"sum\""

#define NETWORK                                                               \
    "\"formula\":\"let h[j] = tanh(dot(W[j], v) + a[j]); dot(u, h) + b\","    \
    "\"parameters\":{\"W\":[4,2],\"a\":4,\"u\":4,\"b\":1}"

static const char *const models[] = {
    FIT("\"formula\":\"a*exp(-b*p) + d\",\"target\":\"y\","
        "\"parameters\":[\"a\",\"b\",\"d\"],\"weights\":\"m\"", RANDOM),
    FIT("\"formula\":\"a + b*p\",\"target\":\"y\",\"parameters\":[\"a\","
        "\"b\"],\"loss\":\"huber\",\"loss_scale\":0.5,\"weights\":\"m\"",
        RANDOM),
    FIT("\"formula\":\"a + b*p\",\"target\":\"t\",\"parameters\":[\"a\","
        "\"b\"],\"loss\":\"log\",\"weights\":\"m\"", RANDOM),
    FIT(NETWORK ",\"target\":\"t\",\"loss\":\"log\"", RANDOM),
    FIT(NETWORK ",\"target\":\"y\"", RANDOM),
    FIT(SOFTMAX("v") ",\"weights\":\"m\"", RANDOM),
    FIT("\"formula\":\"let h[j] = max(dot(V[j], v) + a[j], 0); "
        "let z[k] = dot(W[k], h) + b[k]; log_sum_exp(z) - z[c]\","
        "\"parameters\":{\"V\":[5,2],\"a\":5,\"W\":[3,5],\"b\":3},"
        "\"loss\":\"sum\"", RANDOM),
};

static double evaluate(const struct objective *objective, const double *x,
                       double *g)
{
    return objective->evaluate(objective->data, x, objective->n, g);
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance * (1 + fabs(expected))))
        fail_msg("%.17g is not %.17g within %g of it", value, expected,
                 tolerance);
}

/* ---- gradients and batches --------------------------------------------- */

static void gradients_are_those_of_differences(void **unused)
{
    static const double h = 1e-5;

    (void)unused;
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        struct reading *r = reading_good(models[k]);
        const struct objective *objective = &r->spec.objective;
        double x[X_MAX], g[X_MAX];

        assert_true(objective->n <= X_MAX);
        memcpy(x, r->spec.start, objective->n * sizeof *x);
        assert_true(evaluate(objective, x, g) == evaluate(objective, x, NULL));
        for (size_t j = 0; j < objective->n; j++) {
            double at = x[j], right;

            x[j] = at + h;
            right = evaluate(objective, x, NULL);
            x[j] = at - h;
            assert_near(g[j], (right - evaluate(objective, x, NULL)) / (2 * h),
                        1e-8);
            x[j] = at;
        }
        reading_free(r);
    }
}

/* The mean over a batch, of rows that the batch lists or counts. */
static double batch_of(const struct objective *objective, size_t first,
                       size_t count, const uint32_t *rows, const double *x,
                       double *g)
{
    const struct batch batch = {0, first, count, rows};

    return objective->by_rows->evaluate(objective->data, &batch, x,
                                        objective->n, g);
}

static void batches_are_means_over_their_rows(void **unused)
{
    static const uint32_t rows[] = {11, 0, 5, 5, 2, 7};

    (void)unused;
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        struct reading *r = reading_good(models[k]);
        const struct objective *objective = &r->spec.objective;
        size_t n = objective->n;
        double whole[X_MAX], g[X_MAX], one[X_MAX];
        double sum[X_MAX] = {0}, loss = 0, metrics[METRICS_MAX];
        const double *x = r->spec.start;

        assert_int_equal(objective->by_rows->count, ROWS);
        assert_near(batch_of(objective, 0, ROWS, NULL, x, g) * ROWS,
                    evaluate(objective, x, whole), 1e-14);
        for (size_t j = 0; j < n; j++)
            assert_near(g[j] * ROWS, whole[j], 1e-13);
        for (size_t i = 0; i < 6; i++) {
            loss += batch_of(objective, rows[i], 1, NULL, x, one);
            for (size_t j = 0; j < n; j++)
                sum[j] += one[j];
        }
        assert_near(batch_of(objective, 99, 6, rows, x, g) * 6, loss, 1e-14);
        for (size_t j = 0; j < n; j++)
            assert_near(g[j] * 6, sum[j], 1e-13);
        assert_true(batch_of(objective, 0, 6, rows, x, NULL)
                    == batch_of(objective, 0, 6, rows, x, g));
        objective->by_rows->measure(objective->data, x, metrics);
        assert_string_equal(objective->by_rows->metrics[0].name,
                            "training_loss");
        assert_near(metrics[0] * ROWS, evaluate(objective, x, NULL), 1e-14);
        reading_free(r);
    }
}

/* The line through (0, 6), (1, 0), (2, 0) has the residuals 1, -2, 1, and the
 * target the mean 2: squares of 6 and of 24. */
static void a_curve_has_its_metrics(void **unused)
{
    static const double x[] = {5, -3};
    struct reading *r = reading_good(
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"
        "\"t\":[0,1,2],\"y\":[6,0,0]}},\"formula\":\"a + b*t\","
        "\"target\":\"y\",\"parameters\":[\"a\",\"b\"]},"
        "\"start\":[0,0],\"optimizer\":{\"type\":\"sgd\"},"
        "\"batch_size\":2}");
    const struct by_rows *by_rows = r->spec.objective.by_rows;
    double metrics[METRICS_MAX];

    (void)unused;
    assert_int_equal(by_rows->metric_count, 3);
    assert_string_equal(by_rows->metrics[1].name, "rmse");
    assert_string_equal(by_rows->metrics[2].name, "r_squared");
    by_rows->measure(r->spec.objective.data, x, metrics);
    assert_near(metrics[0], 2, 1e-15);
    assert_near(metrics[1], sqrt(2), 1e-15);
    assert_near(metrics[2], 0.75, 1e-15);
    reading_free(r);
}

/* The same columns as a vector inline, as a group, and one by one. */
static void vectors_of_columns_are_their_columns(void **unused)
{
    static const char *const same[] = {
        FIT(SOFTMAX("v"), RANDOM),
        FIT(SOFTMAX("x") ",\"features\":{\"x\":[\"p\",\"q\"]}", RANDOM),
        FIT("\"formula\":\"let z[k] = W[k,1]*p + W[k,2]*q + b[k]; "
            "log_sum_exp(z) - z[c]\",\"parameters\":{\"W\":[3,2],\"b\":3},"
            "\"loss\":\"sum\"", RANDOM),
        FIT("\"formula\":\"let z[k] = dot(W[k], x) + b[k]; log_sum_exp(z) - "
            "z[c]\",\"parameters\":{\"W\":[3,2],\"b\":3},\"loss\":\"sum\","
            "\"features\":{\"x\":[\"p\",\"q\"],\"all\":[\"v\",\"p\"]},"
            "\"weights\":\"all[3] - p + length(all)/3\"", RANDOM),
    };
    double first = 0;

    (void)unused;
    for (size_t k = 0; k < sizeof same / sizeof *same; k++) {
        struct reading *r = reading_good(same[k]);
        double loss = evaluate(&r->spec.objective, r->spec.start, NULL);

        if (k == 0)
            first = loss;
        assert_near(loss, first, 1e-15);
        reading_free(r);
    }
}

/* ---- answers that are known -------------------------------------------- */

static double number(const cJSON *json, const char *member)
{
    const cJSON *item = cJSON_GetObjectItem(json, member);

    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

/* The result of a spec, with residuals; cJSON_Delete() it. */
static cJSON *result_of(const char *spec)
{
    struct reading *r = reading_good(spec);
    struct recorder recorder;
    struct run_result result = reading_run(r, &recorder);
    struct buffer out;
    cJSON *json;

    buffer_init(&out);
    result_write(&r->spec, &result, 1, "", &out);
    result_add_residuals(&r->spec.objective, result.x, &r->arena, &out);
    buffer_append(&out, "", 1);
    json = cJSON_Parse(out.bytes);
    assert_non_null(json);
    buffer_fini(&out);
    recorder_fini(&recorder);
    reading_free(r);
    return json;
}

/* Odds of a class in two groups: of those with g = 0 one in four is 1, of
 * those with g = 1 three in five; so a = log(1/3), a + b = log(3/2), and the
 * loss is that of these shares. */
static void a_logistic_fit_has_the_odds_of_a_table(void **unused)
{
    static const char spec[] =
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"
        "\"g\":[0,0,1,1],\"t\":[0,1,0,1],\"n\":[3,1,2,3]}},"
        "\"formula\":\"a + b*g\",\"target\":\"t\",\"weights\":\"n\","
        "\"parameters\":[\"a\",\"b\"],\"loss\":\"log\"},\"start\":[0,0],"
        "\"optimizer\":{\"type\":\"bfgs\"},"
        "\"stop\":{\"gradient_tolerance\":1e-12}}";
    cJSON *json = result_of(spec);
    const cJSON *by_name = cJSON_GetObjectItem(json, "parameters");
    const cJSON *residuals = cJSON_GetObjectItem(json, "residuals");

    (void)unused;
    assert_near(number(by_name, "a"), log(1 / 3.0), 1e-9);
    assert_near(number(by_name, "b"), log(3 / 2.0) - log(1 / 3.0), 1e-9);
    assert_near(number(json, "loss"),
                -(3 * log(0.75) + log(0.25) + 2 * log(0.4) + 3 * log(0.6)),
                1e-12);
    assert_near(cJSON_GetArrayItem(residuals, 1)->valuedouble, 0.75, 1e-9);
    assert_near(cJSON_GetArrayItem(residuals, 2)->valuedouble, -0.6, 1e-9);
    /* What only differences to a target tell is not there. */
    assert_null(cJSON_GetObjectItem(json, "standard_errors"));
    assert_null(cJSON_GetObjectItem(json, "r_squared"));
    cJSON_Delete(json);
}

/* Without features a softmax gives each class its share: 4, 4 and 4 of 12. */
static void a_softmax_of_nothing_has_the_shares_of_the_classes(void **unused)
{
    cJSON *json = result_of(FIT(
        "\"formula\":\"let z[k] = b[k]; log_sum_exp(z) - z[c]\","
        "\"parameters\":{\"b\":3},\"loss\":\"sum\"", "[1,-1,0.5]"));

    (void)unused;
    assert_near(number(json, "loss"), 12 * log(3), 1e-12);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "residuals")));
    cJSON_Delete(json);
}

/* By names of let a line is a line still: solved at once. The numbers are those
 * of a_curve_has_its_metrics(). */
static void a_linear_formula_with_let_is_solved_at_once(void **unused)
{
    cJSON *json = result_of(
        "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{"
        "\"t\":[0,1,2],\"y\":[6,0,0]}},\"formula\":\"let p[k, 1, 2] = "
        "t^(k - 1); let s = dot(b, p); s\",\"target\":\"y\","
        "\"parameters\":{\"b\":2}},\"start\":[0,0],"
        "\"optimizer\":{\"type\":\"levenberg_marquardt\"}}");
    const cJSON *b = cJSON_GetObjectItem(
        cJSON_GetObjectItem(json, "parameters"), "b");

    (void)unused;
    assert_near(cJSON_GetArrayItem(b, 0)->valuedouble, 5, 1e-14);
    assert_near(cJSON_GetArrayItem(b, 1)->valuedouble, -3, 1e-14);
    assert_true(number(json, "iterations") == 1);
    assert_near(number(json, "r_squared"), 0.75, 1e-14);
    cJSON_Delete(json);
}

/* f = t mean(b) in 2001 rows with t = 1, but for t = 3 in the last one, and
 * y = 0: the loss is 2009 mean^2, a derivative 2 * 2009 mean / 2000. There are
 * 4 002 000 derivatives by rows: no Jacobian is made of them. */
static void a_curve_of_many_parameters_has_a_gradient_still(void **unused)
{
    static const char end[] =
        "]}},\"formula\":\"t*sum(b)/2000\",\"target\":\"0*t\","
        "\"parameters\":{\"b\":2000}},\"start\":{\"random\":{\"low\":0.5,"
        "\"high\":0.5}},\"optimizer\":{\"type\":\"";
    static double g[2000];
    struct buffer text;

    (void)unused;
    buffer_init(&text);
    buffer_text(&text, "{\"objective\":{\"type\":\"fit\",\"dataset\":"
                       "{\"columns\":{\"t\":[1");
    for (int i = 1; i < 2001; i++)
        buffer_text(&text, i == 2000 ? ",3" : ",1");
    buffer_text(&text, end);
    for (int k = 0; k < 2; k++) {
        size_t before = text.count;
        struct reading *r;

        buffer_text(&text, k == 0 ? "lbfgs\"}}" : "levenberg_marquardt\"}}");
        r = reading_of(text.bytes, text.count);
        text.count = before;
        assert_int_equal(r->error, k == 0 ? OK : ERR_INVALID);
        if (k == 1) {
            assert_string_equal(r->faults.items[0].pointer, "/optimizer/type");
            assert_non_null(strstr(r->faults.items[0].detail,
                                   "at most 4000000 rows times parameters"));
            reading_free(r);
            continue;
        }
        assert_null(r->spec.objective.residuals);
        assert_near(evaluate(&r->spec.objective, r->spec.start, g), 2009 / 4.0,
                    1e-12);
        for (size_t j = 0; j < 2000; j++)
            assert_near(g[j], 2009 / 2000.0, 1e-12);
        reading_free(r);
    }
    buffer_fini(&text);
}

/* Log-odds of a million: the loss is what it must be, and not infinite. */
static void sure_mistakes_have_finite_losses(void **unused)
{
    struct reading *r = reading_good(FIT(
        "\"formula\":\"a*1e6*(2*t - 1)\",\"target\":\"t\","
        "\"parameters\":[\"a\"],\"loss\":\"log\"", "[-1]"));
    const struct objective *objective = &r->spec.objective;
    double x = -1, g, metrics[METRICS_MAX];

    (void)unused;
    assert_near(evaluate(objective, &x, &g), 12e6, 1e-15);
    assert_near(g, -12e6, 1e-15);
    assert_int_equal(objective->by_rows->metric_count, 2);
    objective->by_rows->measure(objective->data, &x, metrics);
    assert_true(metrics[1] == 0);
    x = 1;
    assert_true(evaluate(objective, &x, &g) == 0);
    objective->by_rows->measure(objective->data, &x, metrics);
    assert_true(metrics[1] == 1);
    reading_free(r);
    /* Of classes likewise. */
    r = reading_good(FIT("\"formula\":\"let z[k, 1, 3] = a*1e6*k; "
                         "log_sum_exp(z) - z[c]\",\"parameters\":[\"a\"],"
                         "\"loss\":\"sum\"", "[1]"));
    x = 1;
    assert_near(evaluate(&r->spec.objective, &x, &g), 12e6, 1e-15);
    assert_near(g, 12e6, 1e-15);
    reading_free(r);
}

/* ---- JSON -------------------------------------------------------------- */

/* W [3][2] has its rows; the full spec reads as the same. */
static void matrices_keep_their_shape(void **unused)
{
    struct reading *r = reading_good(FIT(
        SOFTMAX("x") ",\"features\":{\"x\":[\"p\",\"q\"]}", RANDOM));
    cJSON *json = result_of(FIT(SOFTMAX("v"), RANDOM));
    const cJSON *W = cJSON_GetObjectItem(
        cJSON_GetObjectItem(json, "parameters"), "W");
    const cJSON *x = cJSON_GetObjectItem(json, "x");
    char *text = reading_write(r);
    struct reading *again = reading_good(text);
    char *second = reading_write(again);

    (void)unused;
    assert_int_equal(cJSON_GetArraySize(W), 3);
    assert_int_equal(cJSON_GetArraySize(W->child), 2);
    assert_true(cJSON_GetArrayItem(W->child->next, 0)->valuedouble
                == cJSON_GetArrayItem(x, 2)->valuedouble);
    assert_string_equal(text, second);
    assert_non_null(strstr(text, "\"W\":[3,2],\"b\":3"));
    assert_non_null(strstr(text, "\"v\":[[0.5,1],[-1,0]"));
    assert_non_null(strstr(text, "\"features\":{\"x\":[\"p\",\"q\"]}"));
    free(text);
    free(second);
    reading_free(again);
    reading_free(r);
    cJSON_Delete(json);
}

/* ---- what is refused --------------------------------------------------- */

static const struct {
    const char *spec, *pointer;
    enum fault_code code;
    const char *detail, *suggestion;
} refused[] = {
    {FIT("\"formula\":\"a*p\",\"parameters\":[\"a\"],\"loss\":\"log\"", "[1]"),
     "/objective/target", FAULT_REQUIRED, "this member is required", NULL},
    {FIT("\"formula\":\"a*p\",\"parameters\":[\"a\"],\"loss\":\"sum\","
         "\"target\":\"y\"", "[1]"),
     "/objective/target", FAULT_CONFLICT,
     "with the loss \"sum\" the formula itself is the loss of a row: use y in "
     "it", NULL},
    {FIT("\"formula\":\"a*p\",\"parameters\":[\"a\"],\"loss\":\"log\","
         "\"target\":\"c\"", "[1]"),
     "/objective/target", FAULT_OUT_OF_RANGE,
     "c is 2 in row 2 (counted from 1): the loss \"log\" needs 0 or 1", NULL},
    {FIT("\"formula\":\"a*p\",\"parameters\":[\"a\"],\"loss\":\"sums\"", "[1]"),
     "/objective/loss", FAULT_UNKNOWN_NAME, "must be \"squared\"", "sum"},
    {FIT("\"formula\":\"b[c]\",\"parameters\":{\"b\":2},\"loss\":\"sum\"",
         "[1,1]"),
     "/objective/formula", FAULT_OUT_OF_RANGE,
     "line 1, column 3: the index of b runs over 1 ... 3; it must stay in "
     "1 ... 2: c is 3 in row 3 (counted from 1)", NULL},
    {FIT("\"formula\":\"b[y]\",\"parameters\":{\"b\":2},\"loss\":\"sum\"",
         "[1,1]"),
     "/objective/formula", FAULT_WRONG_TYPE,
     "line 1, column 3: an index is a whole number: y is 0.5 in row 2 "
     "(counted from 1)", NULL},
    {FIT("\"formula\":\"dot(a, x)\",\"parameters\":{\"a\":2},\"target\":"
         "\"y\",\"features\":{\"x\":[\"p\",\"r\"]}", "[1,1]"),
     "/objective/features/x/1", FAULT_UNKNOWN_NAME, "there is no column r",
     NULL},
    {FIT("\"formula\":\"dot(a, x)\",\"parameters\":{\"a\":2},\"target\":"
         "\"y\",\"features\":{\"x\":[]}", "[1,1]"),
     "/objective/features/x", FAULT_WRONG_SIZE,
     "a vector has at least one column", NULL},
    {FIT("\"formula\":\"dot(a, x)\",\"parameters\":{\"a\":2},\"target\":"
         "\"y\",\"features\":[\"p\"]", "[1,1]"),
     "/objective/features", FAULT_WRONG_TYPE,
     "vectors of columns by name are needed", NULL},
    {FIT("\"formula\":\"dot(a, y)\",\"parameters\":{\"a\":2},\"target\":"
         "\"y\",\"features\":{\"y\":[\"p\",\"q\"]}", "[1,1]"),
     "/objective/features/y", FAULT_CONFLICT, "y is among the columns already",
     NULL},
    {FIT("\"formula\":\"dot(a, v)\",\"parameters\":{\"a\":3},\"target\":"
         "\"y\"", "[1,1,1]"),
     "/objective/formula", FAULT_WRONG_SIZE,
     "line 1, column 8: v has 2 elements, but a has 3", NULL},
    {FIT("\"formula\":\"a*p\",\"parameters\":{\"a\":1,\"W\":[2,3,4]},"
         "\"target\":\"y\"", "[1]"),
     "/objective/parameters/W", FAULT_WRONG_SIZE,
     "a matrix has two sizes, as [10, 64]", NULL},
    {FIT("\"formula\":\"a*p\",\"parameters\":{\"a\":1,\"W\":[2,0]},"
         "\"target\":\"y\"", "[1]"),
     "/objective/parameters/W/1", FAULT_OUT_OF_RANGE, "", NULL},
    {FIT("\"formula\":\"let a = 2; a*p\",\"parameters\":[\"a\"],"
         "\"target\":\"y\"", "[1]"),
     "/objective/formula", FAULT_CONFLICT,
     "line 1, column 5: a is a variable already", NULL},
    {"{\"objective\":{\"type\":\"fit\"," COLUMNS "\"formula\":\"a*p\","
     "\"parameters\":[\"a\"],\"target\":\"t\",\"loss\":\"log\"},\"start\":[1],"
     "\"optimizer\":{\"type\":\"levenberg_marquardt\"}}",
     "/optimizer/type", FAULT_CONFLICT,
     "levenberg_marquardt needs an objective that is a sum of residuals: fit, "
     "with a loss of differences to a target", NULL},
    {"{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{\"v\":[[],[]]"
     "}},\"formula\":\"a\",\"parameters\":[\"a\"],\"loss\":\"sum\"},"
     "\"start\":[1],\"optimizer\":{\"type\":\"adam\"}}",
     "/objective/dataset/columns/v", FAULT_WRONG_SIZE,
     "a vector has at least one number", NULL},
};

static void what_is_wrong_is_named(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
        struct reading *r = reading_of(refused[k].spec,
                                       strlen(refused[k].spec));
        const struct fault *fault = r->faults.items;

        if (r->faults.total != 1)
            fail_msg("%s: %zu faults", refused[k].spec, r->faults.total);
        assert_string_equal(fault->pointer, refused[k].pointer);
        assert_int_equal(fault->code, refused[k].code);
        if (strncmp(fault->detail, refused[k].detail,
                    strlen(refused[k].detail)) != 0)
            fail_msg("%s, not %s", fault->detail, refused[k].detail);
        if (refused[k].suggestion != NULL)
            assert_non_null(fault->suggestion);
        if (refused[k].suggestion != NULL)
            assert_string_equal(fault->suggestion, refused[k].suggestion);
        reading_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_those_of_differences),
        cmocka_unit_test(batches_are_means_over_their_rows),
        cmocka_unit_test(a_curve_has_its_metrics),
        cmocka_unit_test(vectors_of_columns_are_their_columns),
        cmocka_unit_test(a_logistic_fit_has_the_odds_of_a_table),
        cmocka_unit_test(a_softmax_of_nothing_has_the_shares_of_the_classes),
        cmocka_unit_test(a_curve_of_many_parameters_has_a_gradient_still),
        cmocka_unit_test(a_linear_formula_with_let_is_solved_at_once),
        cmocka_unit_test(sure_mistakes_have_finite_losses),
        cmocka_unit_test(matrices_keep_their_shape),
        cmocka_unit_test(what_is_wrong_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
