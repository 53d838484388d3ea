/*
 * parser_sums.c - sums and products in a formula, over counters that it names
 * and over the elements of vectors.
 */
#include "core/expression/parser_parts.h"

#include "core/expression/expression.h"

/* ---- counters ---------------------------------------------------------- */

/* Count the points of a sum that was made just now: its own values, times
 * those of each counter that it depends on. */
static void add_points(struct parser *p, unsigned node, size_t first)
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

    if (node >= before
        && (made == OPERATION_SUM || made == OPERATION_PRODUCT))
        add_points(p, node, first);
    return node;
}

static unsigned depth_of_next(const struct parser *p)
{
    return p->scope_count + (p->row < COUNTERS_MAX);
}

static bool open_scope(struct parser *p, const struct token *place)
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

/* A counter's name is new. */
static void check_counter(struct parser *p, const struct token *name)
{
    const struct symbol *symbol = parser_find_symbol(p, name);
    const char *text = p->text + name->at;
    const char *what = NULL;

    if (symbol != NULL)
        what = symbol->type == SYMBOL_VARIABLE ? "variable"
             : symbol->type == SYMBOL_CONSTANT ? "constant" : "column";
    else if (parser_find_counter(p, name) != NULL)
        what = "counter";
    else if (language_function_find(text, name->bytes) != NULL)
        what = "function";
    else if (language_constant_find(text, name->bytes) != NULL)
        what = "constant";
    if (what != NULL)
        PARSER_FAULT(p, name, FAULT_CONFLICT, NULL,
                     "%.*s is a %s already; a counter needs a name of its own",
                     TOKEN_TEXT(p, name), what);
    else if (name->bytes > LANGUAGE_NAME_BYTES_MAX)
        PARSER_FAULT(p, name, FAULT_TOO_LARGE, NULL,
                     "a name has at most %d characters",
                     LANGUAGE_NAME_BYTES_MAX);
}

/* Give the innermost scope its name and counter. */
static void fill_scope(struct parser *p, const struct token *name,
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

    check_counter(p, name);
    p->at++;
    if (parser_next_argument(p, function, first)) {
        parser_read_whole(p, "a bound", &low);
        if (parser_next_argument(p, function, first))
            parser_read_whole(p, "a bound", &high);
        parser_next_argument(p, function, first);
    }
    if (open_scope(p, name)) {
        struct scope *scope = &p->scopes[p->scope_count - 1];

        fill_scope(p, name, &low, &high);
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

/* The norm is 0 where all is 0, and so is its derivative: a branch that is not
 * taken adds nothing to it. */
static unsigned make_root(struct graph *graph, unsigned squares)
{
    unsigned zero = graph_number(graph, 0);
    unsigned root = graph_unary(graph, OPERATION_SQRT, squares);

    return graph_choose(graph,
                        graph_binary(graph, OPERATION_EQUAL, squares, zero),
                        zero, root);
}

void parser_read_vectors(struct parser *p,
                         const struct language_function *function,
                         size_t first, struct operand *ret)
{
    struct vectors *outer = p->vectors;
    struct vectors vectors = {.depth = depth_of_next(p)};
    struct operand a = {.is_bad = true}, b = {.is_bad = true};
    unsigned node = 0;

    if (open_scope(p, &p->tokens[first])) {
        p->vectors = &vectors;
        read_vector(p, function, &a);
        b = a;
        if (function->call == CALL_DOT
            && parser_next_argument(p, function, first))
            read_vector(p, function, &b);
        p->vectors = outer;
        if (!a.is_bad && !b.is_bad && !p->is_stopped) {
            node = function->call == CALL_OVER ? a.node
                 : graph_binary(p->graph, OPERATION_MULTIPLY, a.node, b.node);
            node = make_over(p, OPERATION_SUM, vectors.counter, node, first);
        }
        p->scope_count--;
    }
    if (function->call == CALL_NORM)
        node = make_root(p->graph, node);
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
