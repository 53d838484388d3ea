/* test_expression.c - sums, products and rows: against the catalogue's own
 * code, closed forms and other ways to write the same. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "core/expression/program.h"
#include "core/function/function.h"
#include "tests/unit/formula_bench.h"

enum { DIMENSION_TOP = 600 };

/* Of max(1, |exact|): sums of hundreds of terms in two orders. */
static const double tolerance = 1e-12;

static void draw(double *x, size_t n, double scale, uint64_t stream)
{
    for (size_t i = 0; i < n; i++)
        x[i] = scale * (2 * random_unit(1, stream, i) - 1);
}

static void assert_near(const char *what, size_t n, size_t i, double value,
                        double exact)
{
    if (!(fabs(value - exact) <= tolerance * fmax(1, fabs(exact))))
        fail_msg("%s with n = %zu, place %zu: %.17g, not %.17g", what, n, i,
                 value, exact);
}

/* ---- the catalogue, written as sums ------------------------------------ */

static const struct {
    const char *function, *text;
    double scale;              /* of the points */
} sums[] = {
    {"sphere", "dot(x, x)", 5},
    {"sum_squares", "sum(i, 1, n, i * x[i]^2)", 5},
    {"rotated_hyper_ellipsoid", "sum(i, 1, n, sum(j, 1, i, x[j]^2))", 5},
    {"rosenbrock",
     "sum(i, 1, n-1, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)", 2},
    {"rastrigin", "10*n + sum(i, 1, n, x[i]^2 - 10*cos(2*pi*x[i]))", 5},
    {"ackley",
     "-20*exp(-0.2*sqrt(sum(i, 1, n, x[i]^2)/n))"
     " - exp(sum(i, 1, n, cos(2*pi*x[i]))/n) + 20 + e", 5},
    {"griewank",
     "1 + sum(i, 1, n, x[i]^2)/4000 - prod(i, 1, n, cos(x[i]/sqrt(i)))", 3},
    {"styblinski_tang", "sum(i, 1, n, x[i]^4 - 16*x[i]^2 + 5*x[i])/2", 4},
    {"zakharov",
     "norm2(x)^2 + sum(i, 1, n, i*x[i]/2)^2 + sum(i, 1, n, i*x[i]/2)^4",
     0.01},
    {"dixon_price",
     "(x[1] - 1)^2 + sum(i, 2, n, i*(2*x[i]^2 - x[i-1])^2)", 2},
    {"trid", "sum(i, 1, n, (x[i] - 1)^2) - sum(i, 2, n, x[i]*x[i-1])", 5},
    {"schwefel",
     "418.982887*n - sum(i, 1, n, x[i]*sin(sqrt(abs(x[i]))))", 400},
    {"levy",
     "sin(pi*(1 + (x[1]-1)/4))^2"
     " + sum(i, 1, n-1, ((x[i]-1)/4)^2*(1 + 10*sin(pi*(1 + (x[i]-1)/4) + 1)^2))"
     " + ((x[n]-1)/4)^2*(1 + sin(2*pi*(1 + (x[n]-1)/4))^2)", 5},
    {"broyden_tridiagonal",
     "((3-2*x[1])*x[1] - 2*x[2] + 1)^2"
     " + sum(i, 2, n-1, ((3-2*x[i])*x[i] - x[i-1] - 2*x[i+1] + 1)^2)"
     " + ((3-2*x[n])*x[n] - x[n-1] + 1)^2", 1},
};

static void compare_sum(size_t k, size_t n)
{
    const struct function *function = function_find(sums[k].function);
    double x[DIMENSION_TOP], exact[DIMENSION_TOP], g[DIMENSION_TOP];
    double size = (double)n, value;
    struct formula_bench bench;

    assert_non_null(function);
    formula_bench_init(&bench);
    formula_bench_variable(&bench, "x", n);
    formula_bench_constant(&bench, "n", &size, 0, 0);
    formula_bench_compile(&bench, sums[k].text);
    draw(x, n, sums[k].scale, k);
    value = expression_evaluate(bench.expression, x, g);
    assert_near(sums[k].function, n, 0, value,
                function->evaluate(x, n, exact));
    for (size_t i = 0; i < n; i++)
        assert_near(sums[k].function, n, i + 1, g[i], exact[i]);
    assert_near(sums[k].function, n, 0,
                expression_evaluate(bench.expression, x, NULL), value);
    formula_bench_fini(&bench);
}

/* Around the sizes of lanes and blocks. */
static void sums_are_the_catalogues_functions(void **unused)
{
    static const size_t sizes[] = {2,   3,   7,   15,  16,  17, 31,
                                   32,  33,  100, 255, 256, 257, 600};

    (void)unused;
    for (size_t k = 0; k < sizeof sums / sizeof *sums; k++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            if (function_has_dimension(function_find(sums[k].function),
                                       sizes[i]))
                compare_sum(k, sizes[i]);
}

/* ---- two ways to write one --------------------------------------------- */

static const struct {
    const char *one, *other;
} twins[] = {
    {"sum(i, 1, 5, x[i])", "x[1] + x[2] + x[3] + x[4] + x[5]"},
    {"sum(x)", "sum(i, 1, 5, x[6-i])"},
    {"sum(i, 1, 0, x[1])", "0 * x[1]"},
    {"prod(i, 3, 2, x[1])", "1 + 0 * x[1]"},
    {"sum(i, 1, 2, x[2*i+1])", "x[3] + x[5]"},
    {"sum(i, 1, 3, x[2])", "3 * x[2]"},
    {"prod(i, 1, 3, x[2])", "x[2]^3"},
    {"prod(i, 1, 5, x[i])", "x[1]*x[2]*x[3]*x[4]*x[5]"},
    {"sum(i, 1, 5, i * x[i]) + sum(j, 1, 5, j)",
     "x[1] + 2*x[2] + 3*x[3] + 4*x[4] + 5*x[5] + 15"},
    {"sum(i, 1, 5, (x[i] - sum(j, 1, 5, x[j])/5)^2)",
     "norm2(x)^2 - sum(x)^2/5"},
    {"sum(i, 1, 2, (dot(A[i], x) - b[i])^2)",
     "(x[1]+2*x[2]+3*x[3]+4*x[4]+5*x[5]-7)^2"
     "+ (x[1]-x[2]+x[3]-x[4]+x[5]+2)^2"},
    {"sum(i, 1, 2, sum(j, 1, 5, A[i,j] * x[j])^2)",
     "(x[1]+2*x[2]+3*x[3]+4*x[4]+5*x[5])^2 + (x[1]-x[2]+x[3]-x[4]+x[5])^2"},
    {"sum(i, 1, 5, sum(j, i, 5, x[i]*x[j]))",
     "(sum(x)^2 + dot(x, x)) / 2"},
    {"sum(i, 1, 3, prod(j, 1, i, x[j]))",
     "x[1] + x[1]*x[2] + x[1]*x[2]*x[3]"},
    {"sum(i, 1, 5, sum(j, 1, 5, exp(x[i] - x[j])))",
     "sum(i, 1, 5, exp(x[i])) * sum(i, 1, 5, exp(-x[i]))"},
    {"sum(i, 1, 5, sum(j, 1, 5, sum(k, 1, 5, x[i]*x[j]*x[k])))",
     "sum(x)^3"},
    {"sum(i, 1, 5, x[1] * x[i])", "x[1] * sum(x)"},
    {"norm2(x - 2*x)", "norm2(x)"},
    {"dot(x, b5)", "dot(b5, x)"},
    {"log(sum(i, 1, 5, exp(sum(j, 1, i, x[j]))))",
     "log(exp(x[1]) + exp(x[1]+x[2]) + exp(x[1]+x[2]+x[3])"
     " + exp(x[1]+x[2]+x[3]+x[4]) + exp(sum(x)))"},
    {"sum(i, 1, 4, if(x[i] > x[i+1], x[i]^2, x[i+1]))",
     "if(x[1] > x[2], x[1]^2, x[2]) + if(x[2] > x[3], x[2]^2, x[3])"
     "+ if(x[3] > x[4], x[3]^2, x[4]) + if(x[4] > x[5], x[4]^2, x[5])"},
};

static double evaluate_twin(const char *text, const double x[5], double g[5])
{
    static const double A[10] = {1, 2, 3, 4, 5, 1, -1, 1, -1, 1};
    static const double b[2] = {7, -2}, b5[5] = {3, 1, 4, 1, 5};
    struct formula_bench bench;
    double value;

    formula_bench_init(&bench);
    formula_bench_variable(&bench, "x", 5);
    formula_bench_constant(&bench, "A", A, 2, 5);
    formula_bench_constant(&bench, "b", b, 2, 0);
    formula_bench_constant(&bench, "b5", b5, 5, 0);
    formula_bench_compile(&bench, text);
    value = expression_evaluate(bench.expression, x, g);
    formula_bench_fini(&bench);
    return value;
}

static void what_means_the_same_is_the_same(void **unused)
{
    double x[5], g[5], other[5], value;

    (void)unused;
    draw(x, 5, 1, 99);
    for (size_t k = 0; k < sizeof twins / sizeof *twins; k++) {
        value = evaluate_twin(twins[k].one, x, g);
        assert_near(twins[k].one, 5, 0, value,
                    evaluate_twin(twins[k].other, x, other));
        for (size_t i = 0; i < 5; i++)
            assert_near(twins[k].one, 5, i + 1, g[i], other[i]);
    }
}

/* ---- what compiling makes of it ---------------------------------------- */

static struct program *gradient_of(struct formula_bench *bench,
                                   const char *text)
{
    formula_bench_init(bench);
    formula_bench_variable(bench, "x", 100);
    formula_bench_compile(bench, text);
    return bench->expression->gradient;
}

static void a_sum_and_its_gradient_are_one_pass(void **unused)
{
    struct formula_bench bench;

    (void)unused;
    assert_int_equal(gradient_of(&bench, "sum(i, 1, 99, (x[i+1]-x[i]^2)^2)"
                                         "+ 3 * sum(i, 1, 99, sin(x[i]))")
                         ->pass_count, 1);
    formula_bench_fini(&bench);
}

static void a_sum_within_a_function_needs_two(void **unused)
{
    struct formula_bench bench;

    (void)unused;
    assert_int_equal(gradient_of(&bench, "exp(sum(i, 1, 100, x[i]^2)"
                                         " - sum(i, 1, 100, cos(x[i])))")
                         ->pass_count, 2);
    formula_bench_fini(&bench);
}

static void what_does_not_depend_on_a_counter_is_computed_once(void **unused)
{
    struct formula_bench bench;
    const struct program *program;

    (void)unused;
    program = gradient_of(&bench, "sum(i, 1, 100, x[i] * exp(x[1]))");
    assert_int_equal(program->pass_count, 1);
    for (size_t p = 0; p < program->pass_count; p++)
        for (size_t i = 0; i < program->passes[p].code_count; i++)
            assert_int_not_equal(program->passes[p].code[i].code,
                                 OPERATION_EXP);
    formula_bench_fini(&bench);
}

static void common_parts_and_numbers_are_computed_once(void **unused)
{
    struct formula_bench bench;
    const struct program *program;
    unsigned sines = 0;

    (void)unused;
    formula_bench_init(&bench);
    formula_bench_variable(&bench, "x", 0);
    formula_bench_compile(&bench, "sin(x) + sin(x)^2 * (2*3 - sqrt(36))"
                                  "+ exp(sin(x)) / 2^4");
    program = bench.expression->value;
    for (size_t i = 0; i < program->code_count; i++)
        sines += program->code[i].code == OPERATION_SIN;
    assert_int_equal(sines, 1);
    assert_true(program->code_count <= 8);
    formula_bench_fini(&bench);
}

/* ---- rows of a dataset ------------------------------------------------- */

enum { ROWS = 300 };

static void rows_have_their_values_and_derivatives(void **unused)
{
    double t[ROWS], values[ROWS], jacobian[3 * ROWS];
    const double x[3] = {2, 0.01, 0.5};
    struct formula_bench bench;

    (void)unused;
    for (int i = 0; i < ROWS; i++)
        t[i] = i;
    formula_bench_init(&bench);
    formula_bench_variable(&bench, "a", 0);
    formula_bench_variable(&bench, "b", 0);
    formula_bench_variable(&bench, "c", 0);
    formula_bench_column(&bench, "t", t, ROWS);
    formula_bench_compile(&bench, "a * exp(-b * t) + c");
    assert_false(bench.expression->linear);
    expression_evaluate_rows(bench.expression, x, values, jacobian);
    for (size_t i = 0; i < ROWS; i++) {
        double decay = exp(-x[1] * t[i]);

        assert_near("value", ROWS, i, values[i], x[0] * decay + x[2]);
        assert_near("by a", ROWS, i, jacobian[i], decay);
        assert_near("by b", ROWS, i, jacobian[ROWS + i],
                    -x[0] * t[i] * decay);
        assert_true(jacobian[2 * ROWS + i] == 1);
    }
    expression_evaluate_rows(bench.expression, x, jacobian, NULL);
    assert_memory_equal(values, jacobian, sizeof values);
    formula_bench_fini(&bench);
}

static void sums_over_parameters_stand_in_rows_too(void **unused)
{
    double t[ROWS], values[ROWS], jacobian[4 * ROWS];
    const double x[4] = {1, -2, 0.5, 3};
    struct formula_bench bench;

    (void)unused;
    draw(t, ROWS, 1, 5);
    formula_bench_init(&bench);
    formula_bench_variable(&bench, "b", 4);
    formula_bench_column(&bench, "t", t, ROWS);
    formula_bench_compile(&bench, "sum(k, 1, 4, b[k] * t^(k - 1))");
    assert_true(bench.expression->linear);
    expression_evaluate_rows(bench.expression, x, values, jacobian);
    for (size_t i = 0; i < ROWS; i++) {
        double power = 1, sum = 0;

        for (size_t k = 0; k < 4; k++, power *= t[i]) {
            sum += x[k] * power;
            assert_near("derivative", k, i, jacobian[k * ROWS + i], power);
        }
        assert_near("value", 4, i, values[i], sum);
    }
    formula_bench_fini(&bench);
}

static void what_goes_by_steps_is_not_linear(void **unused)
{
    static const struct {
        const char *text;
        bool linear;
    } formulas[] = {
        {"a + b * t", true},        {"a * floor(t)", true},
        {"if(t > 0, a, b)", true},  {"a * t + 100 * (a > 2)", false},
        {"floor(a) * t", false},    {"sign(a) + b * t", false},
        {"if(a > 0, a, b)", false}, {"abs(a) + b", false},
        {"max(a, b)", false},       {"a * b", false},
    };
    const double t[2] = {1, 2};
    (void)unused;

    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        struct formula_bench bench;

        formula_bench_init(&bench);
        formula_bench_variable(&bench, "a", 0);
        formula_bench_variable(&bench, "b", 0);
        formula_bench_column(&bench, "t", t, 2);
        formula_bench_compile(&bench, formulas[i].text);
        if (bench.expression->linear != formulas[i].linear)
            fail_msg("%s is %slinear", formulas[i].text,
                     formulas[i].linear ? "" : "not ");
        formula_bench_fini(&bench);
    }
}

/* ---- memory ------------------------------------------------------------ */

static void memory_that_runs_out_is_an_error(void **unused)
{
    struct symbol x = {.name = "x", .type = SYMBOL_VARIABLE, .rows = 50};
    struct symbols symbols = {&x, 1, 50, 0};
    enum error error = ERR_MEMORY;
    unsigned failures = 0;

    (void)unused;
    for (size_t limit = 1; error == ERR_MEMORY; limit += 97, failures++) {
        struct expression *expression;
        struct faults faults;
        struct arena arena;

        arena_init(&arena, limit);
        faults_init(&faults, &arena);
        error = expression_compile(&arena, "exp(sum(i, 1, 50, x[i]^2))",
                                   &symbols, "", &faults, &expression);
        arena_fini(&arena);
    }
    assert_int_equal(error, OK);
    assert_true(failures > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_the_catalogues_functions),
        cmocka_unit_test(what_means_the_same_is_the_same),
        cmocka_unit_test(a_sum_and_its_gradient_are_one_pass),
        cmocka_unit_test(a_sum_within_a_function_needs_two),
        cmocka_unit_test(what_does_not_depend_on_a_counter_is_computed_once),
        cmocka_unit_test(common_parts_and_numbers_are_computed_once),
        cmocka_unit_test(rows_have_their_values_and_derivatives),
        cmocka_unit_test(sums_over_parameters_stand_in_rows_too),
        cmocka_unit_test(what_goes_by_steps_is_not_linear),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
