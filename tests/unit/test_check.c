/* test_check.c - what optimizers need and how far they go, against jobs. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "core/model/linear_model.h"
#include "core/objective/objective.h"
#include "core/optimizer/check.h"

static struct arena arena;
static struct faults faults;

static int setup(void **unused)
{
    (void)unused;
    arena_init(&arena, 1 << 20);
    faults_init(&faults, &arena);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    arena_fini(&arena);
    return 0;
}

static const struct optimizer_kind *kind_of(const char *name)
{
    const struct optimizer_kind *kind = optimizer_kind_find(name, NULL);

    assert_non_null(kind);
    return kind;
}

/* Fault number i is this one, and its sentence holds `part`. */
static void fault_is(size_t i, const char *pointer, enum fault_code code,
                     const char *part)
{
    assert_true(i < faults.total);
    assert_string_equal(faults.items[i].pointer, pointer);
    assert_int_equal(faults.items[i].code, code);
    if (strstr(faults.items[i].detail, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, faults.items[i].detail);
}

/* The faults of `name` with its defaults; they replace those before. */
static void check(const char *name, const struct objective *objective,
                  const double *low, const double *high)
{
    double p[PARAMETERS_MAX];
    struct optimizer_demand demand = {
        .kind = kind_of(name), .p = p, .objective = objective, .low = low,
        .high = high, .bounds_are_sound = true,
    };

    parameter_defaults(demand.kind->parameters, p);
    faults_init(&faults, &arena);
    optimizer_check(&demand, "/optimizer", &faults);
}

/* As check(), and that there is one fault. */
static void check_one(const char *name, const struct objective *objective,
                      const char *pointer, enum fault_code code,
                      const char *part)
{
    check(name, objective, NULL, NULL);
    assert_int_equal(faults.total, 1);
    fault_is(0, pointer, code, part);
}

static void a_plain_function_suits_what_needs_nothing(void **unused)
{
    static const char *const names[] = {"adam", "lbfgs", "nelder_mead",
                                        "cobyla", "augmented_lagrangian"};
    const struct objective plain = {.n = 2};
    (void)unused;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check(names[i], &plain, NULL, NULL);
        assert_int_equal(faults.total, 0);
    }
}

static void bounds_are_needed_on_both_sides_of_every_variable(void **unused)
{
    static const double low[] = {-1, -1}, high[] = {1, 1};
    static const double half[] = {1, INFINITY};
    const struct objective plain = {.n = 2}, faulty = {.n = 0};
    struct optimizer_demand unsound = {.kind = kind_of("direct"),
                                       .objective = &plain};
    (void)unused;

    check("direct", &plain, low, high);
    assert_int_equal(faults.total, 0);
    check("direct", &plain, low, half);
    assert_int_equal(faults.total, 1);
    fault_is(0, "/optimizer/bounds", FAULT_REQUIRED, "every variable");
    check("direct", &plain, NULL, high);
    assert_int_equal(faults.total, 1);
    check_one("direct", &faulty, "/optimizer/bounds", FAULT_REQUIRED,
              "direct needs low and high");
    /* What bounds have faults of their own for is not said again. */
    faults_init(&faults, &arena);
    optimizer_check(&unsound, "/optimizer", &faults);
    assert_int_equal(faults.total, 0);
}

static void residuals_rows_and_scores_are_needed_by_some(void **unused)
{
    const struct by_rows rows = {.count = 5};
    const struct objective plain = {.n = 2};
    const struct objective over_rows = {.n = 2, .by_rows = &rows};
    (void)unused;

    check_one("levenberg_marquardt", &plain, "/optimizer/type",
              FAULT_CONFLICT, "a sum of residuals: fit");
    assert_null(strstr(faults.items[0].detail, "4000000"));
    check_one("levenberg_marquardt", &over_rows, "/optimizer/type",
              FAULT_CONFLICT, "4000000 rows times parameters");
    check_one("svrg", &plain, "/optimizer/type", FAULT_CONFLICT,
              "svrg needs an objective over rows");
    check("svrg", &over_rows, NULL, NULL);
    assert_int_equal(faults.total, 0);
    check_one("proximal_cd", &over_rows, "/optimizer/type", FAULT_CONFLICT,
              "one score a row");
}

/* dual_cd: a loss of classes, l2 and no l1, no intercept. All that is wrong is
 * told at once. */
static void a_kind_looks_at_the_linear_model_itself(void **unused)
{
    static const struct loss of_numbers = {.name = "squared"};
    static const struct loss of_classes = {.name = "hinge",
                                           .target = LOSS_OF_CLASSES};
    const struct by_rows rows = {.count = 5};
    struct linear_model linear = {.loss = &of_numbers, .intercept = true};
    const struct objective objective = {.n = 2, .by_rows = &rows,
                                        .linear = &linear};
    (void)unused;

    check("dual_cd", &objective, NULL, NULL);
    assert_int_equal(faults.total, 3);
    fault_is(0, "/optimizer/type", FAULT_CONFLICT, "here it is squared");
    fault_is(1, "/optimizer/type", FAULT_CONFLICT, "l2 above 0 and no l1");
    fault_is(2, "/optimizer/type", FAULT_CONFLICT, "\"intercept\": false");
    linear = (struct linear_model){.loss = &of_classes, .l2 = 1};
    check("dual_cd", &objective, NULL, NULL);
    assert_int_equal(faults.total, 0);
}

static void dropout_is_not_compared(void **unused)
{
    const struct by_rows noisy = {.count = 5, .is_noisy = true};
    const struct objective objective = {.n = 2, .by_rows = &noisy};
    (void)unused;

    check_one("lbfgs", &objective, "/optimizer/type", FAULT_CONFLICT,
              "dropout");
    check("adam", &objective, NULL, NULL);
    assert_int_equal(faults.total, 0);
}

/* As many variables as a kind names, and one more. */
static void no_more_variables_than_the_kind_can_do(void **unused)
{
    size_t limited = 0;
    (void)unused;

    for (size_t i = 0; optimizer_kinds[i] != NULL; i++) {
        const struct optimizer_kind *kind = optimizer_kinds[i];
        struct residuals residuals = {.count = 1};
        struct objective objective = {.n = kind->dimension_max,
                                      .residuals = &residuals};
        struct optimizer_demand demand = {.kind = kind,
                                          .objective = &objective};
        double p[PARAMETERS_MAX];

        if (kind->dimension_max == 0 || kind->dimension_max >= DIMENSION_MAX)
            continue;
        parameter_defaults(kind->parameters, p);
        demand.p = p;
        faults_init(&faults, &arena);
        optimizer_check(&demand, "/optimizer", &faults);
        assert_int_equal(faults.total, 0);
        objective.n++;
        optimizer_check(&demand, "/optimizer", &faults);
        assert_int_equal(faults.total, 1);
        fault_is(0, "/optimizer/type", FAULT_TOO_LARGE, "variables");
        limited++;
    }
    assert_true(limited >= 8);
}

/* 1e8 is the most of rows * n^2. */
static void no_more_work_than_a_factorization_may_take(void **unused)
{
    struct residuals residuals = {.count = 10000};
    const struct objective objective = {.n = 100, .residuals = &residuals};
    (void)unused;

    check("levenberg_marquardt", &objective, NULL, NULL);
    assert_int_equal(faults.total, 0);
    residuals.count++;
    check_one("levenberg_marquardt", &objective, "/optimizer/type",
              FAULT_TOO_LARGE, "10001 rows and 100 parameters");
}

static void bounds_are_kept_to_by_some(void **unused)
{
    (void)unused;
    optimizer_check_bounds(kind_of("sgd"), true, "/b", &faults);
    optimizer_check_bounds(kind_of("lbfgsb"), false, "/b", &faults);
    assert_int_equal(faults.total, 0);
    optimizer_check_bounds(kind_of("lbfgs"), false, "/b", &faults);
    fault_is(0, "/b", FAULT_CONFLICT, "lbfgs takes no bounds");
    optimizer_check_bounds(kind_of("asgd"), true, "/b", &faults);
    fault_is(1, "/b", FAULT_CONFLICT, "asgd recommends an average");
    optimizer_refuse_average(kind_of("asgd"), "l1", "/c", &faults);
    fault_is(2, "/c", FAULT_CONFLICT, "nothing of l1");
    assert_int_equal(faults.total, 3);
}

static void batches_are_for_rules(void **unused)
{
    (void)unused;
    optimizer_check_batches(kind_of("adam"), true, "/batch_size", &faults);
    assert_int_equal(faults.total, 0);
    optimizer_check_batches(kind_of("lbfgs"), false, "/batch_size", &faults);
    assert_int_equal(faults.total, 1);
    fault_is(0, "/batch_size", FAULT_CONFLICT, "\"batch_size\":\"full\"");
}

/* ---- constraints ------------------------------------------------------- */

static const struct constraint two[] = {{.type = CONSTRAINT_INEQUALITY},
                                        {.type = CONSTRAINT_EQUALITY}};

static void check_constraints(const char *name, size_t count, size_t n)
{
    faults_init(&faults, &arena);
    optimizer_check_constraints(kind_of(name), two, count, n, "/constraints",
                                &faults);
}

static void constraints_are_kept_to_by_some_and_they_are_named(void **unused)
{
    (void)unused;
    check_constraints("slsqp", 2, 2);
    assert_int_equal(faults.total, 0);
    check_constraints("mma", 1, 2);
    assert_int_equal(faults.total, 0);
    check_constraints("adam", 2, 2);
    assert_int_equal(faults.total, 1);
    fault_is(0, "/constraints", FAULT_CONFLICT,
             "adam takes no constraints; augmented_lagrangian, cobyla, isres, "
             "mma and slsqp do");
    check_constraints("mma", 2, 2);
    assert_int_equal(faults.total, 1);
    fault_is(0, "/constraints/1/type", FAULT_CONFLICT,
             "mma takes no equalities; augmented_lagrangian, cobyla, isres "
             "and slsqp do");
}

static void no_more_equalities_than_variables(void **unused)
{
    static const struct constraint equalities[] = {
        {.type = CONSTRAINT_EQUALITY}, {.type = CONSTRAINT_EQUALITY},
    };
    (void)unused;

    /* Of a faulty objective there is no dimension to compare with. */
    optimizer_check_constraints(kind_of("slsqp"), equalities, 2, 0, "/c",
                                &faults);
    optimizer_check_constraints(kind_of("slsqp"), equalities, 2, 2, "/c",
                                &faults);
    assert_int_equal(faults.total, 0);
    optimizer_check_constraints(kind_of("slsqp"), equalities, 2, 1, "/c",
                                &faults);
    assert_int_equal(faults.total, 1);
    fault_is(0, "/c", FAULT_CONFLICT, "2 equalities are more than the 1 "
             "variable");
}

/* The most of mma's numbers, in one constraint; and one more. */
static void no_more_numbers_than_the_kind_can_pass_over(void **unused)
{
    size_t most = (size_t)kind_of("mma")->constraint_numbers_max;
    (void)unused;

    assert_true(most > 0);
    check_constraints("mma", 1, most);
    assert_int_equal(faults.total, 0);
    check_constraints("mma", 1, most + 1);
    assert_int_equal(faults.total, 1);
    fault_is(0, "/constraints", FAULT_TOO_LARGE,
             "augmented_lagrangian has no such limit");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_plain_function_suits_what_needs_nothing),
        TEST(bounds_are_needed_on_both_sides_of_every_variable),
        TEST(residuals_rows_and_scores_are_needed_by_some),
        TEST(a_kind_looks_at_the_linear_model_itself),
        TEST(dropout_is_not_compared),
        TEST(no_more_variables_than_the_kind_can_do),
        TEST(no_more_work_than_a_factorization_may_take),
        TEST(bounds_are_kept_to_by_some),
        TEST(batches_are_for_rules),
        TEST(constraints_are_kept_to_by_some_and_they_are_named),
        TEST(no_more_equalities_than_variables),
        TEST(no_more_numbers_than_the_kind_can_pass_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
