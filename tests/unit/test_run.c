/* test_run.c - the loop: known walks, each stop rule, best, cancel. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/job.h"

/* f(x) = 6x^2 - 12x + 3 from -0.9: x_k - 1 = -1.9 q^k with q = 1 - 12 rate,
 * the gradient is 12 (x - 1), the loss 6 (x - 1)^2 - 3. */
static const double parabola[] = {3, -12, 6};
static const double start[] = {-0.9};

static struct job *parabola_job(const char *optimizer, double rate)
{
    struct job *job = job_new(optimizer);

    job_polynomial(job, parabola, 3);
    job_set(job, "learning_rate", rate);
    return job;
}

/* The run ended for this reason after so many updates. */
static void ended(const struct job *job, enum reason reason,
                  uint64_t iterations)
{
    const struct run_result *r = &job->result;

    if (r->reason != reason || r->iterations != iterations)
        fail_msg("ended by %s after %llu, not by %s after %llu",
                 reason_texts[r->reason].name,
                 (unsigned long long)r->iterations, reason_texts[reason].name,
                 (unsigned long long)iterations);
    assert_int_equal(job->count, iterations + 1);
    for (uint64_t k = 0; k < job->count; k++) {
        assert_int_equal(job->records[k].it.iteration, k);
        assert_int_equal(job->records[k].it.evaluations, k + 1);
        assert_int_equal(job->records[k].reason,
                         k == iterations ? reason : REASON_NONE);
    }
    assert_int_equal(r->loss_evaluations, iterations + 1);
    assert_int_equal(r->gradient_evaluations, iterations + 1);
    assert_memory_equal(&r->loss, &job->records[iterations].it.loss,
                        sizeof r->loss);
}

/* The article cuts at four digits rather than rounding: hence 1e-4. */
static void gradient_descent_walks_the_parabola(void **unused)
{
    static const double visited[] = {-0.9,    -0.216,  0.22176, 0.50193,
                                     0.68123, 0.79599, 0.86943};
    struct job *job = parabola_job("gradient_descent", 0.03);
    (void)unused;

    job_run(job, start);
    ended(job, REASON_MAX_ITERATIONS, 10000);
    for (size_t k = 0; k < sizeof visited / sizeof *visited; k++)
        assert_true(fabs(job->records[k].x[0] - visited[k]) < 1e-4);
    assert_true(fabs(job->result.x[0] - 1) < 1e-14);
    assert_true(fabs(job->result.loss + 3) < 1e-14);
    job_free(job);
}

static void the_bowl_ends_at_its_minimum_from_anywhere(void **unused)
{
    static const double starts[][2] = {{-0.9, 2}, {4, -3}, {0, 0}};
    (void)unused;

    for (size_t i = 0; i < 3; i++) {
        struct job *job = job_new("gradient_descent");

        job_bowl(job);
        job_set(job, "learning_rate", 0.03);
        job_run(job, starts[i]);
        assert_true(fabs(job->result.x[0] - 1) < 1e-14);
        assert_true(fabs(job->result.x[1] - 7.0 / 9) < 1e-14);
        assert_true(fabs(job->result.loss + 76.0 / 9) < 1e-13);
        job_free(job);
    }
}

/* 1/12 is the inverse of the curvature: q = 0, up to the rounding of 1/12. */
static void the_rate_of_one_twelfth_lands_in_one_step(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 1.0 / 12);
    (void)unused;

    job_set(job, "gradient_tolerance", 1e-12);
    job_run(job, start);
    ended(job, REASON_GRADIENT_TOLERANCE, 1);
    assert_true(fabs(job->result.x[0] - 1) < 1e-15);
    job_free(job);
}

/* q = -1: a cycle between -0.9 and 2.9 that neither converges nor diverges. */
static void the_rate_of_one_sixth_swings_for_ever(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 1.0 / 6);
    (void)unused;

    job_set(job, "max_iterations", 1000);
    job_set(job, "gradient_tolerance", 1e-3);
    job_run(job, start);
    ended(job, REASON_MAX_ITERATIONS, 1000);
    for (uint64_t k = 0; k <= 1000; k++)
        assert_true(fabs(job->records[k].x[0] - (k % 2 ? 2.9 : -0.9)) < 1e-9);
    job_free(job);
}

/* q = -1.04: the loss 6 * 3.61 * 1.04^(2k) - 3 passes 1e10 * 18.66 first at
 * k = 292 (1.04^584 = 8.85e9; 18.66e10 / 21.66 = 8.61e9; 1.04^582 = 8.19e9). */
static void the_rate_of_0_17_diverges_by_the_default_rule(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.17);
    (void)unused;

    job_run(job, start);
    ended(job, REASON_DIVERGED, 292);
    assert_int_equal(reason_texts[REASON_DIVERGED].outcome, DIVERGED);
    assert_int_equal(job->result.best.iteration, 0);
    assert_true(job->result.best.x[0] == -0.9);
    job_free(job);
}

/* Loss 21.66 * 1.04^(2k) - 3 > 40: 1.04^(2k) > 1.985, k = 9 (1.04^18 = 2.03,
 * 1.04^16 = 1.87). At 18 the start is already past it. */
static void divergence_loss_fires_at_its_iteration(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.17);
    (void)unused;

    job_set(job, "divergence_loss", 40);
    job_run(job, start);
    ended(job, REASON_DIVERGED, 9);
    job_set(job, "divergence_loss", 18);
    job_run(job, start);
    ended(job, REASON_DIVERGED, 0);
    job_free(job);
}

/* 22.8 * 0.64^k <= 1e-3 at k = 23 (22.8 * 0.64^22 = 1.24e-3, * 0.64 =
 * 7.9e-4). It looks at iteration 0 as well. */
static void gradient_tolerance_fires_at_its_iteration(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.03);
    (void)unused;

    job_set(job, "gradient_tolerance", 1e-3);
    job_run(job, start);
    ended(job, REASON_GRADIENT_TOLERANCE, 23);
    job_set(job, "gradient_tolerance", 22.9);
    job_run(job, start);
    ended(job, REASON_GRADIENT_TOLERANCE, 0);
    job_free(job);
}

/* The loss falls by 21.66 * 0.64^(2k-2) * (1 - 0.4096) = 12.788 * 0.4096^(k-1)
 * in step k: <= 0.5 first in step 5 (0.3600; step 4 has 0.8788). A tolerance
 * that all satisfy fires at 1, not at 0, which has no loss before it. */
static void loss_tolerance_fires_at_its_iteration(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.03);
    (void)unused;

    job_set(job, "loss_tolerance", 0.5);
    job_run(job, start);
    ended(job, REASON_LOSS_TOLERANCE, 5);
    job_set(job, "loss_tolerance", 1000);
    job_run(job, start);
    ended(job, REASON_LOSS_TOLERANCE, 1);
    job_free(job);
}

/* Step k is 0.684 * 0.64^(k-1) long: <= 0.1 first for k = 6 (0.0734; step 5
 * has 0.1148). */
static void step_tolerance_fires_at_its_iteration(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.03);
    (void)unused;

    job_set(job, "step_tolerance", 0.1);
    job_run(job, start);
    ended(job, REASON_STEP_TOLERANCE, 6);
    assert_true(job->records[0].it.step_norm == 0);
    assert_true(fabs(job->records[1].it.step_norm - 0.684) < 1e-15);
    job_set(job, "step_tolerance", 1000);
    job_run(job, start);
    ended(job, REASON_STEP_TOLERANCE, 1);
    job_free(job);
}

/* The losses are 18.66, 5.87, 0.634, -1.51: torch_optim.json, poly1/SGD/0. */
static void target_loss_fires_at_its_iteration(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.03);
    (void)unused;

    job_set(job, "target_loss", 0.7);
    job_run(job, start);
    ended(job, REASON_TARGET_LOSS, 2);
    job_set(job, "target_loss", 18.7);
    job_run(job, start);
    ended(job, REASON_TARGET_LOSS, 0);
    job_free(job);
}

/* -x^2 from 1: a line search has no end there, steps of a rule go on to
 * infinity. */
static void a_search_without_end_is_unbounded(void **unused)
{
    static const double cap[] = {0, 0, -1}, one[] = {1};
    struct job *job = job_new("bfgs");
    (void)unused;

    job_polynomial(job, cap, 3);
    job_run(job, one);
    assert_int_equal(job->result.reason, REASON_UNBOUNDED);
    assert_true(job->result.loss <= -1e30);
    job_set(job, "target_loss", -1e33); /* who asks for more gets it */
    job_run(job, one);
    assert_int_equal(job->result.reason, REASON_TARGET_LOSS);
    job_free(job);
    job = job_new("gradient_descent");
    job_polynomial(job, cap, 3);
    job_set(job, "learning_rate", 0.1);
    job_run(job, one);
    assert_int_equal(job->result.reason, REASON_NONFINITE);
    job_free(job);
}

static void budgets_fire_at_their_iteration(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.03);
    (void)unused;

    job_set(job, "max_iterations", 7);
    job_run(job, start);
    ended(job, REASON_MAX_ITERATIONS, 7);
    job_set(job, "max_epochs", 5); /* without rows an iteration is one */
    job_run(job, start);
    ended(job, REASON_MAX_EPOCHS, 5);
    job_set(job, "max_evaluations", 3); /* the third is at iteration 2 */
    job_run(job, start);
    ended(job, REASON_MAX_EVALUATIONS, 2);
    job_set(job, "max_epochs", 0);
    job_run(job, start);
    ended(job, REASON_MAX_EPOCHS, 0);
    job_set(job, "max_iterations", 0);
    job_run(job, start);
    ended(job, REASON_MAX_ITERATIONS, 0);
    job_free(job);
}

/* Growing from the start, the best is iteration 0; 12 later it is given up. */
static void patience_counts_from_the_best(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.17);
    (void)unused;

    job_set(job, "patience", 12);
    job_run(job, start);
    ended(job, REASON_PATIENCE, 12);
    job_free(job);
}

/* All at iteration 5: what went wrong, then what was reached (in the order of
 * the table), then what was used up. */
static void a_rule_gives_way_to_the_one_before_it(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.03);
    (void)unused;

    job_set(job, "max_iterations", 5);
    job_set(job, "max_evaluations", 6);
    job_run(job, start);
    ended(job, REASON_MAX_ITERATIONS, 5);
    job_set(job, "target_loss", -2.7);
    job_run(job, start);
    ended(job, REASON_TARGET_LOSS, 5);
    job_set(job, "step_tolerance", 0.12);
    job_run(job, start);
    ended(job, REASON_STEP_TOLERANCE, 5);
    job_set(job, "loss_tolerance", 0.5);
    job_run(job, start);
    ended(job, REASON_LOSS_TOLERANCE, 5);
    job_set(job, "gradient_tolerance", 2.5); /* 22.8 * 0.64^5 = 2.448 */
    job_run(job, start);
    ended(job, REASON_GRADIENT_TOLERANCE, 5);
    job_free(job);
}

static void divergence_comes_before_convergence(void **unused)
{
    struct job *job = parabola_job("gradient_descent", 0.17);
    (void)unused;

    job_set(job, "divergence_loss", 18);
    job_set(job, "gradient_tolerance", 100);
    job_set(job, "max_iterations", 0);
    job_run(job, start);
    ended(job, REASON_DIVERGED, 0);
    job_free(job);
}

/* x^4 at a rate of 1000 overflows: x = 10, -3999990, then about 2.6e23 and
 * -6.7e73, where x^4 = 2e295, then 1.2e225 at iteration 4. */
static void overflow_ends_as_nonfinite(void **unused)
{
    static const double quartic[] = {0, 0, 0, 0, 1}, ten[] = {10};
    struct job *job = job_new("gradient_descent");
    (void)unused;

    job_polynomial(job, quartic, 5);
    job_set(job, "learning_rate", 1000);
    job_set(job, "divergence_loss", DBL_MAX);
    job_run(job, ten);
    ended(job, REASON_NONFINITE, 4);
    assert_true(isinf(job->result.loss));
    assert_int_equal(job->result.best.iteration, 0);
    assert_true(job->result.best.loss == 1e4 && job->result.best.x[0] == 10);
    assert_false(job->records[4].it.best_iteration == 4);
    job_free(job);
}

static void a_nonfinite_start_ends_at_once(void **unused)
{
    static const double quartic[] = {0, 0, 0, 0, 1}, far[] = {1e200};
    struct job *job = job_new("gradient_descent");
    (void)unused;

    job_polynomial(job, quartic, 5);
    job_run(job, far);
    ended(job, REASON_NONFINITE, 0);
    assert_true(isinf(job->result.best.loss));
    assert_true(job->result.best.x[0] == 1e200);
    job_free(job);
}

/* The gradient of 2e170 x is finite, though its square is not. */
static void a_large_gradient_is_not_taken_for_infinite(void **unused)
{
    static const double line[] = {0, 2e170}, one[] = {1};
    struct job *job = job_new("gradient_descent");
    (void)unused;

    job_polynomial(job, line, 2);
    job_set(job, "learning_rate", 1e-200);
    job_set(job, "max_iterations", 3);
    job_run(job, one);
    ended(job, REASON_MAX_ITERATIONS, 3);
    assert_true(fabs(job->result.gradient_norm / 2e170 - 1) < 1e-15);
    job_free(job);
}

/* -x^2 + 4x has its maximum 4 at 2; every rule looks the other way round. */
static void maximising_mirrors_best_and_rules(void **unused)
{
    static const double hill[] = {0, 4, -1}, zero[] = {0}, five[] = {5};
    struct job *job = job_new("sgd");
    (void)unused;

    job_polynomial(job, hill, 3);
    job_set(job, "learning_rate", 0.25);
    job_set(job, "maximize", 1);
    job_set(job, "max_iterations", 100);
    job_run(job, zero);
    ended(job, REASON_MAX_ITERATIONS, 100);
    assert_true(fabs(job->result.x[0] - 2) < 1e-14);
    assert_true(fabs(job->result.best.loss - 4) < 1e-14);
    assert_int_equal(job->records[1].it.best_iteration, 1);
    assert_true(job->records[1].it.loss == 3);
    job_set(job, "target_loss", 3.7); /* losses 0, 3, 3.75 */
    job_run(job, zero);
    ended(job, REASON_TARGET_LOSS, 2);
    job_set(job, "divergence_loss", 4); /* loss -5 < -4 at once */
    job_run(job, five);
    ended(job, REASON_DIVERGED, 0);
    job_free(job);
}

/* A walk that gets better, worse, and better again: the greatest run of
 * momentum over the bottom. The best is the least of all that was shown, the
 * first of equals, and `best` marks each new one. */
static void the_best_point_is_kept(void **unused)
{
    static const double x0[] = {-1.2, 1};
    struct job *job = job_new("sgd");
    uint64_t best = 0, times = 0;
    (void)unused;

    job_function(job, "rosenbrock");
    job_set(job, "learning_rate", 2e-4);
    job_set(job, "momentum", 0.95);
    job_set(job, "max_iterations", 3000);
    job_run(job, x0);
    for (uint64_t k = 0; k < job->count; k++) {
        bool better = k == 0
                      || job->records[k].it.loss < job->records[best].it.loss;

        times += better;
        best = better ? k : best;
        assert_int_equal(job->records[k].it.best_iteration, best);
    }
    assert_true(times > 10 && times < job->count);
    assert_int_equal(job->result.best.iteration, best);
    assert_true(job->result.best.loss == job->records[best].it.loss);
    assert_memory_equal(job->result.best.x, job->records[best].x,
                        2 * sizeof(double));
    job_free(job);
}

/* The best is sometimes the last, sometimes the one before: end everywhere. */
static void the_best_point_is_kept_wherever_a_run_ends(void **unused)
{
    static const double x0[] = {-1.2, 1};
    struct job *job = job_new("sgd");
    (void)unused;

    job_function(job, "rosenbrock");
    job_set(job, "learning_rate", 1e-3);
    job_set(job, "momentum", 0.9);
    for (int end = 0; end < 200; end++) {
        const struct run_result *r = &job->result;

        job_set(job, "max_iterations", end);
        job_run(job, x0);
        assert_memory_equal(r->best.x, job->records[r->best.iteration].x,
                            2 * sizeof(double));
        assert_memory_equal(r->x, job->records[end].x, 2 * sizeof(double));
    }
    job_free(job);
}

static void a_set_cancel_flag_ends_the_run(void **unused)
{
    atomic_bool cancel = true;
    struct job *job = parabola_job("gradient_descent", 0.03);
    (void)unused;

    job->cancel = &cancel;
    job_run(job, start);
    ended(job, REASON_CANCELED, 0);
    /* A run that ends by itself at that iteration has ended by itself. */
    job_set(job, "max_iterations", 0);
    job_run(job, start);
    ended(job, REASON_MAX_ITERATIONS, 0);
    job_free(job);
}

struct watcher {
    uint64_t calls;
    atomic_bool *cancel;
};

static enum reason cancel_at_three(void *self, const struct iteration *it,
                                   enum reason reason)
{
    struct watcher *watcher = self;

    watcher->calls++;
    if (it->iteration == 3)
        atomic_store(watcher->cancel, true);
    return reason;
}

static enum reason limit_at_three(void *self, const struct iteration *it,
                                  enum reason reason)
{
    struct watcher *watcher = self;

    watcher->calls++;
    return it->iteration == 3 ? REASON_TIME_LIMIT : reason;
}

static void a_run_is_canceled_at_the_next_iteration(void **unused)
{
    atomic_bool cancel = false;
    struct watcher watcher = {0, &cancel};
    struct job *job = parabola_job("gradient_descent", 0.03);
    struct run run = job_as_run(job, start);
    (void)unused;

    run.cancel = &cancel;
    run.observe = cancel_at_three;
    run.observer = &watcher;
    assert_int_equal(run_minimize(&run, &job->arena, &job->result), OK);
    assert_int_equal(job->result.reason, REASON_CANCELED);
    assert_int_equal(job->result.iterations, 4);
    atomic_store(&cancel, false);
    watcher.calls = 0;
    run.observe = limit_at_three;
    assert_int_equal(run_minimize(&run, &job->arena, &job->result), OK);
    assert_int_equal(job->result.reason, REASON_TIME_LIMIT);
    assert_int_equal(job->result.iterations, 3);
    assert_int_equal(watcher.calls, 4);
    job_free(job);
}

static void a_run_allocates_what_it_says_and_only_before(void **unused)
{
    struct job *job = parabola_job("adam", 0.03);
    struct run run = job_as_run(job, start);
    (void)unused;

    run.observe = NULL;
    for (size_t limit = 1; limit <= 7 * sizeof(double); limit += 8) {
        struct arena small;
        struct run_result result = {.iterations = 77};
        bool fits = limit >= (4 + 3) * sizeof(double);

        arena_init(&small, limit);
        assert_int_equal(run_minimize(&run, &small, &result),
                         fits ? OK : ERR_MEMORY);
        assert_true(fits || result.iterations == 77);
        arena_fini(&small);
    }
    job_free(job);
}

static void the_same_run_gives_the_same_bits(void **unused)
{
    static const double x0[] = {0.3, -0.2};
    struct job *a = job_new("adam"), *b = job_new("adam");
    (void)unused;

    job_function(a, "ackley");
    job_function(b, "ackley");
    job_run(a, x0);
    job_run(b, x0);
    assert_int_equal(a->count, b->count);
    for (uint64_t k = 0; k < a->count; k++) {
        assert_memory_equal(a->records[k].x, b->records[k].x,
                            2 * sizeof(double));
        assert_true(a->records[k].it.loss == b->records[k].it.loss);
    }
    job_free(a);
    job_free(b);
}

static void every_rule_and_reason_has_its_row(void **unused)
{
    (void)unused;
    assert_int_equal(parameter_count(stop_parameters), STOP_RULES);
    assert_string_equal(stop_parameters[STOP_PATIENCE].name, "patience");
    assert_true(stop_parameters[STOP_MAX_ITERATIONS].initial == 10000);
    for (int i = STOP_MAX_EPOCHS; i < STOP_RULES; i++)
        assert_true(isnan(stop_parameters[i].initial));
    for (int i = 0; i < REASONS; i++) {
        assert_non_null(reason_texts[i].name);
        assert_non_null(reason_texts[i].sentence);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(reason_texts[i].name,
                                    reason_texts[j].name);
    }
    assert_string_equal(outcome_class_name(reason_texts[REASON_PATIENCE]
                                               .outcome), "budget");
    assert_string_equal(outcome_class_name(CONVERGED), "converged");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_descent_walks_the_parabola),
        cmocka_unit_test(the_bowl_ends_at_its_minimum_from_anywhere),
        cmocka_unit_test(the_rate_of_one_twelfth_lands_in_one_step),
        cmocka_unit_test(the_rate_of_one_sixth_swings_for_ever),
        cmocka_unit_test(the_rate_of_0_17_diverges_by_the_default_rule),
        cmocka_unit_test(divergence_loss_fires_at_its_iteration),
        cmocka_unit_test(gradient_tolerance_fires_at_its_iteration),
        cmocka_unit_test(loss_tolerance_fires_at_its_iteration),
        cmocka_unit_test(step_tolerance_fires_at_its_iteration),
        cmocka_unit_test(target_loss_fires_at_its_iteration),
        cmocka_unit_test(a_search_without_end_is_unbounded),
        cmocka_unit_test(budgets_fire_at_their_iteration),
        cmocka_unit_test(patience_counts_from_the_best),
        cmocka_unit_test(a_rule_gives_way_to_the_one_before_it),
        cmocka_unit_test(divergence_comes_before_convergence),
        cmocka_unit_test(overflow_ends_as_nonfinite),
        cmocka_unit_test(a_nonfinite_start_ends_at_once),
        cmocka_unit_test(a_large_gradient_is_not_taken_for_infinite),
        cmocka_unit_test(maximising_mirrors_best_and_rules),
        cmocka_unit_test(the_best_point_is_kept),
        cmocka_unit_test(the_best_point_is_kept_wherever_a_run_ends),
        cmocka_unit_test(a_set_cancel_flag_ends_the_run),
        cmocka_unit_test(a_run_is_canceled_at_the_next_iteration),
        cmocka_unit_test(a_run_allocates_what_it_says_and_only_before),
        cmocka_unit_test(the_same_run_gives_the_same_bits),
        cmocka_unit_test(every_rule_and_reason_has_its_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
