/* test_levenberg_marquardt.c - fits of residuals written in C, and what
 * robust losses make of them. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "core/objective/robust.h"
#include "tests/unit/method_bench.h"

/* ---- problems ---------------------------------------------------------- */

/* Some residuals, and how many times they were asked for. */
struct problem {
    struct residuals residuals;
    void (*rest)(const double *x, double *r, double *J);
    double units[2];            /* of x; 0 is 1 */
    unsigned calls, stop_at;    /* 0: never */
    atomic_bool *cancel;
};

static void evaluate_residuals(void *data, const double *x, double *r,
                               double *J)
{
    struct problem *p = data;
    double scaled[2];
    size_t m = p->residuals.count;

    if (++p->calls == p->stop_at)
        atomic_store(p->cancel, true);
    if (p->units[0] == 0) {
        p->rest(x, r, J);
        return;
    }
    for (size_t j = 0; j < 2; j++)
        scaled[j] = x[j] * p->units[j];
    p->rest(scaled, r, J);
    for (size_t i = 0; J != NULL && i < 2 * m; i++)
        J[i] *= p->units[i / m];
}

static double evaluate_loss(void *data, const double *x, size_t n, double *g)
{
    (void)data, (void)x, (void)n, (void)g;
    fail_msg("only residuals are wanted here");
    return 0;
}

static struct bench *bench_of(struct problem *p, size_t n)
{
    struct bench *b = bench_new("levenberg_marquardt");

    p->residuals.evaluate = evaluate_residuals;
    p->cancel = &b->cancel;
    b->objective = (struct objective){
        .n = n, .data = p, .evaluate = evaluate_loss,
        .residuals = &p->residuals,
    };
    return b;
}

/* r = (10 (y - x^2), 1 - x): More, Garbow & Hillstrom 1981, problem 1. */
static void rosenbrock(const double *x, double *r, double *J)
{
    r[0] = 10 * (x[1] - x[0] * x[0]);
    r[1] = 1 - x[0];
    if (J != NULL)
        memcpy(J, (double[]){-20 * x[0], -1, 10, 0}, 4 * sizeof *J);
}

static const double rosenbrock_start[] = {-1.2, 1};

/* NIST's Misra1a: b1 (1 - exp(-b2 x)). */
enum { MISRA_ROWS = 14 };

static void misra(const double *b, double *r, double *J)
{
    static const double x[MISRA_ROWS] = {
        77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3,
        536.8, 593.1, 689.1, 760,
    };
    static const double y[MISRA_ROWS] = {
        10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05,
        61.01, 66.4, 75.47, 81.78,
    };

    for (size_t i = 0; i < MISRA_ROWS; i++) {
        double e = exp(-b[1] * x[i]);

        r[i] = b[0] * (1 - e) - y[i];
        if (J != NULL) {
            J[i] = 1 - e;
            J[MISRA_ROWS + i] = b[0] * x[i] * e;
        }
    }
}

/* A line a + b t through (0, 6), (1, 0), (2, 0): least squares 5 - 3 t
 * (Strang, Introduction to Linear Algebra, section 4.3), residuals
 * -1, 2, -1. */
static void line(const double *x, double *r, double *J)
{
    static const double y[] = {6, 0, 0};

    for (size_t i = 0; i < 3; i++) {
        r[i] = x[0] + x[1] * (double)i - y[i];
        if (J != NULL) {
            J[i] = 1;
            J[3 + i] = (double)i;
        }
    }
}

/* The position of 0, 0, 0 and 10. */
static void position(const double *x, double *r, double *J)
{
    for (size_t i = 0; i < 4; i++) {
        r[i] = x[0] - (i == 3 ? 10 : 0);
        if (J != NULL)
            J[i] = 1;
    }
}

static void assert_near(double value, double expected, double by)
{
    if (!(fabs(value - expected) <= by))
        fail_msg("%.17g is not %.17g within %g", value, expected, by);
}

/* ---- where it gets ----------------------------------------------------- */

static void rosenbrocks_valley_ends_at_one(void **unused)
{
    struct problem p = {.residuals = {.count = 2}, .rest = rosenbrock};
    struct bench *b = bench_of(&p, 2);

    (void)unused;
    bench_run(b, rosenbrock_start);
    assert_near(b->result.x[0], 1, 1e-15);
    assert_near(b->result.x[1], 1, 1e-15);
    assert_int_equal(reason_texts[b->result.reason].outcome, CONVERGED);
    assert_true(b->result.iterations < 30);
    assert_true(b->worst_rise <= 0);
    bench_free(b);
}

/* Certified by NIST: 238.94212918, 5.5015643181e-4, sum of squares
 * 0.12455138894; from its first start, which is far away. */
static void misra_comes_to_its_certified_digits(void **unused)
{
    static const double start[] = {500, 1e-4};
    struct problem p = {.residuals = {.count = MISRA_ROWS}, .rest = misra};
    struct bench *b = bench_of(&p, 2);

    (void)unused;
    bench_run(b, start);
    assert_near(b->result.x[0], 238.94212918, 1e-8);
    assert_near(b->result.x[1], 5.5015643181e-4, 1e-14);
    assert_near(b->result.loss, 0.12455138894, 1e-11);
    assert_int_equal(reason_texts[b->result.reason].outcome, CONVERGED);
    bench_free(b);
}

/* In other units, by powers of two, every iterate is the same to the bit. */
static void units_change_no_bit_of_a_trajectory(void **unused)
{
    static const double start[] = {500, 1e-4}, scaled[] = {500 * 0x1p-20,
                                                           1e-4 * 0x1p13};
    struct problem p = {.residuals = {.count = MISRA_ROWS}, .rest = misra};
    struct problem q = p;
    struct bench *b = bench_of(&p, 2), *c;

    (void)unused;
    q.units[0] = 0x1p20;
    q.units[1] = 0x1p-13;
    c = bench_of(&q, 2);
    bench_run(b, start);
    bench_run(c, scaled);
    assert_int_equal(b->result.iterations, c->result.iterations);
    assert_true(b->result.x[0] == c->result.x[0] * 0x1p20);
    assert_true(b->result.x[1] == c->result.x[1] * 0x1p-13);
    bench_free(b);
    bench_free(c);
}

static void linear_residuals_are_solved_at_once(void **unused)
{
    static const double start[] = {100, -30};
    struct problem p = {.residuals = {.count = 3, .linear = true},
                        .rest = line};
    struct bench *b = bench_of(&p, 2);

    (void)unused;
    bench_run(b, start);
    assert_int_equal(b->result.iterations, 1);
    assert_int_equal(b->shown, 3); /* the last once more, with the reason */
    assert_int_equal(b->result.loss_evaluations, 3);
    assert_near(b->result.x[0], 5, 1e-14);
    assert_near(b->result.x[1], -3, 1e-14);
    assert_near(b->result.loss, 6, 1e-13);
    assert_int_equal(reason_texts[b->result.reason].outcome, CONVERGED);
    bench_free(b);
}

/* The start, the values at 0 and J at the start: what they tell of
 * Rosenbrock's function is a point with a greater loss. */
static void what_is_not_linear_is_searched(void **unused)
{
    struct problem p = {.residuals = {.count = 2, .linear = true},
                        .rest = rosenbrock};
    struct bench *b = bench_of(&p, 2);

    (void)unused;
    bench_run(b, rosenbrock_start);
    assert_near(b->result.loss, 0, 1e-25);
    assert_near(b->result.x[0], 1, 1e-12);
    assert_int_equal(reason_texts[b->result.reason].outcome, CONVERGED);
    assert_true(b->worst_rise <= 0);
    bench_free(b);
}

/* With a <= 4 the best line through the three points is 4 - 2.4 t: b is the
 * least of sum (4 + b t - y)^2, so b = -(4 * 3) / 5. */
static void a_bound_holds_its_parameter(void **unused)
{
    static const double start[] = {0, 0}, high[] = {4, 100};
    struct problem p = {.residuals = {.count = 3, .linear = true},
                        .rest = line};
    struct bench *b = bench_of(&p, 2);

    (void)unused;
    b->high = high;
    bench_run(b, start);
    assert_true(b->result.x[0] == 4);
    assert_near(b->result.x[1], -2.4, 1e-13);
    assert_false(b->left_bounds);
    assert_int_equal(reason_texts[b->result.reason].outcome, CONVERGED);
    bench_free(b);
}

/* Within [-1.5, 0.5] x [-1, 2] Rosenbrock's function is least at
 * (1/2, 1/4), where it is 1/4. */
static void a_valley_is_followed_to_a_bound(void **unused)
{
    static const double low[] = {-1.5, -1}, high[] = {0.5, 2};
    struct problem p = {.residuals = {.count = 2}, .rest = rosenbrock};
    struct bench *b = bench_of(&p, 2);

    (void)unused;
    b->low = low;
    b->high = high;
    bench_run(b, rosenbrock_start);
    assert_true(b->result.x[0] == 0.5);
    assert_near(b->result.x[1], 0.25, 1e-14);
    assert_near(b->result.loss, 0.25, 1e-14);
    assert_false(b->left_bounds);
    assert_true(b->worst_rise <= 0);
    bench_free(b);
}

/* ---- hard places ------------------------------------------------------- */

/* log x - 3 twice: beyond 0 there is no value, and the first step of Gauss and
 * Newton from 100 leads to -60. */
static void logarithms(const double *x, double *r, double *J)
{
    r[0] = log(x[0]) - 3;
    r[1] = log(x[0]) - 3.5;
    if (J != NULL)
        J[0] = J[1] = 1 / x[0];
}

static void beyond_a_wall_no_step_is_taken(void **unused)
{
    static const double start[] = {100};
    struct problem p = {.residuals = {.count = 2}, .rest = logarithms};
    struct bench *b = bench_of(&p, 1);

    (void)unused;
    bench_run(b, start);
    assert_near(b->result.x[0], exp(3.25), 1e-12);
    assert_near(b->result.loss, 2 * 0.25 * 0.25, 1e-14);
    bench_free(b);
}

static void a_start_without_a_value_is_said_so(void **unused)
{
    static const double start[] = {-1};
    struct problem p = {.residuals = {.count = 2}, .rest = logarithms};
    struct bench *b = bench_of(&p, 1);

    (void)unused;
    bench_run(b, start);
    assert_int_equal(b->result.reason, REASON_NONFINITE);
    assert_int_equal(b->result.iterations, 0);
    assert_int_equal(b->shown, 1);
    bench_free(b);
}

/* a exp(b x) through (1, 1), (2, 2), (3, 3), (4, 5). */
static void growth(const double *x, double *r, double *J)
{
    static const double y[] = {1, 2, 3, 5};

    for (size_t i = 0; i < 4; i++) {
        double t = (double)i + 1, e = exp(x[1] * t);

        r[i] = x[0] * e - y[i];
        if (J != NULL) {
            J[i] = e;
            J[4 + i] = x[0] * t * e;
        }
    }
}

/* Where b is so large that only the last row is ever met, the loss falls to
 * 1 + 4 + 9 while the others are less than its rounding: there SciPy's "lm"
 * ends from the first three starts, and from [1, 10] at the minimum. That is
 * 0.0399123527, by a ternary search for b with the best a for each. At a = 0
 * the loss is 39, at the first start 5.2e173. */
static void a_parameter_that_shrinks_by_decades_ends_no_run(void **unused)
{
    static const struct {
        double start[2], loss;
    } runs[] = {
        {{1, 50}, 14}, {{1, 30}, 14}, {{1, 20}, 14},
        {{1, 10}, 0.0399123527}, {{-1, 10}, 0.0399123527},
        {{1, 1}, 0.0399123527},
    };

    (void)unused;
    for (size_t k = 0; k < sizeof runs / sizeof *runs; k++) {
        struct problem p = {.residuals = {.count = 4}, .rest = growth};
        struct bench *b = bench_of(&p, 2);

        bench_run(b, runs[k].start);
        if (!(b->result.loss <= runs[k].loss * (1 + 1e-6)))
            fail_msg("from %g, %g to %g", runs[k].start[0], runs[k].start[1],
                     b->result.loss);
        assert_int_equal(reason_texts[b->result.reason].outcome, CONVERGED);
        bench_free(b);
    }
}

/* The second parameter does nothing, and stays where it is. */
static void half(const double *x, double *r, double *J)
{
    r[0] = exp(x[0]) - 2;
    r[1] = exp(x[0]) - 4;
    if (J != NULL)
        memcpy(J, (double[]){exp(x[0]), exp(x[0]), 0, 0}, 4 * sizeof *J);
}

static void a_parameter_without_influence_stays(void **unused)
{
    static const double start[] = {0, 7};
    struct problem p = {.residuals = {.count = 2}, .rest = half};
    struct bench *b = bench_of(&p, 2);

    (void)unused;
    bench_run(b, start);
    assert_near(b->result.x[0], log(3), 1e-14);
    assert_true(b->result.x[1] == 7);
    bench_free(b);
}

/* x y = 6: one residual of two parameters. */
static void product(const double *x, double *r, double *J)
{
    r[0] = x[0] * x[1] - 6;
    if (J != NULL)
        memcpy(J, (double[]){x[1], x[0]}, 2 * sizeof *J);
}

static void fewer_residuals_than_parameters_do(void **unused)
{
    static const double start[] = {1, 1};
    struct problem p = {.residuals = {.count = 1}, .rest = product};
    struct bench *b = bench_of(&p, 2);

    (void)unused;
    bench_run(b, start);
    assert_near(b->result.x[0] * b->result.x[1], 6, 1e-12);
    bench_free(b);
}

/* ---- rules of the run -------------------------------------------------- */

/* How many evaluations Rosenbrock's valley takes. */
static unsigned evaluations(void)
{
    struct problem p = {.residuals = {.count = 2}, .rest = rosenbrock};
    struct bench *b = bench_of(&p, 2);

    bench_run(b, rosenbrock_start);
    assert_true(b->result.loss_evaluations == p.calls && p.calls > 10);
    bench_free(b);
    return p.calls;
}

static void the_budget_of_evaluations_is_kept(void **unused)
{
    unsigned all = evaluations();

    (void)unused;
    for (unsigned most = 1; most < all; most++) {
        struct problem p = {.residuals = {.count = 2}, .rest = rosenbrock};
        struct bench *b = bench_of(&p, 2);

        b->stop[STOP_MAX_EVALUATIONS] = most;
        bench_run(b, rosenbrock_start);
        assert_int_equal(b->result.reason, REASON_MAX_EVALUATIONS);
        assert_int_equal(b->result.loss_evaluations, most);
        assert_int_equal(p.calls, most);
        assert_true(b->result.gradient_evaluations <= most);
        bench_free(b);
    }
}

static void the_budget_of_iterations_is_kept(void **unused)
{
    struct problem p = {.residuals = {.count = 2}, .rest = rosenbrock};
    struct bench *b = bench_of(&p, 2);

    (void)unused;
    b->stop[STOP_MAX_ITERATIONS] = 3;
    bench_run(b, rosenbrock_start);
    assert_int_equal(b->result.reason, REASON_MAX_ITERATIONS);
    assert_int_equal(b->result.iterations, 3);
    assert_int_equal(b->shown, 4);
    bench_free(b);
}

/* A cancel inside any evaluation leaves the last iterate that was shown. */
static void cancel_leaves_the_last_iterate(void **unused)
{
    unsigned all = evaluations();

    (void)unused;
    for (unsigned at = 1; at <= all; at++) {
        struct problem p = {.residuals = {.count = 2}, .rest = rosenbrock,
                            .stop_at = at};
        struct bench *b = bench_of(&p, 2);

        bench_run(b, rosenbrock_start);
        assert_int_equal(b->result.reason, REASON_CANCELED);
        assert_int_equal(p.calls, at);
        if (b->shown > 0)
            assert_memory_equal(b->x, b->result.x, 2 * sizeof *b->x);
        bench_free(b);
    }
}

static void own_tolerances_end_a_run_early(void **unused)
{
    static const struct {
        const char *name;
        enum reason reason;
    } tolerances[] = {
        {"xtol_rel", REASON_STEP_TOLERANCE},
        {"ftol_rel", REASON_LOSS_TOLERANCE},
        {"gtol", REASON_GRADIENT_TOLERANCE},
    };
    static const double start[] = {500, 1e-4};

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct problem p = {.residuals = {.count = MISRA_ROWS}, .rest = misra};
        struct bench *b = bench_of(&p, 2);

        method_set(b, tolerances[i].name, 1e-3);
        bench_run(b, start);
        assert_int_equal(b->result.reason, tolerances[i].reason);
        assert_near(b->result.x[0], 238.94212918, 1);
        bench_free(b);
    }
}

/* ---- robust losses ----------------------------------------------------- */

/* Huber's position of 0, 0, 0, 10 at scale 1: 3 x = 1, the outlier's pull; its
 * loss 3/9 + 2 (10 - 1/3) - 1. */
static void hubers_position_is_that_of_a_bounded_pull(void **unused)
{
    static const double start[] = {2.5};
    struct problem p = {
        .residuals = {.count = 4, .linear = true, .robust = &robusts[0],
                      .scale = 1},
        .rest = position,
    };
    struct bench *b = bench_of(&p, 1);

    (void)unused;
    assert_string_equal(robusts[0].name, "huber");
    bench_run(b, start);
    assert_near(b->result.x[0], 1 / 3.0, 1e-12);
    assert_near(b->result.loss, 1 / 3.0 + 2 * (10 - 1 / 3.0) - 1, 1e-12);
    bench_free(b);
}

/* Each loss ends where its pulls, r rho'(r^2 / C^2), sum to zero. */
static void every_loss_ends_where_its_pulls_balance(void **unused)
{
    static const double start[] = {2};

    (void)unused;
    for (const struct robust *robust = robusts; robust->name; robust++) {
        struct problem p = {
            .residuals = {.count = 4, .robust = robust, .scale = 1.5},
            .rest = position,
        };
        struct bench *b = bench_of(&p, 1);
        double r[4], pull = 0, first, second;

        bench_run(b, start);
        position(b->result.x, r, NULL);
        for (size_t i = 0; i < 4; i++) {
            robust->rho(r[i] * r[i] / 2.25, &first, &second);
            pull += r[i] * first;
        }
        assert_near(pull, 0, 1e-9);
        assert_true(b->result.x[0] < 1.2);
        bench_free(b);
    }
}

static void the_derivatives_of_losses_are_their_differences(void **unused)
{
    (void)unused;
    for (const struct robust *robust = robusts; robust->name; robust++)
        for (double z = 0.01; z < 1e4; z *= 1.7) {
            double h = 1e-5 * z, first, second, above, below, ignored;
            double rise;

            robust->rho(z, &first, &second);
            rise = robust->rho(z + h, &above, &ignored)
                 - robust->rho(z - h, &below, &ignored);
            if (fabs(z - 1) < h) /* where Huber's changes */
                continue;
            assert_near(rise / (2 * h), first, 1e-8 + 1e-8 / z);
            assert_near((above - below) / (2 * h), second, 1e-8 + 1e-8 / z);
            assert_true(robust->rho(0, &first, &second) == 0 && first == 1);
        }
}

/* J'r of what is corrected is half the gradient, and where the loss bends up
 * J'J is half the Hessian without r's second derivatives; by differences of
 * robust_loss(). */
static void corrected_residuals_are_those_of_squares(void **unused)
{
    (void)unused;
    for (const struct robust *robust = robusts; robust->name; robust++) {
        struct residuals residuals = {.count = 1, .robust = robust,
                                      .scale = 2};

        for (double r = 0.1; r < 30; r *= 1.3) {
            double h = 1e-4 * r, corrected = r, J = 1, weighed = r, curve;
            double up = r + h, down = r - h;

            robust_correct(&residuals, &corrected, &J, 1);
            robust_weigh(&residuals, &weighed);
            up = robust_loss(&residuals, &up);
            down = robust_loss(&residuals, &down);
            assert_near((up - down) / (4 * h), corrected * J, 1e-6);
            assert_near(weighed, corrected * J, 1e-12);
            curve = (up - 2 * robust_loss(&residuals, &r) + down) / (h * h);
            if (curve > 1e-3 && fabs(r - 2) > h)
                assert_near(curve / 2, J * J, 1e-4);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rosenbrocks_valley_ends_at_one),
        cmocka_unit_test(misra_comes_to_its_certified_digits),
        cmocka_unit_test(units_change_no_bit_of_a_trajectory),
        cmocka_unit_test(linear_residuals_are_solved_at_once),
        cmocka_unit_test(what_is_not_linear_is_searched),
        cmocka_unit_test(a_bound_holds_its_parameter),
        cmocka_unit_test(a_valley_is_followed_to_a_bound),
        cmocka_unit_test(beyond_a_wall_no_step_is_taken),
        cmocka_unit_test(a_start_without_a_value_is_said_so),
        cmocka_unit_test(a_parameter_that_shrinks_by_decades_ends_no_run),
        cmocka_unit_test(a_parameter_without_influence_stays),
        cmocka_unit_test(fewer_residuals_than_parameters_do),
        cmocka_unit_test(the_budget_of_evaluations_is_kept),
        cmocka_unit_test(the_budget_of_iterations_is_kept),
        cmocka_unit_test(cancel_leaves_the_last_iterate),
        cmocka_unit_test(own_tolerances_end_a_run_early),
        cmocka_unit_test(hubers_position_is_that_of_a_bounded_pull),
        cmocka_unit_test(every_loss_ends_where_its_pulls_balance),
        cmocka_unit_test(the_derivatives_of_losses_are_their_differences),
        cmocka_unit_test(corrected_residuals_are_those_of_squares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
