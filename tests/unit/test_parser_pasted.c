/* test_parser_pasted.c - formulas as people paste them from elsewhere. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/parser_desk.h"

/* Each formula beside what it means, written as the language has it. */
static void formulas_are_read_as_people_paste_them(void **state)
{
    static const struct {
        const char *pasted, *meant;
    } rows[] = {
        {"y**2", "y^2"},
        {"-y**2**3", "-(y^(2^3))"},
        {"2y", "2*y"},
        {"-2y^2", "-(2*(y^2))"},
        {"2 y^2 + 3y", "2*y^2 + 3*y"},
        {"2y*3", "(2*y)*3"},
        {"1e-3y", "1e-3*y"},
        {"2e", "2*e"},
        {"3(y+1)", "3*(y + 1)"},
        {"2 sin(y) cos(y)", "2*sin(y)*cos(y)"},
        {"(y+1)(y-1)", "(y + 1)*(y - 1)"},
        {"2x[1]", "2*x[1]"},
        {"x[3a - 4]", "x[2]"},
        {"sum(i, 1, 3, 2i)", "sum(i, 1, 3, 2*i)"},
        {"y \xc2\xb7 y \xc3\x97 2 \xc3\xb7 a", "y*y*2/a"},
        {"y \xe2\x88\x92 2", "y - 2"},
        {"y\xc2\xb2 + 3y\xc2\xb3", "y^2 + 3*y^3"},
        {"y\xe2\x81\xbb\xc2\xb9\xe2\x81\xb0y", "y^-10*y"},
        {"2\xcf\x80y", "2*pi*y"},
        {"\xe2\x88\x9ay + 2\xe2\x88\x9a(y+1)", "sqrt(y) + 2*sqrt(y + 1)"},
        {"\xe2\x88\x9asin(y)", "sqrt(sin(y))"},
        {"\xe2\x88\x9a(y)^2", "sqrt(y)^2"},
        {"y \xe2\x89\xa4 1", "y <= 1"},
        {"\xc2\xa0y\xe2\x80\x89+\xe2\x80\x8b" "1", "y + 1"},
        {"y % 3", "mod(y, 3)"},
        {"7 % 4 % 2", "1"},
        {"y > 1 && y < 2", "(y > 1)*(y < 2)"},
        {"y > 1 and y < 2 or y == 7",
         "max((y > 1)*(y < 2) != 0, y == 7)"},
        {"not y > 1", "(y > 1) == 0"},
        {"!y == 1", "(y == 0) == 1"},
        {"y || a", "max(y != 0, 1)"},
        {"ln(y) + np.exp(y) + math.sqrt(y)", "log(y) + exp(y) + sqrt(y)"},
        {"np.pi + Math.PI + math.e + Math.E", "pi + pi + e + e"},
        {"np.arctan2(y, 2) + torch.sigmoid(y)", "atan2(y, 2) + logistic(y)"},
        {"np.maximum(y, 0) + np.clip(y, 0, 1)", "max(y, 0) + clamp(y, 0, 1)"},
        {"np.where(y > 0, y, 2)", "if(y > 0, y, 2)"},
        {"f = y + 1", "y + 1"},
        {"f(x, y) = y + x[1]", "y + x[1]"},
        {"relu(y)", "max(0, y)"},
        {"clamp(y, 0, 1)", "min(max(y, 0), 1)"},
        {"cot(y) + sec(y) + csc(y)", "1/tan(y) + 1/cos(y) + 1/sin(y)"},
        {"min(y, inf)", "min(y, \xe2\x88\x9e)"},
        {"log2(8) + log10(1000)", "6"},
        {"ceil(1.2) + round(2.5) + round(-1.4)", "3"},
        {"hypot(3, 4) + gamma(5) + mod(-1, 3)", "31"},
    };
    struct desk *desk = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *form;

        same(desk, rows[i].pasted, rows[i].meant);
        root(desk, rows[i].pasted);
        form = desk->parsed.form;
        same(desk, form, rows[i].meant); /* what was understood */
        root(desk, form);
        assert_string_equal(form, desk->parsed.form);
    }
}

static void the_form_is_in_the_languages_own_words(void **state)
{
    struct desk *desk = *state;

    form_is(desk, "y**2 + 2(y+1)y", "((y ^ 2) + ((2 * (y + 1)) * y))");
    form_is(desk, "3\xe2\x88\x9a(y-1)", "(3 * sqrt((y - 1)))");
    form_is(desk, "\xe2\x88\x9ay", "sqrt(y)");
    form_is(desk, "y\xc2\xb2 \xe2\x88\x92 np.ln(2\xcf\x80)",
            "((y ^ 2) - log((2 * pi)))");
    form_is(desk, "f(y) = !y && y \xe2\x89\xa0 2", "((not y) and (y != 2))");
    form_is(desk, "not y or 1", "((not y) or 1)");
}

/* What can mean two things is asked, not guessed. */
static void what_can_mean_two_things_is_refused(void **state)
{
    struct desk *desk = *state;

    one(desk, "1/2y", FAULT_SYNTAX,
        "line 1, column 4: this can mean two things: a/b*c, or a/(b*c)\n"
        "1/2y\n   ^");
    one(desk, "2^3y", FAULT_SYNTAX,
        "line 1, column 4: this can mean two things: a^b*c, or a^(b*c)\n"
        "2^3y\n   ^");
    one(desk, "-(y+1)^2(y-1)", FAULT_SYNTAX,
        "line 1, column 9: this can mean two things: a^b*c, or a^(b*c)\n"
        "-(y+1)^2(y-1)\n        ^");
    one(desk, "\xe2\x88\x9ay^2", FAULT_SYNTAX,
        "line 1, column 3: a power behind a root can mean two things: put "
        "parentheses around one of them\n\xe2\x88\x9ay^2\n  ^");
    one(desk, "y(2)", FAULT_WRONG_TYPE,
        "line 1, column 1: y is not a function; a product is written with *\n"
        "y(2)\n^");
    one(desk, "2 3", FAULT_SYNTAX,
        "line 1, column 3: an operator is missing here; a product is written "
        "with *\n2 3\n  ^");
    one(desk, "5!", FAULT_SYNTAX,
        "line 1, column 2: an operator or the end is needed here; a factorial "
        "is gamma(a + 1)\n5!\n ^");
    one(desk, "y//2", FAULT_SYNTAX,
        "line 1, column 3: a number, a name or ( is needed here; the whole "
        "part of a quotient is floor(a/b)\ny//2\n  ^");
    one(desk, "1,5*y", FAULT_SYNTAX,
        "line 1, column 2: an operator or the end is needed here; numbers have "
        "a decimal point: 1.5\n1,5*y\n ^");
    one(desk, "y if y > 0 else 0", FAULT_SYNTAX,
        "line 1, column 3: a choice is written if(c, a, b)\n"
        "y if y > 0 else 0\n  ^");
    one(desk, "g(q) = y", FAULT_UNKNOWN_NAME,
        "line 1, column 3: there is no variable, constant or counter q\n"
        "g(q) = y\n  ^");
}

/* What other languages write is told how it is written here. */
static void what_cannot_be_pasted_is_told_how_it_is_written(void **state)
{
    static const struct {
        const char *pasted, *told;
    } rows[] = {
        {"y.^2", "a^b, a*b, a/b"},
        {"@(y) y", "only the formula itself"},
        {"lambda y: y", "no variable, constant or counter lambda; only the"},
        {"return y", "counter return; only the formula itself"},
        {"y^2 if y > 0 else 0", "a choice is written if(c, a, b)"},
        {"y > 0 ? 1 : 2", "a choice is written if(c, a, b)"},
        {"\\frac{1}{2}", "a fraction is written a/b"},
        {"\xc2\xbdy", "written 1/2"},
        {"y\xe2\x82\x81", "an element of a vector is written x[1]"},
        {"\xe2\x80\x96y\xe2\x80\x96", "norm2(a)"},
        {"norm(x)", "it is written norm2(a)"},
        {"np.linalg.norm(x)", "norm2(a)"},
        {"\xe2\x88\x91y", "sum(i, low, high, a)"},
    };
    struct desk *desk = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(parse(desk, rows[i].pasted), ERR_INVALID);
        assert_non_null(strstr(desk->faults.items[0].detail, rows[i].told));
    }
}

/* Names that came later do not take those of variables away. */
static void a_new_name_yields_to_the_users(void **state)
{
    static const struct symbol own[] = {
        {"gamma", SYMBOL_VARIABLE, 0, 0, 0, NULL},
        {"and", SYMBOL_VARIABLE, 0, 0, 1, NULL},
        {"E", SYMBOL_VARIABLE, 0, 0, 2, NULL},
        {"ln", SYMBOL_VARIABLE, 0, 0, 3, NULL},
    };
    const struct symbols names = {own, 4, 4, 0};
    struct desk *desk = *state;

    desk->faults.total = 0;
    assert_int_equal(parser_parse(&desk->graph, "2gamma + and*E^ln", &names,
                                  COUNTERS_MAX, "/f", &desk->faults,
                                  &desk->parsed), OK);
    assert_string_equal(desk->parsed.form, "((2 * gamma) + (and * (E ^ ln)))");
    assert_int_equal(parser_parse(&desk->graph, "gamma(2)", &names,
                                  COUNTERS_MAX, "/f", &desk->faults,
                                  &desk->parsed), ERR_INVALID);
}

/* A near name is a slip of the finger, not another function. */
static void no_function_is_suggested_for_another(void **state)
{
    static const char *const others[] = {
        "acot", "acsc", "asec", "coth", "csch", "sech", "sinc", "erfinv",
        "digamma", "beta", "exp2", "fmod", "mean", "median", "sqr", "square",
        "trunc", "std", "var", "zeta", "root", "gelu", "selu", "elu", "silu",
        "swish", "step", "relu6", "mish", "logit", "frac", "factorial",
    };
    struct desk *desk = *state;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char text[64];

        snprintf(text, sizeof text, "%s(y)", others[i]);
        assert_int_equal(parse(desk, text), ERR_INVALID);
        if (desk->faults.items[0].suggestion != NULL)
            fail_msg("%s: %s", text, desk->faults.items[0].suggestion);
    }
    assert_int_equal(parse(desk, "sqrtt(y)"), ERR_INVALID);
    assert_string_equal(desk->faults.items[0].suggestion, "sqrt");
    /* As near to sign; but who types a letter twice has begun well. */
    assert_int_equal(parse(desk, "sinn(y)"), ERR_INVALID);
    assert_string_equal(desk->faults.items[0].suggestion, "sin");
    assert_int_equal(desk->faults.items[0].line, 1);
    assert_int_equal(desk->faults.items[0].column, 1);
}

#define TEST(name)                                                            \
    cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(formulas_are_read_as_people_paste_them),
        TEST(the_form_is_in_the_languages_own_words),
        TEST(what_can_mean_two_things_is_refused),
        TEST(what_cannot_be_pasted_is_told_how_it_is_written),
        TEST(a_new_name_yields_to_the_users),
        TEST(no_function_is_suggested_for_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
