/* test_model_report.c - what is told of a trained model: numbers by hand. */
#include <math.h>
#include <string.h>

#include "core/kernel/math.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/model_bench.h"

/* A model over rows of one feature. */
struct desk {
    struct arena arena;
    struct objective objective;
    struct rows rows;
    struct model_report report;
};

static void desk_init(struct desk *desk, const char *model, const char *loss,
                      const double *feature, const double *target,
                      size_t count)
{
    struct model_design design = model_bench_design(model, loss);

    *desk = (struct desk){.rows = {.count = count, .features = 1,
                                   .dense64 = feature, .target = target}};
    arena_init(&desk->arena, 0);
    design.features = 1;
    design.rows = count;
    design.validation_rows = 0;
    assert_int_equal(model_build(&design, &desk->arena, &desk->objective),
                     OK);
    assert_int_equal(model_attach(&desk->objective, &desk->rows, NULL, 0, NULL,
                                  &desk->arena), OK);
}

static void report(struct desk *desk, const double *x)
{
    assert_int_equal(model_metrics_final(&desk->objective, x, true,
                                         &desk->arena, &desk->report),
                     ERR_MISSING);
    assert_int_equal(model_metrics_final(&desk->objective, x, false,
                                         &desk->arena, &desk->report), OK);
    assert_int_equal(desk->report.rows, desk->rows.count);
}

static void close_to(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-15 * fmax(1, fabs(expected))))
        fail_msg("%.17g, not %.17g", value, expected);
}

/*
 * Scores are the feature; the second class is said of those above 0. Of 3 x 3
 * pairs five are in order and one is level: 5.5 / 9.
 */
static void two_classes_are_counted(void **unused)
{
    static const double feature[] = {-2, -1, 1, 2, 3, 3};
    static const double target[] = {0, 1, 0, 1, 1, 0}, x[] = {1, 0};
    static const uint64_t confusion[] = {1, 2, 1, 2};
    struct desk desk;

    (void)unused;
    for (int svm = 0; svm < 2; svm++) {
        desk_init(&desk, svm ? "svm" : "logistic", NULL, feature, target, 6);
        report(&desk, x);
        assert_int_equal(desk.report.classes, 2);
        assert_memory_equal(desk.report.confusion, confusion,
                            sizeof confusion);
        close_to(desk.report.accuracy, 0.5);
        close_to(desk.report.by_class[0].precision, 1.0 / 2);
        close_to(desk.report.by_class[0].recall, 1.0 / 3);
        close_to(desk.report.by_class[1].precision, 2.0 / 4);
        close_to(desk.report.by_class[1].recall, 2.0 / 3);
        close_to(desk.report.by_class[1].f1, 4.0 / 7);
        assert_int_equal(desk.report.by_class[1].rows, 3);
        close_to(desk.report.roc_auc, 5.5 / 9);
        assert_true(isnan(desk.report.rmse));
        arena_fini(&desk.arena);
    }
}

/* Nothing is said to be the first class: its precision is 0 of 0. */
static void what_cannot_be_had_is_no_number(void **unused)
{
    static const double feature[] = {1, 2}, target[] = {1, 1}, x[] = {1, 0};
    struct desk desk;

    (void)unused;
    desk_init(&desk, "logistic", NULL, feature, target, 2);
    report(&desk, x);
    assert_true(isnan(desk.report.by_class[0].precision));
    assert_true(isnan(desk.report.by_class[0].recall));
    assert_true(isnan(desk.report.roc_auc));
    close_to(desk.report.accuracy, 1);
    arena_fini(&desk.arena);
}

/* Errors 0, 0, 1; squares about the mean 7/3 are 42/9. */
static void errors_of_numbers_are_counted(void **unused)
{
    static const double feature[] = {1, 2, 3}, target[] = {1, 2, 4};
    static const double x[] = {1, 0};
    struct desk desk;

    (void)unused;
    desk_init(&desk, "linear", NULL, feature, target, 3);
    report(&desk, x);
    assert_int_equal(desk.report.classes, 0);
    close_to(desk.report.rmse, sqrt(1.0 / 3));
    close_to(desk.report.r_squared, 1 - 9.0 / 42);
    close_to(desk.report.loss, 1.0 / 3);
    assert_true(isnan(desk.report.accuracy) && isnan(desk.report.roc_auc));
    arena_fini(&desk.arena);
}

/* The scores are logarithms: exp(0), exp(log 2). */
static void counts_are_predicted_by_exp(void **unused)
{
    static const double feature[] = {0, 1}, target[] = {1, 2};
    const double x[] = {math_log(2), 0};
    double value[2];
    struct desk desk;

    (void)unused;
    desk_init(&desk, "linear", "poisson", feature, target, 2);
    report(&desk, x);
    assert_true(desk.report.rmse < 1e-15);
    assert_int_equal(model_predict(&desk.objective, x, &desk.rows, &desk.arena,
                                   value, NULL), OK);
    close_to(value[0], 1);
    close_to(value[1], 2);
    arena_fini(&desk.arena);
}

static void probabilities_are_those_of_the_scores(void **unused)
{
    static const double feature[] = {0.5, -3}, target[] = {1, 0};
    static const double x[] = {2, 0.25};
    double value[2], p[4];
    struct desk desk;

    (void)unused;
    desk_init(&desk, "logistic", NULL, feature, target, 2);
    assert_int_equal(model_predict(&desk.objective, x, &desk.rows, &desk.arena,
                                   value, p), OK);
    close_to(p[1], math_logistic(1.25));
    close_to(p[0] + p[1], 1);
    close_to(p[3], math_logistic(-5.75));
    assert_true(value[0] == 1 && value[1] == 0);
    arena_fini(&desk.arena);

    desk_init(&desk, "svm", NULL, feature, target, 2);
    assert_int_equal(model_predict(&desk.objective, x, &desk.rows, &desk.arena,
                                   value, p), OK);
    assert_true(value[0] == 1 && value[1] == 0);
    assert_true(isnan(p[0]) && isnan(p[3]));
    arena_fini(&desk.arena);
}

/* Infinity less infinity: neither side is said. */
static void a_score_that_is_no_number_says_no_class(void **unused)
{
    static const double feature[] = {0.5, -3}, target[] = {1, 0};
    static const double x[] = {INFINITY, -INFINITY};
    static const char *const models[] = {"logistic", "svm"};
    double value[2], p[4];
    struct desk desk;

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        desk_init(&desk, models[i], NULL, feature, target, 2);
        assert_int_equal(model_predict(&desk.objective, x, &desk.rows,
                                       &desk.arena, value, p), OK);
        assert_true(isnan(value[0]));
        assert_true(value[1] == 0); /* minus infinity is a side */
        arena_fini(&desk.arena);
    }
}

/* Many classes: probabilities sum to one, and the greatest is said. */
static void the_likeliest_class_is_said(void **unused)
{
    struct model_design design = model_bench_design("softmax", NULL);

    (void)unused;
    for (int l = ROWS_DENSE64; l <= ROWS_SPARSE32; l++) {
        struct model_bench *bench = model_bench_new(&design,
                                                    (enum rows_layout)l,
                                                    false);
        size_t rows = bench->training.count;
        double *value = arena_array(&bench->arena, rows, sizeof *value);
        double *p = arena_array(&bench->arena, 3 * rows, sizeof *p);

        assert_int_equal(model_predict(&bench->objective, bench->x,
                                       &bench->training, &bench->arena, value,
                                       p), OK);
        for (size_t i = 0; i < rows; i++) {
            size_t said = (size_t)value[i];

            assert_true(fabs(p[3 * i] + p[3 * i + 1] + p[3 * i + 2] - 1)
                        < 1e-14);
            for (size_t k = 0; k < 3; k++)
                assert_true(p[3 * i + said] >= p[3 * i + k]);
        }
        model_bench_free(bench);
    }
}

/* What is measured at an epoch's end is what the report says later. */
static void epochs_measure_what_the_report_says(void **unused)
{
    static const char *const models[] = {"logistic", "linear", "softmax"};

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct model_design design = model_bench_design(models[i], NULL);
        struct model_bench *bench;
        const struct by_rows *by_rows;
        double metrics[METRICS_MAX];
        struct model_report training, validation;

        design.l2 = 0.3;
        bench = model_bench_new(&design, ROWS_DENSE64, false);
        by_rows = bench->objective.by_rows;
        by_rows->measure(bench->objective.data, bench->x, metrics);
        assert_int_equal(model_metrics_final(&bench->objective, bench->x,
                                             false, &bench->arena, &training),
                         OK);
        assert_int_equal(model_metrics_final(&bench->objective, bench->x, true,
                                             &bench->arena, &validation), OK);
        assert_string_equal(by_rows->metrics[0].name, "training_loss");
        assert_string_equal(by_rows->metrics[by_rows->judged].name,
                            "validation_loss");
        assert_true(metrics[0] == bench->objective.evaluate(
                                      bench->objective.data, bench->x,
                                      bench->objective.n, NULL));
        assert_true(metrics[0] > training.loss); /* penalties */
        close_to(metrics[1], validation.loss);
        close_to(metrics[2], i == 1 ? training.rmse : training.accuracy);
        if (i == 1)
            close_to(metrics[5], validation.r_squared);
        else
            close_to(metrics[3], validation.accuracy);
        model_bench_free(bench);
    }
}

static void check_tensor(const struct tensor *tensor, const char *name,
                         size_t first, size_t rows, size_t columns)
{
    assert_string_equal(tensor->name, name);
    assert_int_equal(tensor->first, first);
    assert_int_equal(tensor->dimensions, columns > 0 ? 2 : 1);
    assert_int_equal(tensor->shape[0], rows);
    if (columns > 0)
        assert_int_equal(tensor->shape[1], columns);
}

static void tensors_have_names_and_shapes(void **unused)
{
    static const double hidden[] = {7, 4};
    struct model_design mlp = model_bench_mlp("softmax", "relu", hidden, 2);
    struct model_design softmax = model_bench_design("softmax", NULL);
    struct model_design linear = model_bench_design("linear", NULL);
    struct model_bench *bench = model_bench_new(&mlp, ROWS_DENSE64, false);
    struct tensor tensors[TENSORS_MAX];

    (void)unused;
    assert_int_equal(model_tensors(&bench->objective, tensors), 6);
    check_tensor(&tensors[0], "W1", 0, 7, 11);
    check_tensor(&tensors[1], "b1", 77, 7, 0);
    check_tensor(&tensors[2], "W2", 84, 4, 7);
    check_tensor(&tensors[5], "b3", 128, 3, 0);
    assert_int_equal(bench->objective.n, 131);
    model_bench_free(bench);

    bench = model_bench_new(&softmax, ROWS_DENSE64, false);
    assert_int_equal(model_tensors(&bench->objective, tensors), 2);
    check_tensor(&tensors[0], "W", 0, 3, 11);
    check_tensor(&tensors[1], "b", 33, 3, 0);
    model_bench_free(bench);

    linear.intercept = false;
    bench = model_bench_new(&linear, ROWS_DENSE64, false);
    assert_int_equal(model_tensors(&bench->objective, tensors), 1);
    check_tensor(&tensors[0], "w", 0, 11, 0);
    model_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_classes_are_counted),
        cmocka_unit_test(what_cannot_be_had_is_no_number),
        cmocka_unit_test(errors_of_numbers_are_counted),
        cmocka_unit_test(counts_are_predicted_by_exp),
        cmocka_unit_test(probabilities_are_those_of_the_scores),
        cmocka_unit_test(a_score_that_is_no_number_says_no_class),
        cmocka_unit_test(the_likeliest_class_is_said),
        cmocka_unit_test(epochs_measure_what_the_report_says),
        cmocka_unit_test(tensors_have_names_and_shapes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
