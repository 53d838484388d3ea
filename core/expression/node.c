/*
 * node.c - making nodes: folding of numbers, and simplifications that leave
 * the value as it is but for the sign of a zero.
 *
 * Nothing is assumed of a variable: 0 * x stays, as x may be infinite.
 */
#include <math.h>
#include <stdlib.h>

#include "core/expression/graph_internal.h"
#include "core/kernel/math.h"

enum { WHOLE_POWER_MAX = 64 }; /* by products up to here */

static const struct node *get(const struct graph *graph, unsigned node)
{
    return &graph->nodes[node];
}

bool graph_is_number(const struct graph *graph, unsigned node, double *ret)
{
    if (get(graph, node)->operation != OPERATION_NUMBER)
        return false;
    *ret = get(graph, node)->number;
    return true;
}

static bool is(const struct graph *graph, unsigned node, double number)
{
    double value;

    return graph_is_number(graph, node, &value) && value == number;
}

static bool is_negated(const struct graph *graph, unsigned node)
{
    return get(graph, node)->operation == OPERATION_NEGATE;
}

/* What x is of -x. */
static unsigned inside(const struct graph *graph, unsigned node)
{
    return get(graph, node)->operand[0];
}

/* ---- leaves ------------------------------------------------------------ */

unsigned graph_number(struct graph *graph, double number)
{
    return graph_intern(graph, &(struct node){.operation = OPERATION_NUMBER,
                                              .number = number});
}

unsigned graph_whole(struct graph *graph, const struct affine *a)
{
    if (a->terms == 0)
        return graph_number(graph, (double)a->constant);
    return graph_intern(graph, &(struct node){
        .operation = OPERATION_WHOLE,
        .index = graph_index(graph, a),
        .counters = affine_counters(a),
    });
}

unsigned graph_load(struct graph *graph, unsigned array,
                    const struct affine *index)
{
    const double *numbers = graph->arrays[array].numbers;

    if (numbers != NULL && index->terms == 0)
        return graph_number(graph, numbers[index->constant]);
    return graph_intern(graph, &(struct node){
        .operation = OPERATION_LOAD,
        .array = array,
        .index = graph_index(graph, index),
        .counters = graph_index_counters(graph, index),
        .varies = array == ARRAY_X,
    });
}

/* ---- operations -------------------------------------------------------- */

/* The node as it is, or the number that it is. */
static unsigned make(struct graph *graph, enum operation operation,
                     unsigned a, unsigned b, unsigned c)
{
    unsigned arguments = operation_arguments(operation);
    struct node node = {.operation = operation, .operand = {a, b, c}};
    double value[3] = {0};
    bool numbers = true;

    for (unsigned i = 0; i < arguments; i++) {
        const struct node *operand = get(graph, node.operand[i]);

        numbers &= graph_is_number(graph, node.operand[i], &value[i]);
        node.counters |= operand->counters;
        node.varies |= operand->varies;
    }
    if (numbers)
        return graph_number(graph, operation_apply(operation, value[0],
                                                   value[1], value[2]));
    return graph_intern(graph, &node);
}

static unsigned negate(struct graph *graph, unsigned a)
{
    const struct node *node = get(graph, a);
    double number;

    if (is_negated(graph, a))
        return inside(graph, a);
    if (node->operation == OPERATION_SUBTRACT)
        return graph_binary(graph, OPERATION_SUBTRACT, node->operand[1],
                            node->operand[0]);
    if (node->operation == OPERATION_MULTIPLY
        && graph_is_number(graph, node->operand[0], &number)) {
        unsigned factor = node->operand[1];

        return graph_binary(graph, OPERATION_MULTIPLY,
                            graph_number(graph, -number), factor);
    }
    return make(graph, OPERATION_NEGATE, a, 0, 0);
}

unsigned graph_unary(struct graph *graph, enum operation operation, unsigned a)
{
    return operation == OPERATION_NEGATE ? negate(graph, a)
                                         : make(graph, operation, a, 0, 0);
}

/* Operands in one order, numbers first: a + b is b + a. */
static void sort(const struct graph *graph, unsigned *a, unsigned *b)
{
    double unused;
    bool number = graph_is_number(graph, *b, &unused);
    unsigned swap = *a;

    if (graph_is_number(graph, *a, &unused) || (!number && *a <= *b))
        return;
    *a = *b;
    *b = swap;
}

static unsigned add(struct graph *graph, unsigned a, unsigned b)
{
    sort(graph, &a, &b);
    if (is(graph, a, 0))
        return b;
    if (a == b)
        return graph_binary(graph, OPERATION_MULTIPLY,
                            graph_number(graph, 2), a);
    if (is_negated(graph, b))
        return graph_binary(graph, OPERATION_SUBTRACT, a, inside(graph, b));
    if (is_negated(graph, a))
        return graph_binary(graph, OPERATION_SUBTRACT, b, inside(graph, a));
    return make(graph, OPERATION_ADD, a, b, 0);
}

static unsigned subtract(struct graph *graph, unsigned a, unsigned b)
{
    if (is(graph, b, 0))
        return a;
    if (is(graph, a, 0))
        return negate(graph, b);
    if (is_negated(graph, b))
        return add(graph, a, inside(graph, b));
    return make(graph, OPERATION_SUBTRACT, a, b, 0);
}

/* Products with it are exact, so that their order does not matter. */
static bool is_power_of_two(double number)
{
    int exponent;

    return fabs(frexp(number, &exponent)) == 0.5 && abs(exponent) < 64;
}

static unsigned multiply(struct graph *graph, unsigned a, unsigned b)
{
    double outer, inner;

    sort(graph, &a, &b);
    if (is(graph, a, 1))
        return b;
    if (is(graph, a, -1))
        return negate(graph, b);
    if (is_negated(graph, a) && is_negated(graph, b))
        return multiply(graph, inside(graph, a), inside(graph, b));
    if (is_negated(graph, b))
        return negate(graph, multiply(graph, a, inside(graph, b)));
    if (is_negated(graph, a))
        return negate(graph, multiply(graph, inside(graph, a), b));
    if (graph_is_number(graph, a, &outer)
        && get(graph, b)->operation == OPERATION_MULTIPLY
        && graph_is_number(graph, get(graph, b)->operand[0], &inner)
        && (is_power_of_two(outer) || is_power_of_two(inner))) {
        unsigned factor = get(graph, b)->operand[1];

        return multiply(graph, graph_number(graph, outer * inner), factor);
    }
    return make(graph, OPERATION_MULTIPLY, a, b, 0);
}

static unsigned divide(struct graph *graph, unsigned a, unsigned b)
{
    double number;

    if (graph_is_number(graph, b, &number) && is_power_of_two(number))
        return multiply(graph, graph_number(graph, 1 / number), a);
    return make(graph, OPERATION_DIVIDE, a, b, 0);
}

/* x^n by squaring, in the order of math_pow_int(). */
static unsigned whole_power(struct graph *graph, unsigned x, unsigned n)
{
    unsigned power = graph_number(graph, 1);

    for (; n > 0; n >>= 1) {
        if (n & 1)
            power = multiply(graph, power, x);
        if (n > 1)
            x = multiply(graph, x, x);
    }
    return power;
}

static unsigned raise(struct graph *graph, unsigned a, unsigned b)
{
    double exponent, base;
    unsigned power;

    if (graph_is_number(graph, a, &base)
        || !graph_is_number(graph, b, &exponent)
        || exponent != floor(exponent) || fabs(exponent) > WHOLE_POWER_MAX)
        return make(graph, OPERATION_POW, a, b, 0);
    power = whole_power(graph, a, (unsigned)fabs(exponent));
    return exponent < 0 ? divide(graph, graph_number(graph, 1), power)
                        : power;
}

/* a * b, but 0 where a is 0. */
static unsigned damp(struct graph *graph, unsigned a, unsigned b)
{
    double number;

    if (is(graph, a, 0))
        return a;
    if (graph_is_number(graph, a, &number)
        || (graph_is_number(graph, b, &number) && isfinite(number)))
        return multiply(graph, a, b);
    return make(graph, OPERATION_DAMP, a, b, 0);
}

unsigned graph_binary(struct graph *graph, enum operation operation,
                      unsigned a, unsigned b)
{
    switch (operation) {
    case OPERATION_ADD:
        return add(graph, a, b);
    case OPERATION_SUBTRACT:
        return subtract(graph, a, b);
    case OPERATION_MULTIPLY:
        return multiply(graph, a, b);
    case OPERATION_DIVIDE:
        return divide(graph, a, b);
    case OPERATION_POW:
        return raise(graph, a, b);
    case OPERATION_DAMP:
        return damp(graph, a, b);
    default:
        return make(graph, operation, a, b, 0);
    }
}

unsigned graph_choose(struct graph *graph, unsigned condition, unsigned yes,
                      unsigned no)
{
    double number;

    if (yes == no)
        return yes;
    if (graph_is_number(graph, condition, &number))
        return number != 0 ? yes : no;
    return make(graph, OPERATION_CHOOSE, condition, yes, no);
}

/* ---- over a counter ---------------------------------------------------- */

/* The same term at each value; an empty sum is 0 whatever its term is. */
static unsigned repeat(struct graph *graph, unsigned times, bool may_be_empty,
                       unsigned term)
{
    unsigned sum = multiply(graph, times, term);

    return may_be_empty
         ? graph_choose(graph, times, sum, graph_number(graph, 0)) : sum;
}

/* A body that does not depend on the counter, as often as it has values. */
static unsigned over_same(struct graph *graph, enum operation operation,
                          unsigned counter, unsigned body)
{
    const struct counter *c = &graph->counters[counter];
    struct affine width = {0};
    int64_t least, greatest;
    unsigned times;

    /* graph_counter_fits() has seen to it that there is a difference. */
    if (!affine_add(&c->high, &c->low, -1, &width))
        return graph_number(graph, NAN);
    width.constant++;
    graph_range(graph, &width, &least, &greatest);
    times = graph_whole(graph, &width);
    if (least < 0)
        times = make(graph, OPERATION_MAX, times, graph_number(graph, 0), 0);
    if (operation == OPERATION_GREATEST)
        return body;
    return operation == OPERATION_SUM
         ? repeat(graph, times, least <= 0, body) : raise(graph, body, times);
}

unsigned graph_over(struct graph *graph, enum operation operation,
                    unsigned counter, unsigned body)
{
    const struct counter *c = &graph->counters[counter];
    uint64_t bit = UINT64_C(1) << counter;
    struct node node = {.operation = operation, .operand = {body},
                        .counter = counter};

    if (graph_trips(graph, counter) == 0)
        return graph_number(graph, operation == OPERATION_SUM ? 0 : 1);
    if (!(get(graph, body)->counters & bit))
        return over_same(graph, operation, counter, body);
    node.counters = (get(graph, body)->counters & ~bit)
                  | affine_counters(&c->low) | affine_counters(&c->high);
    node.varies = get(graph, body)->varies;
    return graph_intern(graph, &node);
}
