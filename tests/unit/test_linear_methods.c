/*
 * test_linear_methods.c - sag, saga, svrg, dual_cd, proximal_cd: their first
 * steps by what they are made of, their ends by lbfgs.
 */
#include <math.h>
#include <string.h>

#include "core/run/run.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/model_bench.h"

/* A run of a model. */
struct trial {
    struct model_bench *bench;
    double p[PARAMETERS_MAX], wrap[WRAP_PARAMETERS], stop[STOP_RULES];
    struct schedule schedule;
    struct run run;
    struct run_result result;
};

static struct trial trial_of(struct model_bench *bench, const char *method,
                             size_t batch_rows, double epochs)
{
    struct trial trial = {.bench = bench};
    const struct optimizer_kind *kind = optimizer_kind_find(method, NULL);

    assert_non_null(kind);
    parameter_defaults(kind->parameters, trial.p);
    parameter_defaults(wrap_parameters, trial.wrap);
    parameter_defaults(stop_parameters, trial.stop);
    schedule_default(&trial.schedule);
    trial.stop[STOP_MAX_ITERATIONS] = NAN;
    trial.stop[STOP_MAX_EPOCHS] = epochs;
    trial.run = (struct run){
        .objective = &bench->objective, .optimizer = kind,
        .batching = {.batch_rows = batch_rows}, .seed = 5, .start = bench->x,
    };
    return trial;
}

static const double *run(struct trial *trial)
{
    trial->run.optimizer_parameters = trial->p;
    trial->run.wrap_parameters = trial->wrap;
    trial->run.stop = trial->stop;
    trial->run.schedule = &trial->schedule;
    assert_int_equal(run_minimize(&trial->run, &trial->bench->arena,
                                  &trial->result), OK);
    return trial->result.x;
}

static void check_near(const double *x, const double *y, size_t n, double near)
{
    double far = vector_distance(x, y, n) / fmax(1, vector_norm2(y, n));

    if (!(far <= near))
        fail_msg("%g apart, not %g", far, near);
}

static struct model_bench *smooth(enum rows_layout layout, bool weighted)
{
    struct model_design design = model_bench_design("logistic", NULL);

    design.l2 = 0.05;
    return model_bench_new(&design, layout, weighted);
}

/* ---- first steps ------------------------------------------------------- */

/* Nothing is remembered yet: the mean of what was visited is the batch's own
 * gradient. */
static void first_steps_of_sag_and_saga_are_those_of_sgd(void **unused)
{
    static const char *const methods[] = {"sag", "saga"};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct model_bench *bench = smooth(ROWS_SPARSE64, true);
        struct trial plain = trial_of(bench, "sgd", 32, 100);
        struct trial trial = trial_of(bench, methods[i], 32, 100);

        plain.stop[STOP_MAX_ITERATIONS] = trial.stop[STOP_MAX_ITERATIONS] = 1;
        plain.p[LEARNING_RATE] = trial.p[LEARNING_RATE] = 0.1;
        run(&plain);
        check_near(run(&trial), plain.result.x, bench->objective.n, 1e-15);
        model_bench_free(bench);
    }
}

/* z is x: the batch's gradients cancel, and all rows' remains. */
static void the_first_step_of_svrg_is_that_of_all_rows(void **unused)
{
    struct model_bench *bench = smooth(ROWS_DENSE64, true);
    struct trial plain = trial_of(bench, "sgd", SIZE_MAX, 100);
    struct trial trial = trial_of(bench, "svrg", 32, 100);

    (void)unused;
    plain.stop[STOP_MAX_ITERATIONS] = trial.stop[STOP_MAX_ITERATIONS] = 1;
    plain.p[LEARNING_RATE] = trial.p[LEARNING_RATE] = 0.1;
    run(&plain);
    check_near(run(&trial), plain.result.x, bench->objective.n, 1e-15);
    assert_int_equal(trial.result.loss_evaluations, 4); /* 2 looks, 2 of its
                                                           own */
    model_bench_free(bench);
}

/* ---- ends -------------------------------------------------------------- */

/* What lbfgs says, in every layout of float64. */
static void batches_end_at_the_minimum_of_all_rows(void **unused)
{
    static const char *const methods[] = {"sag", "saga", "svrg"};

    (void)unused;
    for (size_t i = 0; i < 6; i++) {
        struct model_bench *bench = smooth(i < 3 ? ROWS_DENSE64
                                                 : ROWS_SPARSE64, i < 3);
        struct trial best = trial_of(bench, "lbfgs", SIZE_MAX, 1000);
        struct trial trial = trial_of(bench, methods[i % 3], 10, 200);

        best.stop[STOP_GRADIENT_TOLERANCE] = 1e-12;
        trial.p[LEARNING_RATE] = 0.1;
        run(&best);
        check_near(run(&trial), best.result.x, bench->objective.n, 1e-9);
        model_bench_free(bench);
    }
}

/* Both find the same zeros of an elastic net, with an intercept. */
static void saga_and_proximal_cd_agree_on_zeros(void **unused)
{
    struct model_design design = model_bench_design("logistic", NULL);
    struct model_bench *bench;
    struct trial saga, proximal;
    unsigned zeros = 0;

    (void)unused;
    design.l1 = 0.02;
    design.l2 = 0.05;
    bench = model_bench_new(&design, ROWS_SPARSE64, true);
    saga = trial_of(bench, "saga", 10, 300);
    saga.p[LEARNING_RATE] = 0.1;
    proximal = trial_of(bench, "proximal_cd", SIZE_MAX, 100);
    check_near(run(&saga), run(&proximal), bench->objective.n, 1e-9);
    for (size_t j = 0; j < design.features; j++) {
        zeros += saga.result.x[j] == 0;
        assert_true((saga.result.x[j] == 0) == (proximal.result.x[j] == 0));
    }
    assert_in_range(zeros, 1, design.features - 1);
    assert_int_equal(proximal.result.reason, REASON_GRADIENT_TOLERANCE);
    model_bench_free(bench);
}

/* The gap says how far the loss is from its minimum at most: where it is a
 * thousandth, lbfgs finds no more than that below. */
static void the_gap_is_no_less_than_what_is_left(void **unused)
{
    static const char *const wanted[] = {"log", "hinge", "squared_hinge"};

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct model_design design =
            model_bench_design(i == 0 ? "logistic" : "svm", wanted[i]);
        struct model_bench *bench;
        struct trial rough, exact;

        design.l2 = 0.01;
        design.intercept = false;
        bench = model_bench_new(&design, ROWS_DENSE64, true);
        rough = trial_of(bench, "dual_cd", SIZE_MAX, 1000);
        exact = trial_of(bench, "dual_cd", SIZE_MAX, 1000);
        rough.p[0] = exact.p[0] = 1;
        rough.p[1] = 1e-3;
        exact.p[1] = 1e-12;
        run(&rough);
        run(&exact);
        assert_int_equal(rough.result.reason, REASON_LOSS_TOLERANCE);
        assert_int_equal(exact.result.reason, REASON_LOSS_TOLERANCE);
        assert_true(exact.result.iterations > rough.result.iterations);
        assert_true(rough.result.loss - exact.result.loss
                    <= 1e-3 * rough.result.loss);
        model_bench_free(bench);
    }
}

/* ---- manners ----------------------------------------------------------- */

static void the_same_seed_gives_the_same_bits(void **unused)
{
    static const char *const methods[] = {"sag", "saga", "svrg", "dual_cd",
                                          "proximal_cd"};

    (void)unused;
    for (size_t i = 0; i < 5; i++) {
        struct model_design design = model_bench_design("logistic", NULL);
        struct model_bench *bench;
        struct trial one, two, other;

        design.l2 = 0.05;
        design.intercept = false;
        bench = model_bench_new(&design, ROWS_SPARSE64, false);
        one = trial_of(bench, methods[i], i < 3 ? 7 : SIZE_MAX, 2);
        two = trial_of(bench, methods[i], i < 3 ? 7 : SIZE_MAX, 2);
        other = trial_of(bench, methods[i], i < 3 ? 7 : SIZE_MAX, 2);
        other.run.seed = 6;
        assert_memory_equal(run(&one), run(&two),
                            bench->objective.n * sizeof(double));
        run(&other);
        assert_true((memcmp(one.result.x, other.result.x,
                            bench->objective.n * sizeof(double)) != 0)
                    == (i < 4)); /* proximal_cd draws nothing */
        model_bench_free(bench);
    }
}

/* Ask for an end after the first iteration: it is noticed within the next. */
static enum reason cancel_at_once(void *self, const struct iteration *it,
                                  enum reason reason)
{
    if (it->iteration == 1 && reason == REASON_NONE)
        *(atomic_bool *)self = true;
    return reason;
}

static void a_canceled_run_ends_where_it_was(void **unused)
{
    static const char *const methods[] = {"dual_cd", "proximal_cd"};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct model_design design = model_bench_design("logistic", NULL);
        atomic_bool cancel = false;
        struct model_bench *bench;
        struct trial trial;

        design.l2 = 0.05;
        design.intercept = false;
        bench = model_bench_new(&design, ROWS_SPARSE64, false);
        assert_int_equal(model_attach(&bench->objective, &bench->training,
                                      NULL, 7, &cancel, &bench->arena), OK);
        trial = trial_of(bench, methods[i], SIZE_MAX, 50);
        trial.run.cancel = &cancel;
        trial.run.observe = cancel_at_once;
        trial.run.observer = &cancel;
        run(&trial);
        assert_int_equal(trial.result.reason, REASON_CANCELED);
        assert_int_equal(trial.result.iterations, 1);
        assert_true(vector_is_finite(trial.result.x, bench->objective.n));
        model_bench_free(bench);
    }
}

/* ---- what they ask for ------------------------------------------------- */

static unsigned faults_of(const char *method, struct model_design design)
{
    const struct optimizer_kind *kind = optimizer_kind_find(method, NULL);
    struct model_bench *bench = model_bench_new(&design, ROWS_DENSE64, false);
    struct faults faults;
    unsigned count;

    faults_init(&faults, &bench->arena);
    kind->check_objective(&bench->objective, "/optimizer", &faults);
    count = (unsigned)faults.total;
    for (unsigned i = 0; i < count; i++)
        assert_string_equal(faults.items[i].pointer, "/optimizer/type");
    model_bench_free(bench);
    return count;
}

static void what_a_method_cannot_do_is_a_fault(void **unused)
{
    struct model_design design = model_bench_design("logistic", NULL);
    struct model_design linear = model_bench_design("linear", "quantile");

    (void)unused;
    assert_int_equal(faults_of("dual_cd", design), 2); /* l2, intercept */
    design.intercept = false;
    design.l2 = 1;
    assert_int_equal(faults_of("dual_cd", design), 0);
    design.l1 = 1;
    assert_int_equal(faults_of("dual_cd", design), 1);
    assert_int_equal(faults_of("dual_cd", linear), 3);
    assert_int_equal(faults_of("proximal_cd", design), 0);
    assert_int_equal(faults_of("proximal_cd", linear), 1);
    assert_int_equal(faults_of("saga", design), 0);
    design.is_sum = true;
    assert_int_equal(faults_of("saga", design), 1);
    assert_int_equal(faults_of("sag", design), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_steps_of_sag_and_saga_are_those_of_sgd),
        cmocka_unit_test(the_first_step_of_svrg_is_that_of_all_rows),
        cmocka_unit_test(batches_end_at_the_minimum_of_all_rows),
        cmocka_unit_test(saga_and_proximal_cd_agree_on_zeros),
        cmocka_unit_test(the_gap_is_no_less_than_what_is_left),
        cmocka_unit_test(the_same_seed_gives_the_same_bits),
        cmocka_unit_test(a_canceled_run_ends_where_it_was),
        cmocka_unit_test(what_a_method_cannot_do_is_a_fault),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
