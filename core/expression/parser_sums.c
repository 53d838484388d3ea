/*
 * parser_sums.c - sums and products in a formula, over counters that it names
 * and over the elements of vectors.
 */
#include "core/expression/parser_parts.h"

#include "core/expression/expression.h"

/* ---- counters ---------------------------------------------------------- */

/* Count the points of a sum that was made just now: its own values, times
 * those of each counter that it depends on. */
void parser_add_points(struct parser *p, unsigned node, size_t first)
{
    const struct node *sum = &p->graph->nodes[node];
    double points = graph_trips(p->graph, sum->counter);

    for (unsigned k = 0; k < p->graph->counter_count; k++)
        if (sum->counters >> k & 1)
            points *= graph_trips(p->graph, k);
    p->points += points;
    if (p->points <= EXPRESSION_POINTS_MAX)
        return;
    PARSER_FAULT(p, &p->tokens[first], FAULT_TOO_LARGE, NULL,
                 "with this one all sums together run over %.0f points; at "
                 "most %.0f are possible", p->points, EXPRESSION_POINTS_MAX);
    parser_stop(p);
}

/* The sum or product of `body` over a counter. */
static unsigned make_over(struct parser *p, enum operation operation,
                          unsigned counter, unsigned body, size_t first)
{
    size_t before = p->graph->count;
    unsigned node = graph_over(p->graph, operation, counter, body);
    enum operation made = p->graph->nodes[node].operation;

    if (made != OPERATION_SUM && made != OPERATION_PRODUCT
        && made != OPERATION_GREATEST)
        return node;
    if (node >= before)
        parser_add_points(p, node, first);
    return parser_keep(p, node, &p->tokens[first]);
}

static unsigned depth_of_next(const struct parser *p)
{
    return p->scope_count + (p->row < COUNTERS_MAX);
}

bool parser_open_scope(struct parser *p, const struct token *place)
{
    if (p->is_stopped)
        return false;
    if (p->scope_count < COUNTER_DEPTH_MAX) {
        p->scopes[p->scope_count++] = (struct scope){.name = NULL};
        return true;
    }
    PARSER_FAULT(p, place, FAULT_TOO_LARGE, NULL,
                 "sums within sums go deeper than %d", COUNTER_DEPTH_MAX);
    parser_stop(p);
    return false;
}

bool parser_check_new(struct parser *p, const struct token *name,
                      const char *kind)
{
    const struct symbol *symbol = parser_find_symbol(p, name);
    const char *text = p->text + name->at;
    const struct language_function *function =
        language_function_find(text, name->bytes);
    const struct language_constant *constant =
        language_constant_find(text, name->bytes);
    const char *what = NULL;

    if (symbol != NULL)
        what = symbol->type == SYMBOL_VARIABLE ? "variable"
             : symbol->type == SYMBOL_CONSTANT ? "constant"
             : symbol->type == SYMBOL_COLUMN   ? "column" : "name of let";
    else if (parser_find_counter(p, name) != NULL)
        what = "counter";
    else if (function != NULL && !function->yields)
        what = "function";
    else if (constant != NULL && !constant->yields)
        what = "constant";
    if (what != NULL)
        PARSER_FAULT(p, name, FAULT_CONFLICT, NULL,
                     "%.*s is a %s already; %s needs a name of its own",
                     TOKEN_TEXT(p, name), what, kind);
    else if (name->bytes > LANGUAGE_NAME_BYTES_MAX)
        PARSER_FAULT(p, name, FAULT_TOO_LARGE, NULL,
                     "a name has at most %d characters",
                     LANGUAGE_NAME_BYTES_MAX);
    else
        return true;
    return false;
}

/* Give the innermost scope its name and counter. */
void parser_fill_scope(struct parser *p, const struct token *name,
                       const struct operand *low, const struct operand *high)
{
    struct scope *scope = &p->scopes[p->scope_count - 1];

    scope->name = name;
    scope->is_bad = low->is_bad || high->is_bad;
    if (!scope->is_bad
        && !graph_counter_fits(p->graph, &low->whole, &high->whole)) {
        PARSER_FAULT(p, name, FAULT_TOO_LARGE, NULL,
                     "the bounds of %.*s are too large", TOKEN_TEXT(p, name));
        scope->is_bad = true;
    }
    if (scope->is_bad
        || graph_counter(p->graph, &low->whole, &high->whole,
                         depth_of_next(p) - 1, &scope->counter))
        return;
    PARSER_FAULT(p, name, FAULT_TOO_LARGE, NULL,
                 "there are more than %d different counters", COUNTERS_MAX);
    parser_stop(p);
    scope->is_bad = true;
}

/* i, low, high, body */
static void read_over(struct parser *p,
                      const struct language_function *function, size_t first,
                      struct operand *ret)
{
    const struct token *name = parser_token(p);
    struct operand low, high, body;
    bool is_bad = true;
    unsigned node = 0;

    parser_check_new(p, name, "a counter");
    p->at++;
    if (parser_next_argument(p, function, first)) {
        parser_read_whole(p, "a bound", &low);
        if (parser_next_argument(p, function, first))
            parser_read_whole(p, "a bound", &high);
        parser_next_argument(p, function, first);
    }
    if (parser_open_scope(p, name)) {
        struct scope *scope = &p->scopes[p->scope_count - 1];

        parser_fill_scope(p, name, &low, &high);
        parser_read(p, &body);
        is_bad = body.is_bad || scope->is_bad || p->is_stopped;
        if (!is_bad)
            node = make_over(p, function->operation, scope->counter, body.node,
                             first);
        p->scope_count--;
    }
    parser_close_call(p, function, first);
    parser_made(p, node, is_bad, first, ret);
}

/* ---- vectors ----------------------------------------------------------- */

/* An argument with at least one vector in it. */
static void read_vector(struct parser *p,
                        const struct language_function *function,
                        struct operand *ret)
{
    size_t before = p->vectors->count;

    parser_read(p, ret);
    if (ret->is_bad || p->is_stopped || p->vectors->count > before)
        return;
    PARSER_FAULT(p, &p->tokens[ret->first], FAULT_WRONG_TYPE, NULL,
                 "%s needs a vector here, and there is none in this argument",
                 function->name);
    ret->is_bad = true;
}

/* What a norm's elements are multiplied by before they are squared: 1, but
 * where the sum of their squares has lost digits to underflow, or overflows.
 * Powers of two, so that nothing is rounded; not larger, so that the derivative
 * of norm2(a)^2, in which the norm is divided by it, still is a number. */
static unsigned make_scale(struct graph *graph, unsigned squares)
{
    unsigned low = graph_number(graph, 0x1p-900);
    unsigned high = graph_number(graph, 0x1p1000);
    unsigned is_small = graph_binary(graph, OPERATION_LESS, squares, low);
    unsigned is_large = graph_binary(graph, OPERATION_LESS, high, squares);
    unsigned down = graph_choose(graph, is_large,
                                 graph_number(graph, 0x1p-400),
                                 graph_number(graph, 1));

    return graph_choose(graph, is_small, graph_number(graph, 0x1p400), down);
}

/* The norm is 0 where all is 0, and so is its derivative: a branch that is not
 * taken adds nothing to it. With c of make_scale(): sqrt(sum((c a)^2))/c, in
 * which c counts for a constant. */
static unsigned make_norm(struct parser *p, unsigned counter, unsigned a,
                          size_t first)
{
    struct graph *graph = p->graph;
    unsigned zero = graph_number(graph, 0), c, root;
    unsigned squares = graph_binary(graph, OPERATION_MULTIPLY, a, a);

    c = make_scale(graph, make_over(p, OPERATION_SUM, counter, squares,
                                    first));
    a = graph_binary(graph, OPERATION_MULTIPLY, c, a);
    squares = make_over(p, OPERATION_SUM, counter,
                        graph_binary(graph, OPERATION_MULTIPLY, a, a), first);
    root = graph_unary(graph, OPERATION_SQRT, squares);
    return graph_choose(graph,
                        graph_binary(graph, OPERATION_EQUAL, squares, zero),
                        zero, graph_binary(graph, OPERATION_DIVIDE, root, c));
}

/* With the greatest a as m: m + log(sum(exp(a - m))), where no exponential is
 * above 1; without it where it is not finite. m counts for a constant: its part
 * of the derivative is 0. */
static unsigned make_log_sum_exp(struct parser *p, unsigned counter, unsigned a,
                                 size_t first)
{
    struct graph *graph = p->graph;
    unsigned zero = graph_number(graph, 0);
    unsigned m = make_over(p, OPERATION_GREATEST, counter, a, first);
    unsigned difference = graph_binary(graph, OPERATION_SUBTRACT, m, m);
    unsigned finite = graph_binary(graph, OPERATION_EQUAL, difference, zero);
    unsigned rest, sum;

    m = graph_choose(graph, finite, m, zero);
    rest = graph_binary(graph, OPERATION_SUBTRACT, a, m);
    sum = make_over(p, OPERATION_SUM, counter,
                    graph_unary(graph, OPERATION_EXP, rest), first);
    return graph_binary(graph, OPERATION_ADD, m,
                        graph_unary(graph, OPERATION_LOG, sum));
}

static unsigned make_vectors(struct parser *p, enum language_call call,
                             unsigned counter, unsigned a, unsigned b,
                             size_t first)
{
    if (call == CALL_LOG_SUM_EXP)
        return make_log_sum_exp(p, counter, a, first);
    if (call == CALL_NORM)
        return make_norm(p, counter, a, first);
    if (call != CALL_OVER)
        a = graph_binary(p->graph, OPERATION_MULTIPLY, a, b);
    return make_over(p, OPERATION_SUM, counter, a, first);
}

void parser_read_vectors(struct parser *p,
                         const struct language_function *function,
                         size_t first, struct operand *ret)
{
    struct vectors *outer = p->vectors;
    struct vectors vectors = {.depth = depth_of_next(p)};
    struct operand a = {.is_bad = true}, b = {.is_bad = true};
    unsigned node = 0;

    if (parser_open_scope(p, &p->tokens[first])) {
        p->vectors = &vectors;
        read_vector(p, function, &a);
        b = a;
        if (function->call == CALL_DOT
            && parser_next_argument(p, function, first))
            read_vector(p, function, &b);
        p->vectors = outer;
        if (!a.is_bad && !b.is_bad && !p->is_stopped)
            node = make_vectors(p, function->call, vectors.counter, a.node,
                                b.node, first);
        p->scope_count--;
    }
    parser_close_call(p, function, first);
    parser_made(p, node, a.is_bad || b.is_bad, first, ret);
}

/* The second token tells which form it is. */
void parser_read_sums(struct parser *p,
                      const struct language_function *function, size_t first,
                      struct operand *ret)
{
    if (parser_token(p)->kind == TOKEN_NAME
        && p->tokens[p->at + 1].kind == ',') {
        read_over(p, function, first, ret);
    } else if (function->operation == OPERATION_SUM) {
        parser_read_vectors(p, function, first, ret);
    } else {
        PARSER_FAULT(p, parser_token(p), FAULT_SYNTAX, NULL,
                     "the first argument of %s is a new name, its counter: "
                     "%s(%s)", function->name, function->name,
                     function->arguments);
        parser_stop(p);
    }
}
