/*
 * test_expression_lets.c - formulas with let, matrices, indices among data:
 * they are what the same formula is without, and their derivatives are those
 * of differences, by rows and summed over them.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "tests/unit/formula_bench.h"

enum {
    ROWS = 700,               /* some chunks, and a part of one */
    WIDTH = 5, HIDDEN = 4, CLASSES = 3,
    X_MAX = 64,
};

static const double c[] = {0.5, -2, 3, 0.25, 7}, picks[] = {3, 1, 2, 3, 5};
static const double A[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* Names: x[5], W[3][5], y; constants c[5], A[3][5], p[5] of whole numbers. */
static void set_up_names(struct formula_bench *bench)
{
    formula_bench_init(bench);
    formula_bench_variable(bench, "x", 5);
    formula_bench_matrix(bench, "W", 3, 5);
    formula_bench_variable(bench, "y", 0);
    formula_bench_constant(bench, "c", c, 5, 0);
    formula_bench_constant(bench, "A", A, 3, 5);
    formula_bench_constant(bench, "p", picks, 5, 0);
}

static void draw(double *numbers, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = 2 * random_unit(seed, RANDOM_START, i) - 1;
}

static void assert_near(const char *text, const char *what, double got,
                        double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance * (1 + fabs(expected))))
        fail_msg("%s: %s is %.17g, not %.17g", text, what, got, expected);
}

/* ---- as without let ---------------------------------------------------- */

static const struct {
    const char *with, *without;
} pairs[] = {
    {"let z = y^2 + 1; z*exp(-z)", "(y^2 + 1)*exp(-(y^2 + 1))"},
    {"let h[j, 1, 5] = x[j]^2; sum(h) + h[2]*h[5]",
     "sum(x^2) + x[2]^2*x[5]^2"},
    {"let h[j] = tanh(dot(W[j], x) + c[j]); sum(k, 1, 3, h[k]*h[4 - k])",
     "sum(k, 1, 3, tanh(dot(W[k], x) + c[k])"
     "*tanh(dot(W[4 - k], x) + c[4 - k]))"},
    {"let h[j] = dot(W[j], x); let g[j, 1, 3] = exp(h[j]/4); "
     "sum(i, 1, 5, dot(g, h)*x[i]*g[1])",
     "sum(i, 1, 5, sum(j, 1, 3, exp(dot(W[j], x)/4)*dot(W[j], x))*x[i]"
     "*exp(dot(W[1], x)/4))"},
    {"let a = dot(x, c); let h[j] = a*x[j]; norm2(h - c) + a",
     "norm2(dot(x, c)*x - c) + dot(x, c)"},
    {"let h[i, 1, 5] = sum(j, 1, i, x[j]*y); h[5] + dot(h, c)",
     "sum(j, 1, 5, x[j]*y) + sum(i, 1, 5, sum(j, 1, i, x[j]*y)*c[i])"},
    {"let h[j, 1, 2] = prod(i, 1, 5, x[i] + j); h[1]*h[2]",
     "prod(i, 1, 5, x[i] + 1)*prod(i, 1, 5, x[i] + 2)"},
    {"let h[j] = if(x[j] > 0, x[j], exp(x[j]) - 1); dot(h, h)",
     "sum(if(x > 0, x, exp(x) - 1)^2)"},
    {"let h[j] = x[j]; if(y > 2, h[1]/(y - y), h[2])", "x[2] + 0*y"},
    {"let h[j, 1, 3] = 2; sum(h)*y", "6*y"},
    {"let h[j] = c[j]^2; dot(h, x)", "sum(c^2*x)"},
    {"let h[j] = x[j]*y; let g[j] = h[j]; dot(h, g)", "sum((x*y)^2)"},
    {"let h[j] = x[j]*y; sum(i, 1, 3, sum(k, i, 5, h[k - i + 1]*W[i, k]))",
     "sum(i, 1, 3, sum(k, i, 5, x[k - i + 1]*y*W[i, k]))"},
    {"let n = 3; let h[j, 1, n] = x[j + n - 1]; h[n]*h[1]", "x[5]*x[3]"},
    {"log_sum_exp(x)", "log(sum(exp(x)))"},
    {"log_sum_exp(1000*x)/1000", "max(x[1], x[2], x[3], x[4], x[5]) + 0*y"},
    {"let z[k] = dot(W[k], x); log_sum_exp(z) - z[2]",
     "log(sum(k, 1, 3, exp(dot(W[k], x)))) - dot(W[2], x)"},
    {"let h[k] = log_sum_exp(W[k]*y); sum(h^2)",
     "sum(k, 1, 3, log(sum(exp(W[k]*y)))^2)"},
    {"let h[k] = norm2(W[k]); let s = sum(h); h[1]/s",
     "norm2(W[1])/(norm2(W[1]) + norm2(W[2]) + norm2(W[3]))"},
    {"sum(i, 1, 5, x[p[i]]*i)", "x[3] + 2*x[1] + 3*x[2] + 4*x[3] + 5*x[5]"},
    {"dot(W[p[2]], x) + W[p[1], p[5]]", "dot(W[1], x) + W[3, 5]"},
    {"sum(i, 1, 4, W[p[i], i + 1]^2)",
     "W[3, 2]^2 + W[1, 3]^2 + W[2, 4]^2 + W[3, 5]^2"},
    {"sum(i, 1, 4, dot(W[p[i]], x)*i)",
     "dot(4*W[3] + W[3], x) + dot(2*W[1] + 3*W[2], x)"},
    {"sum(i, 1, 3, x[p[i] + i - 1]*x[6 - p[i]])",
     "x[3]*x[3] + x[2]*x[5] + x[4]*x[4]"},
    {"let z[j] = x[j]^2; sum(i, 1, 5, z[p[i]]*y)",
     "y*(2*x[3]^2 + x[1]^2 + x[2]^2 + x[5]^2)"},
    {"let s[i, 1, 5] = x[p[i]]; dot(s, c)",
     "0.5*x[3] - 2*x[1] + 3*x[2] + 0.25*x[3] + 7*x[5]"},
    {"let let = y; let + let", "2*y"},
};

static void compare_pair(size_t k)
{
    struct formula_bench with, without;
    double x[X_MAX], g[X_MAX], expected[X_MAX];
    double f, plain;

    set_up_names(&with);
    set_up_names(&without);
    formula_bench_compile(&with, pairs[k].with);
    formula_bench_compile(&without, pairs[k].without);
    draw(x, with.symbols.n, k);
    f = expression_evaluate(with.expression, x, g);
    plain = expression_evaluate(without.expression, x, expected);
    assert_near(pairs[k].with, "the value", f, plain, 1e-14);
    assert_true(f == expression_evaluate(with.expression, x, NULL));
    for (size_t i = 0; i < with.symbols.n; i++)
        assert_near(pairs[k].with, "a derivative", g[i], expected[i], 1e-13);
    formula_bench_fini(&with);
    formula_bench_fini(&without);
}

static void let_means_what_it_stands_for(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        compare_pair(k);
}

/* The form is read again and is the same formula. */
static void the_form_has_let(void **unused)
{
    struct formula_bench bench;

    (void)unused;
    set_up_names(&bench);
    formula_bench_compile(&bench,
                          "let z=y+1;let h[j]=x[j]*z;let g[k,1,2]=k;h[1]+g[2]");
    assert_string_equal(bench.expression->form,
                        "let z = (y + 1); let h[j] = (x[j] * z); "
                        "let g[k, 1, 2] = k; (h[1] + g[2])");
    formula_bench_fini(&bench);
}

/* ---- rows -------------------------------------------------------------- */

struct data {
    double features[ROWS * WIDTH], target[ROWS], label[ROWS], slopes[ROWS];
    double values[ROWS], J[X_MAX * ROWS];
};

/* Names: U[4][5], a[4], V[3][4], b[3] and s; columns v (vectors), t, k. */
static void set_up_rows(struct formula_bench *bench, struct data *data)
{
    formula_bench_init(bench);
    formula_bench_matrix(bench, "U", HIDDEN, WIDTH);
    formula_bench_variable(bench, "a", HIDDEN);
    formula_bench_matrix(bench, "V", CLASSES, HIDDEN);
    formula_bench_variable(bench, "b", CLASSES);
    formula_bench_variable(bench, "s", 0);
    formula_bench_vectors(bench, "v", data->features, ROWS, WIDTH);
    formula_bench_column(bench, "t", data->target, ROWS);
    formula_bench_column(bench, "k", data->label, ROWS);
    draw(data->features, ROWS * WIDTH, 1);
    draw(data->target, ROWS, 2);
    draw(data->slopes, ROWS, 3);
    for (size_t i = 0; i < ROWS; i++)
        data->label[i] = 1 + floor(CLASSES * random_unit(4, RANDOM_START, i));
}

static const char *const by_rows[] = {
    "s*t + 1",
    "s^2*k + a[k]",
    "dot(U[k], v) - t",
    "let z[j] = dot(U[j], v) + a[j]; log_sum_exp(z) - z[k]",
    "let h[j] = tanh(dot(U[j], v) + a[j]); "
    "let z[j] = dot(V[j], h) + b[j]; log_sum_exp(z) - z[k]",
    /* What is the same in each row is outside of them. */
    "let w[j] = exp(a[j]/4); let q = norm2(b); w[k]*t*q + dot(w, w)",
    "let h[j] = U[j, k]*t; sum(j, 1, 4, h[j]*v[j + 1]) + h[2]*v[k]",
    "sum(j, 1, 5, v[j]*U[1, j])*V[k, 4 - k] + V[k, k + 1]",
    "length(v)*s",
    "s",
};

/* Some rows, one of them twice. */
static const uint32_t some[] = {699, 3, 3, 0, 256, 255, 257, 500, 1, 2};

enum { SOME = sizeof some / sizeof *some };

/* sum slopes * J over a set against the Jacobian; its bits are those of the
 * whole. */
static void compare_set(const char *text, struct formula_bench *bench,
                        struct data *data, const double *x,
                        const struct row_set *set)
{
    double values[ROWS], again[ROWS], g[X_MAX];

    expression_pull_back(bench->expression, x, set, data->slopes, values, g);
    expression_values(bench->expression, x, set, again);
    assert_memory_equal(values, again, set->count * sizeof *values);
    for (size_t i = 0; i < set->count; i++)
        assert_true(values[i] == data->values[set->rows ? set->rows[i]
                                                        : set->first + i]);
    for (size_t j = 0; j < bench->symbols.n; j++) {
        double sum = 0;

        for (size_t i = 0; i < set->count; i++)
            sum += data->slopes[i]
                 * data->J[j * ROWS + (set->rows ? set->rows[i]
                                                 : set->first + i)];
        assert_near(text, "a summed derivative", g[j], sum, 1e-12);
    }
}

static void compare_differences(const char *text, struct formula_bench *bench,
                                struct data *data, double *x)
{
    static const double h = 1e-5;
    double right[ROWS], left[ROWS];

    for (size_t j = 0; j < bench->symbols.n; j++) {
        double at = x[j];

        x[j] = at + h;
        expression_evaluate_rows(bench->expression, x, right, NULL);
        x[j] = at - h;
        expression_evaluate_rows(bench->expression, x, left, NULL);
        x[j] = at;
        for (size_t i = 0; i < ROWS; i += 23)
            assert_near(text, "a row's derivative", data->J[j * ROWS + i],
                        (right[i] - left[i]) / (2 * h), 1e-8);
    }
}

static void rows_have_the_derivatives_of_differences(void **unused)
{
    static struct data data;
    const struct row_set sets[] = {
        {.count = ROWS}, {.first = 100, .count = 300},
        {.count = SOME, .rows = some}, {.first = ROWS - 1, .count = 1},
    };

    (void)unused;
    for (size_t k = 0; k < sizeof by_rows / sizeof *by_rows; k++) {
        struct formula_bench bench;
        double x[X_MAX];

        set_up_rows(&bench, &data);
        formula_bench_compile(&bench, by_rows[k]);
        draw(x, bench.symbols.n, 10 + k);
        expression_evaluate_rows(bench.expression, x, data.values, data.J);
        compare_differences(by_rows[k], &bench, &data, x);
        for (size_t s = 0; s < sizeof sets / sizeof *sets; s++)
            compare_set(by_rows[k], &bench, &data, x, &sets[s]);
        formula_bench_fini(&bench);
    }
}

/* The rows of a list, in order, are the rows themselves: bit for bit. */
static void a_list_of_rows_changes_no_bit(void **unused)
{
    static struct data data;
    static uint32_t list[ROWS];
    struct row_set whole = {.count = ROWS};
    struct row_set listed = {.count = ROWS, .rows = list};
    double x[X_MAX], g[X_MAX], again[X_MAX], values[ROWS];
    struct formula_bench bench;

    (void)unused;
    for (uint32_t i = 0; i < ROWS; i++)
        list[i] = i;
    set_up_rows(&bench, &data);
    formula_bench_compile(&bench, by_rows[4]);
    draw(x, bench.symbols.n, 5);
    expression_pull_back(bench.expression, x, &whole, data.slopes, values, g);
    expression_pull_back(bench.expression, x, &listed, data.slopes, values,
                         again);
    assert_memory_equal(g, again, bench.symbols.n * sizeof *g);
    formula_bench_fini(&bench);
}

/* ---- what is refused --------------------------------------------------- */

static const double halves[] = {1, 2.5, 3};

static const struct {
    const char *text;
    enum fault_code code;
    const char *begins;
} refused[] = {
    {"let z = y; let z = 2; z", FAULT_CONFLICT,
     "line 1, column 16: z is a name of let already; let needs a name of its "
     "own"},
    {"let x = 2; x[1]", FAULT_CONFLICT,
     "line 1, column 5: x is a variable already"},
    {"let exp = 2; y", FAULT_CONFLICT,
     "line 1, column 5: exp is a function already"},
    {"let h[x] = 2; y", FAULT_CONFLICT,
     "line 1, column 7: x is a variable already; a counter needs a name of "
     "its own"},
    {"let h[j, 1, 3] = x[j]; sum(h, 1, 2, h)", FAULT_CONFLICT,
     "line 1, column 28: h is a name of let already"},
    {"let h[j] = y; h[1]", FAULT_REQUIRED,
     "line 1, column 7: the length of h is not known: write let h[j, 1, 10], "
     "or use j alone as the index of a vector"},
    {"let h[j, 0, 3] = y; h[1]", FAULT_OUT_OF_RANGE,
     "line 1, column 10: the indices of a vector begin at 1"},
    {"let h[j, 1, 0] = y; h[1]", FAULT_OUT_OF_RANGE,
     "line 1, column 13: a vector has at least one element"},
    {"let h[j, 1, 3] = y; h[4]", FAULT_OUT_OF_RANGE,
     "line 1, column 23: the index of h is 4; it must be in 1 ... 3"},
    {"let h[j, 1, 3] = y; h", FAULT_WRONG_TYPE,
     "line 1, column 21: h is a vector where a number is needed"},
    {"let h[j, 1, 3] = y; h[j]", FAULT_UNKNOWN_NAME,
     "line 1, column 23: there is no variable, constant or counter j"},
    {"let h[j, 1, 3] = h[j]; y", FAULT_UNKNOWN_NAME,
     "line 1, column 18: there is no variable, constant or counter h"},
    {"let z = y z", FAULT_SYNTAX,
     "line 1, column 11: an operator is missing here"},
    {"let z = y", FAULT_SYNTAX,
     "line 1, column 10: the formula ends where a ; behind the value of let "
     "is needed"},
    {"let z = y;", FAULT_SYNTAX,
     "line 1, column 11: the formula ends where a number, a name or ( is "
     "needed"},
    {"let z y; z", FAULT_SYNTAX, "line 1, column 7: a = is needed here"},
    {"let h[] = 2; y", FAULT_SYNTAX,
     "line 1, column 7: a new name, the vector's counter, is needed here"},
    {"let h[j, 1] = 2; y", FAULT_SYNTAX,
     "line 1, column 11: a comma is needed here"},
    {"let hidden = y; hiden", FAULT_UNKNOWN_NAME,
     "line 1, column 17: there is no variable, constant or counter hiden"},
    {"let h[j, 1, 600000] = j*y; let g[j, 1, 600000] = y; g[1]",
     FAULT_TOO_LARGE,
     "line 1, column 32: with this one the vectors of let, and the sums in "
     "them, have 1200000 elements; at most 1000000 are possible"},
    {"y = 2", FAULT_SYNTAX, "line 1, column 3: = has no meaning in a formula"},
    {"y; 2", FAULT_SYNTAX,
     "line 1, column 2: an operator or the end is needed here"},
    {"let z := 2; z", FAULT_SYNTAX,
     "line 1, column 7: := has no meaning in a formula"},
    {"sum(i, 1, 3, x[q[i]])", FAULT_WRONG_TYPE,
     "line 1, column 16: an index is a whole number: q[2] is 2.5"},
    {"W[p[1] + 1, 1]", FAULT_OUT_OF_RANGE,
     "line 1, column 3: the index of W is 4; it must be in 1 ... 3"},
    {"sum(i, 1, 5, W[p[i], 1])", FAULT_OUT_OF_RANGE,
     "line 1, column 16: the index of W runs over 1 ... 5; it must stay in "
     "1 ... 3: p[5] is 5"},
    {"sum(i, 1, 5, x[p[i] - 1])", FAULT_OUT_OF_RANGE,
     "line 1, column 16: the index of x runs over 0 ... 4; it must stay in "
     "1 ... 5: p[2] is 1"},
    {"x[x[1]]", FAULT_WRONG_TYPE,
     "line 1, column 3: an index is made of whole numbers, whole multiples "
     "of counters and whole numbers in data"},
    {"sum(i, 1, 5, x[p[i]*p[i]])", FAULT_WRONG_TYPE,
     "line 1, column 16: an index is made of whole numbers"},
    {"sum(i, 1, 5, sum(k, 1, p[i], y))", FAULT_WRONG_TYPE,
     "line 1, column 24: a bound is made of whole numbers and whole "
     "multiples of counters"},
    {"log_sum_exp(y)", FAULT_WRONG_TYPE,
     "line 1, column 13: log_sum_exp needs a vector here"},
};

static void what_is_wrong_is_named(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
        struct formula_bench bench;
        struct faults faults;
        enum error error;

        set_up_names(&bench);
        formula_bench_constant(&bench, "q", halves, 3, 0);
        faults_init(&faults, &bench.arena);
        error = expression_compile(&bench.arena, refused[k].text,
                                   &bench.symbols, "/f", &faults,
                                   &bench.expression);
        if (error != ERR_INVALID || faults.total != 1)
            fail_msg("%s: %zu faults, %s", refused[k].text, faults.total,
                     faults.total > 0 ? faults.items[0].detail : "none");
        assert_int_equal(faults.items[0].code, refused[k].code);
        if (strncmp(faults.items[0].detail, refused[k].begins,
                    strlen(refused[k].begins)) != 0)
            fail_msg("%s: %s", refused[k].text, faults.items[0].detail);
        formula_bench_fini(&bench);
    }
}

/* A row whose label is no class is named. */
static void a_row_that_leaves_the_range_is_named(void **unused)
{
    static struct data data;
    struct formula_bench bench;
    struct faults faults;

    (void)unused;
    set_up_rows(&bench, &data);
    data.label[36] = 11;
    faults_init(&faults, &bench.arena);
    assert_int_equal(expression_compile_rows(&bench.arena, "b[k]",
                                             &bench.symbols, "/f", &faults,
                                             &bench.expression), ERR_INVALID);
    assert_non_null(strstr(faults.items[0].detail,
                           "the index of b runs over 1 ... 11; it must stay "
                           "in 1 ... 3: k is 11 in row 37 (counted from 1)"));
    data.label[36] = 1.5;
    assert_int_equal(expression_compile_rows(&bench.arena, "b[k]",
                                             &bench.symbols, "/f", &faults,
                                             &bench.expression), ERR_INVALID);
    assert_non_null(strstr(faults.items[1].detail,
                           "an index is a whole number: k is 1.5 in row 37 "
                           "(counted from 1)"));
    formula_bench_fini(&bench);
}

/* x[m[i]] + x[m[i + 1]] + ..., `count` of them, over i = 1 ... `points`. */
static void many_lookups(size_t points, int count, const char *begins)
{
    static double ones[400100];
    char text[4000];
    size_t at = (size_t)snprintf(text, sizeof text, "sum(i, 1, %zu, y", points);
    struct formula_bench bench;
    struct faults faults;

    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
        ones[i] = 1;
    for (int k = 0; k < count; k++)
        at += (size_t)snprintf(text + at, sizeof text - at, " + x[m[i + %d]]",
                               k);
    snprintf(text + at, sizeof text - at, ")");
    set_up_names(&bench);
    formula_bench_constant(&bench, "m", ones, sizeof ones / sizeof *ones, 0);
    faults_init(&faults, &bench.arena);
    assert_int_equal(expression_compile(&bench.arena, text, &bench.symbols,
                                        "/f", &faults, &bench.expression),
                     begins == NULL ? OK : ERR_INVALID);
    if (begins != NULL) {
        assert_int_equal(faults.items[0].code, FAULT_TOO_LARGE);
        assert_non_null(strstr(faults.items[0].detail, begins));
    }
    formula_bench_fini(&bench);
}

static void looking_at_data_has_limits(void **unused)
{
    (void)unused;
    many_lookups(10, 64, NULL);
    many_lookups(10, 65, "there are more than 64 different indices among "
                         "data");
    many_lookups(400000, 26, "with the data that this index is among all sums "
                             "together run over 10400000 points; at most "
                             "10000000 are possible");
}

/* Whatever allocation fails, compiling says so. */
static void memory_that_runs_out_is_an_error(void **unused)
{
    static struct data data;
    size_t failures = 0;

    (void)unused;
    for (size_t limit = 1024; limit < 400000; limit += 1024) {
        struct formula_bench bench;
        struct arena arena;
        struct faults faults;
        enum error error;

        set_up_rows(&bench, &data);
        arena_init(&arena, limit);
        faults_init(&faults, &arena);
        error = expression_compile_rows(&arena, by_rows[4], &bench.symbols,
                                        "/f", &faults, &bench.expression);
        assert_true(error == OK || error == ERR_MEMORY);
        failures += error == ERR_MEMORY;
        arena_fini(&arena);
        formula_bench_fini(&bench);
    }
    assert_true(failures > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(let_means_what_it_stands_for),
        cmocka_unit_test(the_form_has_let),
        cmocka_unit_test(rows_have_the_derivatives_of_differences),
        cmocka_unit_test(a_list_of_rows_changes_no_bit),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_row_that_leaves_the_range_is_named),
        cmocka_unit_test(looking_at_data_has_limits),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
