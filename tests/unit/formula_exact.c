/* formula_exact.c - see formula_exact.h. Not fast, not clever. */
#include "tests/unit/formula_exact.h"

#include <float.h>
#include <math.h>

/* Nearer to a kink than this part of the mass: rounding decides. */
static const long double vague = 1e-11L;

/* Less has no sixteen digits as a double, or would have none squared. */
static const long double smallest = 1e-140L;

/* More is no double. */
static const long double greatest = 1e308L;

struct walk {
    const struct tree *tree;
    struct exact_point *point;
    long at[TREE_LEVELS];
};

static struct exact evaluate(struct walk *w, unsigned id);

/* ---- functions --------------------------------------------------------- */

/* A function's value, and its first and second derivative. */
struct jet {
    long double f, f1, f2;
};

static struct jet jet_power(long double u, long double k)
{
    return (struct jet){powl(u, k), k == 0 ? 0 : k * powl(u, k - 1),
                        k * (k - 1) == 0 ? 0 : k * (k - 1) * powl(u, k - 2)};
}

static struct jet jet_of(enum tree_function function, long double u)
{
    long double t, q;

    switch (function) {
    case TREE_NEGATE: return (struct jet){-u, -1, 0};
    case TREE_ABS: return (struct jet){fabsl(u), (u > 0) - (u < 0), 0};
    case TREE_SIGN: return (struct jet){(u > 0) - (u < 0), 0, 0};
    case TREE_FLOOR: return (struct jet){floorl(u), 0, 0};
    case TREE_SQRT: return jet_power(u, 0.5L);
    case TREE_EXP: return (struct jet){expl(u), expl(u), expl(u)};
    case TREE_EXPM1: return (struct jet){expm1l(u), expl(u), expl(u)};
    case TREE_LOG: return (struct jet){logl(u), 1 / u, -1 / (u * u)};
    case TREE_LOG1P:
        return (struct jet){log1pl(u), 1 / (1 + u), -1 / ((1 + u) * (1 + u))};
    case TREE_CBRT:
        t = cbrtl(u);
        return (struct jet){t, 1 / (3 * t * t), -2 / (9 * t * t * u)};
    case TREE_SIN: return (struct jet){sinl(u), cosl(u), -sinl(u)};
    case TREE_COS: return (struct jet){cosl(u), -sinl(u), -cosl(u)};
    case TREE_TAN:
        t = tanl(u);
        return (struct jet){t, 1 + t * t, 2 * t * (1 + t * t)};
    case TREE_ASIN:
    case TREE_ACOS:
        t = sqrtl(1 - u * u);
        if (function == TREE_ASIN)
            return (struct jet){asinl(u), 1 / t, u / (t * t * t)};
        return (struct jet){acosl(u), -1 / t, -u / (t * t * t)};
    case TREE_ATAN:
        t = 1 / (1 + u * u);
        return (struct jet){atanl(u), t, -2 * u * t * t};
    case TREE_SINH: return (struct jet){sinhl(u), coshl(u), sinhl(u)};
    case TREE_COSH: return (struct jet){coshl(u), sinhl(u), coshl(u)};
    case TREE_TANH:
        t = 1 / (coshl(u) * coshl(u));
        return (struct jet){tanhl(u), t, -2 * tanhl(u) * t};
    case TREE_ERF:
        t = M_2_SQRTPI * expl(-u * u);
        return (struct jet){erfl(u), t, -2 * u * t};
    case TREE_LOGISTIC:
        t = 1 / (1 + expl(-u));
        q = 1 / (1 + expl(u));
        return (struct jet){t, t * q, t * q * (q - t)};
    default: return (struct jet){NAN, NAN, NAN};
    }
}

/* Where u is all but 0, so may be the first derivative: then what rounding
 * does is of second order. */
static struct exact apply(struct jet jet, struct exact u)
{
    struct exact r = {.v = jet.f,
                      .mass = fabsl(jet.f) + fabsl(jet.f1) * u.mass
                            + DBL_EPSILON * fabsl(jet.f2) * u.mass * u.mass};

    for (int k = 0; k < DIRECTIONS; k++) {
        r.d[k] = jet.f1 * u.d[k];
        r.d_mass[k] = (fabsl(jet.f1) + fabsl(jet.f2) * u.mass) * u.d_mass[k];
    }
    return r;
}

/* ---- operations -------------------------------------------------------- */

static struct exact add(struct exact a, struct exact b, int sign)
{
    a.v += sign * b.v;
    a.mass += b.mass;
    for (int k = 0; k < DIRECTIONS; k++) {
        a.d[k] += sign * b.d[k];
        a.d_mass[k] += b.d_mass[k];
    }
    return a;
}

static struct exact multiply(struct exact a, struct exact b)
{
    struct exact r = {.v = a.v * b.v, .mass = a.mass * b.mass};

    for (int k = 0; k < DIRECTIONS; k++) {
        r.d[k] = a.d[k] * b.v + a.v * b.d[k];
        r.d_mass[k] = a.d_mass[k] * b.mass + a.mass * b.d_mass[k];
    }
    return r;
}

static struct exact divide(struct exact a, struct exact b)
{
    return multiply(a, apply(jet_power(b.v, -1), b));
}

/* exp(b log a), a > 0 */
static struct exact raise(struct exact a, struct exact b)
{
    struct exact product = multiply(b, apply(jet_of(TREE_LOG, a.v), a));

    return apply(jet_of(TREE_EXP, product.v), product);
}

/* atan(a / b), b > 0 */
static struct exact angle(struct exact a, struct exact b)
{
    struct exact quotient = divide(a, b);

    return apply(jet_of(TREE_ATAN, quotient.v), quotient);
}

/* Zero vector: the norm and its gradient are 0. */
static struct exact norm(struct exact squares)
{
    const struct exact zero = {0};

    return squares.v == 0 ? zero : apply(jet_power(squares.v, 0.5L), squares);
}

static bool is_leaf(const struct walk *w, unsigned id)
{
    return w->tree->nodes[id].kind <= TREE_LOAD;
}

/* Note when the sign of a - b hangs on rounding; leaves have none. */
static void compare(struct walk *w, const struct tree_node *node,
                    const struct exact *a, const struct exact *b)
{
    if (is_leaf(w, node->child[0]) && is_leaf(w, node->child[1]))
        return;
    if (fabsl(a->v - b->v) <= vague * (a->mass + b->mass))
        w->point->is_vague = true;
}

static void look_for_step(struct walk *w, const struct tree_node *node,
                          const struct exact *a)
{
    bool is_step = node->function == TREE_FLOOR;

    if (!is_step && node->function != TREE_ABS && node->function != TREE_SIGN)
        return;
    if (!is_leaf(w, node->child[0])
        && fabsl(a->v - (is_step ? roundl(a->v) : 0)) <= vague * a->mass)
        w->point->is_vague = true;
}

/* ---- the tree ---------------------------------------------------------- */

static long whole(const struct walk *w, const struct tree_form *form)
{
    long value = form->constant;

    for (unsigned i = 0; i < form->terms; i++)
        value += form->term[i].factor * w->at[form->term[i].level];
    return value;
}

static struct exact constant(long double value)
{
    return (struct exact){.v = value, .mass = fabsl(value)};
}

static struct exact variable(const struct walk *w, size_t place)
{
    struct exact r = constant(w->point->x[place]);

    for (int k = 0; k < DIRECTIONS; k++) {
        r.d[k] = w->point->direction[k][place];
        r.d_mass[k] = fabsl(r.d[k]);
    }
    return r;
}

/* Where the index of a load or an element leads, from 0. */
static long place(const struct walk *w, const struct tree_node *node)
{
    size_t n = w->tree->n;

    if (node->lookup == TREE_IN_Q)
        return (long)tree_pick(n, w->point->row) - 1;
    if (node->lookup == TREE_IN_P)
        return (long)tree_pick(n, (size_t)whole(w, &node->form[0]) - 1) - 1;
    return whole(w, &node->form[0]) - 1;
}

/* An element of a vector of let: its body, in a walk of its own. */
static struct exact element(struct walk *w, const struct tree_node *node)
{
    struct walk inner = {.tree = w->tree, .point = w->point};

    inner.at[0] = place(w, node) + 1;
    return evaluate(&inner, w->tree->body[node->let]);
}

static struct exact load(const struct walk *w, const struct tree_node *node)
{
    const struct exact_point *p = w->point;
    size_t n = w->tree->n;
    long row = place(w, node);

    switch (node->array) {
    case TREE_X:
        return variable(w, (size_t)row);
    case TREE_Y:
        return variable(w, n);
    case TREE_C:
        return constant(p->c[row]);
    case TREE_A:
        return constant(p->a[row * (long)n + whole(w, &node->form[1]) - 1]);
    case TREE_S:
        return constant(p->s);
    case TREE_U:
        return constant(p->u[p->row]);
    default:
        return constant(p->w[p->row]);
    }
}

static struct exact over(struct walk *w, const struct tree_node *node)
{
    struct exact all = constant(node->kind == TREE_PROD);
    long low = whole(w, &node->form[0]), high = whole(w, &node->form[1]);

    for (long i = low; i <= high; i++) {
        struct exact term;

        w->at[node->level] = i;
        term = evaluate(w, node->child[0]);
        all = node->kind == TREE_SUM ? add(all, term, 1)
                                     : multiply(all, term);
    }
    return all;
}

static struct exact choose(struct walk *w, const struct tree_node *node)
{
    struct exact condition = evaluate(w, node->child[0]);

    return evaluate(w, node->child[condition.v != 0 ? 1 : 2]);
}

static struct exact of_two(struct walk *w, const struct tree_node *node)
{
    struct exact a = evaluate(w, node->child[0]);
    struct exact b = evaluate(w, node->child[1]);

    if (node->kind >= TREE_MIN && node->kind <= TREE_NOT_EQUAL)
        compare(w, node, &a, &b);
    switch (node->kind) {
    case TREE_ADD: return add(a, b, 1);
    case TREE_SUBTRACT: return add(a, b, -1);
    case TREE_MULTIPLY: return multiply(a, b);
    case TREE_DIVIDE: return divide(a, b);
    case TREE_POW: return raise(a, b);
    case TREE_ATAN2: return angle(a, b);
    case TREE_MIN: return a.v <= b.v ? a : b;
    case TREE_MAX: return a.v >= b.v ? a : b;
    case TREE_LESS: return constant(a.v < b.v);
    case TREE_LESS_EQUAL: return constant(a.v <= b.v);
    case TREE_EQUAL: return constant(a.v == b.v);
    default: return constant(a.v != b.v);
    }
}

static struct exact compute(struct walk *w, unsigned id)
{
    const struct tree_node *node = &w->tree->nodes[id];
    struct exact a;

    switch (node->kind) {
    case TREE_NUMBER:
        return constant(node->number);
    case TREE_FORM:
        return constant(whole(w, &node->form[0]));
    case TREE_LOAD:
        return load(w, node);
    case TREE_ELEMENT:
        return element(w, node);
    case TREE_IF:
        return choose(w, node);
    case TREE_SUM:
    case TREE_PROD:
        return over(w, node);
    case TREE_NORM:
        return norm(evaluate(w, node->child[0]));
    case TREE_POWER:
        a = evaluate(w, node->child[0]);
        return apply(jet_power(a.v, node->number), a);
    case TREE_FUNCTION:
        a = evaluate(w, node->child[0]);
        look_for_step(w, node, &a);
        return apply(jet_of(node->function, a.v), a);
    default:
        return of_two(w, node);
    }
}

static struct exact evaluate(struct walk *w, unsigned id)
{
    struct exact result = compute(w, id);

    if ((result.v != 0 && fabsl(result.v) < smallest)
        || fabsl(result.v) > greatest)
        w->point->is_vague = true;
    return result;
}

struct exact exact_evaluate(const struct tree *tree, struct exact_point *point)
{
    struct walk w = {.tree = tree, .point = point};

    point->is_vague = false;
    return evaluate(&w, tree->root);
}
