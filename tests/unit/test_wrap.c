/* test_wrap.c - what is put around a rule: order, clipping, bounds, L1. */
#include <math.h>
#include <string.h>

#include "core/base/random.h"
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

enum { LONG = 200 };

/* What is wrapped around a gradient whose norm is taken. */
static const struct around {
    bool low, high;            /* bounds on those sides, -1 and 1 */
    double l1, maximize;
} arounds[] = {
    {.low = true}, {.high = true}, {.low = true, .high = true}, {.l1 = 0.5},
    {.l1 = 0.5, .maximize = 1},
    {.low = true, .high = true, .l1 = 0.5},
    {.low = true, .high = true, .l1 = 0.5, .maximize = 1},
};

/* As wrap.h says it, one variable. */
static double free_component(const struct around *around, double x, double g)
{
    double size;

    g = around->maximize != 0 ? -g : g;
    size = fabs(g) > around->l1 ? fabs(g) - around->l1 : 0;
    if (around->l1 != 0)
        g = x != 0 ? g + copysign(around->l1, x) : copysign(size, g);
    if ((around->low && x <= -1 && g > 0) || (around->high && x >= 1 && g < 0))
        return 0;
    return g;
}

static void compare_norms(const struct around *around, const struct wrap *wrap,
                          const double *x, const double *g, size_t n,
                          double scale)
{
    double before[LONG] = {0}, sum = 0, norm, moved = vector_dot(x, x, n);
    struct squares squares = wrap_squares(wrap, x, before, g, n);

    for (size_t i = 0; i < n; i++) {
        double part = free_component(around, x[i], g[i]) / scale;

        sum += part * part;
    }
    norm = wrap_gradient_norm(wrap, x, g, n);
    if (scale == 1)
        assert_memory_equal(&norm, &(double){sqrt(sum)}, sizeof norm);
    else
        assert_true(fabs(norm - scale * sqrt(sum)) <= 1e-12 * norm);
    assert_true(fabs(squares.step - moved) <= 1e-12 * moved);
    if (scale == 1)
        assert_true(fabs(squares.gradient - sum) <= 1e-12 * sum);
}

/* Every length to LONG; x on the bounds, at zero and between; slopes of 0. */
static void norms_of_every_length_are_those_of_the_definition(void **unused)
{
    static const double scales[] = {1, 0x1p-560, 0x1p560};
    static double low[LONG], high[LONG], x[LONG], g[LONG];
    uint64_t index = 0;
    (void)unused;

    for (size_t i = 0; i < LONG; i++) {
        low[i] = -1;
        high[i] = 1;
    }
    for (size_t k = 0; k < sizeof arounds / sizeof *arounds; k++) {
        struct wrap wrap = {.bounds = {arounds[k].low ? low : NULL,
                                       arounds[k].high ? high : NULL}};

        wrap.p[WRAP_L1] = arounds[k].l1;
        wrap.p[WRAP_MAXIMIZE] = arounds[k].maximize;
        for (size_t n = 1; n <= LONG; n++) {
            double scale = scales[arounds[k].l1 == 0 ? n % 3 : 0];

            for (size_t i = 0; i < n; i++) {
                x[i] = floor(random_unit(7, RANDOM_START, index++) * 9 - 4) / 4;
                g[i] = random_unit(7, RANDOM_START, index++) - 0.5;
                g[i] = i % 5 == 4 ? 0 : g[i] * scale;
            }
            compare_norms(&arounds[k], &wrap, x, g, n, scale);
        }
    }
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
        cmocka_unit_test(norms_of_every_length_are_those_of_the_definition),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
