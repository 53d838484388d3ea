/* test_parser.c - formulas: what they mean, and what is said of wrong ones. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/expression/expression.h"
#include "core/expression/parser.h"
#include "tests/unit/parser_desk.h"

/* By the rules of README.md; the numbers are mental arithmetic. */
static void operators_bind_as_in_a_textbook(void **state)
{
    struct desk *desk = *state;

    is(desk, "2 + 3*4", 14);
    is(desk, "(2 + 3)*4", 20);
    is(desk, "2 - 3 - 4", -5);
    is(desk, "2/4/8", 0.0625);
    is(desk, "2^3^2", 512);
    is(desk, "(2^3)^2", 64);
    is(desk, "-3^2", -9);
    is(desk, "(-3)^2", 9);
    is(desk, "2^-1", 0.5);
    is(desk, "2^-2^2", 0.0625);
    is(desk, "2*-3", -6);
    is(desk, "--3", 3);
    is(desk, "+3 - +2", 1);
    is(desk, "1 + 1 < 2*1.5", 1);
    is(desk, "2 < 1", 0);
    is(desk, "2 >= 2", 1);
    is(desk, "2 > 2", 0);
    is(desk, "1 != 2", 1);
    is(desk, "1 == 2", 0);
    is(desk, "(1 < 2) + (2 <= 2)", 2);
}

static void numbers_are_decimal(void **state)
{
    struct desk *desk = *state;

    is(desk, "1.25", 1.25);
    is(desk, ".5", 0.5);
    is(desk, "3.", 3);
    is(desk, "1e-3", 0.001);
    is(desk, "2E+2", 200);
    is(desk, "0.1", 0.1);
    is(desk, "4.9e-324", 4.9e-324);
    is(desk, " \t\n 7 \r", 7);
    is(desk, "pi", 3.141592653589793);
    is(desk, "e", 2.718281828459045);
    is(desk, "a", 2);
    is(desk, "w[2]", 20);
    is(desk, "A[2, 1]", 4);
    is(desk, "w[length(w)] + A[length(A), length(A[1])]", 36);
}

static void functions_do_what_they_are_called(void **state)
{
    struct desk *desk = *state;

    is(desk, "if(1 < 2, 3, 4)", 3);
    is(desk, "if(0, 3, 4)", 4);
    is(desk, "min(3, 1, 2)", 1);
    is(desk, "max(3, 1, 2, 7, 5)", 7);
    is(desk, "abs(-2) + sign(-3) + floor(2.7)", 3);
    is(desk, "sqrt(9) + cbrt(-8)", 1);
    is(desk, "pow(2, 10)", 1024);
    is(desk, "exp(0) + log(1) + log1p(0) + expm1(0)", 1);
    is(desk, "sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0)", 1);
    is(desk, "sinh(0) + cosh(0) + tanh(0) + erf(0) + logistic(0)", 1.5);
    is(desk, "atan2(0, 1)", 0);
    is(desk, "sum(i, 2, 1, x[i])", 0);
    is(desk, "prod(i, 2, 1, x[i])", 1);
    is(desk, "sum(i, 1, 3, 5)", 15);
}

static void equal_formulas_are_the_same_nodes(void **state)
{
    struct desk *desk = *state;

    same(desk, "sum(i, 1, 2, x[i + 1])", "sum(j, 1, 2, x[1 + j])");
    same(desk, "sum(i, 1, 2, x[2*i - i])", "sum(j, 1, length(x) - 1, x[j])");
    same(desk, "sum(i, 1, 2, i*y - i*y)", "sum(i, 1, 2, y*i - i*y)");
    same(desk, "sum(x)", "sum(i, 1, 3, x[i])");
    same(desk, "dot(w, x)", "sum(k, 1, 3, w[k]*x[k])");
    same(desk, "dot(A[2], x - w)",
         "sum(k, 1, length(x), A[2, k]*(x[k] - w[k]))");
    same(desk, "sum(i, 1, 2, dot(A[i], x))",
         "sum(i, 1, 2, sum(k, 1, 3, A[i, k]*x[k]))");
    same(desk, "one", "one[1]");
    same(desk, "x[1 + 1]", "x[2]");
    same(desk, "x[a]", "x[2]");
    same(desk, "y > 1", "1 < y");
    same(desk, "pow(y, 3)", "y^3");
}

static void the_form_has_every_operation_in_parentheses(void **state)
{
    struct desk *desk = *state;

    form_is(desk, "1+2*y^2", "(1 + (2 * (y ^ 2)))");
    form_is(desk, "((y))", "y");
    form_is(desk, "-(y-1)-2", "((-(y - 1)) - 2)");
    form_is(desk, "2^-y^+2", "(2 ^ (-(y ^ (+2))))");
    form_is(desk, "y>=1 ", "(y >= 1)");
    form_is(desk, "sum( i ,1,length(x)-1 , x[i+1] )*2",
            "(sum(i, 1, (length(x) - 1), x[(i + 1)]) * 2)");
    form_is(desk, "min(y,(2),-1) + A[1,2]",
            "(min(y, 2, (-1)) + A[1, 2])");
}

static void a_token_out_of_place_is_shown(void **state)
{
    struct desk *desk = *state;

    one(desk, "2 + * 3", FAULT_SYNTAX,
        "line 1, column 5: a number, a name or ( is needed here\n"
        "2 + * 3\n"
        "    ^");
    one(desk, "", FAULT_SYNTAX,
        "line 1, column 1: the formula is empty\n\n^");
    one(desk, "y +\n(y -", FAULT_SYNTAX,
        "line 2, column 5: the formula ends where a number, a name or ( is "
        "needed\n(y -\n    ^");
    one(desk, "(y", FAULT_SYNTAX,
        "line 1, column 3: the formula ends where a ) is needed\n(y\n  ^");
    one(desk, "y)", FAULT_SYNTAX,
        "line 1, column 2: there is no ( that this ) could close\ny)\n ^");
    one(desk, "y y", FAULT_SYNTAX,
        "line 1, column 3: an operator is missing here; a product is written "
        "with *\ny y\n  ^");
    one(desk, "y = 2", FAULT_SYNTAX,
        "line 1, column 3: = has no meaning in a formula; a formula is a "
        "value, not an equation: a = b is a - b where 0 is sought; a "
        "comparison is written ==\ny = 2\n  ^");
    one(desk, "1 < y < 2", FAULT_SYNTAX,
        "line 1, column 7: comparisons cannot be chained; a < b < c is "
        "written a < b and b < c\n1 < y < 2\n      ^");
    one(desk, "y, 2", FAULT_SYNTAX,
        "line 1, column 2: an operator or the end is needed here\ny, 2\n ^");
    one(desk, "x[1", FAULT_SYNTAX,
        "line 1, column 4: the formula ends where a ] is needed\nx[1\n   ^");
}

/* Each of these letters takes two bytes. */
static void columns_count_characters(void **state)
{
    struct desk *desk = *state;

    one(desk, "y*\xc3\xa9", FAULT_SYNTAX,
        "line 1, column 3: \xc3\xa9 has no meaning in a formula\n"
        "y*\xc3\xa9\n  ^");
    assert_int_equal(parse(desk, desk_repeat(desk, "", "\xc3\xa9", 2048, " y")),
                     ERR_INVALID);
    assert_memory_equal(desk->faults.items[0].detail,
                        "line 1, column 2049: the formula has 4098 bytes", 47);
}

/* 70 characters in all: those from 11 to 70 are shown, and the last faulty. */
static void of_a_long_line_the_neighbourhood_is_shown(void **state)
{
    static const char text[] = "y + y + y + y + y + y + y + y + y + y + y + "
                               "y + y + y + y + y + y + q";
    struct desk *desk = *state;

    one(desk, text, FAULT_UNKNOWN_NAME,
        "line 1, column 69: there is no variable, constant or counter q\n"
        "... + y + y + y + y + y + y + y + y + y + y + y + y + y + y + q\n"
        "                                                              ^");
}

static void all_wrong_names_are_reported_with_near_ones(void **state)
{
    struct desk *desk = *state;

    says(desk, "bog[1] + sqrr(y) + zerro", 0, FAULT_UNKNOWN_NAME,
         "line 1, column 1: there is no variable, constant or counter bog\n"
         "bog[1] + sqrr(y) + zerro\n^");
    assert_string_equal(desk->faults.items[0].suggestion, "big");
    one(desk, "sech(y)", FAULT_UNKNOWN_NAME,
        "line 1, column 1: there is no function sech; it is written "
        "1/cosh(a)\nsech(y)\n^");
    says(desk, "bog[1] + sqrr(y) + zerro", 1, FAULT_UNKNOWN_NAME,
         "line 1, column 10: there is no function sqrr\n"
         "bog[1] + sqrr(y) + zerro\n         ^");
    assert_string_equal(desk->faults.items[1].suggestion, "sqrt");
    assert_string_equal(desk->faults.items[2].suggestion, "zero");
    assert_int_equal(desk->faults.total, 3);
    one(desk, "sin + 1", FAULT_WRONG_TYPE,
        "line 1, column 1: sin is a function: what it takes stands in "
        "parentheses\nsin + 1\n^");
    one(desk, "2 + y(3 + 1)", FAULT_WRONG_TYPE,
        "line 1, column 5: y is not a function; a product is written with *\n"
        "2 + y(3 + 1)\n    ^");
}

static void indices_stay_within_their_vector(void **state)
{
    struct desk *desk = *state;

    one(desk, "x[4]", FAULT_OUT_OF_RANGE,
        "line 1, column 3: the index of x is 4; it must be in 1 ... 3\n"
        "x[4]\n  ^");
    one(desk, "x[0]", FAULT_OUT_OF_RANGE,
        "line 1, column 3: the index of x is 0; it must be in 1 ... 3: "
        "counting begins at 1\n"
        "x[0]\n  ^");
    one(desk, "sum(i, 1, 3, x[i + 1])", FAULT_OUT_OF_RANGE,
        "line 1, column 16: the index of x runs over 2 ... 4; it must stay in "
        "1 ... 3\nsum(i, 1, 3, x[i + 1])\n               ^");
    says(desk, "A[3, 4]", 1, FAULT_OUT_OF_RANGE,
         "line 1, column 6: the index of A is 4; it must be in 1 ... 3\n"
         "A[3, 4]\n     ^");
    one(desk, "x[y]", FAULT_WRONG_TYPE,
        "line 1, column 3: an index is made of whole numbers, whole "
        "multiples of counters and whole numbers in data\nx[y]\n  ^");
    one(desk, "x[1.5]", FAULT_WRONG_TYPE,
        "line 1, column 3: an index is made of whole numbers, whole "
        "multiples of counters and whole numbers in data\nx[1.5]\n  ^");
    one(desk, "sum(i, 1, 3, x[i*i])", FAULT_WRONG_TYPE,
        "line 1, column 16: an index is made of whole numbers, whole "
        "multiples of counters and whole numbers in data\n"
        "sum(i, 1, 3, x[i*i])\n               ^");
    one(desk, "sum(i, 1, y, x[i])", FAULT_WRONG_TYPE,
        "line 1, column 11: a bound is made of whole numbers and whole "
        "multiples of counters\nsum(i, 1, y, x[i])\n          ^");
    root(desk, "sum(i, 1, 3, sum(j, i + 1, 3, x[j]*x[j - i]))");
    root(desk, "sum(i, 1, 3, sum(j, 1, i - 1, x[i - j]))");
}

static void vectors_and_numbers_are_told_apart(void **state)
{
    struct desk *desk = *state;

    one(desk, "2*x", FAULT_WRONG_TYPE,
        "line 1, column 3: x is a vector where a number is needed; its "
        "elements are x[1] ... x[3]\n2*x\n  ^");
    one(desk, "y[1]", FAULT_WRONG_SIZE,
        "line 1, column 1: y is a number: it takes no index\ny[1]\n^");
    one(desk, "x[1, 2]", FAULT_WRONG_SIZE,
        "line 1, column 1: x is a vector: it takes one index\nx[1, 2]\n^");
    one(desk, "sum(i, 1, 3, i[1])", FAULT_WRONG_SIZE,
        "line 1, column 14: i is a number: it takes no index\n"
        "sum(i, 1, 3, i[1])\n             ^");
    one(desk, "A[1]", FAULT_WRONG_TYPE,
        "line 1, column 1: A is a matrix; its elements are A[1, 1] ... "
        "A[2, 3], and within dot, norm2 and sum its rows A[1] ... A[2]\n"
        "A[1]\n^");
    one(desk, "dot(x, big)", FAULT_WRONG_SIZE,
        "line 1, column 8: big has 5000 elements, but x has 3\n"
        "dot(x, big)\n       ^");
    one(desk, "dot(x, y)", FAULT_WRONG_TYPE,
        "line 1, column 8: dot needs a vector here, and there is none in this "
        "argument\ndot(x, y)\n       ^");
    one(desk, "norm2(x[x])", FAULT_WRONG_TYPE,
        "line 1, column 9: x is a vector where a number is needed; its "
        "elements are x[1] ... x[3]\nnorm2(x[x])\n        ^");
    one(desk, "length(y)", FAULT_WRONG_TYPE,
        "line 1, column 8: length takes the name of a vector or a matrix\n"
        "length(y)\n       ^");
}

static void calls_have_the_right_number_of_arguments(void **state)
{
    struct desk *desk = *state;

    one(desk, "exp(1, 2)", FAULT_WRONG_SIZE,
        "line 1, column 1: exp takes 1 argument: exp(a)\nexp(1, 2)\n^");
    one(desk, "exp()", FAULT_WRONG_SIZE,
        "line 1, column 1: exp takes 1 argument: exp(a)\nexp()\n^");
    one(desk, "1 + min(2)", FAULT_WRONG_SIZE,
        "line 1, column 5: min takes 2 arguments or more: min(a, b, ...)\n"
        "1 + min(2)\n    ^");
    one(desk, "if(y, 1)", FAULT_WRONG_SIZE,
        "line 1, column 1: if takes 3 arguments: if(c, a, b)\nif(y, 1)\n^");
    one(desk, "sum(i, 1, 3)", FAULT_WRONG_SIZE,
        "line 1, column 1: sum takes 4 arguments: sum(i, low, high, a)\n"
        "sum(i, 1, 3)\n^");
    one(desk, "prod(x)", FAULT_SYNTAX,
        "line 1, column 6: the first argument of prod is a new name, its "
        "counter: prod(i, low, high, a)\nprod(x)\n     ^");
    one(desk, "dot(x)", FAULT_WRONG_SIZE,
        "line 1, column 1: dot takes 2 arguments: dot(a, b)\ndot(x)\n^");
    one(desk, "norm2(x, x)", FAULT_WRONG_SIZE,
        "line 1, column 1: norm2 takes 1 argument: norm2(a)\n"
        "norm2(x, x)\n^");
}

static void a_counter_has_a_name_of_its_own(void **state)
{
    struct desk *desk = *state;

    one(desk, "sum(y, 1, 3, y)", FAULT_CONFLICT,
        "line 1, column 5: y is a variable already; a counter needs a name of "
        "its own\nsum(y, 1, 3, y)\n    ^");
    one(desk, "sum(e, 1, 3, e)", FAULT_CONFLICT,
        "line 1, column 5: e is a constant already; a counter needs a name of "
        "its own\nsum(e, 1, 3, e)\n    ^");
    one(desk, "sum(i, 1, 3, sum(i, 1, 2, i))", FAULT_CONFLICT,
        "line 1, column 18: i is a counter already; a counter needs a name of "
        "its own\nsum(i, 1, 3, sum(i, 1, 2, i))\n                 ^");
    one(desk, "sum(i, 1, i, 1)", FAULT_UNKNOWN_NAME,
        "line 1, column 11: there is no variable, constant or counter i\n"
        "sum(i, 1, i, 1)\n          ^");
    root(desk, "sum(i, 1, 3, i) + sum(i, 1, 2, x[i])");
}

static void division_by_zero_is_refused(void **state)
{
    struct desk *desk = *state;

    one(desk, "y/0", FAULT_OUT_OF_RANGE,
        "line 1, column 2: division by zero\ny/0\n ^");
    one(desk, "1/(2 - 2)", FAULT_OUT_OF_RANGE,
        "line 1, column 2: division by zero\n1/(2 - 2)\n ^");
    one(desk, "y/zero", FAULT_OUT_OF_RANGE,
        "line 1, column 2: division by zero\ny/zero\n ^");
    one(desk, "sum(i, 1, 3, 1/(i - i))", FAULT_OUT_OF_RANGE,
        "line 1, column 15: division by zero\n"
        "sum(i, 1, 3, 1/(i - i))\n              ^");
    one(desk, "1e999", FAULT_OUT_OF_RANGE,
        "line 1, column 1: this number is too large for a double\n1e999\n^");
}

static void begins(struct desk *desk, const char *text, enum fault_code code,
                   const char *detail)
{
    assert_int_equal(parse(desk, text), ERR_INVALID);
    assert_int_equal(desk->faults.total, 1);
    assert_int_equal(desk->faults.items[0].code, code);
    assert_memory_equal(desk->faults.items[0].detail, detail, strlen(detail));
}

/* The limits of expression.h: 64 deep, 8 counters deep, 4096 bytes, 4096
 * nodes, 1e7 points; one step within each is good. */
static void each_limit_is_named(void **state)
{
    struct desk *desk = *state;

    root(desk, desk_repeat(desk, "", "-", 64, "y"));
    begins(desk, desk_repeat(desk, "", "-", 65, "y"), FAULT_TOO_LARGE,
           "line 1, column 66: parentheses, calls, signs and powers go deeper "
           "than 64\n");
    begins(desk, desk_repeat(desk, "", "(", 2000, "y"), FAULT_TOO_LARGE,
           "line 1, column 66: parentheses, calls, signs and powers go deeper "
           "than 64\n");
    begins(desk, desk_repeat(desk, "", "2^", 65, "y"), FAULT_TOO_LARGE,
           "line 1, column 131: parentheses");
    begins(desk, desk_repeat(desk, "", "x[", 65, "1"), FAULT_TOO_LARGE,
           "line 1, column 131: parentheses");
    root(desk, desk_repeat(desk, "", "sum(x*", 8, "y))))))))"));
    begins(desk, desk_repeat(desk, "", "sum(x*", 9, "y)))))))))"),
           FAULT_TOO_LARGE,
           "line 1, column 49: sums within sums go deeper than 8\n");
    root(desk, desk_repeat(desk, "y", "     ", 819, ""));
    begins(desk, desk_repeat(desk, "y", "     ", 819, " "), FAULT_TOO_LARGE,
           "line 1, column 4097: the formula has 4097 bytes; at most 4096 are "
           "possible\n");
    root(desk, "sum(i, 1, 10000000, i*y)");
    begins(desk, "sum(i, 1, 10000001, i*y)", FAULT_TOO_LARGE,
           "line 1, column 1: with this one all sums together run over "
           "10000001 points; at most 10000000 are possible\n");
    begins(desk, "1 + sum(i, 1, 5000, sum(j, 1, 5000, big[i]*big[j]))",
           FAULT_TOO_LARGE,
           "line 1, column 21: with this one all sums together run over "
           "25000000 points");
    root(desk, "sum(i, 1, 5000, big[i])*sum(j, 1, 5000, big[j])");
}

static void powers_count_as_the_products_that_they_are(void **state)
{
    struct desk *desk = *state;
    char text[4096], *at = text;

    /* Each term makes about ten nodes of its own. */
    for (int i = 1; i <= 450; i++) {
        int bytes = snprintf(at, (size_t)(text + sizeof text - at),
                             "%sbig[%d]^63", i > 1 ? "+" : "", i);

        if (at + bytes >= text + sizeof text - 1)
            break;
        at += bytes;
    }
    *at = '\0';
    begins(desk, text, FAULT_TOO_LARGE, "line 1, column ");
    assert_non_null(strstr(desk->faults.items[0].detail,
                           "more than 4096 operations and operands"));
}

static void columns_are_numbers_within_rows(void **state)
{
    static const double column[] = {5, 6, 7};
    static const struct symbol names[] = {
        {"b", SYMBOL_VARIABLE, 0, 0, 0, NULL},
        {"t", SYMBOL_COLUMN, 0, 0, 0, column},
    };
    static const struct symbols rows = {names, 2, 1, 3};
    const struct affine low = {.constant = 0}, high = {.constant = 2};
    struct desk *desk = *state;
    const struct node *root_node;
    unsigned row;

    assert_true(graph_counter(&desk->graph, &low, &high, 0, &row));
    assert_int_equal(parser_parse(&desk->graph, "b*t", &rows, row, "/f",
                                  &desk->faults, &desk->parsed), OK);
    root_node = &desk->graph.nodes[desk->parsed.root];
    assert_true(root_node->counters == UINT64_C(1) << row);
    assert_true(root_node->varies);
    assert_int_equal(parser_parse(&desk->graph, "b*t", &rows, COUNTERS_MAX,
                                  "/f", &desk->faults, &desk->parsed),
                     ERR_INVALID);
    assert_string_equal(desk->faults.items[0].detail,
                        "line 1, column 3: t is a column of a dataset, and "
                        "there are no rows here\nb*t\n  ^");
}

/* Whatever allocation fails, the parser says so and does not fall. */
static void memory_that_runs_out_is_an_error(void **state)
{
    static const char text[] =
        "sum(i, 1, 2, (x[i+1] - y^3)^2 + dot(A[i], x)/norm2(x - w)) + bog";

    (void)state;
    for (size_t limit = 0; limit < 60000; limit += 512) {
        struct arena arena;
        struct faults faults;
        struct graph graph;
        struct parsed parsed;
        enum error error;

        arena_init(&arena, limit + 1);
        faults_init(&faults, &arena);
        error = graph_init(&graph, &arena, desk_symbols.n);
        if (error == OK)
            error = parser_parse(&graph, text, &desk_symbols, COUNTERS_MAX,
                                 "/f", &faults, &parsed);
        assert_true(error == ERR_MEMORY || error == ERR_INVALID);
        if (error == ERR_INVALID)
            assert_int_equal(faults.total, 1);
        arena_fini(&arena);
    }
}

#define TEST(name)                                                            \
    cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(operators_bind_as_in_a_textbook),
        TEST(numbers_are_decimal),
        TEST(functions_do_what_they_are_called),
        TEST(equal_formulas_are_the_same_nodes),
        TEST(the_form_has_every_operation_in_parentheses),
        TEST(a_token_out_of_place_is_shown),
        TEST(columns_count_characters),
        TEST(of_a_long_line_the_neighbourhood_is_shown),
        TEST(all_wrong_names_are_reported_with_near_ones),
        TEST(indices_stay_within_their_vector),
        TEST(vectors_and_numbers_are_told_apart),
        TEST(calls_have_the_right_number_of_arguments),
        TEST(a_counter_has_a_name_of_its_own),
        TEST(division_by_zero_is_refused),
        TEST(each_limit_is_named),
        TEST(powers_count_as_the_products_that_they_are),
        TEST(columns_are_numbers_within_rows),
        TEST(memory_that_runs_out_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
