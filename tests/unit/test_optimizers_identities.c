/*
 * test_optimizers_identities.c - what one rule has to do with another, first
 * steps by hand, and what every rule must bear.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "tests/unit/job.h"
#include "tests/unit/rule_bench.h"

enum { N = BENCH_N, STEPS = 30 };

/* Rules that are equal on paper round differently; 30 steps of contraction do
 * not make more of it. */
#define SAME 1e-13

/* f(x) = sum of c (x - q)^2 / 2 */
static const double curvature[N] = {12, 18, 0.5};
static const double minimum[N] = {1, 7.0 / 9, -2};
static const double start[N] = {-0.9, 2.5, 0.3};

/* One side of an identity. */
struct side {
    const char *name, *dialect;
    struct setting settings[8];
};

static struct bench bench_of(const struct side *side)
{
    struct bench b = bench_at(side->name, side->dialect, start, N);

    bench_set_all(&b, side->settings);
    return b;
}

static void descend(struct bench *b)
{
    double g[N], f = 0;

    for (int i = 0; i < N; i++) {
        g[i] = curvature[i] * (b->x[i] - minimum[i]);
        f += g[i] * (b->x[i] - minimum[i]) / 2;
    }
    bench_step_at(b, g, f);
}

#define ADAM {"learning_rate", 0.05}, {"beta1", 0.8}, {"beta2", 0.95}
#define EPSILON {"epsilon", 1e-6}

static const struct side identities[][2] = {
    /* Quasi-hyperbolic momentum: all momentum, and none. */
    {{"qhm", "paper",
      {{"learning_rate", 0.1}, {"momentum", 0.75}, {"nu", 1}}},
     {"sgd", "keras", {{"learning_rate", 0.1 * 0.25}, {"momentum", 0.75}}}},
    {{"qhm", "paper", {{"learning_rate", 0.05}, {"nu", 0}}},
     {"gradient_descent", NULL, {{"learning_rate", 0.05}}}},
    /* ... and Nesterov's, damped: nu is the momentum. */
    {{"qhm", "paper",
      {{"learning_rate", 0.1}, {"momentum", 0.75}, {"nu", 0.75}}},
     {"sgd", "keras",
      {{"learning_rate", 0.1 * 0.25}, {"momentum", 0.75}, {"nesterov", 1}}}},
    /* At a constant rate it does not matter what momentum remembers. */
    {{"sgd", "torch",
      {{"learning_rate", 0.02}, {"momentum", 0.9}, {"nesterov", 1}}},
     {"sgd", "keras",
      {{"learning_rate", 0.02}, {"momentum", 0.9}, {"nesterov", 1}}}},
    {{"rmsprop", "torch",
      {{"learning_rate", 0.02}, {"momentum", 0.5}, {"epsilon", 0}}},
     {"rmsprop", "keras",
      {{"learning_rate", 0.02}, {"momentum", 0.5}, {"epsilon", 0},
       {"decay", 0.99}}}},
    /* Without epsilon it does not matter where it stands. */
    {{"adam", "torch", {ADAM, {"epsilon", 0}, {"amsgrad", 1}}},
     {"adam", "keras", {ADAM, {"epsilon", 0}, {"amsgrad", 1}}}},
    {{"adamax", "torch", {ADAM, {"epsilon", 0}}},
     {"adamax", "keras", {ADAM, {"epsilon", 0}}}},
    {{"nadam", "torch", {ADAM, EPSILON, {"momentum_decay", 1}}},
     {"nadam", "keras", {ADAM, EPSILON}}},
    {{"adagrad", "torch", {{"learning_rate", 0.2}, {"epsilon", 0}}},
     {"adagrad", "keras",
      {{"learning_rate", 0.2}, {"epsilon", 0}, {"initial_accumulator", 0}}}},
    {{"adafactor", "torch", {{"learning_rate", 0.2}, {"epsilon1", 0}}},
     {"adafactor", "keras", {{"learning_rate", 0.2}, {"epsilon1", 0}}}},
    {{"lamb", "paper", {ADAM, EPSILON}}, {"lamb", "keras", {ADAM, EPSILON}}},
    /* Adam in disguise. */
    {{"adamw", "torch", {ADAM, EPSILON, {"weight_decay", 0}}},
     {"adam", "torch", {ADAM, EPSILON}}},
    {{"adamw", "keras", {ADAM, EPSILON, {"weight_decay", 0}}},
     {"adam", "keras", {ADAM, EPSILON}}},
    {{"padam", "paper", {ADAM, EPSILON, {"partial", 0.5}}},
     {"adam", "keras", {ADAM, EPSILON, {"amsgrad", 1}}}},
    {{"adabound", "paper", {ADAM, EPSILON, {"gamma", 1e-15}}},
     {"adam", "keras", {ADAM, EPSILON}}},
    {{"adabound", "paper",
      {ADAM, EPSILON, {"gamma", 1e-15}, {"amsbound", 1}}},
     {"adam", "keras", {ADAM, EPSILON, {"amsgrad", 1}}}},
    {{"qhadam", "paper", {ADAM, EPSILON, {"nu1", 1}, {"nu2", 1}}},
     {"adam", "torch", {ADAM, EPSILON}}},
    {{"ademamix", "paper", {ADAM, EPSILON, {"alpha", 0}}},
     {"adam", "torch", {ADAM, EPSILON}}},
    {{"adan", "paper",
      {{"learning_rate", 0.05}, {"beta1", 0.8}, {"beta2", 0}, {"beta3", 0.95},
       EPSILON}},
     {"adam", "torch", {ADAM, EPSILON}}},
    /* The sign of a mean, whether it is updated before or after. */
    {{"lion", "paper",
      {{"learning_rate", 0.05}, {"beta1", 0.8}, {"beta2", 0.8}}},
     {"signum", "paper", {{"learning_rate", 0.05}, {"momentum", 0.8}}}},
    /* A distance that may not grow is a rate of 0.05. The means of d g and
     * d^2 g^2, and d epsilon, are Adam's times d. */
    {{"prodigy", "paper",
      {{"learning_rate", 1}, {"beta1", 0.8}, {"beta2", 0.95}, EPSILON,
       {"initial_distance", 0.05}, {"distance_factor", 1e-9},
       {"bias_correction", 1}}},
     {"adam", "keras", {ADAM, EPSILON}}},
};

static void these_rules_are_the_same(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < sizeof identities / sizeof *identities; k++) {
        struct bench a = bench_of(&identities[k][0]);
        struct bench b = bench_of(&identities[k][1]);

        for (int t = 1; t <= STEPS; t++) {
            descend(&a);
            descend(&b);
            for (int i = 0; i < N; i++)
                if (!(fabs(a.x[i] - b.x[i]) <= SAME * (1 + fabs(b.x[i]))))
                    fail_msg("%s (identity %zu), step %d: x[%d] is %.17g, but "
                             "%s's is %.17g", identities[k][0].name, k, t, i,
                             a.x[i], identities[k][1].name, b.x[i]);
        }
    }
}

/* Keras' weight_decay is decoupled in every rule: x loses its share before
 * the step. */
static void keras_decay_shrinks_x_before_the_step(void **unused)
{
    unsigned count = 0;
    (void)unused;

    for (size_t k = 0; optimizer_kinds[k] != NULL; k++) {
        const struct optimizer_kind *kind = optimizer_kinds[k];
        struct bench decayed, plain;

        if (kind->dialect == NULL || strcmp(kind->dialect, "keras") != 0)
            continue;
        decayed = bench_at(kind->name, kind->dialect, start, N);
        bench_set(&decayed, "learning_rate", 0.01);
        plain = decayed;
        bench_set(&decayed, "weight_decay", 2);
        bench_set(&plain, "weight_decay", 0);
        for (int t = 1; t <= 3; t++) {
            const double g[N] = {3.0 / t, -1, 0.25};

            for (int i = 0; i < N; i++)
                plain.x[i] -= 0.01 * 2 * plain.x[i];
            bench_step_at(&decayed, g, NAN);
            bench_step_at(&plain, g, NAN);
            for (int i = 0; i < N; i++)
                bench_near(decayed.x[i], plain.x[i], 1e-15);
        }
        count++;
    }
    assert_int_equal(count, 12); /* Keras has as many rules here */
}

/* ---- first steps by hand ----------------------------------------------- */

/* The first mean without its bias is the slope itself, the deviation
 * g - m = 0.9 g: the step is the rate over 0.9. */
static void adabeliefs_first_step_is_the_rate_over_beta1(void **unused)
{
    struct bench b = bench_one("adabelief", 0);
    (void)unused;

    bench_set(&b, "epsilon", 0);
    bench_near(bench_step(&b, 42), -1e-3 / 0.9, 1e-15);
}

/* v = 1e-6 < g^2 rises by 0.001 * 4; m = 0.1 * 2. Then g^2 = 1e-4 < v, which
 * falls by 0.001 * 1e-4, where Adam's would fall by 0.001 v. */
static void yogis_square_moves_by_the_slopes_own(void **unused)
{
    struct bench b = bench_one("yogi", 0);
    double v = 1e-6 + 0.004, x;
    (void)unused;

    x = -0.01 * 0.2 / (sqrt(v) + 1e-3);
    bench_near(bench_step(&b, 2), x, 1e-15);
    v -= 1e-7;
    x -= 0.01 * (0.9 * 0.2 + 0.1 * 0.01) / (sqrt(v) + 1e-3);
    bench_near(bench_step(&b, 0.01), x, 1e-15);
}

/* With gamma = 1 the bounds are final * [1 - 1/(t+1), 1 + 1/t]: at first
 * [0.05, 0.2], and Adam's rate of 0.001 * sqrt(0.001)/0.1 / (sqrt(0.001) * 4)
 * = 0.0025 is lifted to 0.05. m = 0.1 * 4. */
static void adabound_ends_as_gradient_descent(void **unused)
{
    struct bench b = bench_one("adabound", 0);
    double before;
    (void)unused;

    bench_set(&b, "gamma", 1);
    bench_near(bench_step(&b, 4), -0.05 * 0.4, 1e-15);
    for (int t = 2; t <= 20000; t++)
        bench_step(&b, 4);
    before = b.x[0]; /* m has long been 4, the rate 0.1 up to 1/20000 */
    bench_near(bench_step(&b, 4) - before, -0.4, 1e-4);
}

/* x = 3, 4 has length 5, whatever the slope. */
static void lars_and_lamb_measure_by_x(void **unused)
{
    static const double x[2] = {3, 4}, g[2] = {-800, 600};
    struct bench lars = bench_at("lars", NULL, x, 2);
    struct bench lamb = bench_at("lamb", NULL, x, 2);
    (void)unused;

    bench_step_at(&lars, g, NAN);
    bench_near(hypot(lars.x[0] - 3, lars.x[1] - 4), 1e-3 * 5, 1e-14);
    bench_near(lars.x[0], 3 + 0.8 * 0.005, 1e-15);
    bench_step_at(&lamb, g, NAN);
    bench_near(hypot(lamb.x[0] - 3, lamb.x[1] - 4), 1e-3 * 5, 1e-14);
}

/* At x = 0 there is no length to measure by, and the ratio is 1. */
static void lars_and_lamb_can_leave_zero(void **unused)
{
    struct bench lars = bench_one("lars", 0), lamb = bench_one("lamb", 0);
    (void)unused;

    bench_near(bench_step(&lars, 2), -2, 1e-15);
    bench_set(&lamb, "epsilon", 0);
    bench_near(bench_step(&lamb, 2), -1e-3, 1e-15);
}

/* A gradient of length 5 becomes one of length 1: the first step is the rate,
 * the second, along the same gradient, 1.9 times that. */
static void novograds_gradient_has_length_one(void **unused)
{
    static const double x[2] = {0, 0}, g[2] = {3, 4};
    struct bench b = bench_at("novograd", NULL, x, 2);
    (void)unused;

    bench_set(&b, "epsilon", 0);
    bench_step_at(&b, g, NAN);
    bench_near(b.x[0], -0.01 * 0.6, 1e-15);
    bench_step_at(&b, g, NAN);
    bench_near(b.x[1], -0.01 * 0.8 * 2.9, 1e-15);
}

/* First the square alone; then 9 / 3, cut to 1, of which 0.1 is the mean. */
static void adopt_first_looks_then_moves(void **unused)
{
    struct bench b = bench_one("adopt", 1);
    (void)unused;

    assert_true(bench_step(&b, 3) == 1);
    bench_near(bench_step(&b, 9), 1 - 1e-3 * 0.1, 1e-15);
}

/* From (3, 4) the first distance is 1e-6 * (1 + 5), which is the first step's
 * length; the second step's is that distance over sqrt(2) slopes. */
static void dogs_first_step_is_the_first_distance(void **unused)
{
    static const double x[2] = {3, 4}, g[2] = {0, 7};
    struct bench b = bench_at("dog", NULL, x, 2);
    (void)unused;

    bench_set(&b, "epsilon", 0);
    bench_step_at(&b, g, NAN);
    bench_near((4 - b.x[1]) / 6e-6, 1, 1e-9); /* 4 - 6e-6 has 10 digits of it */
    bench_step_at(&b, g, NAN);
    bench_near((4 - b.x[1]) / 6e-6, 1 + sqrt(0.5), 1e-9);
}

/* f = 3 x^2: (f - 0) / (6 x)^2 * 6 x is half of x. Uphill the same on -f, whose
 * gradient comes turned; and a cap of 0.01 allows 0.01 * 24. */
static void polyaks_step_halves_a_parabola(void **unused)
{
    static const double g = 24;
    struct bench b = bench_one("polyak", 4);
    (void)unused;

    bench_step_at(&b, &g, 48);
    assert_true(b.x[0] == 2);
    b = bench_one("polyak", 4);
    b.uphill = true;
    bench_step_at(&b, &g, -48);
    assert_true(b.x[0] == 2);
    b = bench_one("polyak", 4);
    bench_set(&b, "learning_rate", 0.01);
    bench_step_at(&b, &g, 48);
    bench_near(b.x[0], 4 - 0.24, 1e-15);
    b = bench_one("polyak", 4);
    bench_set(&b, "target", 50); /* lower than can be: already there */
    bench_step_at(&b, &g, 48);
    assert_true(b.x[0] == 4);
}

/* Size 0.5: it grows to 0.6 while the slope keeps its sign; at the turn it is
 * 0.3 and the coordinate rests, then goes on with 0.3: no sign to compare. */
static void rprop_rests_after_a_turn(void **unused)
{
    struct bench b = bench_one("rprop", 0);
    (void)unused;

    bench_set(&b, "learning_rate", 0.5);
    bench_near(bench_step(&b, 100), -0.5, 1e-15);
    bench_near(bench_step(&b, 0.01), -1.1, 1e-15);
    bench_near(bench_step(&b, -5), -1.1, 1e-15);
    bench_near(bench_step(&b, -5), -0.8, 1e-15);
}

/* x runs 0, -1, -2, -3, -4 (lambda 0, slope 1, rate 1). From t0 = 1 on: at
 * step 2 and 3 the average is x, at step 4 half of the way from there. */
static void asgd_averages_from_t0_on(void **unused)
{
    struct bench b = bench_one("asgd", 0);
    struct step s = {.n = 1};
    double average;
    (void)unused;

    bench_set(&b, "learning_rate", 1);
    bench_set(&b, "lambda", 0);
    bench_set(&b, "t0", 1);
    for (int t = 1; t <= 4; t++)
        bench_step(&b, 1);
    s.x = b.x;
    s.state = b.state;
    s.p = b.p;
    b.kind->average(&s, &average);
    bench_near(b.x[0], -4, 1e-15);
    bench_near(average, -3.5, 1e-15);
}

/* Slopes that do not add up to more than l1 leave x at zero, exactly. */
static void ftrl_makes_exact_zeros(void **unused)
{
    struct bench b = bench_one("ftrl", 0);
    (void)unused;

    bench_set(&b, "learning_rate", 0.5);
    bench_set(&b, "l1_strength", 1);
    assert_true(bench_step(&b, 0.75) == 0);
    assert_true(bench_step(&b, -0.5) == 0);
    assert_true(bench_step(&b, -2) > 0);
}

/* ---- what every rule must bear ----------------------------------------- */

/* Those have gradients of their own: test_linear_methods.c has them. */
static bool needs_rows(const struct optimizer_kind *kind)
{
    return kind->needs_rows || kind->needs_linear;
}

/* A flat place, and a schedule that has come to a rate of zero, after three
 * common steps and before them. */
static void no_rule_makes_a_nan_of_nothing(void **unused)
{
    static const double flat[N] = {0, 0, 0}, slopes[N] = {3, -0.1, 0};
    (void)unused;

    for (size_t k = 0; optimizer_kinds[k] != NULL; k++) {
        const struct optimizer_kind *kind = optimizer_kinds[k];

        if (kind->step == NULL || needs_rows(kind))
            continue;
        for (int order = 0; order < 4; order++) {
            struct bench b = bench_at(kind->name, kind->dialect, start, N);
            double rate = b.p[LEARNING_RATE];

            for (int t = 0; t < 3 && order < 2; t++)
                bench_step_at(&b, order == 0 ? flat : slopes, 1);
            b.p[LEARNING_RATE] = order == 3 ? rate : 0;
            for (int t = 0; t < 3; t++)
                bench_step_at(&b, order == 3 ? flat : slopes, 1);
            b.p[LEARNING_RATE] = rate;
            for (int t = 0; t < 3; t++)
                bench_step_at(&b, slopes, 1);
            for (int i = 0; i < N; i++)
                if (!isfinite(b.x[i]))
                    fail_msg("%s (%s) ends at %g", kind->name,
                             kind->dialect ? kind->dialect : "-", b.x[i]);
        }
    }
}

/* f = |x - q|^2 / 2 from (-0.9, 2.5, 0.3): the loss of 5.9 falls to less
 * than half under every rule. Keras' AdaGrad, whose steps soon are tiny, needs
 * nearly all of the 100 000 steps. */
static void every_rule_goes_downhill_at_its_defaults(void **unused)
{
    (void)unused;
    for (size_t k = 0; optimizer_kinds[k] != NULL; k++) {
        const struct optimizer_kind *kind = optimizer_kinds[k];
        struct bench b;
        double g[N], loss = 0, first = 0;

        if (kind->step == NULL || needs_rows(kind))
            continue;
        b = bench_at(kind->name, kind->dialect, start, N);
        for (int t = 0; t <= 100000; t++) {
            loss = 0;
            for (int i = 0; i < N; i++) {
                g[i] = b.x[i] - minimum[i];
                loss += g[i] * g[i] / 2;
            }
            first = t == 0 ? loss : first;
            bench_step_at(&b, g, loss);
        }
        if (!(loss < 0.5 * first))
            fail_msg("%s (%s): from %g to %g", kind->name,
                     kind->dialect ? kind->dialect : "-", first, loss);
    }
}

/* The slow iterate follows the fast one all the way. */
static void lookahead_at_rate_one_is_nothing(void **unused)
{
    static const double x0[] = {-0.9, 2.5};
    struct job *plain = job_new("adam"), *ahead = job_new("adam");
    (void)unused;

    job_bowl(plain);
    job_bowl(ahead);
    job_set(plain, "max_iterations", STEPS);
    job_set(ahead, "max_iterations", STEPS);
    job_set(plain, "learning_rate", 0.1);
    job_set(ahead, "learning_rate", 0.1);
    job_set(ahead, "lookahead_steps", 3);
    job_set(ahead, "lookahead_rate", 1);
    job_run(plain, x0);
    job_run(ahead, x0);
    for (int i = 0; i < 2; i++)
        bench_near(ahead->result.x[i], plain->result.x[i], SAME);
    job_free(plain);
    job_free(ahead);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(these_rules_are_the_same),
        cmocka_unit_test(keras_decay_shrinks_x_before_the_step),
        cmocka_unit_test(adabeliefs_first_step_is_the_rate_over_beta1),
        cmocka_unit_test(yogis_square_moves_by_the_slopes_own),
        cmocka_unit_test(adabound_ends_as_gradient_descent),
        cmocka_unit_test(lars_and_lamb_measure_by_x),
        cmocka_unit_test(lars_and_lamb_can_leave_zero),
        cmocka_unit_test(novograds_gradient_has_length_one),
        cmocka_unit_test(adopt_first_looks_then_moves),
        cmocka_unit_test(dogs_first_step_is_the_first_distance),
        cmocka_unit_test(polyaks_step_halves_a_parabola),
        cmocka_unit_test(rprop_rests_after_a_turn),
        cmocka_unit_test(asgd_averages_from_t0_on),
        cmocka_unit_test(ftrl_makes_exact_zeros),
        cmocka_unit_test(no_rule_makes_a_nan_of_nothing),
        cmocka_unit_test(every_rule_goes_downhill_at_its_defaults),
        cmocka_unit_test(lookahead_at_rate_one_is_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
