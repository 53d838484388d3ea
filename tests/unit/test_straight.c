/*
 * test_straight.c - the straight form of short formulas has the bits of the
 * programs that it stands for.
 *
 * The oracle is program_run(), on programs that are made of random
 * instructions (a parser would share and fold them), and on formulas.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/random.h"
#include "core/expression/straight.h"
#include "tests/unit/formula_bench.h"

enum {
    PROGRAMS = 20000,
    NUMBERS = 3,               /* constants of a random program */
    VALUES_MAX = NUMBERS + STRAIGHT_VARIABLES_MAX + STRAIGHT_INSTRUCTIONS_MAX,
    POINTS = 4,
};

/* Draws of one program, in order. */
struct draws {
    uint64_t seed, count;
};

static unsigned draw(struct draws *draws, size_t below)
{
    return (unsigned)(random_bits(draws->seed, RANDOM_START, draws->count++)
                      % below);
}

/* Some are where arithmetic has its edges. */
static double draw_number(struct draws *draws)
{
    static const double special[] = {0, -0.0, 1, -1, 0.5, INFINITY, -INFINITY,
                                     NAN, 5e-324, 1e-310, 1e308};
    size_t specials = sizeof special / sizeof *special;
    unsigned which = draw(draws, 8 * specials);

    return which < specials
        ? special[which]
        : 4 * random_unit(draws->seed, RANDOM_START, draws->count++) - 2;
}

/* A program of random instructions, with room for all that it has. */
struct random_program {
    struct program program;
    struct instruction code[STRAIGHT_INSTRUCTIONS_MAX];
    double v[VALUES_MAX + 1];
    const double *arrays[ARRAY_X + 1];
    size_t n;
};

static void add(struct random_program *r, struct instruction instruction)
{
    r->code[r->program.code_count++] = instruction;
}

/* Mostly + - * /, as in formulas; operands are mostly new, or any. */
static void add_operation(struct random_program *r, struct draws *draws)
{
    unsigned count = (unsigned)r->program.v_count;
    unsigned operands[3];
    unsigned first = OPERATION_NEGATE; /* of the tables */

    for (int k = 0; k < 3; k++)
        operands[k] = draw(draws, 2) && count > 4
                          ? count - 1 - draw(draws, 4) : draw(draws, count);
    add(r, (struct instruction){
        .code = draw(draws, 4) ? OPERATION_ADD + draw(draws, 4)
                               : first + draw(draws, OPERATIONS - first),
        .out = count, .a = operands[0], .b = operands[1], .c = operands[2]});
    r->program.v_count++;
}

/* Loads stand anywhere, and may come twice; derivatives in the end, of some
 * of the variables. */
static void make_random(struct random_program *r, uint64_t seed)
{
    struct draws draws = {.seed = seed};
    size_t operations;

    memset(r, 0, sizeof *r);
    r->program.v = r->v;
    r->program.code = r->code;
    r->program.arrays = r->arrays;
    r->program.rows_counter = COUNTERS_MAX;
    r->n = 1 + draw(&draws, draw(&draws, 2) ? 2 : STRAIGHT_VARIABLES_MAX);
    operations = draw(&draws, draw(&draws, 8) ? 40
                              : STRAIGHT_INSTRUCTIONS_MAX
                                    - 3 * STRAIGHT_VARIABLES_MAX);
    for (int i = 0; i < NUMBERS; i++)
        r->v[r->program.v_count++] = draw_number(&draws);
    for (size_t i = 0; i < operations; i++)
        if (draw(&draws, 8) == 0 && i < STRAIGHT_VARIABLES_MAX)
            add(r, (struct instruction){
                CODE_LOAD_X, .out = (unsigned)r->program.v_count++,
                .a = draw(&draws, r->n)});
        else
            add_operation(r, &draws);
    for (unsigned j = 0; j < r->n; j++)
        if (draw(&draws, 8))
            add(r, (struct instruction){
                CODE_DERIVATIVE, .out = OUTPUT_DERIVATIVES, .b = j,
                .a = draw(&draws, r->program.v_count)});
    r->program.value = draw(&draws, r->program.v_count);
}

/* Every NaN is one: IEEE 754 does not say which of two is handed on. */
static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void compare(const char *what, uint64_t number, const double *got,
                    const double *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!same(got[i], expected[i]))
            fail_msg("%s of %llu: number %zu is %a, not %a", what,
                     (unsigned long long)number, i, got[i], expected[i]);
}

static void random_programs_keep_their_bits(void **unused)
{
    static struct random_program r;
    (void)unused;

    for (uint64_t number = 0; number < PROGRAMS; number++) {
        struct draws draws = {.seed = number, .count = 1000000};
        const struct straight *straight;
        struct arena arena;

        make_random(&r, number);
        arena_init(&arena, 0);
        assert_int_equal(straight_make(&r.program, r.n, &arena, &straight),
                         OK);
        assert_non_null(straight);
        for (int point = 0; point < POINTS; point++) {
            double x[STRAIGHT_VARIABLES_MAX], g[STRAIGHT_VARIABLES_MAX];
            double expected[STRAIGHT_VARIABLES_MAX] = {0}, value;

            for (size_t i = 0; i < r.n; i++)
                x[i] = draw_number(&draws);
            program_run(&r.program, x, NULL, expected);
            value = straight_run(straight, x, g);
            compare("the value", number, &value, &r.v[r.program.value], 1);
            compare("the gradient", number, g, expected, r.n);
            assert_true(same(straight_run(straight, x, NULL), value));
        }
        arena_fini(&arena);
    }
}

/* ---- steps ------------------------------------------------------------- */

/* The program of one step, then the end; what stands in register `out`. */
static double run_step(straight_function *run, unsigned out)
{
    enum { ZERO = STRAIGHT_REGISTERS, FRAME };
    double v[FRAME + 3] = {[FRAME] = 7.1, 8.3, 9.7};
    const struct straight_step steps[] = {
        {run, FRAME, FRAME + 1, FRAME + 2, ZERO},
        {straight_end(ZERO, ZERO), ZERO, ZERO, (uint16_t)out, 0},
    };
    double value = NAN;

    steps->run(steps, v, &value, 1.3, 2.7, 3.1, 5.9);
    return value;
}

/* An operand: of that register, or at its place in the frame. */
static double operand(unsigned which, double in_frame)
{
    static const double registers[STRAIGHT_REGISTERS] = {1.3, 2.7, 3.1, 5.9};

    return which < STRAIGHT_REGISTERS ? registers[which] : in_frame;
}

static double apply_product(enum straight_product product, double a, double b,
                            double c)
{
    switch (product) {
    case STRAIGHT_PRODUCT_PLUS:
        return a * b + c;
    case STRAIGHT_PRODUCT_MINUS:
        return a * b - c;
    case STRAIGHT_MINUS_PRODUCT:
        return c - a * b;
    default:
        return a * b * c;
    }
}

/* For one choice of registers. */
static void check_steps(unsigned out, unsigned a, unsigned b)
{
    double left = operand(a, 7.1), right = operand(b, 8.3), got, expected;

    for (int k = OPERATION_ADD; k <= OPERATION_DIVIDE; k++) {
        got = run_step(straight_binary((enum operation)k, out, a, b), out);
        expected = operation_apply((enum operation)k, left, right, 0);
        compare("a step", (uint64_t)k, &got, &expected, 1);
    }
    for (int k = STRAIGHT_PRODUCT_PLUS; a <= b && k < STRAIGHT_PRODUCTS; k++)
        for (unsigned c = 0; c <= STRAIGHT_REGISTERS; c++) {
            enum straight_product product = (enum straight_product)k;

            got = run_step(straight_product(product, out, a, b, c), out);
            expected = apply_product(product, left, right, operand(c, 9.7));
            compare("a product", (uint64_t)k, &got, &expected, 1);
        }
}

static void every_step_does_what_its_name_says(void **unused)
{
    (void)unused;

    for (unsigned out = 0; out < STRAIGHT_REGISTERS; out++)
        for (unsigned a = 0; a <= STRAIGHT_REGISTERS; a++)
            for (unsigned b = 0; b <= STRAIGHT_REGISTERS; b++)
                check_steps(out, a, b);
}

/* ---- formulas ---------------------------------------------------------- */

/* Functions of two variables as people write them, and the edges: nothing to
 * compute, one variable, a variable that is its own derivative. */
static const char *const formulas[] = {
    "100*(y - x^2)^2 + (1 - x)^2",
    "6*x^2 + 9*y^2 - 12*x - 14*y + 3",
    "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
    "(x + 2*y - 7)^2 + (2*x + y - 5)^2",
    "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    "0.26*(x^2 + y^2) - 0.48*x*y",
    "2*x^2 - 1.05*x^4 + x^6/6 + x*y + y^2",
    "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (4*y^2 - 4)*y^2",
    "sin(x + y) + (x - y)^2 - 1.5*x + 2.5*y + 1",
    "-cos(x)*cos(y)*exp(-(x - pi)^2 - (y - pi)^2)",
    "-20*exp(-0.2*sqrt((x^2 + y^2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2)"
        " + 20 + e",
    "(y - 5.1/(4*pi^2)*x^2 + 5/pi*x - 6)^2 + 10*(1 - 1/(8*pi))*cos(x) + 10",
    "20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)",
    "(1 + (x + y + 1)^2*(19 - 14*x + 3*x^2 - 14*y + 6*x*y + 3*y^2))"
        "*(30 + (2*x - 3*y)^2*(18 - 32*x + 12*x^2 + 48*y - 36*x*y + 27*y^2))",
    "if(abs(x) <= 1, x^2/2, abs(x) - 0.5) + max(x, y, 0) + min(x*y, 1)",
    "log1p(x^2) + logistic(x - y) + atan2(y, x) + x^y",
    "x", "y", "7", "x^2/2 + y^2/2", "-x", "x < y",
};

/* Both ways of an expression, at points around 0 and far away. */
static void compare_formula(struct expression *e, uint64_t number)
{
    const struct straight *straight = e->straight_gradient;
    struct draws draws = {.seed = number, .count = 2000000};

    for (int point = 0; point < 200; point++) {
        double x[2] = {draw_number(&draws), draw_number(&draws)};
        double g[2], expected[2], value, expected_value, value_two;
        double2 two;

        e->straight_gradient = straight;
        value = expression_evaluate(e, x, g);
        two = expression_evaluate_two(e, *(double2 *)x, &value_two);
        e->straight_gradient = NULL;
        expected_value = expression_evaluate(e, x, expected);
        compare("the value", number, &value, &expected_value, 1);
        compare("the value of two", number, &value_two, &expected_value, 1);
        compare("the gradient", number, g, expected, 2);
        compare("the gradient of two", number, (double *)&two, expected, 2);
        assert_true(same(expression_evaluate(e, x, NULL), value));
    }
    e->straight_gradient = straight;
}

static void formulas_keep_their_bits(void **unused)
{
    (void)unused;

    for (size_t k = 0; k < sizeof formulas / sizeof *formulas; k++) {
        struct formula_bench bench;

        formula_bench_init(&bench);
        formula_bench_variable(&bench, "x", 0);
        formula_bench_variable(&bench, "y", 0);
        formula_bench_compile(&bench, formulas[k]);
        if (bench.expression->straight_gradient == NULL
            || bench.expression->straight_value == NULL)
            fail_msg("%s is not straight", formulas[k]);
        compare_formula(bench.expression, k);
        formula_bench_fini(&bench);
    }
}

static void loops_and_many_variables_are_not_straight(void **unused)
{
    static const struct {
        const char *formula;
        size_t n;
        bool straight;
    } cases[] = {
        {"x[1]^2 + x[16]", STRAIGHT_VARIABLES_MAX, true},
        {"x[1]^2 + x[16]", STRAIGHT_VARIABLES_MAX + 1, false},
        {"sum(i, 1, 3, x[i]^2)", 3, false},
        {"let h[j, 1, 2] = x[j]^2; h[1]*h[2]", 3, false},
    };
    (void)unused;

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct formula_bench bench;

        formula_bench_init(&bench);
        formula_bench_variable(&bench, "x", cases[k].n);
        formula_bench_compile(&bench, cases[k].formula);
        if ((bench.expression->straight_gradient != NULL) != cases[k].straight)
            fail_msg("%s in %zu variables", cases[k].formula, cases[k].n);
        formula_bench_fini(&bench);
    }
}

/* One instruction more than it may have. */
static void what_is_too_long_is_not_straight(void **unused)
{
    static struct random_program r;
    static struct instruction code[STRAIGHT_INSTRUCTIONS_MAX + 1];
    const struct straight *straight;
    struct arena arena;
    (void)unused;

    make_random(&r, 1);
    for (size_t i = 0; i <= STRAIGHT_INSTRUCTIONS_MAX; i++)
        code[i] = (struct instruction){OPERATION_ADD, .out = NUMBERS};
    r.program.code = code;
    arena_init(&arena, 0);
    r.program.code_count = STRAIGHT_INSTRUCTIONS_MAX;
    assert_int_equal(straight_make(&r.program, r.n, &arena, &straight), OK);
    assert_non_null(straight);
    r.program.code_count++;
    assert_int_equal(straight_make(&r.program, r.n, &arena, &straight), OK);
    assert_null(straight);
    arena_fini(&arena);
}

/* Two derivatives by one variable would have to be added. */
static void two_derivatives_by_one_variable_are_not_straight(void **unused)
{
    static struct random_program r;
    const struct straight *straight;
    struct arena arena;
    (void)unused;

    make_random(&r, 2);
    r.program.code_count = 0;
    add(&r, (struct instruction){CODE_DERIVATIVE, OUTPUT_DERIVATIVES});
    arena_init(&arena, 0);
    assert_int_equal(straight_make(&r.program, r.n, &arena, &straight), OK);
    assert_non_null(straight);
    add(&r, (struct instruction){CODE_DERIVATIVE, OUTPUT_DERIVATIVES});
    assert_int_equal(straight_make(&r.program, r.n, &arena, &straight), OK);
    assert_null(straight);
    arena_fini(&arena);
}

static void it_fails_where_memory_is_used_up(void **unused)
{
    static struct random_program r;
    const struct straight *straight;
    struct arena arena;
    (void)unused;

    make_random(&r, 3);
    arena_init(&arena, sizeof(struct straight));
    assert_int_equal(straight_make(&r.program, r.n, &arena, &straight),
                     ERR_MEMORY);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_programs_keep_their_bits),
        cmocka_unit_test(every_step_does_what_its_name_says),
        cmocka_unit_test(formulas_keep_their_bits),
        cmocka_unit_test(loops_and_many_variables_are_not_straight),
        cmocka_unit_test(what_is_too_long_is_not_straight),
        cmocka_unit_test(two_derivatives_by_one_variable_are_not_straight),
        cmocka_unit_test(it_fails_where_memory_is_used_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
