/* test_rates.c - rates and momenta at the ends of their ranges. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "tests/unit/job.h"

/* What teachers show: the rate that moves nothing. A rule that could not make
 * anything of it (0/0) does not take it. */
static void a_rate_of_0_moves_nothing(void **unused)
{
    size_t count = 0;

    (void)unused;
    for (size_t i = 0; optimizer_kinds[i]; i++) {
        const struct optimizer_kind *kind = optimizer_kinds[i];
        struct job *job;

        if (strcmp(kind->parameters[LEARNING_RATE].name, "learning_rate")
            || !parameter_accepts(&kind->parameters[LEARNING_RATE], 0)
            || kind->needs_rows)
            continue;
        job = job_new(kind->name);
        job->optimizer = kind;
        parameter_defaults(kind->parameters, job->p);
        job_bowl(job);
        job_set(job, "learning_rate", 0);
        job_set(job, "max_iterations", 20);
        job_run(job, (double[]){5, -3});
        if (job->result.reason != REASON_MAX_ITERATIONS
            || job->records[20].x[0] != 5 || job->records[20].x[1] != -3)
            fail_msg("%s moved to (%g, %g), %d", kind->name,
                     job->records[20].x[0], job->records[20].x[1],
                     (int)job->result.reason);
        job_free(job);
        count++;
    }
    assert_true(count >= 20);
}

/* x'' = -x without friction: momentum 1 swings for ever, and does not lose
 * height. f = 6x^2 - 12x + 3 from 0 is at most f(0) = 3 up to the step's size,
 * and comes back near it in every round. */
static void momentum_of_1_has_no_friction(void **unused)
{
    struct job *job = job_new("sgd");
    double most = 0;

    (void)unused;
    job_polynomial(job, (double[]){3, -12, 6}, 3);
    job_set(job, "learning_rate", 1e-4);
    job_set(job, "momentum", 1);
    job_set(job, "max_iterations", 2000);
    job_run(job, (double[]){0});
    assert_int_equal(job->result.reason, REASON_MAX_ITERATIONS);
    for (size_t i = 1000; i <= 2000; i++)
        most = fmax(most, job->records[i].it.loss);
    assert_true(most > 2.9 && most < 3.5);
    job_free(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_of_0_moves_nothing),
        cmocka_unit_test(momentum_of_1_has_no_friction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
