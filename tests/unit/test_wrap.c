/* test_wrap.c - what is put around a rule: order, clipping, bounds, L1. */
#include <math.h>

#include "tests/unit/cmocka_all.h"
#include "tests/unit/job.h"

/* f(x) = 6x^2 - 12x + 3, whose slope at x is 12x - 12. */
static struct job *parabola(const char *optimizer, double rate)
{
    static const double c[] = {3, -12, 6};
    struct job *job = job_new(optimizer);

    job_polynomial(job, c, 3);
    job_set(job, "learning_rate", rate);
    job_set(job, "max_iterations", 1);
    return job;
}

static double one_step(struct job *job, double start)
{
    double x;

    job_run(job, &start);
    x = job->result.x[0];
    job_free(job);
    return x;
}

static void uphill_is_the_gradient_turned_before_the_decay(void **unused)
{
    struct job *job = parabola("gradient_descent", 0.25);
    (void)unused;

    /* slope at 2: 12, turned -12, decay + 0.5 * 2 = -11; 2 + 11/4 */
    job_set(job, "maximize", 1);
    job_set(job, "weight_decay", 0.5);
    assert_true(one_step(job, 2) == 4.75);
}

static void clipping_comes_before_the_decay(void **unused)
{
    struct job *job = parabola("gradient_descent", 0.25);
    (void)unused;

    job_set(job, "clip_value", 4); /* 12 -> 4, + 0.5 * 2 = 5 */
    job_set(job, "weight_decay", 0.5);
    assert_true(one_step(job, 2) == 0.75);
    job = parabola("gradient_descent", 0.25);
    job_set(job, "clip_norm", 4); /* 12 * 4 / (12 + 1e-6) */
    assert_true(fabs(one_step(job, 2) - 1) < 1e-6);
}

static void decoupled_decay_shrinks_x_by_the_rate(void **unused)
{
    struct job *job = parabola("gradient_descent", 0.25);
    (void)unused;

    job_set(job, "decoupled_weight_decay", 0.5); /* 2 * 0.875 - 3 */
    assert_true(one_step(job, 2) == -1.25);
}

static void a_proximal_step_ends_in_zero_exactly(void **unused)
{
    static const double c[] = {0, -0.25, 0.5}; /* minimum of f at 0.25 */
    struct job *job = job_new("gradient_descent");
    double start = 3;
    (void)unused;

    /* |f'(0)| = 0.25 <= l1: the minimum of f + l1|x| is 0. */
    job_polynomial(job, c, 3);
    job_set(job, "learning_rate", 0.5);
    job_set(job, "l1", 0.5);
    job_set(job, "gradient_tolerance", 0);
    job_run(job, &start);
    assert_true(job->result.x[0] == 0 && job->result.gradient_norm == 0);
    assert_int_equal(job->result.reason, REASON_GRADIENT_TOLERANCE);
    /* at 3: 4.5 - 0.75, and 0.5 * 3 for L1 */
    assert_true(job->records[0].it.loss == 5.25);
    job_free(job);
}

static void bounds_hold_and_the_norm_knows_them(void **unused)
{
    static const double low = 1.5, high = 8;
    struct job *job = parabola("gradient_descent", 0.05);
    double start = 9;
    (void)unused;

    job->low = &low;
    job->high = &high;
    job_set(job, "max_iterations", 100);
    job_set(job, "gradient_tolerance", 0);
    job_run(job, &start);
    assert_true(job->records[0].x[0] == 8); /* the start moves inside */
    assert_true(job->result.x[0] == 1.5 && job->result.gradient_norm == 0);
    job_free(job);
}

/* Fast steps at rate 1/12 land on 1 at once; every second step lookahead goes
 * half of the way back from there to where it was: 3, 1, 2, 1, 1.5. */
static void lookahead_goes_back_part_of_the_way(void **unused)
{
    struct job *job = parabola("gradient_descent", 1.0 / 12);
    double start = 3;
    (void)unused;

    job_set(job, "lookahead_steps", 2);
    job_set(job, "max_iterations", 4);
    job_run(job, &start);
    assert_true(fabs(job->records[2].x[0] - 2) < 1e-15);
    assert_true(fabs(job->records[4].x[0] - 1.5) < 1e-15);
    job_free(job);
}

/* At rate 1/24 the distance to 1 halves: 3, 2, 1.5, 1.25. The average with
 * decay 1/2 starts from the first step's 2; then 1.75 and 1.5. */
static void the_average_stands_in_the_result(void **unused)
{
    struct job *job = parabola("gradient_descent", 1.0 / 24);
    double start = 3;
    (void)unused;

    job_set(job, "ema_decay", 0.5);
    job_set(job, "max_iterations", 3);
    job_run(job, &start);
    assert_non_null(job->result.average);
    assert_true(fabs(job->result.average[0] - 1.5) < 1e-15);
    job_free(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uphill_is_the_gradient_turned_before_the_decay),
        cmocka_unit_test(clipping_comes_before_the_decay),
        cmocka_unit_test(decoupled_decay_shrinks_x_by_the_rate),
        cmocka_unit_test(a_proximal_step_ends_in_zero_exactly),
        cmocka_unit_test(bounds_hold_and_the_norm_knows_them),
        cmocka_unit_test(lookahead_goes_back_part_of_the_way),
        cmocka_unit_test(the_average_stands_in_the_result),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
