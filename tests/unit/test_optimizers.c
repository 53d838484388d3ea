/* test_optimizers.c - the update rules' tables, and their steps by hand.
 * Whole trajectories against PyTorch and Keras are tests/truth/test_rules.c. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/optimizer/optimizer.h"
#include "tests/unit/rule_bench.h"

/* Arithmetic of a handful of operations. */
static void near(double value, double expected)
{
    bench_near(value, expected, 4e-16);
}

static void every_rule_has_a_sound_table(void **unused)
{
    (void)unused;
    for (size_t k = 0; optimizer_kinds[k] != NULL; k++) {
        const struct optimizer_kind *kind = optimizer_kinds[k];
        const struct parameter *p = kind->parameters;

        assert_true(k == 0 || strcmp(optimizer_kinds[k - 1]->name,
                                     kind->name) <= 0);
        assert_ptr_equal(optimizer_kind_find(kind->name, kind->dialect),
                         kind);
        assert_int_equal((kind->step != NULL) + (kind->advance != NULL)
                         + (kind->drive != NULL),
                         kind->searches != NULL ? 2 : 1);
        if (kind->step != NULL)
            assert_string_equal(p[LEARNING_RATE].name, "learning_rate");
        assert_in_range(parameter_count(p), 1, PARAMETERS_MAX);
        assert_true(strlen(kind->formula) > 5 && strlen(kind->source) > 5);
        assert_true(strlen(kind->sentence) > 5);
        for (size_t i = 0; p[i].name != NULL; i++) {
            assert_true(parameter_accepts(&p[i], p[i].initial)
                        || (i != LEARNING_RATE && isnan(p[i].initial)));
            assert_true(strlen(p[i].sentence) > 5);
        }
    }
    assert_null(optimizer_kind_find("nosuch", NULL));
    assert_null(optimizer_kind_find("adam", "nosuch"));
}

static void gradient_descent_steps_against_the_gradient(void **unused)
{
    struct bench b = bench_one("gradient_descent", 1);
    (void)unused;

    bench_set(&b, "learning_rate", 0.25);
    near(bench_step(&b, 2), 0.5);
    near(bench_step(&b, -2), 1);
}

/* rate 0.1, momentum 0.5, dampening 0.5, slopes 1 then 1: the first direction
 * is undamped, b = 1; the second is 0.5 * 1 + 0.5 * 1 = 1. */
static void the_first_momentum_is_undamped(void **unused)
{
    struct bench b = bench_one("sgd", 0);
    (void)unused;

    bench_set(&b, "learning_rate", 0.1);
    bench_set(&b, "momentum", 0.5);
    bench_set(&b, "dampening", 0.5);
    near(bench_step(&b, 1), -0.1);
    near(bench_step(&b, 1), -0.2);
    near(bench_step(&b, 3), -0.4); /* b = 0.5 * 1 + 0.5 * 3 = 2 */
}

/* b = 1, 1.5; the step goes along g + 0.5 b: 1.5, then 1.75. */
static void nesterov_looks_ahead(void **unused)
{
    struct bench b = bench_one("sgd", 0);
    (void)unused;

    bench_set(&b, "learning_rate", 0.1);
    bench_set(&b, "momentum", 0.5);
    bench_set(&b, "nesterov", 1);
    near(bench_step(&b, 1), -0.15);
    near(bench_step(&b, 1), -0.325);
}

/* a = 9 + 16 = 25: -0.5 * 4 / 5; then a = 50 and the rate is 0.5 / 1.25. */
static void adagrad_divides_by_the_root_of_the_sum(void **unused)
{
    struct bench b = bench_one("adagrad", 0);
    (void)unused;

    bench_set(&b, "learning_rate", 0.5);
    bench_set(&b, "lr_decay", 0.25);
    bench_set(&b, "initial_accumulator", 9);
    bench_set(&b, "epsilon", 0);
    near(bench_step(&b, 4), -0.4);
    near(bench_step(&b, 5), -0.4 - 0.4 * 5 / sqrt(50));
}

/* v = 0.5 * 4 = 2, 0.5 * 2 + 0.5 * 4 = 3 at slopes of 2. */
static void rmsprop_divides_by_the_root_mean_square(void **unused)
{
    struct bench b = bench_one("rmsprop", 0);
    (void)unused;

    bench_set(&b, "learning_rate", 0.1);
    bench_set(&b, "decay", 0.5);
    bench_set(&b, "epsilon", 1);
    near(bench_step(&b, 2), -0.1 * 2 / (sqrt(2) + 1));
    bench_set(&b, "momentum", 0.5);
    near(bench_step(&b, 2), -0.2 / (sqrt(2) + 1)
         - 0.1 * (0.5 * 2 / (sqrt(2) + 1) + 2 / (sqrt(3) + 1)));
}

/* Under a constant slope the variance v - m^2 falls to zero, where rounding
 * leaves it below (at a slope of 0.7 from step 54 on). PyTorch then has a NaN,
 * this does not. */
static void centered_rmsprop_survives_a_constant_slope(void **unused)
{
    struct bench b = bench_one("rmsprop", 0);
    (void)unused;

    bench_set(&b, "centered", 1);
    bench_set(&b, "decay", 0.5);
    for (int i = 0; i < 1000; i++)
        assert_true(isfinite(bench_step(&b, 0.7)));
}

/* With its bias taken out, the first Adam step is the rate times the sign. */
static void adams_first_step_is_the_rate(void **unused)
{
    struct bench b = bench_one("adam", 0);
    (void)unused;

    bench_set(&b, "epsilon", 0);
    near(bench_step(&b, 123.5), -1e-3);
}

/* beta = 0: no memory, so each step is the rate; amsgrad keeps the slope of
 * 4 and takes a quarter of it. */
static void amsgrad_remembers_the_steepest_slope(void **unused)
{
    struct bench b = bench_one("adam", 0);
    (void)unused;

    bench_set(&b, "beta1", 0);
    bench_set(&b, "beta2", 0);
    bench_set(&b, "epsilon", 0);
    bench_set(&b, "learning_rate", 1);
    bench_set(&b, "amsgrad", 1);
    near(bench_step(&b, 4), -1);
    near(bench_step(&b, 1), -1.25);
}

static void nesterov_needs_momentum_without_dampening(void **unused)
{
    struct bench b = bench_one("sgd", 0);
    struct faults *faults = calloc(1, sizeof *faults);
    struct arena arena;
    (void)unused;

    assert_non_null(faults);
    arena_init(&arena, 0);
    faults_init(faults, &arena);
    b.kind->check(b.p, "/optimizer", faults);
    assert_int_equal(faults->total, 0);
    bench_set(&b, "nesterov", 1);
    bench_set(&b, "dampening", 0.5);
    b.kind->check(b.p, "/optimizer", faults);
    assert_int_equal(faults->total, 2);
    assert_string_equal(faults->items[0].pointer, "/optimizer/nesterov");
    assert_int_equal(faults->items[0].code, FAULT_CONFLICT);
    assert_non_null(strstr(faults->items[0].detail, "momentum"));
    assert_non_null(strstr(faults->items[1].detail, "dampening"));
    faults->total = 0;
    bench_set(&b, "momentum", 0.9);
    bench_set(&b, "dampening", 0);
    b.kind->check(b.p, "/optimizer", faults);
    assert_int_equal(faults->total, 0);
    arena_fini(&arena);
    free(faults);
}

static void rprops_least_step_is_below_its_greatest(void **unused)
{
    struct bench b = bench_one("rprop", 0);
    struct faults *faults = calloc(1, sizeof *faults);
    struct arena arena;
    (void)unused;

    assert_non_null(faults);
    arena_init(&arena, 0);
    faults_init(faults, &arena);
    bench_set(&b, "step_min", 50);
    b.kind->check(b.p, "/optimizer", faults);
    assert_int_equal(faults->total, 0);
    bench_set(&b, "step_max", 49);
    b.kind->check(b.p, "/optimizer", faults);
    assert_int_equal(faults->total, 1);
    assert_string_equal(faults->items[0].pointer, "/optimizer/step_min");
    assert_int_equal(faults->items[0].code, FAULT_CONFLICT);
    arena_fini(&arena);
    free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_a_sound_table),
        cmocka_unit_test(gradient_descent_steps_against_the_gradient),
        cmocka_unit_test(the_first_momentum_is_undamped),
        cmocka_unit_test(nesterov_looks_ahead),
        cmocka_unit_test(adagrad_divides_by_the_root_of_the_sum),
        cmocka_unit_test(rmsprop_divides_by_the_root_mean_square),
        cmocka_unit_test(centered_rmsprop_survives_a_constant_slope),
        cmocka_unit_test(adams_first_step_is_the_rate),
        cmocka_unit_test(amsgrad_remembers_the_steepest_slope),
        cmocka_unit_test(nesterov_needs_momentum_without_dampening),
        cmocka_unit_test(rprops_least_step_is_below_its_greatest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
