/* test_result.c - how a run ended, as JSON. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/jobs/result.h"

static const double x[] = {1.5, -0.0}, best_x[] = {1, 0.1};

static struct run_result ended(enum reason reason)
{
    return (struct run_result){
        .reason = reason,
        .iterations = 12,
        .loss_evaluations = 13,
        .gradient_evaluations = 14,
        .loss = 0.1,
        .gradient_norm = 1e-9,
        .has_gradient = true,
        .x = x,
        .best = {11, 0.05, best_x},
    };
}

static char *write_result(const struct spec *spec,
                          const struct run_result *result)
{
    struct buffer out;

    buffer_init(&out);
    result_write(spec, result, 0.25, "0123abcd", &out);
    return buffer_steal(&out, &(size_t){0});
}

static void check_result(const struct run_result *result, const char *expected)
{
    struct spec spec = {.objective.n = 2};
    char *text = write_result(&spec, result);

    assert_string_equal(text, expected);
    free(text);
}

/* API.md section 3 */
static void a_result_has_what_the_contract_says(void **unused)
{
    struct run_result result = ended(REASON_GRADIENT_TOLERANCE);
    char expected[1024];
    (void)unused;

    snprintf(expected, sizeof expected,
             "{\"final\":true,\"iterations\":12,"
             "\"evaluations\":{\"loss\":13,\"gradient\":14},"
             "\"gradient_norm\":1e-9,\"loss\":0.1,\"x\":[1.5,-0],"
             "\"nonfinite\":[],"
             "\"best\":{\"iteration\":11,\"loss\":0.05,\"x\":[1,0.1]},"
             "\"outcome\":{\"class\":\"converged\","
             "\"reason\":\"gradient_tolerance\","
             "\"message\":\"at iteration 12 %s\"},"
             "\"elapsed_s\":0.25,\"trace_sha256\":\"0123abcd\"}",
             reason_texts[REASON_GRADIENT_TOLERANCE].sentence);
    check_result(&result, expected);
}

static void what_is_not_finite_is_null_and_named(void **unused)
{
    static const double bad[] = {-INFINITY, 2};
    struct run_result result = ended(REASON_NONFINITE);
    char expected[1024];
    (void)unused;

    result.loss = NAN;
    result.gradient_norm = INFINITY;
    result.x = bad;
    snprintf(expected, sizeof expected,
             "{\"final\":true,\"iterations\":12,"
             "\"evaluations\":{\"loss\":13,\"gradient\":14},"
             "\"gradient_norm\":null,\"loss\":null,\"x\":[null,2],"
             "\"nonfinite\":[{\"field\":\"loss\",\"value\":\"nan\"},"
             "{\"field\":\"gradient_norm\",\"value\":\"+inf\"},"
             "{\"field\":\"x.0\",\"value\":\"-inf\"}],"
             "\"best\":{\"iteration\":11,\"loss\":0.05,\"x\":[1,0.1]},"
             "\"outcome\":{\"class\":\"diverged\",\"reason\":\"nonfinite\","
             "\"message\":\"at iteration 12 %s: try another start, or "
             "bounds\"},"
             "\"elapsed_s\":0.25,\"trace_sha256\":\"0123abcd\"}",
             reason_texts[REASON_NONFINITE].sentence);
    check_result(&result, expected);
}

/* Of a method without a rate nobody asks for a smaller one. */
static void the_advice_names_what_the_method_has(void **unused)
{
    static const struct {
        const char *optimizer;
        enum reason reason;
        uint64_t iterations;
        const char *message;
    } cases[] = {
        {"sgd", REASON_DIVERGED, 12,
         "past the divergence limit: try a smaller learning rate\""},
        {"sgd", REASON_NONFINITE, 12,
         "finite number: try a smaller learning rate, or another start\""},
        {"sgd", REASON_NONFINITE, 0, "finite number: try another start\""},
        {"lbfgs", REASON_NONFINITE, 12,
         "finite number: try another start, or bounds\""},
        {"lbfgs", REASON_NONFINITE, 0, "finite number: try another start\""},
    };
    (void)unused;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_result result = ended(cases[i].reason);
        struct spec spec = {
            .objective.n = 2,
            .optimizer = optimizer_kind_find(cases[i].optimizer, NULL),
        };
        char *text;

        spec.steps = spec.optimizer->step != NULL;
        result.iterations = cases[i].iterations;
        text = write_result(&spec, &result);
        if (!strstr(text, cases[i].message))
            fail_msg("%s: %s", cases[i].message, text);
        free(text);
    }
}

/* ---- constraints ------------------------------------------------------- */

/* x0 - 1: 0.5 at x, 0 at best_x. */
static double over_one(void *data, const double *at, size_t n, double *g)
{
    return (void)data, (void)n, (void)g, at[0] - 1;
}

static const struct constraint constraints[] = {
    {CONSTRAINT_INEQUALITY, 1e-8, NULL, over_one},
    {CONSTRAINT_EQUALITY, 0.75, NULL, over_one},
};

static struct spec constrained_spec(void)
{
    return (struct spec){
        .objective.n = 2, .constraints = constraints, .constraint_count = 2,
        .optimizer = optimizer_kind_find("augmented_lagrangian", NULL),
    };
}

static void check_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in %s", part, text);
}

static void a_result_says_which_constraints_hold(void **unused)
{
    struct spec spec = constrained_spec();
    struct run_result result = ended(REASON_MAX_ITERATIONS);
    char *text;
    (void)unused;

    result.at_x = (struct feasibility){0.5, false};
    result.best.at_x = (struct feasibility){0, true};
    text = write_result(&spec, &result);
    check_holds(text, "\"x\":[1.5,-0],\"feasible\":false,"
                      "\"max_violation\":0.5,\"constraints\":["
                      "{\"type\":\"inequality\",\"value\":0.5,"
                      "\"violation\":0.5,\"satisfied\":false},"
                      "{\"type\":\"equality\",\"value\":0.5,"
                      "\"violation\":0.5,\"satisfied\":true}],");
    check_holds(text, "\"x\":[1,0.1],\"feasible\":true,"
                      "\"max_violation\":0,\"constraints\":["
                      "{\"type\":\"inequality\",\"value\":0,");
    check_holds(text, "\"class\":\"budget\",");
    check_holds(text, "at iteration 12 all iterations allowed were made; the "
                      "point is not feasible: a constraint is violated by "
                      "0.5\"");
    free(text);
}

static void the_lagrangian_is_named_where_its_gradient_ended_a_run(
    void **unused)
{
    struct spec spec = constrained_spec();
    struct run_result result = ended(REASON_GRADIENT_TOLERANCE);
    char *text;
    (void)unused;

    result.at_x = result.best.at_x = (struct feasibility){0, true};
    text = write_result(&spec, &result);
    check_holds(text, "at iteration 12 the norm of the Lagrangian's gradient "
                      "fell to the tolerance, and the constraints hold\"");
    free(text);
}

static void a_constraint_may_have_no_number(void **unused)
{
    struct spec spec = constrained_spec();
    struct run_result result = ended(REASON_NONFINITE);
    char *text;
    (void)unused;

    result.x = (const double[]){NAN, 0};
    result.at_x = (struct feasibility){NAN, false};
    text = write_result(&spec, &result);
    check_holds(text, "\"max_violation\":null,");
    check_holds(text, "{\"field\":\"max_violation\",\"value\":\"nan\"}");
    check_holds(text, "; a constraint has no finite value there\"");
    check_holds(text, "\"value\":null,\"violation\":null,"
                      "\"satisfied\":false}");
    free(text);
}

/* ---- words ------------------------------------------------------------- */

static void a_canceled_run_has_a_result_and_no_outcome(void **unused)
{
    struct run_result result = ended(REASON_CANCELED);
    (void)unused;

    check_result(&result,
                 "{\"final\":true,\"iterations\":12,"
                 "\"evaluations\":{\"loss\":13,\"gradient\":14},"
                 "\"gradient_norm\":1e-9,\"loss\":0.1,\"x\":[1.5,-0],"
                 "\"nonfinite\":[],"
                 "\"best\":{\"iteration\":11,\"loss\":0.05,\"x\":[1,0.1]},"
                 "\"outcome\":null,"
                 "\"elapsed_s\":0.25,\"trace_sha256\":\"0123abcd\"}");
}

/* API.md section 3: the words of outcome.class and outcome.reason. */
static void every_reason_has_its_word_and_class(void **unused)
{
    static const struct {
        enum reason reason;
        const char *class, *word;
    } cases[] = {
        {REASON_GRADIENT_TOLERANCE, "converged", "gradient_tolerance"},
        {REASON_LOSS_TOLERANCE, "converged", "loss_tolerance"},
        {REASON_STEP_TOLERANCE, "converged", "step_tolerance"},
        {REASON_TARGET_LOSS, "converged", "target_loss"},
        {REASON_MAX_ITERATIONS, "budget", "max_iterations"},
        {REASON_MAX_EPOCHS, "budget", "max_epochs"},
        {REASON_MAX_EVALUATIONS, "budget", "max_evaluations"},
        {REASON_TIME_LIMIT, "budget", "time_limit"},
        {REASON_PATIENCE, "budget", "patience"},
        {REASON_DIVERGED, "diverged", "diverged"},
        {REASON_NONFINITE, "diverged", "nonfinite"},
        {REASON_INFEASIBLE, "diverged", "infeasible"},
    };
    (void)unused;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_writer writer;
        struct buffer out;
        char expected[256], *text;

        buffer_init(&out);
        json_writer_init(&writer, &out);
        outcome_write(&writer, cases[i].reason, "so");
        text = buffer_steal(&out, &(size_t){0});
        snprintf(expected, sizeof expected,
                 "{\"class\":\"%s\",\"reason\":\"%s\",\"message\":\"so\"}",
                 cases[i].class, cases[i].word);
        assert_string_equal(text, expected);
        free(text);
    }
}

static void write_progress(const struct progress *progress, size_t n,
                           const double *last, const double *best,
                           struct buffer *out)
{
    struct result_progress writer;

    result_progress_begin(&writer, progress, n, last, best);
    while (result_progress_next(&writer, out))
        ;
}

static void the_best_so_far_is_not_final(void **unused)
{
    struct progress progress = {
        .iteration = 7, .loss = INFINITY, .gradient_norm = 2,
        .elapsed_s = 0.5, .best_iteration = 3, .best_loss = NAN,
    };
    struct buffer out;
    char *text;
    (void)unused;

    buffer_init(&out);
    write_progress(&progress, 2, x, best_x, &out);
    text = buffer_steal(&out, &(size_t){0});
    assert_string_equal(
        text, "{\"final\":false,\"iterations\":7,\"gradient_norm\":2,"
              "\"loss\":null,\"x\":[1.5,-0],"
              "\"best\":{\"iteration\":3,\"loss\":null,\"x\":[1,0.1]},"
              "\"outcome\":null,\"elapsed_s\":0.5}");
    free(text);
    progress.constrained = true;
    progress.violation = 3;
    buffer_init(&out);
    write_progress(&progress, 2, x, best_x, &out);
    text = buffer_steal(&out, &(size_t){0});
    check_holds(text, "\"x\":[1.5,-0],\"max_violation\":3,\"best\":{");
    check_holds(text, "\"x\":[1,0.1],\"max_violation\":0},");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_has_what_the_contract_says),
        cmocka_unit_test(what_is_not_finite_is_null_and_named),
        cmocka_unit_test(the_advice_names_what_the_method_has),
        cmocka_unit_test(a_result_says_which_constraints_hold),
        cmocka_unit_test(
            the_lagrangian_is_named_where_its_gradient_ended_a_run),
        cmocka_unit_test(a_constraint_may_have_no_number),
        cmocka_unit_test(a_canceled_run_has_a_result_and_no_outcome),
        cmocka_unit_test(every_reason_has_its_word_and_class),
        cmocka_unit_test(the_best_so_far_is_not_final),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
