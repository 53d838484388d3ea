/* formula.c - a recursive-descent reader and a stack of dual numbers. */
#include "tests/truth/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"

enum operation {
    CONSTANT, VARIABLE, ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, NEGATE, SIN,
    COS, TAN, ATAN, EXP, LOG, SQRT, ABS, SIGN
};

struct formula_step {
    enum operation operation;
    double number;     /* CONSTANT */
    size_t variable;   /* VARIABLE */
};

/* ---- reading ----------------------------------------------------------- */

struct reader {
    const char *text;
    struct formula formula;
};

static void add(struct reader *r, struct formula_step step)
{
    r->formula.steps = realloc(r->formula.steps, (r->formula.count + 1)
                                                 * sizeof *r->formula.steps);
    assert_non_null(r->formula.steps);
    r->formula.steps[r->formula.count++] = step;
}

static void add_operation(struct reader *r, enum operation operation)
{
    add(r, (struct formula_step){.operation = operation});
}

static bool take(struct reader *r, char c)
{
    while (*r->text == ' ')
        r->text++;
    if (*r->text != c)
        return false;
    r->text++;
    return true;
}

static void read_sum(struct reader *r);

static void read_name(struct reader *r)
{
    static const struct {
        const char *name;
        enum operation operation;
    } names[] = {
        {"sin", SIN}, {"cos", COS}, {"tan", TAN}, {"atan", ATAN},
        {"exp", EXP}, {"log", LOG}, {"sqrt", SQRT}, {"abs", ABS},
        {"sign", SIGN},
    };
    size_t length = 0;

    while (isalpha((unsigned char)r->text[length]))
        length++;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i].name) == length
            && memcmp(names[i].name, r->text, length) == 0) {
            r->text += length;
            assert_true(take(r, '('));
            read_sum(r);
            assert_true(take(r, ')'));
            add_operation(r, names[i].operation);
            return;
        }
    }
    if (length == 2 && memcmp(r->text, "pi", 2) == 0)
        add(r, (struct formula_step){.number = 3.14159265358979323846});
    else if (length == 1 && *r->text == 'e')
        add(r, (struct formula_step){.number = 2.71828182845904523536});
    else
        fail_msg("no such name: %s", r->text);
    r->text += length;
}

static void read_atom(struct reader *r)
{
    char *end;

    if (take(r, '(')) {
        read_sum(r);
        assert_true(take(r, ')'));
    } else if (*r->text == 'x') {
        size_t variable = strtoul(r->text + 1, &end, 10);

        assert_in_range(variable, 1, FORMULA_VARIABLES);
        r->text = end;
        add(r, (struct formula_step){VARIABLE, 0, variable - 1});
    } else if (isalpha((unsigned char)*r->text)) {
        read_name(r);
    } else {
        double number = strtod(r->text, &end);

        assert_ptr_not_equal(end, r->text);
        r->text = end;
        add(r, (struct formula_step){.number = number});
    }
}

static void read_signed(struct reader *r);

static void read_power(struct reader *r)
{
    read_atom(r);
    if (take(r, '^')) {
        read_signed(r);
        add_operation(r, POWER);
    }
}

static void read_signed(struct reader *r)
{
    if (take(r, '-')) {
        read_signed(r);
        add_operation(r, NEGATE);
    } else {
        take(r, '+');
        read_power(r);
    }
}

static void read_product(struct reader *r)
{
    read_signed(r);
    for (;;) {
        if (take(r, '*')) {
            read_signed(r);
            add_operation(r, MULTIPLY);
        } else if (take(r, '/')) {
            read_signed(r);
            add_operation(r, DIVIDE);
        } else {
            return;
        }
    }
}

static void read_sum(struct reader *r)
{
    read_product(r);
    for (;;) {
        if (take(r, '+')) {
            read_product(r);
            add_operation(r, ADD);
        } else if (take(r, '-')) {
            read_product(r);
            add_operation(r, SUBTRACT);
        } else {
            return;
        }
    }
}

struct formula formula_read(const char *text)
{
    struct reader r = {.text = text};

    read_sum(&r);
    if (*r.text != '\0')
        fail_msg("not understood: %s", r.text);
    return r.formula;
}

void formula_free(struct formula *formula)
{
    free(formula->steps);
    *formula = (struct formula){0};
}

/* ---- evaluating -------------------------------------------------------- */

/* A value and its slopes. */
struct dual {
    double value, slope[FORMULA_VARIABLES];
};

static double power(double base, double exponent)
{
    double product = 1;

    if (exponent != floor(exponent) || fabs(exponent) > 8)
        return pow(base, exponent);
    for (int i = 0; i < (int)fabs(exponent); i++)
        product *= base;
    return exponent < 0 ? 1 / product : product;
}

/* a = value, with slopes by_a a' + by_b b'. */
static void chain(struct dual *a, const struct dual *b, size_t n,
                  double value, double by_a, double by_b)
{
    for (size_t i = 0; i < n; i++) {
        double slope = by_a * a->slope[i];

        /* 0 times the slope of a logarithm at 0 is 0 here. */
        if (by_b != 0 && b->slope[i] != 0)
            slope += by_b * b->slope[i];
        a->slope[i] = slope;
    }
    a->value = value;
}

static void apply_power(struct dual *a, const struct dual *b, size_t n)
{
    double value = power(a->value, b->value);
    double by_a = b->value == 0 ? 0 : b->value * power(a->value, b->value - 1);
    double by_b = value == 0 ? 0 : value * log(a->value);

    chain(a, b, n, value, by_a, by_b);
}

static void apply_two(enum operation operation, struct dual *a,
                      const struct dual *b, size_t n)
{
    double u = a->value, v = b->value;

    switch (operation) {
    case ADD:
        chain(a, b, n, u + v, 1, 1);
        break;
    case SUBTRACT:
        chain(a, b, n, u - v, 1, -1);
        break;
    case MULTIPLY:
        chain(a, b, n, u * v, v, u);
        break;
    case DIVIDE:
        chain(a, b, n, u / v, 1 / v, -u / v / v);
        break;
    default:
        apply_power(a, b, n);
    }
}

static void apply_one(enum operation operation, struct dual *a, size_t n)
{
    double u = a->value, sign = (u > 0) - (u < 0);

    switch (operation) {
    case NEGATE:
        chain(a, a, n, -u, -1, 0);
        break;
    case SIN:
        chain(a, a, n, sin(u), cos(u), 0);
        break;
    case COS:
        chain(a, a, n, cos(u), -sin(u), 0);
        break;
    case TAN:
        chain(a, a, n, tan(u), 1 + tan(u) * tan(u), 0);
        break;
    case ATAN:
        chain(a, a, n, atan(u), 1 / (1 + u * u), 0);
        break;
    case EXP:
        chain(a, a, n, exp(u), exp(u), 0);
        break;
    case LOG:
        chain(a, a, n, log(u), 1 / u, 0);
        break;
    case SQRT:
        chain(a, a, n, sqrt(u), u == 0 ? 0 : 0.5 / sqrt(u), 0);
        break;
    case ABS:
        chain(a, a, n, fabs(u), sign, 0);
        break;
    default:
        chain(a, a, n, sign, 0, 0);
    }
}

double formula_evaluate(void *data, const double *x, size_t n, double *g)
{
    const struct formula *formula = data;
    struct dual stack[FORMULA_DEPTH];
    size_t depth = 0;

    for (size_t i = 0; i < formula->count; i++) {
        const struct formula_step *step = &formula->steps[i];

        if (step->operation == CONSTANT || step->operation == VARIABLE) {
            assert_true(depth < FORMULA_DEPTH);
            stack[depth] = (struct dual){.value = step->number};
            if (step->operation == VARIABLE) {
                stack[depth].value = x[step->variable];
                stack[depth].slope[step->variable] = 1;
            }
            depth++;
        } else if (step->operation <= POWER) {
            depth--;
            apply_two(step->operation, &stack[depth - 1], &stack[depth], n);
        } else {
            apply_one(step->operation, &stack[depth - 1], n);
        }
    }
    assert_int_equal(depth, 1);
    if (g != NULL)
        memcpy(g, stack[0].slope, n * sizeof *g);
    return stack[0].value;
}
