/* test_expression_edges.c - formulas at the edge: empty sums, large whole
 * numbers, values beside gradients, and the limit of work. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "tests/unit/formula_bench.h"

enum { LENGTH = 300 };

/* ---- values and derivatives -------------------------------------------- */

/* At x = (0, 0, ...), by hand. */
static const struct {
    const char *text;
    double value, derivative;  /* by x[1] */
} at_zero[] = {
    /* What there is none of is 0, whatever its terms would be. */
    {"sum(i, 0, 1, sum(j, 1, i, 3 + x[1]))", 3, 1},
    {"sum(i, -1, 0, sum(j, 1, i, 1/x[1]))", 0, 0},
    {"sum(i, -1, 0, sum(j, 1, i, log(x[1])))", 0, 0},
    {"sum(i, 0, 2, prod(j, 1, i, x[1]))", 1, 1},       /* 1 + x + x^2 */
    {"sum(i, 0, 2, pow(x[1], i))", 1, 1},
    {"sum(i, 0, 2, pow(x[1], i*(i - 1)/2))", 2, 1},    /* 1 + 1 + x */
    /* Whole numbers that an index cannot have are still numbers. */
    {"sum(i, 1e11, 1e11, x[1] + 1e9*i)", 1e20, 1},
    {"sum(i, 1, 1, x[1000000000*i - 999999999] + 2)", 2, 1},
    {"sum(i, 1e9, 1e9 + 2, x[i - 999999999] + 1)", 3, 1},
    /* b / (a^2 + b^2) where squares vanish, and where they overflow. */
    {"atan2(1e-170 + x[1], 1e-170)", M_PI / 4, 0.5 / 1e-170},
    {"atan2(1e170 + x[1], 1e170)", M_PI / 4, 0.5 / 1e170},
};

static void edges_have_values_and_derivatives(void **unused)
{
    static const double x[LENGTH];

    (void)unused;
    for (size_t k = 0; k < sizeof at_zero / sizeof *at_zero; k++) {
        struct formula_bench bench;
        double g[LENGTH], value;

        formula_bench_init(&bench);
        formula_bench_variable(&bench, "x", LENGTH);
        formula_bench_compile(&bench, at_zero[k].text);
        value = expression_evaluate(bench.expression, x, g);
        if (value != at_zero[k].value || g[0] != at_zero[k].derivative)
            fail_msg("%s: %g and %g, not %g and %g", at_zero[k].text, value,
                     g[0], at_zero[k].value, at_zero[k].derivative);
        formula_bench_fini(&bench);
    }
}

/* Value and derivatives of a formula of x = scale * (3, 4). */
static double at_scale(const char *text, double scale, double *ret_g)
{
    double x[2] = {3 * scale, 4 * scale}, value;
    struct formula_bench bench;

    formula_bench_init(&bench);
    formula_bench_variable(&bench, "x", 2);
    formula_bench_compile(&bench, text);
    value = expression_evaluate(bench.expression, x, ret_g);
    formula_bench_fini(&bench);
    return value;
}

static bool is_near(double found, double wanted)
{
    return fabs(found - wanted) <= 1e-15 * fabs(wanted);
}

/* The norm of (3, 4) is 5, its gradient (0.6, 0.8), its square's (6, 8), its
 * logarithm's (0.12, 0.16): at every scale, whatever becomes of squares. */
static void norms_are_right_at_every_scale(void **unused)
{
    (void)unused;
    for (int exponent = -170; exponent <= 170; exponent += 5) {
        double scale = pow(10, exponent), g[2];

        assert_true(is_near(at_scale("norm2(x)", scale, g), 5 * scale));
        assert_true(is_near(g[0], 0.6) && is_near(g[1], 0.8));
        at_scale("norm2(x)^2", scale, g);
        assert_true(is_near(g[0], 6 * scale) && is_near(g[1], 8 * scale));
        at_scale("log(norm2(x))", scale, g);
        assert_true(is_near(g[0], 0.12 / scale)
                    && is_near(g[1], 0.16 / scale));
    }
    for (int sign = -1; sign <= 1; sign += 2) {
        double scale = pow(10, sign * 265), g[2];

        assert_true(is_near(at_scale("norm2(x)", scale, g), 5 * scale));
        assert_true(is_near(g[0], 0.6) && is_near(g[1], 0.8));
    }
}

/* Where squares are ordinary numbers a norm has the bits of their root. */
static void ordinary_norms_are_roots_of_sums(void **unused)
{
    static const char *const texts[] = {
        "norm2(x - w)", "sqrt(sum(i, 1, length(x), (x[i] - w[i])^2))",
    };
    double x[LENGTH], w[LENGTH], g[2][LENGTH], value[2];

    (void)unused;
    for (int exponent = -130; exponent <= 145; exponent += 11) {
        for (size_t i = 0; i < LENGTH; i++) {
            x[i] = pow(10, exponent) * sin((double)i);
            w[i] = pow(10, exponent) * cos((double)(i * i));
        }
        for (int k = 0; k < 2; k++) {
            struct formula_bench bench;

            formula_bench_init(&bench);
            formula_bench_variable(&bench, "x", LENGTH);
            formula_bench_constant(&bench, "w", w, LENGTH, 0);
            formula_bench_compile(&bench, texts[k]);
            value[k] = expression_evaluate(bench.expression, x, g[k]);
            formula_bench_fini(&bench);
        }
        assert_memory_equal(&value[0], &value[1], sizeof value[0]);
        assert_memory_equal(g[0], g[1], sizeof g[0]);
    }
}

/* The index has eight counters, the place of its derivative the row too. */
static void an_index_of_eight_counters_has_derivatives_by_rows(void **unused)
{
    static const double u[] = {2, 3}, x[] = {5, 7};
    double values[2], jacobian[4];
    struct formula_bench bench;

    (void)unused;
    formula_bench_init(&bench);
    formula_bench_variable(&bench, "x", 2);
    formula_bench_column(&bench, "u", u, 2);
    formula_bench_compile(&bench,
        "sum(a,0,0,sum(b,0,0,sum(c,0,0,sum(d,0,0,sum(f,0,0,sum(g,0,0,"
        "sum(h,0,0,sum(i,1,2, u*x[a+b+c+d+f+g+h+i]))))))))");
    expression_evaluate_rows(bench.expression, x, values, jacobian);
    assert_true(values[0] == 24 && values[1] == 36);
    assert_true(jacobian[0] == 2 && jacobian[1] == 3);
    assert_true(jacobian[2] == 2 && jacobian[3] == 3);
    formula_bench_fini(&bench);
}

/* The first sum runs by blocks where the value alone is wanted; its pass has
 * another one within where the derivatives are collected. */
static void a_value_is_the_same_with_a_gradient(void **unused)
{
    double x[LENGTH], g[LENGTH], with, without;
    struct formula_bench bench;

    (void)unused;
    for (size_t i = 0; i < LENGTH; i++)
        x[i] = 0.5 + sin((double)i);
    formula_bench_init(&bench);
    formula_bench_variable(&bench, "x", LENGTH);
    formula_bench_compile(&bench,
        "sum(i, 1, length(x), sin(x[i]))"
        " + sum(k, 1, length(x), sin(sum(i, 1, length(x), sin(x[i])))"
        " + sum(j, 1, 3, k*j*sin(x[j]*k)))");
    with = expression_evaluate(bench.expression, x, g);
    without = expression_evaluate(bench.expression, x, NULL);
    assert_memory_equal(&with, &without, sizeof with);
    formula_bench_fini(&bench);
}

static double work_of(const char *text)
{
    struct formula_bench bench;
    double work;

    formula_bench_init(&bench);
    formula_bench_variable(&bench, "x", LENGTH);
    formula_bench_compile(&bench, text);
    work = bench.expression->work;
    formula_bench_fini(&bench);
    return work;
}

static void work_counts_points_functions_and_starts(void **unused)
{
    double plain = work_of("sum(i, 1, 4000, sqrt(i))");
    double light = work_of("sum(i, 1, 4000, exp(i))");
    double heavy = work_of("sum(i, 1, 4000, erf(i))");
    double twice = work_of("sum(i, 1, 8000, sqrt(i))");
    double nested = work_of("sum(i, 1, 4000, sum(j, i, i, sqrt(j)))");

    (void)unused;
    /* Four functions at the start, and 4000 of 16 or 32 for one of 1. */
    assert_true(light - plain == 4000 * (16 - 1) + 4 * 16);
    assert_true(heavy - plain == 4000 * (32 - 1) + 4 * 32);
    /* The index, the root and the sum. */
    assert_true(twice - plain == 4000 * 3);
    /* The pass within starts as often: 40 of the pass, 8 of the index and of
     * the root, 48 of the sum. */
    assert_true(nested >= 4000 * (40 + 8 + 8 + 48));
}

/* ---- refused ----------------------------------------------------------- */

static const struct {
    const char *text, *detail; /* how the fault begins */
} refused[] = {
    {"sum(i, -1e12, 1e12, x[1])",
     "line 1, column 5: the bounds of i are too large"},
    {"sum(i, 1, 1e12, sum(j, 1000000*i, 1000000*i, x[1]))",
     "line 1, column 24: a bound is made of"},
    {"sum(i, 1, 1, A[1099511627776*i - 1099511627775, 1])",
     "line 1, column 16: an index is made of"},
    {"sum(i, 1, 1, A[549755813000*i - 549755812999, 1]*x[1])",
     "line 1, column 14: the numbers in the index of A are too large"},
    {"sum(i, 1, 9999999, erf(i*x[1]))", "one gradient takes about"},
    {"sum(i, 1, 3000000, prod(j, i, i, x[1] + j))",
     "one gradient takes about"},
};

static void what_is_too_large_is_refused(void **unused)
{
    static const double a[] = {1, 2, 3, 4};

    (void)unused;
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
        struct formula_bench bench;
        struct faults faults;

        formula_bench_init(&bench);
        formula_bench_variable(&bench, "x", LENGTH);
        formula_bench_constant(&bench, "A", a, 1, 4);
        faults_init(&faults, &bench.arena);
        assert_int_equal(expression_compile(&bench.arena, refused[k].text,
                                            &bench.symbols, "/expression",
                                            &faults, &bench.expression),
                         ERR_INVALID);
        if (strncmp(faults.items[0].detail, refused[k].detail,
                    strlen(refused[k].detail)) != 0)
            fail_msg("%s:\n%s", refused[k].text, faults.items[0].detail);
        formula_bench_fini(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_have_values_and_derivatives),
        cmocka_unit_test(norms_are_right_at_every_scale),
        cmocka_unit_test(ordinary_norms_are_roots_of_sums),
        cmocka_unit_test(an_index_of_eight_counters_has_derivatives_by_rows),
        cmocka_unit_test(a_value_is_the_same_with_a_gradient),
        cmocka_unit_test(work_counts_points_functions_and_starts),
        cmocka_unit_test(what_is_too_large_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
