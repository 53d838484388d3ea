/*
 * test_optimizers_reference.c - rules without reference records, against their
 * papers' formulas (rule_papers.c).
 *
 * 20 steps on a quadratic must agree to 1e-12. Every parameter is given, so
 * the defaults do not count.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "tests/unit/rule_bench.h"
#include "tests/unit/rule_papers.h"

enum { N = PAPER_N, STEPS = 20, SETTINGS = 12 };

#define TOLERANCE 1e-12
#define EACH(i) for (int i = 0; i < N; i++)

/* f(x) = sum of c (x - q)^2 / 2 */
static const double curvature[N] = {12, 18, 0.5};
static const double minimum[N] = {1, 7.0 / 9, -2};
static const double start[N] = {-0.9, 2.5, 0.3};

#define RATE(value) {"learning_rate", value}
#define MOMENTS {"beta1", 0.8}, {"beta2", 0.95}, {"epsilon", 1e-6}
#define DECAY {"weight_decay", 0.3}
#define AVERAGING(steps, power)                                               \
    {"warmup_steps", steps}, {"averaging_power", power},                      \
    {"averaging_rate_power", 1.5}

static const struct {
    const char *name, *dialect;
    struct setting settings[SETTINGS];
} cases[] = {
    {"adabelief", "paper", {RATE(0.05), MOMENTS}},
    {"yogi", "paper",
     {RATE(0.05), MOMENTS, {"initial_accumulator", 1e-3}}},
    {"adabound", "paper",
     {RATE(0.1), MOMENTS, {"final_learning_rate", 0.02}, {"gamma", 0.1},
      {"amsbound", 0}}},
    {"adabound", "paper",
     {RATE(0.1), MOMENTS, {"final_learning_rate", 0.02}, {"gamma", 0.1},
      {"amsbound", 1}}},
    {"padam", "paper", {RATE(0.05), MOMENTS, {"partial", 0.25}}},
    {"padam", "paper", {RATE(0.05), MOMENTS, {"partial", 0.1}}},
    {"qhm", "paper", {RATE(0.05), {"momentum", 0.9}, {"nu", 0.7}}},
    {"qhadam", "paper",
     {RATE(0.05), MOMENTS, {"nu1", 0.7}, {"nu2", 0.9}}},
    {"signum", "paper", {RATE(0.05), {"momentum", 0.8}}},
    {"lion", "paper",
     {RATE(0.05), {"beta1", 0.8}, {"beta2", 0.95}, DECAY}},
    {"adan", "paper", {RATE(0.05), MOMENTS, {"beta3", 0.9}, DECAY}},
    {"adopt", "paper", {RATE(0.05), MOMENTS}},
    {"ademamix", "paper",
     {RATE(0.02), MOMENTS, {"beta3", 0.99}, {"alpha", 5},
      {"alpha_warmup", 0}, {"beta3_warmup", 0}, DECAY}},
    {"ademamix", "paper",
     {RATE(0.02), MOMENTS, {"beta3", 0.99}, {"alpha", 5},
      {"alpha_warmup", 8}, {"beta3_warmup", 12}, DECAY}},
    {"lars", "paper",
     {RATE(10), {"momentum", 0.8}, {"trust", 1e-3}, {"epsilon", 0}, DECAY}},
    {"lamb", "paper", {RATE(0.05), MOMENTS, DECAY}},
    {"novograd", "paper", {RATE(0.05), MOMENTS, DECAY}},
    {"dog", "paper",
     {RATE(1), {"initial_distance", 0.01}, {"epsilon", 1e-3}}},
    {"polyak", "paper",
     {RATE(0.06), {"target", 0.25}, {"epsilon", 1e-3}}},
    {"adafactor", "torch",
     {RATE(0.4), {"beta2_decay", -0.7}, {"epsilon1", 1e-3},
      {"epsilon2", 1e-2}, {"clip_threshold", 0.9}, {"weight_decay", 0.1}}},
    {"ftrl", "keras",
     {RATE(0.5), {"learning_rate_power", -0.6}, {"initial_accumulator", 0.2},
      {"l1_strength", 1.5}, {"l2_strength", 0.3}, {"l2_shrinkage", 0.2},
      {"beta", 0.4}, {"weight_decay", 0.1}}},
    {"schedule_free_sgd", "paper",
     {RATE(0.05), {"momentum", 0.8}, AVERAGING(5, 0.5)}},
    {"schedule_free_adamw", "paper",
     {RATE(0.05), MOMENTS, AVERAGING(5, 0.5), DECAY}},
    {"schedule_free_radam", "paper",
     {RATE(0.05), MOMENTS, {"sgd_phase", 1}, {"averaging_power", 0.5},
      {"averaging_rate_power", 1.5}, DECAY}},
    {"prodigy", "paper",
     {RATE(1), MOMENTS, {"beta3", 0.9}, {"initial_distance", 1e-3},
      {"distance_factor", 0.8}, {"growth_rate", 1.3},
      {"bias_correction", 1}, {"safeguard_warmup", 0}, DECAY}},
    {"prodigy", "paper",
     {RATE(0.5), MOMENTS, {"beta3", 0.9}, {"initial_distance", 1e-3},
      {"distance_factor", 1.2}, {"growth_rate", 1e6},
      {"bias_correction", 0}, {"safeguard_warmup", 1}, DECAY}},
};

/* The slopes and the loss at the reference's x, in its precision. */
static void evaluate(struct paper *r)
{
    r->f = 0;
    EACH(i) {
        long double away = r->x[i] - (long double)minimum[i];

        r->g[i] = curvature[i] * away;
        r->f += r->g[i] * away / 2;
    }
}

static void step_bench(struct bench *b)
{
    double g[N], f = 0;

    EACH(i) {
        g[i] = curvature[i] * (b->x[i] - minimum[i]);
        f += g[i] * (b->x[i] - minimum[i]) / 2;
    }
    bench_step_at(b, g, f);
}

/* Case k before its first step, on both sides. */
static void begin(size_t k, struct bench *b, struct paper *r)
{
    *b = bench_at(cases[k].name, cases[k].dialect, start, N);
    *r = (struct paper){.settings = cases[k].settings};
    assert_int_equal(bench_set_all(b, r->settings),
                     parameter_count(b->kind->parameters));
    EACH(i)
        r->x[i] = r->start[i] = start[i];
}

static void step_both(size_t k, struct bench *b, struct paper *r)
{
    r->t++;
    evaluate(r);
    paper_step(cases[k].name, r);
    step_bench(b);
}

static void every_rule_is_its_papers(void **unused)
{
    struct bench b;
    struct paper r;
    (void)unused;

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        begin(k, &b, &r);
        while (r.t < STEPS) {
            step_both(k, &b, &r);
            EACH(i)
                if (!(fabsl(b.x[i] - r.x[i])
                      <= TOLERANCE * fmaxl(1, fabsl(r.x[i]))))
                    fail_msg("%s (case %zu), step %u: x[%d] is %.17g, not "
                             "%.17Lg", cases[k].name, k, r.t, i, b.x[i],
                             r.x[i]);
        }
    }
}

/* The paper keeps the average, in d; the rule does not keep it at all. */
static void schedule_free_finds_its_average_again(void **unused)
{
    struct bench b;
    struct paper r;
    unsigned count = 0;
    (void)unused;

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct step s = {.x = b.x, .state = b.state, .n = N, .p = b.p};
        double average[N];

        if (strncmp(cases[k].name, "schedule_free", 13) != 0)
            continue;
        begin(k, &b, &r);
        while (r.t < STEPS)
            step_both(k, &b, &r);
        b.kind->average(&s, average);
        EACH(i)
            bench_near(average[i], (double)r.d[i], TOLERANCE);
        count++;
    }
    assert_int_equal(count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_its_papers),
        cmocka_unit_test(schedule_free_finds_its_average_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
