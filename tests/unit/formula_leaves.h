/*
 * formula_leaves.h - the leaves of random formulas: numbers, elements, whole
 * numbers of counters. A part of formula_tree.c, and of nothing else.
 */
#ifndef TESTS_UNIT_FORMULA_LEAVES_H
#define TESTS_UNIT_FORMULA_LEAVES_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/random.h"
#include "tests/unit/formula_tree.h"

enum { HIDDEN = -1 };         /* the counter of the vectors */

static const char *const names[TREE_LEVELS] = {"i", "j", "k", "l", "m"};

struct maker {
    struct tree *tree;
    uint64_t number, drawn;
    size_t bytes;
    bool is_full;
    unsigned levels;
    int least[TREE_LEVELS], greatest[TREE_LEVELS];
    bool is_hidden[TREE_LEVELS];
    int vectors;              /* level of the counter of bare vectors, or -1 */
    double points;            /* of all levels together */
};

/* ---- parts ------------------------------------------------------------- */

static int draw(struct maker *m, int count)
{
    return (int)(random_bits(m->number, RANDOM_START, m->drawn++)
                 % (unsigned)count);
}

static double draw_unit(struct maker *m)
{
    return random_unit(m->number, RANDOM_START, m->drawn++);
}

__attribute__((format(printf, 2, 3)))
static void say(struct maker *m, const char *format, ...)
{
    size_t room = sizeof m->tree->text - m->bytes;
    va_list arguments;
    int bytes;

    va_start(arguments, format);
    bytes = vsnprintf(m->tree->text + m->bytes, room, format, arguments);
    va_end(arguments);
    if ((size_t)bytes >= room)
        m->is_full = true;
    else
        m->bytes += (size_t)bytes;
}

static unsigned add_node(struct maker *m, struct tree_node node)
{
    if (m->tree->count == TREE_NODES_MAX) {
        m->is_full = true;
        return 0;
    }
    m->tree->nodes[m->tree->count] = node;
    return m->tree->count++;
}

static unsigned number(struct maker *m, double value)
{
    say(m, value < 0 ? "(%.17g)" : "%.17g", value);
    return add_node(m, (struct tree_node){TREE_NUMBER, .number = value});
}

static unsigned two(struct maker *m, enum tree_kind kind, unsigned a,
                    unsigned b)
{
    return add_node(m, (struct tree_node){kind, .child = {a, b}});
}

static unsigned one(struct maker *m, enum tree_function function, unsigned a)
{
    return add_node(m, (struct tree_node){TREE_FUNCTION, .child = {a},
                                          .function = function});
}

/* ---- whole numbers ----------------------------------------------------- */

static void say_form(struct maker *m, const struct tree_form *form)
{
    if (form->constant == 0 && form->terms > 0)
        say(m, "0");
    else
        say(m, "%d", form->constant);
    for (unsigned i = 0; i < form->terms; i++) {
        int factor = form->term[i].factor;
        const char *name = names[form->term[i].level];

        say(m, factor < 0 ? " - " : " + ");
        if (abs(factor) == 1)
            say(m, "%s", name);
        else
            say(m, draw(m, 2) ? "%d*%s" : "%d * (%s)", abs(factor), name);
    }
}

/* A counter that has a name and a value; HIDDEN: there is none. */
static int draw_counter(struct maker *m)
{
    int level;

    if (m->levels == 0)
        return HIDDEN;
    level = draw(m, (int)m->levels);
    return m->is_hidden[level] || m->least[level] > m->greatest[level]
         ? HIDDEN : level;
}

/* Add factor * counter to a form and to its range. */
static void add_term(struct maker *m, struct tree_form *form, int level,
                     int factor, int *least, int *greatest)
{
    int a = factor * m->least[level], b = factor * m->greatest[level];

    for (unsigned i = 0; i < form->terms; i++)
        if (form->term[i].level == (unsigned)level)
            return;
    form->term[form->terms].factor = factor;
    form->term[form->terms++].level = (unsigned)level;
    *least += a < b ? a : b;
    *greatest += a < b ? b : a;
}

/* An index that stays in 1 ... size. */
static struct tree_form index_of(struct maker *m, int size)
{
    static const int factors[] = {1, 1, 1, 1, -1, 2, -2, 3};
    struct tree_form form = {0};
    int least = 0, greatest = 0, room, terms = draw(m, 8) ? 1 + !draw(m, 4) : 0;

    while (terms-- > 0) {
        int level = draw_counter(m);

        if (level != HIDDEN)
            add_term(m, &form, level, factors[draw(m, 8)], &least, &greatest);
    }
    if (greatest - least >= size) {
        form.terms = 0;
        least = greatest = 0;
    }
    room = size - (greatest - least);
    form.constant = 1 - least + (draw(m, 2) ? 0 : draw(m, room));
    say_form(m, &form);
    return form;
}

/* ---- leaves ------------------------------------------------------------ */

static const char *const let_names[TREE_LETS] = {"h", "g"};

static unsigned load(struct maker *m, enum tree_array array,
                     struct tree_form row, struct tree_form column)
{
    return add_node(m, (struct tree_node){TREE_LOAD, .array = array,
                                          .form = {row, column}});
}

/* An index that stands among data. */
static struct tree_form looked_up(struct maker *m, enum tree_lookup *ret)
{
    struct tree_form none = {0};

    *ret = m->tree->rows > 0 && draw(m, 2) ? TREE_IN_Q : TREE_IN_P;
    say(m, *ret == TREE_IN_Q ? "q" : "p[");
    if (*ret == TREE_IN_P) {
        none = index_of(m, (int)m->tree->n);
        say(m, "]");
    }
    return none;
}

/* An element of a vector of let. */
static unsigned element_of_let(struct maker *m)
{
    struct tree_node node = {TREE_ELEMENT};
    const struct tree *tree = m->tree;

    node.let = (unsigned)draw(m, (int)tree->lets);
    say(m, "%s[", let_names[node.let]);
    if (tree->size[node.let] == tree->n && !draw(m, 4))
        node.form[0] = looked_up(m, &node.lookup);
    else
        node.form[0] = index_of(m, (int)tree->size[node.let]);
    say(m, "]");
    return add_node(m, node);
}

/* A vector without its index: x, c or a row of A; one of let. */
static unsigned vector(struct maker *m)
{
    struct tree_form element = {.terms = 1,
                                .term = {{1, (unsigned)m->vectors}}};
    struct tree_form row = {0};

    if (m->tree->lets > 0 && m->tree->size[0] == m->tree->n && !draw(m, 3)) {
        say(m, "%s", let_names[0]);
        return add_node(m, (struct tree_node){TREE_ELEMENT, .form = {element}});
    }
    switch (draw(m, 4)) {
    case 0:
        say(m, "c");
        return load(m, TREE_C, element, row);
    case 1:
        say(m, "A[");
        row = index_of(m, TREE_ROWS_OF_A);
        say(m, "]");
        return load(m, TREE_A, row, element);
    default:
        say(m, "x");
        return load(m, TREE_X, element, row);
    }
}

static unsigned element_of(struct maker *m, int kind)
{
    int n = (int)m->tree->n;
    struct tree_form row = {0}, column = {0};

    if (kind == 0) {
        say(m, "A[");
        row = index_of(m, TREE_ROWS_OF_A);
        say(m, ", ");
        column = index_of(m, n);
    } else {
        say(m, kind < 3 ? "c[" : "x[");
        row = index_of(m, n);
    }
    say(m, "]");
    return load(m, kind == 0 ? TREE_A : kind < 3 ? TREE_C : TREE_X, row,
                column);
}

static unsigned element(struct maker *m)
{
    struct tree_node node = {TREE_LOAD, .array = TREE_X};

    if (m->tree->lets > 0 && draw(m, 2))
        return element_of_let(m);
    if (draw(m, 8))
        return element_of(m, draw(m, 8));
    say(m, "x[");
    node.form[0] = looked_up(m, &node.lookup);
    say(m, "]");
    return add_node(m, node);
}

/* A counter, or a multiple and more, as a number. */
static unsigned whole(struct maker *m)
{
    struct tree_form form = {.constant = draw(m, 3)};
    int level = draw_counter(m), least = 0, greatest = 0;

    if (level != HIDDEN)
        add_term(m, &form, level, draw(m, 2) ? 1 : draw(m, 7) - 3, &least,
                 &greatest);
    say(m, "(");
    say_form(m, &form);
    say(m, ")");
    return add_node(m, (struct tree_node){TREE_FORM, .form = {form}});
}

static unsigned leaf(struct maker *m)
{
    static const struct {
        const char *name;
        enum tree_array array;
    } scalars[] = {{"y", TREE_Y}, {"s", TREE_S}, {"u", TREE_U}, {"w", TREE_W}};
    const struct tree_form none = {0};
    int kind = draw(m, 16);

    if (m->vectors != HIDDEN && draw(m, 2))
        return vector(m);
    if (kind < 3 && m->tree->rows > 0)
        kind = 3;
    if (kind == 3 || kind == 4) {
        int which = draw(m, m->tree->rows > 0 ? 4 : 2);

        say(m, "%s", scalars[which].name);
        return load(m, scalars[which].array, none, none);
    }
    if (kind == 5)
        return number(m, draw(m, 2) ? draw(m, 5) - 2.0
                                    : 4 * draw_unit(m) - 2);
    if (kind == 6) {
        say(m, "pi");
        return add_node(m, (struct tree_node){TREE_NUMBER, .number = M_PI});
    }
    return kind == 7 || kind == 8 ? whole(m) : element(m);
}

#endif
