/*
 * test_formula_models.c - models that a user types, on the truth folder's
 * tables: softmax regression to its known optimum, and a network on the whole
 * of digits.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/objective/fit.h"
#include "tests/unit/reading.h"
#include "tests/unit/truth_folder.h"

enum {
    TEXT_BYTES = 1 << 20,
    N_MAX = 1300,
    PROBES = 40,              /* coordinates that are compared */
};

/* Of the optimum's f, relative, and of its weights, whose greatest are 2. */
static const double loss_tolerance = 1e-9, weight_tolerance = 1e-6;

static const struct model {
    const char *id;           /* in convex/optima.json; NULL: none */
    const char *table;
    int rows, features, classes;
    double scale;             /* features are divided by it */
    const char *formula, *parameters;
} softmax_digits = {
    "digits/softmax_l2/lambda=0.001", "datasets/digits.csv", 1500, 64, 10, 16,
    "let z[k] = dot(W[k], x) + b[k]; "
    "let penalty = 0.001/2*sum(k, 1, 10, dot(W[k], W[k])); "
    "log_sum_exp(z) - z[y] + penalty",
    "{\"W\":[10,64],\"b\":10}",
}, softmax_iris = {
    "iris/softmax_l2/lambda=0.01", "datasets/iris.csv", 150, 4, 3, 1,
    "let z[k] = dot(W[k], x) + b[k]; "
    "let penalty = 0.01/2*sum(k, 1, 3, dot(W[k], W[k])); "
    "log_sum_exp(z) - z[y] + penalty",
    "{\"W\":[3,4],\"b\":3}",
}, network = {
    NULL, "datasets/digits.csv", 1797, 64, 10, 16,
    "let h[j] = tanh(dot(W1[j], x) + b1[j]); "
    "let z[k] = dot(W2[k], h) + b2[k]; log_sum_exp(z) - z[y]",
    "{\"W1\":[16,64],\"b1\":16,\"W2\":[10,16],\"b2\":10}",
};

/* ---- tables ------------------------------------------------------------ */

/* The spec of a model on its table; free() it. NULL: the table is absent. */
static char *spec_of(const struct model *model, const char *optimizer)
{
    char *table = truth_text(model->table), *line, *rest;
    size_t at = 0, label_at = 0;
    char *spec, *labels;

    if (table == NULL)
        return NULL;
    spec = malloc(TEXT_BYTES);
    labels = malloc(TEXT_BYTES);
    assert_non_null(spec);
    assert_non_null(labels);
    at = (size_t)snprintf(spec, TEXT_BYTES, "{\"objective\":{\"type\":\"fit\","
                          "\"dataset\":{\"columns\":{\"x\":");
    line = strtok_r(table, "\n", &rest); /* the header */
    for (int row = 0; row < model->rows; row++) {
        line = strtok_r(NULL, "\n", &rest);
        assert_non_null(line);
        for (int j = 0; j < model->features; j++) {
            at += (size_t)snprintf(spec + at, TEXT_BYTES - at, "%s%.17g",
                                   j > 0 ? "," : row > 0 ? "],[" : "[[",
                                   strtod(line, &line) / model->scale);
            line++; /* a comma */
        }
        label_at += (size_t)snprintf(labels + label_at, TEXT_BYTES - label_at,
                                     "%s%d", row > 0 ? "," : "",
                                     1 + atoi(line)); /* counted from 0 */
        assert_true(at + label_at < TEXT_BYTES - 4096);
    }
    snprintf(spec + at, TEXT_BYTES - at,
             "]],\"y\":[%s]}},\"formula\":\"%s\",\"parameters\":%s,"
             "\"loss\":\"sum\"},\"start\":{\"random\":{\"low\":-0.1,"
             "\"high\":0.1}},%s,\"trace\":{\"every\":1000}}",
             labels, model->formula, model->parameters, optimizer);
    free(labels);
    free(table);
    return spec;
}

/* ---- optima ------------------------------------------------------------ */

static const cJSON *problem_of(const cJSON *optima, const char *id)
{
    const cJSON *problem;

    cJSON_ArrayForEach(problem, cJSON_GetObjectItem(optima, "problems"))
        if (strcmp(cJSON_GetObjectItem(problem, "id")->valuestring, id) == 0)
            return problem;
    fail_msg("there is no problem %s", id);
    return NULL;
}

/* W as it is; b but for what all have alike, which changes nothing. */
static void compare_weights(const struct model *model, const cJSON *problem,
                            const double *x)
{
    const double *b = x + model->classes * model->features;
    double shift = 0;

    for (int k = 0; k < model->classes; k++)
        shift += b[k] / model->classes;
    for (int k = 0; k < model->classes; k++) {
        const cJSON *row = cJSON_GetArrayItem(
            cJSON_GetObjectItem(problem, "W"), k);
        double bias = cJSON_GetArrayItem(cJSON_GetObjectItem(problem, "b"),
                                         k)->valuedouble;

        for (int j = 0; j < model->features; j++)
            assert_true(fabs(x[k * model->features + j]
                             - cJSON_GetArrayItem(row, j)->valuedouble)
                        <= weight_tolerance);
        assert_true(fabs(b[k] - shift - bias)
                    <= weight_tolerance * (1 + fabs(bias)));
    }
}

static void reach_the_optimum(const struct model *model)
{
    cJSON *optima = truth_read("convex/optima.json");
    char *text = optima == NULL ? NULL
        : spec_of(model, "\"optimizer\":{\"type\":\"lbfgs\"},\"stop\":{"
                         "\"gradient_tolerance\":1e-7,"
                         "\"max_iterations\":2000}");
    const cJSON *problem;
    struct reading *r;
    struct recorder recorder;
    struct run_result result;
    double f_star;

    if (text == NULL) {
        cJSON_Delete(optima);
        skip();
    }
    problem = problem_of(optima, model->id);
    f_star = cJSON_GetObjectItem(problem, "f_star")->valuedouble;
    r = reading_good(text);
    result = reading_run(r, &recorder);
    if (!(fabs(result.loss / model->rows - f_star) <= loss_tolerance * f_star))
        fail_msg("%s: %.17g is not %.17g", model->id,
                 result.loss / model->rows, f_star);
    compare_weights(model, problem, result.x);
    recorder_fini(&recorder);
    reading_free(r);
    free(text);
    cJSON_Delete(optima);
}

static void softmax_regression_of_iris_reaches_its_optimum(void **unused)
{
    (void)unused;
    reach_the_optimum(&softmax_iris);
}

static void softmax_regression_of_digits_reaches_its_optimum(void **unused)
{
    (void)unused;
    reach_the_optimum(&softmax_digits);
}

/* ---- a network --------------------------------------------------------- */

static double evaluate(const struct objective *objective, const double *x,
                       double *g)
{
    return objective->evaluate(objective->data, x, objective->n, g);
}

/* Some coordinates of all four parts. Differences of a sum of 1797 rows have
 * about nine digits. */
static void the_gradient_of_a_network_is_that_of_differences(void **unused)
{
    static const double h = 1e-5;
    char *text = spec_of(&network, "\"optimizer\":{\"type\":\"adam\"}");
    static double x[N_MAX], g[N_MAX];
    const struct objective *objective;
    struct reading *r;

    (void)unused;
    if (text == NULL)
        skip();
    r = reading_good(text);
    objective = &r->spec.objective;
    assert_int_equal(objective->n, 16 * 64 + 16 + 10 * 16 + 10);
    memcpy(x, r->spec.start, objective->n * sizeof *x);
    evaluate(objective, x, g);
    for (size_t k = 0; k < PROBES; k++) {
        size_t j = k * (objective->n - 1) / (PROBES - 1);
        double at = x[j], right, slope;

        x[j] = at + h;
        right = evaluate(objective, x, NULL);
        x[j] = at - h;
        slope = (right - evaluate(objective, x, NULL)) / (2 * h);
        x[j] = at;
        if (!(fabs(g[j] - slope) <= 1e-6 * (1 + fabs(slope))))
            fail_msg("derivative %zu is %.17g, not %.17g", j, g[j], slope);
    }
    reading_free(r);
    free(text);
}

/* Where log(10) a row is blind guessing: adam ends below a twentieth of it,
 * lbfgs below a thousandth. */
static void a_network_learns_digits(void **unused)
{
    static const struct {
        const char *optimizer;
        double share;
    } ways[] = {
        {"\"optimizer\":{\"type\":\"adam\",\"learning_rate\":0.03},"
         "\"stop\":{\"max_iterations\":150}", 1 / 20.0},
        {"\"optimizer\":{\"type\":\"lbfgs\"},"
         "\"stop\":{\"max_iterations\":100}", 1 / 1000.0},
    };

    (void)unused;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        char *text = spec_of(&network, ways[k].optimizer);
        struct recorder recorder;
        struct run_result result;
        struct reading *r;

        if (text == NULL)
            skip();
        r = reading_good(text);
        result = reading_run(r, &recorder);
        if (!(result.loss <= ways[k].share * log(10) * network.rows))
            fail_msg("%s: the loss is %g", ways[k].optimizer, result.loss);
        recorder_fini(&recorder);
        reading_free(r);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(softmax_regression_of_iris_reaches_its_optimum),
        cmocka_unit_test(softmax_regression_of_digits_reaches_its_optimum),
        cmocka_unit_test(the_gradient_of_a_network_is_that_of_differences),
        cmocka_unit_test(a_network_learns_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
