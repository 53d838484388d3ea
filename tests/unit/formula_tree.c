/*
 * formula_tree.c - makes random formulas, text and tree at the same time.
 *
 * Arguments are kept where the functions are smooth and moderate, indices and
 * bounds where the ranges of counters (as plain intervals) allow them.
 */
#include "tests/unit/formula_tree.h"

#include <string.h>

#include "tests/unit/formula_leaves.h"

enum {
    POINTS_MAX = 1500,        /* of sums within each other */
    DEPTH_MAX = 4,            /* of calls within each other, mostly */
};

const char *const tree_function_names[TREE_FUNCTIONS] = {
    "-", "abs", "sign", "floor", "sqrt", "exp", "expm1", "log", "log1p",
    "cbrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
    "tanh", "erf", "logistic",
};

/* ---- formulas ---------------------------------------------------------- */

static unsigned any(struct maker *m, int depth);

/* In -1 ... 1. */
static unsigned bounded(struct maker *m, int depth)
{
    static const enum tree_function functions[] = {TREE_SIN, TREE_COS,
                                                   TREE_TANH, TREE_ERF};
    enum tree_function function = functions[draw(m, 4)];
    unsigned a;

    say(m, "%s(", tree_function_names[function]);
    a = any(m, depth - 1);
    say(m, ")");
    return one(m, function, a);
}

/* 0.25 and more. */
static unsigned positive(struct maker *m, int depth)
{
    unsigned a, b;

    say(m, "(");
    if (draw(m, 2)) {
        a = number(m, 1.25 + draw(m, 3));
        say(m, " + ");
        b = bounded(m, depth);
    } else {
        a = number(m, 0.25 + draw(m, 2));
        say(m, " + abs(");
        b = one(m, TREE_ABS, any(m, depth - 1));
        say(m, ")");
    }
    say(m, ")");
    return two(m, TREE_ADD, a, b);
}

/* factor * (something in -1 ... 1) */
static unsigned scaled(struct maker *m, double factor, int depth)
{
    unsigned a = number(m, factor);

    say(m, " * ");
    return two(m, TREE_MULTIPLY, a, bounded(m, depth));
}

static unsigned function(struct maker *m, int depth)
{
    enum tree_function which = (enum tree_function)draw(m, TREE_FUNCTIONS);
    unsigned a;

    say(m, which == TREE_NEGATE ? "(%s(" : "%s(", tree_function_names[which]);
    switch (which) {
    case TREE_SQRT: case TREE_LOG: case TREE_CBRT: case TREE_LOG1P:
        a = positive(m, depth);
        break;
    case TREE_EXP: case TREE_EXPM1: case TREE_SINH: case TREE_COSH:
        a = draw(m, 2) ? element(m) : scaled(m, 2.5, depth);
        break;
    case TREE_TAN: case TREE_ASIN: case TREE_ACOS:
        a = scaled(m, 0.9375, depth);
        break;
    default:
        a = any(m, depth - 1);
    }
    say(m, which == TREE_NEGATE ? "))" : ")");
    return one(m, which, a);
}

static unsigned binary(struct maker *m, int depth)
{
    static const struct {
        const char *sign;
        enum tree_kind kind;
    } operators[] = {{" + ", TREE_ADD}, {" - ", TREE_SUBTRACT},
                     {" * ", TREE_MULTIPLY}};
    int which = draw(m, 5);
    unsigned a, b;

    say(m, "(");
    a = any(m, depth - 1);
    say(m, "%s", which < 3 ? operators[which].sign
               : which == 3 ? " * " : " / ");
    if (which < 4)
        b = any(m, depth - 1);
    else
        b = positive(m, depth);
    say(m, ")");
    return two(m, which < 3 ? operators[which].kind
                 : which == 3 ? TREE_MULTIPLY : TREE_DIVIDE, a, b);
}

/* Powers by products, by the function, and atan2. */
static unsigned power(struct maker *m, int depth)
{
    static const int exponents[] = {0, 1, 2, 2, 2, 3, 4, 5, 7, 64, 65};
    struct tree_node node = {TREE_POWER};
    unsigned a, b;

    if (draw(m, 2)) {
        bool is_negative = !draw(m, 4);

        node.number = exponents[draw(m, 11)];
        say(m, "(");
        node.child[0] = is_negative       ? positive(m, depth)
                      : node.number <= 2 ? any(m, depth - 1)
                                         : bounded(m, depth);
        if (is_negative)
            node.number = -(node.number > 7 ? 1 : node.number);
        say(m, "^%g)", node.number);
        return add_node(m, node);
    }
    if (draw(m, 2)) {
        say(m, "atan2(");
        a = any(m, depth - 1);
        say(m, ", ");
        b = positive(m, depth);
        say(m, ")");
        return two(m, TREE_ATAN2, a, b);
    }
    say(m, "pow(");
    a = positive(m, depth);
    say(m, ", ");
    b = scaled(m, 3, depth);
    say(m, ")");
    return two(m, TREE_POW, a, b);
}

/* A kink: min and max of some, if, comparisons. */
static unsigned choice(struct maker *m, int depth)
{
    static const struct {
        const char *sign;
        enum tree_kind kind;
        bool is_turned;
    } comparisons[] = {{" < ", TREE_LESS, false}, {" > ", TREE_LESS, true},
                       {" <= ", TREE_LESS_EQUAL, false},
                       {" >= ", TREE_LESS_EQUAL, true},
                       {" == ", TREE_EQUAL, false},
                       {" != ", TREE_NOT_EQUAL, false}};
    int which = draw(m, 6), more = 1 + draw(m, 3);
    enum tree_kind kind = draw(m, 2) ? TREE_MIN : TREE_MAX;
    unsigned a, b;

    if (draw(m, 2)) {
        say(m, kind == TREE_MIN ? "min(" : "max(");
        a = any(m, depth - 1);
        while (more-- > 0) {
            say(m, ", ");
            a = two(m, kind, a, any(m, depth - 1));
        }
        say(m, ")");
        return a;
    }
    say(m, "if(");
    a = any(m, depth - 1);
    say(m, "%s", comparisons[which].sign);
    b = any(m, depth - 1);
    a = comparisons[which].is_turned ? two(m, comparisons[which].kind, b, a)
                                     : two(m, comparisons[which].kind, a, b);
    say(m, ", ");
    b = any(m, depth - 1);
    say(m, ", ");
    a = add_node(m, (struct tree_node){
        TREE_IF, .child = {a, b, any(m, depth - 1)}});
    say(m, ")");
    return a;
}

/* if(a > 0, log(a)/sqrt(a), ...): what is not taken may be no number. */
static unsigned guarded(struct maker *m, int depth)
{
    size_t begin, bytes;
    char text[80];
    unsigned a, condition, taken;

    say(m, "if(");
    begin = m->bytes;
    a = element_of(m, 3); /* of x: constants may not be divided by 0 */
    bytes = m->bytes - begin;
    if (m->is_full || bytes >= sizeof text) {
        m->is_full = true;
        return a;
    }
    memcpy(text, m->tree->text + begin, bytes);
    text[bytes] = '\0';
    condition = two(m, TREE_LESS,
                    add_node(m, (struct tree_node){TREE_NUMBER}), a);
    say(m, " > 0, log(%s)/sqrt(%s), ", text, text);
    taken = two(m, TREE_DIVIDE, one(m, TREE_LOG, a), one(m, TREE_SQRT, a));
    a = add_node(m, (struct tree_node){
        TREE_IF, .child = {condition, taken, any(m, depth - 1)}});
    say(m, ")");
    return a;
}

/* ---- sums -------------------------------------------------------------- */

static void open_level(struct maker *m, int least, int greatest,
                       bool is_hidden)
{
    m->least[m->levels] = least;
    m->greatest[m->levels] = greatest;
    m->is_hidden[m->levels++] = is_hidden;
}

/* Bounds that depend on a counter: a triangle, a band. */
static bool sloped(struct maker *m, struct tree_node *node, int *least,
                   int *greatest)
{
    int level = draw_counter(m), kind = draw(m, 4), c = draw(m, 5);
    struct tree_form plain = {.constant = c}, with = {0}, other = {0};

    if (level == HIDDEN || m->greatest[level] - m->least[level] > 40)
        return false;
    with.terms = other.terms = 1;
    with.term[0].factor = kind == 3 ? -1 : 1;
    with.term[0].level = other.term[0].level = (unsigned)level;
    with.constant = kind == 3 ? m->greatest[level] : 0;
    other.term[0].factor = 1;
    other.constant = draw(m, 4);
    *least = kind == 0 || kind == 3 ? c : m->least[level];
    *greatest = kind == 0   ? m->greatest[level]
              : kind == 1   ? c + m->least[level] + 4
              : kind == 2   ? m->greatest[level] + other.constant
                            : m->greatest[level] - m->least[level];
    if (kind == 1)
        plain.constant = *greatest;
    node->form[0] = kind == 0 || kind == 3 ? plain : with;
    node->form[1] = kind == 0 || kind == 3 ? with : kind == 1 ? plain : other;
    return true;
}

static void flat(struct maker *m, struct tree_node *node, int *least,
                 int *greatest)
{
    static const int counts[] = {0,  1,  2,  2,  3,  3,  4,   5,   7,  8, 9,
                                 15, 16, 17, 31, 32, 33, 100, 255, 256, 257};
    int low = draw(m, 2) ? 1 : draw(m, 6) - 3;
    int count = draw(m, 2) ? counts[draw(m, 21)] : (int)m->tree->n;

    if (m->points * count > POINTS_MAX || node->kind == TREE_PROD)
        count = 1 + draw(m, 4);
    if (m->points * count > POINTS_MAX)
        count = 1;
    *node = (struct tree_node){node->kind, .form = {
        {.constant = low}, {.constant = low + count - 1}}};
    *least = low;
    *greatest = low + count - 1;
}

static unsigned over(struct maker *m, int depth)
{
    struct tree_node node = {draw(m, 4) ? TREE_SUM : TREE_PROD};
    double points = m->points;
    int least, greatest;

    if (m->levels == TREE_LEVELS)
        return leaf(m);
    if (draw(m, 2) || !sloped(m, &node, &least, &greatest)
        || points * (greatest - least + 1) > POINTS_MAX)
        flat(m, &node, &least, &greatest);
    node.level = m->levels;
    say(m, "%s(%s, ", node.kind == TREE_SUM ? "sum" : "prod",
        names[node.level]);
    say_form(m, &node.form[0]);
    say(m, ", ");
    say_form(m, &node.form[1]);
    say(m, ", ");
    open_level(m, least, greatest, false);
    if (greatest > least)
        m->points *= greatest - least + 1;
    if (node.kind == TREE_SUM)
        node.child[0] = any(m, depth - 1);
    else
        node.child[0] = draw(m, 2) ? element(m) : positive(m, depth);
    m->levels--;
    m->points = points;
    say(m, ")");
    return add_node(m, node);
}

/* An argument with a vector in it. */
static unsigned argument(struct maker *m, int depth)
{
    unsigned a = vector(m);

    switch (draw(m, 3)) {
    case 0:
        return a;
    case 1:
        say(m, " - ");
        return two(m, TREE_SUBTRACT, a, any(m, depth - 1));
    default:
        say(m, " * ");
        return two(m, TREE_MULTIPLY, a, bounded(m, depth));
    }
}

static unsigned over_vectors(struct maker *m, int depth)
{
    static const char *const calls[] = {"dot(", "norm2(", "sum("};
    int kind = draw(m, 3), outer = m->vectors, n = (int)m->tree->n;
    struct tree_node node = {TREE_SUM, .level = m->levels, .form = {
        {.constant = 1}, {.constant = n}}};
    double points = m->points;
    unsigned a;

    if (m->levels == TREE_LEVELS || points * n > POINTS_MAX)
        return leaf(m);
    say(m, "%s", calls[kind]);
    m->vectors = (int)m->levels;
    open_level(m, 1, n, true);
    m->points *= n;
    a = argument(m, depth);
    if (kind == 0) {
        say(m, ", ");
        a = two(m, TREE_MULTIPLY, a, argument(m, depth));
    }
    if (kind == 1)
        a = two(m, TREE_MULTIPLY, a, a);
    m->levels--;
    m->vectors = outer;
    m->points = points;
    say(m, ")");
    node.child[0] = a;
    a = add_node(m, node);
    return kind == 1 ? add_node(m, (struct tree_node){TREE_NORM,
                                                      .child = {a}}) : a;
}

static unsigned any(struct maker *m, int depth)
{
    if (m->is_full)
        return 0;
    if (depth <= 0)
        return leaf(m);
    switch (draw(m, 16)) {
    case 0: case 1:
        return leaf(m);
    case 2: case 3: case 4:
        return function(m, depth);
    case 5: case 6: case 7:
        return binary(m, depth);
    case 8:
        return power(m, depth);
    case 9:
        return draw(m, 2) ? choice(m, depth) : guarded(m, depth);
    case 10: case 11: case 12: case 13:
        return over(m, depth);
    default:
        return over_vectors(m, depth);
    }
}

/* let h[i, 1, 4] = ...; what it is made of takes few points, as the tree
 * computes it anew for each element that is used. */
static void let(struct maker *m)
{
    struct tree *tree = m->tree;
    size_t size = draw(m, 2) ? tree->n : 1 + (size_t)draw(m, 5);
    unsigned which = tree->lets;

    say(m, "let %s[%s, 1, %zu] = ", let_names[which], names[0], size);
    open_level(m, 1, (int)size, false);
    m->points = POINTS_MAX / 20;
    tree->body[which] = any(m, 1 + draw(m, 2));
    m->points = 1;
    m->levels = 0;
    say(m, "; ");
    tree->size[which] = size;
    tree->lets++;
}

bool tree_make(struct tree *tree, uint64_t number, size_t n, size_t rows)
{
    struct maker m = {.tree = tree, .number = number, .vectors = HIDDEN,
                      .points = 1};

    tree->count = 0;
    tree->n = n;
    tree->rows = rows;
    tree->lets = 0;
    for (int lets = draw(&m, 5) - 2; lets > 0; lets--)
        let(&m);
    m.points = tree->lets > 0 ? 4 : 1;
    tree->root = any(&m, 2 + draw(&m, DEPTH_MAX));
    return !m.is_full;
}
