/* test_bounds.c - L-BFGS inside bounds. */
#include "tests/unit/cmocka_all.h"

#include <math.h>

#include "core/base/random.h"
#include "tests/unit/method_bench.h"

/* Hock & Schittkowski 1981: problems 1 to 5, 38 (Colville) and 45. */
static double hs3(const double *x, double *g)
{
    double by = x[1] - x[0];

    g[0] = -2e-5 * by;
    g[1] = 1 + 2e-5 * by;
    return x[1] + 1e-5 * by * by;
}

static double hs4(const double *x, double *g)
{
    double a = x[0] + 1;

    g[0] = a * a;
    g[1] = 1;
    return a * a * a / 3 + x[1];
}

static double hs5(const double *x, double *g)
{
    double by = x[0] - x[1], c = cos(x[0] + x[1]);

    g[0] = c + 2 * by - 1.5;
    g[1] = c - 2 * by + 2.5;
    return sin(x[0] + x[1]) + by * by - 1.5 * x[0] + 2.5 * x[1] + 1;
}

static double hs45(const double *x, double *g)
{
    double product = x[0] * x[1] * x[2] * x[3] * x[4] / 120;

    for (int i = 0; i < 5; i++) {
        g[i] = -1.0 / 120;
        for (int j = 0; j < 5; j++)
            g[i] *= j == i ? 1 : x[j];
    }
    return 2 - product;
}

static double rosen(const double *x, double *g)
{
    return function_find("rosenbrock")->evaluate(x, 2, g);
}

struct bounded {
    const char *name;
    size_t n;
    double (*value)(const double *x, double *g);
    double start[5], low[5], high[5], loss;
};

static double evaluate_bounded(void *data, const double *x, size_t n,
                               double *g)
{
    const struct bounded *problem = data;
    double ignored[5];

    (void)n;
    return problem->value(x, g != NULL ? g : ignored);
}

#define FAR 1e30

static void hock_and_schittkowskis_bounds_are_kept(void **unused)
{
    /* Problem 2 has another minimum of 4.94 behind the hill that the book's
     * start (-2, 1) lies on: hence (2, 1). */
    static const struct bounded problems[] = {
        {"HS1", 2, rosen, {-2, 1}, {-FAR, -1.5}, {FAR, FAR}, 0},
        {"HS2", 2, rosen, {2, 1}, {-FAR, 1.5}, {FAR, FAR}, 0.0504261879},
        {"HS3", 2, hs3, {10, 1}, {-FAR, 0}, {FAR, FAR}, 0},
        {"HS4", 2, hs4, {1.125, 0.125}, {1, 0}, {FAR, FAR}, 8.0 / 3},
        {"HS5", 2, hs5, {0, 0}, {-1.5, -3}, {4, 3},
         -0.86602540378443864676 - 1.04719755119659774615},
        {"HS45", 5, hs45, {2, 2, 2, 2, 2}, {0}, {1, 2, 3, 4, 5}, 1},
    };
    (void)unused;

    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        struct bounded problem = problems[i];
        struct bench *b = bench_new("lbfgsb");

        b->objective = (struct objective){.n = problem.n, .data = &problem,
                                          .evaluate = evaluate_bounded};
        b->low = problem.low;
        b->high = problem.high;
        b->stop[STOP_GRADIENT_TOLERANCE] = 1e-9;
        bench_run(b, problem.start);
        assert_false(b->left_bounds);
        if (b->result.reason != REASON_GRADIENT_TOLERANCE
            || !(fabs(b->result.loss - problem.loss) <= 1e-9))
            fail_msg("%s: %.12g, not %.12g (%s)", problem.name,
                     b->result.loss, problem.loss,
                     reason_texts[b->result.reason].name);
        bench_free(b);
    }
}

/* A convex quadratic with neighbours coupled, in a box that most variables'
 * free minimum lies outside of: the minimum is where slopes point out of the
 * box (Karush, Kuhn, Tucker). */
static double evaluate_chain(void *data, const double *x, size_t n, double *g)
{
    const double *b = data;
    double f = 0;

    for (size_t i = 0; i < n; i++) {
        double left = i > 0 ? x[i - 1] : 0, right = i + 1 < n ? x[i + 1] : 0;
        double slope = 2.5 * x[i] - left - right - b[i];

        f += x[i] * (slope - b[i]) / 2;
        if (g != NULL)
            g[i] = slope;
    }
    return f;
}

static void at_the_end_slopes_point_out_of_the_box(void **unused)
{
    enum { N = 40 };
    double pull[N], start[N] = {0}, low[N], high[N], g[N];
    (void)unused;

    for (uint64_t seed = 0; seed < 20; seed++) {
        struct bench *b = bench_new("lbfgsb");
        int at_bounds = 0;

        for (size_t i = 0; i < N; i++) {
            pull[i] = 20 * random_unit(seed, RANDOM_START, i) - 10;
            low[i] = -random_unit(seed, RANDOM_START, N + i);
            high[i] = random_unit(seed, RANDOM_START, 2 * N + i);
        }
        low[3] = high[3] = 0.25; /* no choice; the start is moved there */
        b->objective = (struct objective){.n = N, .data = pull,
                                          .evaluate = evaluate_chain};
        b->low = low;
        b->high = seed % 2 == 0 ? high : NULL;
        b->stop[STOP_GRADIENT_TOLERANCE] = 1e-10;
        bench_run(b, start);
        assert_int_equal(b->result.reason, REASON_GRADIENT_TOLERANCE);
        assert_false(b->left_bounds);
        evaluate_chain(pull, b->result.x, N, g);
        for (size_t i = 0; i < N; i++) {
            bool is_low = b->result.x[i] == low[i];
            bool is_high = b->high != NULL && b->result.x[i] == high[i];

            at_bounds += is_low || is_high;
            assert_true(is_low || is_high || fabs(g[i]) <= 1e-10);
            assert_true(!is_low || is_high || g[i] >= -1e-10);
            assert_true(!is_high || is_low || g[i] <= 1e-10);
        }
        assert_true(at_bounds >= 5);
        assert_true(b->result.iterations <= 60);
        bench_free(b);
    }
}

static void one_sided_bounds_and_none_will_do(void **unused)
{
    const double start[10] = {0}, low[10] = {0, 0, 0, 2, 0, 0, 0, 0, 0, 0};
    (void)unused;

    for (int sides = 0; sides < 2; sides++) {
        struct bench *b = bench_new("lbfgsb");

        b->objective = (struct objective){.n = 10, .evaluate = bench_bowl};
        b->low = sides == 1 ? low : NULL;
        b->stop[STOP_GRADIENT_TOLERANCE] = 1e-9;
        bench_run(b, start);
        assert_int_equal(b->result.reason, REASON_GRADIENT_TOLERANCE);
        assert_true(fabs(b->result.x[3] - (sides == 1 ? 2 : 1)) < 1e-9);
        assert_true(fabs(b->result.loss - (sides == 1 ? 2 : 0)) < 1e-9);
        bench_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hock_and_schittkowskis_bounds_are_kept),
        cmocka_unit_test(at_the_end_slopes_point_out_of_the_box),
        cmocka_unit_test(one_sided_bounds_and_none_will_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
