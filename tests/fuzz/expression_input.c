/* expression_input.c - what the fuzz target of formulas does with an input. */
#include "tests/fuzz/expression_input.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/expression/expression.h"
#include "core/expression/program.h"

enum {
    POINTS = 4,
    DIMENSION = 13,
    ROWS = 5,
    TEXT_MAX = EXPRESSION_BYTES_MAX + 100,
};

/* More takes too long for a fuzzer; the code is the same. */
#define WORK_MAX 3e4

static const double w[] = {0.5, -2, 1e300}, a[] = {2}, z[] = {0};
static const double A[] = {1, 2, 3, 4, 5, 6}, t[ROWS] = {0, 1, -1, 2.5, 1e9};
static const double picks[] = {2, 1, 3}, label[ROWS] = {1, 3, 2, 2, 1};
static const double vectors[ROWS * 3] = {1, 0, 2, -1, 0.5, 3, 2, 2, 0,
                                         1e300, 1, -4};

static const struct symbol items[] = {
    {"x", SYMBOL_VARIABLE, 3, 0, 0, NULL},
    {"y", SYMBOL_VARIABLE, 0, 0, 3, NULL},
    {"v", SYMBOL_VARIABLE, 2, 0, 4, NULL},
    {"o", SYMBOL_VARIABLE, 1, 0, 6, NULL},
    {"W", SYMBOL_VARIABLE, 2, 3, 7, NULL},
    {"w", SYMBOL_CONSTANT, 3, 0, 0, w},
    {"a", SYMBOL_CONSTANT, 0, 0, 0, a},
    {"z", SYMBOL_CONSTANT, 0, 0, 0, z},
    {"A", SYMBOL_CONSTANT, 2, 3, 0, A},
    {"p", SYMBOL_CONSTANT, 3, 0, 0, picks},
    {"t", SYMBOL_COLUMN, 0, 0, 0, t},
    {"k", SYMBOL_COLUMN, 0, 0, 0, label},
    {"r", SYMBOL_COLUMN, 3, 0, 0, vectors},
};

enum { ITEMS = sizeof items / sizeof *items, COLUMNS = 3 };

static const struct symbols without_rows = {items, ITEMS - COLUMNS, DIMENSION,
                                            0};
static const struct symbols with_rows = {items, ITEMS, DIMENSION, ROWS};

static void demand(bool good, const char *what, const char *text)
{
    if (good)
        return;
    fprintf(stderr, "%s: %s\n", what, text);
    abort();
}

static bool same(double a_value, double b_value)
{
    return a_value == b_value || (isnan(a_value) && isnan(b_value));
}

/* Ordinary numbers, then zeros, then numbers at the edges. */
static void make_point(int which, uint64_t seed, double *x)
{
    static const double edges[] = {0, -0.0, 1, -1, INFINITY, -INFINITY, NAN,
                                   1e308, 4.9e-324, -1e-300, 0.5, 700};

    for (int i = 0; i < DIMENSION; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        if (which == 0)
            x[i] = (double)(int64_t)(seed >> 40) / (1 << 22) - 2;
        else if (which == 1)
            x[i] = 0;
        else
            x[i] = edges[(seed >> 33) % (sizeof edges / sizeof *edges)];
    }
}

/* The straight form has the bits of the program that it stands for. */
static void compare_straight(struct expression *expression, const double *x,
                             double loss, const double *g, const char *text)
{
    const struct straight *value = expression->straight_value;
    const struct straight *gradient = expression->straight_gradient;
    double expected[DIMENSION];

    expression->straight_value = expression->straight_gradient = NULL;
    demand(same(loss, expression_evaluate(expression, x, expected)),
           "the straight form has another loss", text);
    for (int j = 0; j < DIMENSION; j++)
        demand(same(g[j], expected[j]),
               "the straight form has another gradient", text);
    expression->straight_value = value;
    expression->straight_gradient = gradient;
}

static void evaluate(struct expression *expression, struct expression *again,
                     uint64_t seed, const char *text)
{
    if (expression->gradient->points > WORK_MAX)
        return;
    for (int k = 0; k < POINTS; k++) {
        double x[DIMENSION], g[DIMENSION], loss;

        make_point(k, seed + (uint64_t)k, x);
        loss = expression_evaluate(expression, x, g);
        demand(same(loss, expression_evaluate(expression, x, NULL)),
               "the loss depends on the gradient", text);
        compare_straight(expression, x, loss, g, text);
        if (again != NULL)
            demand(same(loss, expression_evaluate(again, x, NULL)),
                   "the form means something else", text);
    }
}

/* Rows one by one and in a row have the same bits. */
static void pull_back(struct expression *expression, const double *x,
                      const double *values, const char *text)
{
    static const uint32_t list[] = {1, 2, 3};
    static const double slopes[] = {0.5, -1, 2};
    const struct row_set in_a_row = {.first = 1, .count = 3};
    const struct row_set listed = {.count = 3, .rows = list};
    double g[DIMENSION], h[DIMENSION], first[3], second[3];

    expression_pull_back(expression, x, &in_a_row, slopes, first, g);
    expression_pull_back(expression, x, &listed, slopes, second, h);
    for (int i = 0; i < 3; i++)
        demand(same(first[i], values[1 + i]) && same(first[i], second[i]),
               "a row's value depends on the others", text);
    for (int j = 0; j < DIMENSION; j++)
        demand(same(g[j], h[j]), "a gradient depends on where rows are", text);
}

static void evaluate_rows(struct expression *expression, uint64_t seed,
                          const char *text)
{
    if (expression->gradient->points > WORK_MAX)
        return;
    for (int k = 0; k < POINTS; k++) {
        double x[DIMENSION], values[ROWS], others[ROWS];
        double jacobian[DIMENSION * ROWS];

        make_point(k, seed + (uint64_t)k, x);
        expression_evaluate_rows(expression, x, values, jacobian);
        expression_evaluate_rows(expression, x, others, NULL);
        for (int i = 0; i < ROWS; i++)
            demand(same(values[i], others[i]),
                   "a row's value depends on the derivatives", text);
        pull_back(expression, x, values, text);
    }
}

static struct expression *compile(struct arena *arena, const char *text,
                                  bool rows)
{
    struct faults *faults = ARENA_NEW(arena, struct faults);
    struct expression *expression = NULL;
    enum error error;

    demand(faults != NULL, "no memory", text);
    faults_init(faults, arena);
    error = rows ? expression_compile_rows(arena, text, &with_rows, "/f",
                                           faults, &expression)
                 : expression_compile(arena, text, &without_rows, "/f",
                                      faults, &expression);
    demand(error == OK || (error == ERR_INVALID && faults->total > 0),
           "a refusal without a fault", text);
    demand(error != OK || faults->total == 0, "a fault and no refusal", text);
    return expression;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
           || (c >= '0' && c <= '9');
}

/* Whether a column's name stands in the text. */
static bool has_column(const char *text)
{
    for (const char *c = strpbrk(text, "tkr"); c != NULL;
         c = strpbrk(c + 1, "tkr"))
        if ((c == text || !is_word(c[-1])) && !is_word(c[1]))
            return true;
    return false;
}

int expression_input_run(const uint8_t *bytes, size_t count)
{
    char text[TEXT_MAX + 1];
    struct arena arena;
    struct expression *expression, *again = NULL;
    uint64_t seed = count;

    if (count > TEXT_MAX)
        count = TEXT_MAX;
    for (size_t i = 0; i < count; i++) {
        text[i] = (char)bytes[i];
        seed = seed * 31 + bytes[i];
    }
    text[count] = '\0';
    arena_init(&arena, 0);
    expression = compile(&arena, text, false);
    if (expression != NULL) {
        again = compile(&arena, expression->form, false);
        evaluate(expression, again, seed, text);
    }
    if (has_column(text)) {
        struct expression *fit = compile(&arena, text, true);

        if (fit != NULL)
            evaluate_rows(fit, seed, text);
    }
    arena_fini(&arena);
    return expression != NULL;
}
