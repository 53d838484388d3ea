/* test_ends.c - what a run that moves no more is called. */
#include "tests/unit/cmocka_all.h"

#include <math.h>

#include "tests/unit/job.h"

static void ended(const struct job *job, enum reason reason,
                  uint64_t iterations)
{
    const struct run_result *r = &job->result;

    if (r->reason != reason || r->iterations != iterations)
        fail_msg("ended by %s after %llu, not by %s after %llu",
                 reason_texts[r->reason].name,
                 (unsigned long long)r->iterations, reason_texts[reason].name,
                 (unsigned long long)iterations);
}

/* x^2 from 0.5 at rate 0.5: the first step lands on 0, where the gradient is 0,
 * the second and the third change nothing. With momentum the buffer goes on. */
static void a_rule_that_moves_no_more_ends(void **unused)
{
    static const double square[] = {0, 0, 1}, half[] = {0.5}, zero[] = {0};
    struct job *job = job_new("sgd");
    (void)unused;

    job_polynomial(job, square, 3);
    job_set(job, "learning_rate", 0.5);
    job_run(job, half);
    ended(job, REASON_FIXED_POINT, 3);
    assert_int_equal(reason_texts[REASON_FIXED_POINT].outcome, CONVERGED);
    job_run(job, zero);
    ended(job, REASON_FIXED_POINT, 1);
    job_set(job, "max_iterations", 50);
    job_set(job, "momentum", 0.9);
    job_run(job, half);
    ended(job, REASON_MAX_ITERATIONS, 50);
    job_free(job);
}

/* A schedule, an average that follows: they move on though x does not. */
static void what_moves_beside_x_is_no_fixed_point(void **unused)
{
    static const double square[] = {0, 0, 1}, zero[] = {0};
    struct job *job = job_new("sgd");
    (void)unused;

    job_polynomial(job, square, 3);
    job_set(job, "max_iterations", 20);
    job_set(job, "ema_decay", 0.5);
    job_run(job, zero);
    ended(job, REASON_MAX_ITERATIONS, 20);
    job_free(job);
    job = job_new("sgd");
    job_polynomial(job, square, 3);
    job_set(job, "max_iterations", 20);
    job->schedule.kind = schedule_kind_find("exponential");
    parameter_defaults(job->schedule.kind->parameters, job->schedule.p);
    job->schedule.p[0] = 0.9;
    job_run(job, zero);
    ended(job, REASON_MAX_ITERATIONS, 20);
    job_free(job);
}

/* 0.3 + 0.5 x + 2 x^2 + 0.1 x^3 + x^4 in units of 1e-12, 1 and 1e12: at the
 * minimum rounding makes the gradient, and the search is told so. */
static void a_search_ends_where_rounding_does(void **unused)
{
    static const double units[] = {1e-12, 1, 1e12};
    (void)unused;

    for (size_t u = 0; u < 3; u++) {
        double c[] = {0.3 * units[u], 0.5 * units[u], 2 * units[u],
                      0.1 * units[u], units[u]};
        struct job *job = job_new("lbfgs");
        const double x0[] = {1};

        job_polynomial(job, c, 5);
        job_run(job, x0);
        assert_true(job->result.iterations < 100);
        assert_int_equal(reason_texts[job->result.reason].outcome, CONVERGED);
        job_free(job);
    }
}

/* A method that searches from a point whose gradient is zero says just that. */
static void a_gradient_of_zero_at_the_start_is_told(void **unused)
{
    static const char *const methods[] = {"lbfgs", "bfgs", "lbfgsb",
                                          "conjugate_gradient", "newton_cg"};
    static const double square[] = {0, 0, 1}, zero[] = {0};
    (void)unused;

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct job *job = job_new(methods[i]);

        job_polynomial(job, square, 3);
        job_run(job, zero);
        ended(job, REASON_FIXED_POINT, 0);
        job_free(job);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_that_moves_no_more_ends),
        cmocka_unit_test(what_moves_beside_x_is_no_fixed_point),
        cmocka_unit_test(a_search_ends_where_rounding_does),
        cmocka_unit_test(a_gradient_of_zero_at_the_start_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
