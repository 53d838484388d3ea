/*
 * test_expression_random.c - thousands of random formulas: value and gradient
 * are those of the tree that they were made from, evaluated term by term in
 * long double with dual numbers.
 *
 * DESCENTD_FORMULAS=1000000 tries more of them, DESCENTD_FORMULA=42 begins at
 * one that was reported.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "tests/unit/formula_bench.h"
#include "tests/unit/formula_exact.h"

enum { FORMULAS = 10000, NUMBERS = 1 << 12 };

/* Of the mass (formula_exact.h): some hundred roundings of 1.1e-16. */
static const double tolerance = 2e-14;

/* Doubles below 2e-308 have no sixteen digits any more. */
static const double smallest = 1e-290;

/* A formula with its numbers, and what came of it. */
struct trial {
    uint64_t number;
    struct tree tree;
    double x[TREE_LENGTH_MAX + 1], c[TREE_LENGTH_MAX];
    double a[TREE_ROWS_OF_A * TREE_LENGTH_MAX];
    double u[TREE_ROWS_MAX], w[TREE_ROWS_MAX], q[TREE_ROWS_MAX], s;
    double p[TREE_LENGTH_MAX];
    double direction[DIRECTIONS][TREE_LENGTH_MAX + 1];
    double values[TREE_ROWS_MAX], again[TREE_ROWS_MAX];
    double derivatives[(TREE_LENGTH_MAX + 1) * TREE_ROWS_MAX];
    struct formula_bench bench;
};

struct tally {
    size_t tried, with_rows, with_lets, straight, too_large, vague, not_finite;
    long double worst;        /* of the tolerance */
};

/* Numbers of a trial: -2 ... 2, and some on the kinks. */
static void fill(const struct trial *t, unsigned which, double *numbers,
                 size_t count)
{
    static const double special[] = {0, 1, -1, 0.5};

    for (size_t i = 0; i < count; i++) {
        uint64_t at = which * (uint64_t)NUMBERS + i;
        uint64_t bits = random_bits(t->number, RANDOM_START + 1, at);

        numbers[i] = bits % 16 == 0
            ? special[bits / 16 % 4]
            : 4 * random_unit(t->number, RANDOM_START + 2, at) - 2;
    }
}

/* Directions: one that has all, the others one variable each. */
static void fill_directions(struct trial *t)
{
    size_t size = t->tree.n + 1;

    memset(t->direction, 0, sizeof t->direction);
    fill(t, 6, t->direction[0], size);
    for (unsigned k = 1; k < DIRECTIONS; k++)
        t->direction[k][random_bits(t->number, RANDOM_START + 3, k) % size] =
            1;
}

/* Mostly small; often around lanes and blocks. */
static size_t draw_size(uint64_t number, uint64_t index)
{
    static const size_t sizes[] = {7,  8,  9,  15,  16,  17, 31,
                                   32, 33, 100, 255, 256, 257, 300};
    uint64_t bits = random_bits(number, RANDOM_START + 4, index);

    return bits % 4 ? 1 + bits / 4 % 6 : sizes[bits / 4 % 14];
}

static bool trial_init(struct trial *t, uint64_t number)
{
    size_t n = draw_size(number, 0), rows = 0;

    if (random_bits(number, RANDOM_START + 4, 1) % 4 == 0)
        rows = draw_size(number, 2);
    if (n * rows > 4096)
        rows = 3;
    t->number = number;
    if (!tree_make(&t->tree, number, n, rows))
        return false;
    fill(t, 0, t->x, n + 1);
    fill(t, 1, t->c, n);
    fill(t, 2, t->a, TREE_ROWS_OF_A * n);
    fill(t, 3, t->u, rows);
    fill(t, 4, t->w, rows);
    fill(t, 5, &t->s, 1);
    for (size_t i = 0; i < n; i++)
        t->p[i] = (double)tree_pick(n, i);
    for (size_t i = 0; i < rows; i++)
        t->q[i] = (double)tree_pick(n, i);
    fill_directions(t);
    return true;
}

/* False where one evaluation would take too long: sums in many rows. */
static bool compile(struct trial *t)
{
    struct formula_bench *bench = &t->bench;
    struct faults faults;
    enum error error;

    formula_bench_init(bench);
    formula_bench_variable(bench, "x", t->tree.n);
    formula_bench_variable(bench, "y", 0);
    formula_bench_constant(bench, "c", t->c, t->tree.n, 0);
    formula_bench_constant(bench, "A", t->a, TREE_ROWS_OF_A, t->tree.n);
    formula_bench_constant(bench, "s", &t->s, 0, 0);
    formula_bench_constant(bench, "p", t->p, t->tree.n, 0);
    if (t->tree.rows > 0) {
        formula_bench_column(bench, "u", t->u, t->tree.rows);
        formula_bench_column(bench, "w", t->w, t->tree.rows);
        formula_bench_column(bench, "q", t->q, t->tree.rows);
    }
    faults_init(&faults, &bench->arena);
    error = (t->tree.rows > 0 ? expression_compile_rows : expression_compile)(
        &bench->arena, t->tree.text, &bench->symbols, "/formula", &faults,
        &bench->expression);
    if (error != OK
        && (faults.total == 0 || faults.items[0].code != FAULT_TOO_LARGE))
        fail_msg("formula %llu: %s\n%s", (unsigned long long)t->number,
                 faults.total > 0 ? faults.items[0].detail
                                  : error_sentence(error), t->tree.text);
    return error == OK;
}

/* Value, gradient, and the value without one. */
static void run(struct trial *t)
{
    struct expression *e = t->bench.expression;

    if (t->tree.rows > 0) {
        expression_evaluate_rows(e, t->x, t->values, t->derivatives);
        expression_evaluate_rows(e, t->x, t->again, NULL);
    } else {
        t->values[0] = expression_evaluate(e, t->x, t->derivatives);
        t->again[0] = expression_evaluate(e, t->x, NULL);
    }
}

/* The straight form (straight.h) has the bits of the program that it stands
 * for; every NaN is one. */
static void compare_straight(struct trial *t)
{
    struct expression *e = t->bench.expression;
    double expected[TREE_LENGTH_MAX + 1], value;

    e->straight_value = e->straight_gradient = NULL;
    value = expression_evaluate(e, t->x, expected);
    if (memcmp(&value, &t->values[0], sizeof value) != 0
        && !(isnan(value) && isnan(t->values[0])))
        fail_msg("formula %llu: %a straight, not %a\n%s",
                 (unsigned long long)t->number, t->values[0], value,
                 t->tree.text);
    for (size_t i = 0; i <= t->tree.n; i++)
        if (memcmp(&expected[i], &t->derivatives[i], sizeof *expected) != 0
            && !(isnan(expected[i]) && isnan(t->derivatives[i])))
            fail_msg("formula %llu: derivative %zu is %a straight, not %a\n%s",
                     (unsigned long long)t->number, i, t->derivatives[i],
                     expected[i], t->tree.text);
}

static void compare_number(const struct trial *t, struct tally *tally,
                           const char *what, size_t row, long double got,
                           long double exact, long double mass)
{
    long double part = fabsl(got - exact) / (tolerance * mass + smallest);

    if (!(part <= 1))
        fail_msg("formula %llu, n = %zu, row %zu of %zu: %s is %.17Lg, not "
                 "%.17Lg (mass %.2Lg)\n%s", (unsigned long long)t->number,
                 t->tree.n, row, t->tree.rows, what, got, exact, mass,
                 t->tree.text);
    tally->worst = fmaxl(tally->worst, part);
}

/* g . direction k, where g has a number each `step` */
static long double slope(const struct trial *t, const double *g, size_t step,
                         int k)
{
    long double sum = 0;

    for (size_t i = 0; i <= t->tree.n; i++)
        sum += (long double)g[i * step] * t->direction[k][i];
    return sum;
}

/* The row alone, pulled back. */
static void compare_pulled_back(const struct trial *t, size_t row,
                                const struct exact *exact,
                                struct tally *tally)
{
    const uint32_t list = (uint32_t)row;
    const struct row_set set = {.count = 1, .rows = &list};
    const double one = 1;
    double g[TREE_LENGTH_MAX + 1], value;

    expression_pull_back(t->bench.expression, t->x, &set, &one, &value, g);
    if (memcmp(&value, &t->values[row], sizeof value) != 0)
        fail_msg("formula %llu: %.17g with others, %.17g alone\n%s",
                 (unsigned long long)t->number, t->values[row], value,
                 t->tree.text);
    for (int k = 0; k < DIRECTIONS; k++)
        compare_number(t, tally, "a derivative pulled back", row,
                       slope(t, g, 1, k), exact->d[k], exact->d_mass[k]);
}

static bool is_finite(const struct exact *exact)
{
    bool finite = fabsl(exact->mass) < 1e200L;

    for (int k = 0; k < DIRECTIONS; k++)
        finite &= fabsl(exact->d_mass[k]) < 1e200L;
    return finite;
}

static void compare_row(const struct trial *t, size_t row, struct tally *tally)
{
    struct exact_point point = {.x = t->x, .c = t->c, .a = t->a, .u = t->u,
                                .w = t->w, .s = t->s, .row = row};
    struct exact exact;

    for (int k = 0; k < DIRECTIONS; k++)
        point.direction[k] = t->direction[k];
    exact = exact_evaluate(&t->tree, &point);
    if (memcmp(&t->values[row], &t->again[row], sizeof *t->values) != 0)
        fail_msg("formula %llu: %.17g with a gradient, %.17g without\n%s",
                 (unsigned long long)t->number, t->values[row], t->again[row],
                 t->tree.text);
    if (point.is_vague || !is_finite(&exact)) {
        tally->vague += point.is_vague;
        tally->not_finite += !point.is_vague;
        return;
    }
    compare_number(t, tally, "the value", row, t->values[row], exact.v,
                   exact.mass);
    for (int k = 0; k < DIRECTIONS; k++)
        compare_number(t, tally, "a derivative", row,
                       slope(t, t->derivatives + row,
                             t->tree.rows > 0 ? t->tree.rows : 1, k),
                       exact.d[k], exact.d_mass[k]);
    if (t->tree.rows > 0)
        compare_pulled_back(t, row, &exact, tally);
}

static void try_formula(struct trial *t, uint64_t number, struct tally *tally)
{
    size_t rows;

    if (!trial_init(t, number)) {
        tally->too_large++;
        return;
    }
    if (!compile(t)) {
        tally->too_large++;
        formula_bench_fini(&t->bench);
        return;
    }
    tally->tried++;
    run(t);
    if (t->bench.expression->straight_gradient != NULL) {
        compare_straight(t);
        tally->straight++;
    }
    rows = t->tree.rows;
    tally->with_rows += rows > 0;
    tally->with_lets += t->tree.lets > 0;
    /* Rows are alike: the first, the last and some between will do. */
    for (size_t row = 0; row < (rows > 0 ? rows : 1);
         row += 1 + (row > 0 && row + 9 < rows) * 7)
        compare_row(t, row, tally);
    formula_bench_fini(&t->bench);
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void random_formulas_are_their_trees(void **unused)
{
    uint64_t first = setting("DESCENTD_FORMULA", 1);
    uint64_t count = setting("DESCENTD_FORMULAS", FORMULAS);
    struct trial *t = calloc(1, sizeof *t);
    struct tally tally = {0};

    (void)unused;
    assert_non_null(t);
    for (uint64_t i = 0; i < count; i++)
        try_formula(t, first + i, &tally);
    free(t);
    printf("%zu formulas, %zu by rows, %zu with let, %zu straight, %zu too "
           "large; %zu points too near to kinks, %zu not finite; at worst "
           "%.2Lg of the tolerance\n",
           tally.tried, tally.with_rows, tally.with_lets, tally.straight,
           tally.too_large,
           tally.vague, tally.not_finite, tally.worst);
    /* The generator must not have become one that makes nothing. */
    assert_true(tally.tried >= count * 9 / 10);
    assert_true(count < 1000 || tally.with_lets >= count / 5);
    assert_true(count < 1000 || tally.straight >= count / 10);
    assert_true(tally.vague + tally.not_finite <= tally.tried / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_formulas_are_their_trees),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
