/* test_objectives.c - polynomials, quadratics, functions; their faults. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "core/dataset/builtin.h"
#include "core/dataset/dataset.h"
#include "core/function/function.h"
#include "core/model/model.h"
#include "core/objective/objective.h"

extern const struct model_kind model_softmax;

struct desk {
    struct arena arena;
    struct faults faults;
    struct objective objective;
    struct value values[MEMBERS_MAX];
};

static int set_up(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);

    if (desk == NULL)
        return -1;
    arena_init(&desk->arena, 0);
    faults_init(&desk->faults, &desk->arena);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;

    arena_fini(&desk->arena);
    free(desk);
    return 0;
}

static enum error build(struct desk *desk, const char *kind)
{
    return objective_kind_find(kind)->build(
        &desk->arena, desk->values, "/objective", &desk->faults,
        &desk->objective);
}

static double loss(const struct desk *desk, const double *x, double *g)
{
    const struct objective *o = &desk->objective;

    return o->evaluate(o->data, x, o->n, g);
}

/* The spec is refused, and this is among what is wrong with it. */
static void refused(struct desk *desk, const char *kind, const char *pointer,
                    enum fault_code code, const char *detail)
{
    desk->faults.total = 0;
    assert_int_equal(build(desk, kind), ERR_INVALID);
    for (size_t i = 0; i < faults_kept(&desk->faults); i++) {
        const struct fault *fault = &desk->faults.items[i];

        if (strcmp(fault->pointer, pointer) == 0 && fault->code == code
            && strstr(fault->detail, detail) != NULL)
            return;
    }
    for (size_t i = 0; i < faults_kept(&desk->faults); i++)
        print_message("%s %s: %s\n", desk->faults.items[i].pointer,
                      fault_code_name(desk->faults.items[i].code),
                      desk->faults.items[i].detail);
    fail_msg("no fault %s at %s with '%s'", fault_code_name(code), pointer,
             detail);
}

static const char *const names_xyz[] = {"x", "y", "z"};

static void give_coefficients(struct desk *desk, const double *c, size_t n)
{
    desk->values[0] = (struct value){.given = true, .numbers = c, .rows = n};
}

static void give_terms(struct desk *desk, const char *const *names, size_t n,
                       const struct term *terms, size_t count)
{
    desk->values[1] = (struct value){.given = true, .names = names, .rows = n};
    desk->values[2] = (struct value){.given = true, .terms = terms,
                                     .rows = count};
}

static void give_formula(struct desk *desk, const char *text,
                         const struct symbol *variables, size_t n,
                         const struct symbol *constants, size_t count)
{
    desk->values[0] = (struct value){.given = true, .text = text};
    desk->values[1] = (struct value){.given = true, .symbols = variables,
                                     .rows = n};
    desk->values[2] = (struct value){.given = true, .symbols = constants,
                                     .rows = count};
}

/* x[1]*t fitted to y, with weights y. */
/* What a spec has that gives nothing. */
static void give_initials(struct desk *desk, const struct objective_kind *kind)
{
    memset(desk->values, 0, sizeof desk->values);
    for (size_t i = 0; kind->members[i].name != NULL; i++)
        if (kind->members[i].initial != NULL)
            desk->values[i] = *kind->members[i].initial;
        else if (kind->members[i].row != NULL)
            desk->values[i] = (struct value){
                .given = true, .number = kind->members[i].row->initial};
}

/* A softmax of iris, whose rows are not read yet. */
static void give_model(struct desk *desk)
{
    static const struct model_choice softmax = {.kind = &model_softmax};
    struct dataset *iris = arena_array(&desk->arena, 1, sizeof *iris);
    const void *bytes;
    size_t count;

    assert_int_equal(builtin_make(builtin_find("iris"), NULL, &desk->arena,
                                  &bytes, &count), OK);
    assert_int_equal(dataset_view(&desk->arena, bytes, count, iris), OK);
    desk->values[0] = (struct value){.given = true, .dataset = iris,
                                     .text = "iris"};
    desk->values[3] = (struct value){.given = true, .model = &softmax};
}

static void give_fit(struct desk *desk, const struct symbol *columns,
                     size_t column_count, const struct symbol *parameters,
                     size_t parameter_count)
{
    give_initials(desk, objective_kind_find("fit"));
    desk->values[0] = (struct value){.given = true, .symbols = columns,
                                     .rows = column_count};
    desk->values[1] = (struct value){.given = true, .text = "x[1]*t"};
    desk->values[2] = (struct value){.given = true, .text = "y"};
    desk->values[3] = (struct value){.given = true, .symbols = parameters,
                                     .rows = parameter_count};
    desk->values[7] = (struct value){.given = true, .text = "y"};
}

/* f(-0.9) = 18.66 and f'(-0.9) = -22.8 by hand. */
static void coefficients_make_a_polynomial_in_one_variable(void **state)
{
    static const double c[] = {3, -12, 6}, x[] = {-0.9}, cubic[] = {1, 0, 0, 2};
    struct desk *desk = *state;
    double g;

    give_coefficients(desk, c, 3);
    assert_int_equal(build(desk, "polynomial"), OK);
    assert_int_equal(desk->objective.n, 1);
    assert_null(desk->objective.start);
    assert_true(fabs(loss(desk, x, &g) - 18.66) < 1e-14);
    assert_true(fabs(g + 22.8) < 1e-14);
    assert_true(loss(desk, x, NULL) == loss(desk, x, &g));
    give_coefficients(desk, cubic, 4);
    assert_int_equal(build(desk, "polynomial"), OK);
    assert_true(fabs(loss(desk, x, &g) - (1 - 2 * 0.729)) < 1e-15);
    assert_true(fabs(g - 6 * 0.81) < 1e-15);
    give_coefficients(desk, c, 1);
    assert_int_equal(build(desk, "polynomial"), OK);
    assert_true(loss(desk, x, &g) == 3 && g == 0);
}

/* 2 x^2 y^3 z - 5 y + 7, and its partial derivatives, by hand; with zeros in
 * every place, where a division by x would give NaN. */
static void terms_have_exact_gradients_even_at_zeros(void **state)
{
    static const struct power p[] = {{"x", 2}, {"z", 1}, {"y", 3}, {"y", 1},
                                     {"x", 0}};
    static const struct term terms[] = {{2, p, 3}, {-5, p + 3, 2}, {7, p, 0}};
    static const double points[][3] = {{1.5, -2, 3}, {0, 2, 3}, {2, 0, 3},
                                       {2, 3, 0}, {0, 0, 0}};
    struct desk *desk = *state;

    give_terms(desk, names_xyz, 3, terms, 3);
    assert_int_equal(build(desk, "polynomial"), OK);
    assert_int_equal(desk->objective.n, 3);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        double x = points[i][0], y = points[i][1], z = points[i][2], g[3];

        assert_true(loss(desk, points[i], g)
                    == 2 * x * x * y * y * y * z - 5 * y + 7);
        assert_true(g[0] == 4 * x * y * y * y * z);
        assert_true(g[1] == 6 * x * x * y * y * z - 5);
        assert_true(g[2] == 2 * x * x * y * y * y);
    }
}

/* Two powers of one variable in one term multiply: x^2 x^3 = x^5. */
static void a_variable_may_stand_twice_in_a_term(void **state)
{
    static const struct power p[] = {{"x", 2}, {"x", 3}};
    static const struct term terms[] = {{1, p, 2}};
    static const double x[] = {2};
    struct desk *desk = *state;
    double g;

    give_terms(desk, names_xyz, 1, terms, 1);
    assert_int_equal(build(desk, "polynomial"), OK);
    assert_true(loss(desk, x, &g) == 32 && g == 80);
}

static void a_polynomial_has_exactly_one_of_two_forms(void **state)
{
    static const double c[66] = {1};
    static const struct term terms[] = {{1, NULL, 0}};
    struct desk *desk = *state;

    refused(desk, "polynomial", "/objective", FAULT_REQUIRED, "either");
    give_terms(desk, names_xyz, 1, terms, 1);
    give_coefficients(desk, c, 1);
    refused(desk, "polynomial", "/objective/terms", FAULT_CONFLICT, "either");
    refused(desk, "polynomial", "/objective/variables", FAULT_CONFLICT,
            "either");
    desk->values[0].given = false;
    desk->values[1].given = false;
    refused(desk, "polynomial", "/objective/variables", FAULT_REQUIRED,
            "belong together");
    memset(desk->values, 0, sizeof desk->values);
    give_coefficients(desk, c, 0);
    refused(desk, "polynomial", "/objective/coefficients", FAULT_WRONG_SIZE,
            "at least one");
    give_coefficients(desk, c, 66);
    refused(desk, "polynomial", "/objective/coefficients", FAULT_TOO_LARGE,
            "at most 65");
}

static void a_polynomials_faults_are_all_named(void **state)
{
    static const char *const names[] = {"alpha", "2y", "alpha", ""};
    static const struct power p[] = {{"alhpa", 1}, {"2y", 65}};
    static const struct term terms[] = {{1, NULL, 0}, {1, p, 2}};
    struct desk *desk = *state;

    give_terms(desk, names, 4, terms, 2);
    refused(desk, "polynomial", "/objective/variables/1", FAULT_OUT_OF_RANGE,
            "a letter");
    refused(desk, "polynomial", "/objective/variables/2", FAULT_DUPLICATE,
            "alpha");
    refused(desk, "polynomial", "/objective/variables/3", FAULT_OUT_OF_RANGE,
            "a letter");
    refused(desk, "polynomial", "/objective/terms/1/powers/2y",
            FAULT_OUT_OF_RANGE, "65 is not in [0, 64]");
    refused(desk, "polynomial", "/objective/terms/1/powers/alhpa",
            FAULT_UNKNOWN_NAME, "alhpa");
    assert_int_equal(desk->faults.total, 5);
    for (size_t i = 0; i < 5; i++)
        if (desk->faults.items[i].code == FAULT_UNKNOWN_NAME)
            assert_string_equal(desk->faults.items[i].suggestion, "alpha");
    desk->values[1].rows = 1001;
    desk->values[2].rows = 0;
    refused(desk, "polynomial", "/objective/variables", FAULT_TOO_LARGE,
            "at most 1000");
    refused(desk, "polynomial", "/objective/terms", FAULT_WRONG_SIZE,
            "at least one");
    desk->values[2].rows = 10001;
    refused(desk, "polynomial", "/objective/terms", FAULT_TOO_LARGE,
            "at most 10000");
}

/* A = [[4, 1], [1, 3]], b = (1, 2), c = 5 at (2, -1): by hand 1/2 * 15 + 0 + 5
 * = 12.5, gradient (8, 1). */
static void a_quadratic_is_what_its_formula_says(void **state)
{
    static const double A[] = {4, 1, 1, 3}, b[] = {1, 2}, x[] = {2, -1};
    struct desk *desk = *state;
    double g[2];

    desk->values[0] = (struct value){.given = true, .numbers = A, .rows = 2,
                                     .columns = 2};
    assert_int_equal(build(desk, "quadratic"), OK);
    assert_true(loss(desk, x, g) == 7.5 && g[0] == 7 && g[1] == -1);
    desk->values[1] = (struct value){.given = true, .numbers = b, .rows = 2};
    desk->values[2] = (struct value){.given = true, .number = 5};
    assert_int_equal(build(desk, "quadratic"), OK);
    assert_true(loss(desk, x, g) == 12.5 && g[0] == 8 && g[1] == 1);
    assert_true(loss(desk, x, NULL) == 12.5);
    assert_null(desk->objective.start);
}

/* The definition, term by term in long double, for sizes around the lanes'. */
static void quadratics_of_any_size_follow_the_definition(void **state)
{
    struct desk *desk = *state;

    for (size_t n = 1; n <= 20; n++) {
        double A[400], b[20], x[20], g[20];
        long double f = 7, slope;

        for (size_t i = 0; i < n; i++) {
            b[i] = random_unit(n, RANDOM_START, i) - 0.5;
            x[i] = random_unit(n, RANDOM_START, 100 + i) - 0.5;
            for (size_t j = 0; j <= i; j++)
                A[i * n + j] = A[j * n + i] =
                    random_unit(n, RANDOM_START, 1000 + i * n + j) - 0.5;
        }
        desk->values[0] = (struct value){.given = true, .numbers = A,
                                         .rows = n, .columns = n};
        desk->values[1] = (struct value){.given = true, .numbers = b,
                                         .rows = n};
        desk->values[2] = (struct value){.given = true, .number = 7};
        assert_int_equal(build(desk, "quadratic"), OK);
        assert_true(loss(desk, x, g) == loss(desk, x, NULL));
        for (size_t i = 0; i < n; i++) {
            slope = b[i];
            for (size_t j = 0; j < n; j++)
                slope += (long double)A[i * n + j] * x[j];
            f += 0.5L * x[i] * (slope + b[i]);
            assert_true(fabsl(g[i] - slope) < 1e-14L);
        }
        assert_true(fabsl(loss(desk, x, g) - f) < 1e-14L);
    }
}

static void a_quadratics_faults_are_all_named(void **state)
{
    static const double A[] = {1, 2, 3, 4, 5, 6, 3, 6, 9.5};
    struct desk *desk = *state;

    refused(desk, "quadratic", "/objective/A", FAULT_REQUIRED, "required");
    desk->values[0] = (struct value){.given = true, .numbers = A, .rows = 2,
                                     .columns = 3};
    refused(desk, "quadratic", "/objective/A", FAULT_WRONG_SIZE,
            "2 rows and 3 columns");
    desk->values[0].rows = desk->values[0].columns = 0;
    refused(desk, "quadratic", "/objective/A", FAULT_WRONG_SIZE, "empty");
    desk->values[0].rows = desk->values[0].columns = 5000;
    refused(desk, "quadratic", "/objective/A", FAULT_TOO_LARGE,
            "at most 4096");
    desk->values[0].rows = desk->values[0].columns = 3;
    desk->values[1] = (struct value){.given = true, .numbers = A, .rows = 2};
    refused(desk, "quadratic", "/objective/A/1/0", FAULT_NOT_SYMMETRIC,
            "A[1][0] is 4 and A[0][1] is 2");
    refused(desk, "quadratic", "/objective/b", FAULT_WRONG_SIZE, "2 numbers");
    assert_int_equal(desk->faults.total, 2);
}

static void a_function_brings_its_dimension_and_start(void **state)
{
    struct desk *desk = *state;
    double x[7];

    desk->values[0] = (struct value){.given = true, .text = "rosenbrock"};
    assert_int_equal(build(desk, "function"), OK);
    assert_int_equal(desk->objective.n, 2);
    desk->values[1] = (struct value){.given = true, .number = 7};
    assert_int_equal(build(desk, "function"), OK);
    assert_int_equal(desk->objective.n, 7);
    function_start(function_find("rosenbrock"), 7, x);
    assert_memory_equal(desk->objective.start, x, sizeof x);
    assert_true(loss(desk, x, NULL)
                == function_find("rosenbrock")->evaluate(x, 7, NULL));
}

static void a_functions_faults_are_named(void **state)
{
    struct desk *desk = *state;

    refused(desk, "function", "/objective/name", FAULT_REQUIRED, "required");
    desk->values[0] = (struct value){.given = true, .text = "rosenbork"};
    refused(desk, "function", "/objective/name", FAULT_UNKNOWN_NAME,
            "no such function");
    assert_string_equal(desk->faults.items[0].suggestion, "rosenbrock");
    desk->values[0].text = "rosenbrock";
    desk->values[1] = (struct value){.given = true, .number = 1};
    refused(desk, "function", "/objective/dimension", FAULT_OUT_OF_RANGE,
            "1 is not in [2, 1000000]");
    desk->values[1].number = 1e9;
    refused(desk, "function", "/objective/dimension", FAULT_OUT_OF_RANGE,
            "1000000000 is not in [2, 1000000]");
    desk->values[0].text = "booth";
    desk->values[1].number = 3;
    refused(desk, "function", "/objective/dimension", FAULT_OUT_OF_RANGE,
            "3 is not 2");
    desk->values[0].text = "extended_powell_singular";
    desk->values[1].number = 6;
    refused(desk, "function", "/objective/dimension", FAULT_OUT_OF_RANGE,
            "6 is not a multiple of 4 in [4, 1000000]");
    desk->values[0].text = "watson";
    desk->values[1].number = 32;
    refused(desk, "function", "/objective/dimension", FAULT_OUT_OF_RANGE,
            "32 is not in [2, 31]");
}

/* a x_1^2 + w_1 x_2 + w_2 y: 2*9 + 10*4 + 20*5 = 158 at (3, 4, 5), and the
 * gradient (2*2*3, 10, 20). */
static void a_formulas_variables_stand_in_their_order(void **state)
{
    static const double a[] = {2}, w[] = {10, 20}, x[] = {3, 4, 5};
    static const struct symbol variables[] = {
        {"x", SYMBOL_VARIABLE, 2}, {"y", SYMBOL_VARIABLE}};
    static const struct symbol constants[] = {
        {"a", SYMBOL_CONSTANT, .numbers = a},
        {"w", SYMBOL_CONSTANT, 2, .numbers = w}};
    struct desk *desk = *state;
    const struct symbols *symbols;
    double g[3];

    give_formula(desk, "a*x[1]^2 + w[1]*x[2] + w[2]*y", variables, 2,
                 constants, 2);
    assert_int_equal(build(desk, "expression"), OK);
    symbols = desk->objective.symbols;
    assert_int_equal(desk->objective.n, 3);
    assert_null(desk->objective.start);
    assert_int_equal(symbols->count, 4);
    assert_int_equal(symbols->n, 3);
    assert_int_equal(symbols->items[1].offset, 2);
    assert_true(loss(desk, x, g) == 158);
    assert_true(g[0] == 12 && g[1] == 10 && g[2] == 20);
    assert_true(loss(desk, x, NULL) == 158);
}

static void a_formulas_faults_are_all_named(void **state)
{
    static const double one[] = {1};
    static const struct symbol scalars[] = {
        {"x", SYMBOL_VARIABLE}, {"sin", SYMBOL_VARIABLE},
        {"x", SYMBOL_VARIABLE}, {"1y", SYMBOL_VARIABLE}};
    static const struct symbol vectors[] = {
        {"x", SYMBOL_VARIABLE, 600000}, {"y", SYMBOL_VARIABLE, 400001}};
    static const struct symbol constants[] = {
        {"x", SYMBOL_CONSTANT, .numbers = one},
        {"e", SYMBOL_CONSTANT, .numbers = one}};
    struct desk *desk = *state;

    refused(desk, "expression", "/objective/expression", FAULT_REQUIRED,
            "the formula is required");
    refused(desk, "expression", "/objective/variables", FAULT_REQUIRED,
            "the variables are required");
    give_formula(desk, "1", scalars, 0, NULL, 0);
    refused(desk, "expression", "/objective/variables", FAULT_WRONG_SIZE,
            "at least one is needed");
    give_formula(desk, "1", scalars, 4, constants, 2);
    refused(desk, "expression", "/objective/variables/1", FAULT_CONFLICT,
            "sin has a meaning in formulas");
    refused(desk, "expression", "/objective/variables/2", FAULT_DUPLICATE,
            "x is among the variables already");
    refused(desk, "expression", "/objective/variables/3", FAULT_OUT_OF_RANGE,
            "a name is a letter or _");
    refused(desk, "expression", "/objective/constants/x", FAULT_CONFLICT,
            "x is among the variables already");
    refused(desk, "expression", "/objective/constants/e", FAULT_CONFLICT,
            "e has a meaning in formulas");
    give_formula(desk, "1", vectors, 2, NULL, 0);
    refused(desk, "expression", "/objective/variables", FAULT_TOO_LARGE,
            "1000001 variables in all; at most 1000000");
    give_formula(desk, "x[1] + z", vectors, 1, NULL, 0);
    refused(desk, "expression", "/objective/expression", FAULT_UNKNOWN_NAME,
            "line 1, column 8: there is no variable, constant or counter z");
}

/* Every build fails cleanly whatever allocation is refused. */
static void a_build_without_memory_says_so(void **state)
{
    static const double A[] = {1};
    static const struct power p[] = {{"x", 2}};
    static const struct term terms[] = {{1, p, 1}};
    static const struct symbol variables[] = {{"x", SYMBOL_VARIABLE, 1}};
    static const struct symbol constants[] = {
        {"w", SYMBOL_CONSTANT, 1, .numbers = A},
        {"a", SYMBOL_CONSTANT, .numbers = A},
    };
    static const struct symbol columns[] = {
        {"t", SYMBOL_COLUMN, 1, .numbers = A},
        {"y", SYMBOL_COLUMN, 1, .numbers = A},
    };
    struct desk *desk = *state;
    size_t failures = 0;

    for (size_t k = 0; objective_kinds[k] != NULL; k++) {
        const struct objective_kind *kind = objective_kinds[k];

        give_initials(desk, kind);
        if (strcmp(kind->name, "function") == 0)
            desk->values[0] = (struct value){.given = true, .text = "sphere"};
        else if (strcmp(kind->name, "quadratic") == 0)
            desk->values[0] = (struct value){.given = true, .numbers = A,
                                             .rows = 1, .columns = 1};
        else if (strcmp(kind->name, "expression") == 0)
            give_formula(desk, "sum(x*w)^2 + norm2(x)/a", variables, 1,
                         constants, 2);
        else if (strcmp(kind->name, "fit") == 0)
            give_fit(desk, columns, 2, variables, 1);
        else if (strcmp(kind->name, "model") == 0)
            give_model(desk);
        else
            give_terms(desk, names_xyz, 1, terms, 1);
        for (size_t limit = 1; limit < 40000;
             limit += limit < 400 ? 8 : 400) {
            struct arena small;
            enum error error;

            arena_init(&small, limit);
            desk->faults.total = 0;
            error = kind->build(&small, desk->values, "/objective",
                                &desk->faults, &desk->objective);
            assert_true(error == OK || error == ERR_MEMORY);
            assert_int_equal(desk->faults.total, 0);
            failures += error == ERR_MEMORY;
            arena_fini(&small);
        }
        assert_int_equal(build(desk, kind->name), OK);
    }
    assert_true(failures > 3);
}

static void the_list_is_complete_and_in_order(void **unused)
{
    (void)unused;
    for (size_t k = 0; objective_kinds[k] != NULL; k++) {
        size_t members = 0;

        while (objective_kinds[k]->members[members].name != NULL)
            members++;
        assert_in_range(members, 1, MEMBERS_MAX);
        assert_ptr_equal(objective_kind_find(objective_kinds[k]->name),
                         objective_kinds[k]);
        assert_true(k == 0 || strcmp(objective_kinds[k - 1]->name,
                                     objective_kinds[k]->name) < 0);
    }
    assert_null(objective_kind_find("nosuch"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(coefficients_make_a_polynomial_in_one_variable),
        TEST(terms_have_exact_gradients_even_at_zeros),
        TEST(a_variable_may_stand_twice_in_a_term),
        TEST(a_polynomial_has_exactly_one_of_two_forms),
        TEST(a_polynomials_faults_are_all_named),
        TEST(a_quadratic_is_what_its_formula_says),
        TEST(quadratics_of_any_size_follow_the_definition),
        TEST(a_quadratics_faults_are_all_named),
        TEST(a_function_brings_its_dimension_and_start),
        TEST(a_functions_faults_are_named),
        TEST(a_formulas_variables_stand_in_their_order),
        TEST(a_formulas_faults_are_all_named),
        TEST(a_build_without_memory_says_so),
        TEST(the_list_is_complete_and_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
