/* parser.c - from text to graph: operators by their precedence. */
#include "core/expression/parser.h"

#include <math.h>
#include <string.h>

#include "core/expression/expression.h"
#include "core/expression/form.h"
#include "core/expression/parser_parts.h"

/* ---- operands ---------------------------------------------------------- */

void parser_made(struct parser *p, unsigned node, bool is_bad, size_t first,
                 struct operand *ret)
{
    double value;

    *ret = (struct operand){.node = node, .is_bad = is_bad, .first = first,
                            .last = p->at > first ? p->at - 1 : first};
    if (is_bad || p->is_stopped) {
        ret->is_bad = true;
        return;
    }
    if (graph_is_number(p->graph, node, &value))
        ret->is_whole = affine_from(value, &ret->whole);
    if (p->graph->count > EXPRESSION_NODES_MAX) {
        PARSER_FAULT(p, &p->tokens[first], FAULT_TOO_LARGE, NULL,
                     "the formula has more than %d operations and operands",
                     EXPRESSION_NODES_MAX);
        parser_stop(p);
    }
}

static bool varies(const struct operand *a)
{
    return a->is_whole && a->whole.terms > 0;
}

/* a + b, a - b, a * b where they are whole numbers of counters: one affine
 * form, so that equal ones are one node. Where it is too large for that it is
 * a number like others. */
static bool combine_whole(const struct graph *graph, unsigned kind,
                          const struct operand *a, const struct operand *b,
                          struct affine *ret)
{
    bool is_one = false;

    if (!a->is_whole || !b->is_whole || !(varies(a) || varies(b)))
        return false;
    if (kind == '+' || kind == '-')
        is_one = affine_add(&a->whole, &b->whole, kind == '+' ? 1 : -1, ret);
    else if (kind == '*')
        is_one = affine_multiply(&a->whole, &b->whole, ret);
    return is_one && graph_fits(graph, ret);
}

static bool is_zero(const struct parser *p, const struct operand *a)
{
    double value;

    return !a->is_bad && graph_is_number(p->graph, a->node, &value)
           && value == 0;
}

/* 1 where a number is not 0, else 0. */
static unsigned make_holds(struct graph *graph, unsigned a)
{
    return operation_is_comparison(graph->nodes[a].operation)
        ? a : graph_binary(graph, OPERATION_NOT_EQUAL, a,
                           graph_number(graph, 0));
}

static unsigned make_binary(struct graph *graph, unsigned kind, unsigned a,
                            unsigned b)
{
    switch (kind) {
    case '+': return graph_binary(graph, OPERATION_ADD, a, b);
    case '-': return graph_binary(graph, OPERATION_SUBTRACT, a, b);
    case '*': return graph_binary(graph, OPERATION_MULTIPLY, a, b);
    case '/': return graph_binary(graph, OPERATION_DIVIDE, a, b);
    case '%': return graph_binary(graph, OPERATION_MOD, a, b);
    case '^': return graph_binary(graph, OPERATION_POW, a, b);
    case '<': return graph_binary(graph, OPERATION_LESS, a, b);
    case '>': return graph_binary(graph, OPERATION_LESS, b, a);
    case TOKEN_LESS_EQUAL:
        return graph_binary(graph, OPERATION_LESS_EQUAL, a, b);
    case TOKEN_GREATER_EQUAL:
        return graph_binary(graph, OPERATION_LESS_EQUAL, b, a);
    case TOKEN_EQUAL:
        return graph_binary(graph, OPERATION_EQUAL, a, b);
    case TOKEN_AND:
        return graph_binary(graph, OPERATION_MULTIPLY, make_holds(graph, a),
                            make_holds(graph, b));
    case TOKEN_OR:
        return graph_binary(graph, OPERATION_MAX, make_holds(graph, a),
                            make_holds(graph, b));
    default:
        return graph_binary(graph, OPERATION_NOT_EQUAL, a, b);
    }
}

/* `a` becomes a operator b; `place` is the token of the operator, or, where *
 * is not written, that of b. */
static void combine(struct parser *p, unsigned kind, size_t place,
                    struct operand *a, const struct operand *b)
{
    bool is_bad = a->is_bad || b->is_bad;
    struct affine whole;
    size_t last = b->last;
    bool is_whole;
    unsigned node;

    form_enclose(p->tokens, a->first, last);
    if ((kind == '/' || kind == '%') && is_zero(p, b)) {
        PARSER_FAULT(p, &p->tokens[place], FAULT_OUT_OF_RANGE, NULL,
                     "division by zero");
        is_bad = true;
    }
    is_whole = combine_whole(p->graph, kind, a, b, &whole);
    if (is_whole)
        node = whole.terms > 0
            ? graph_whole(p->graph, &whole)
            : graph_number(p->graph, (double)whole.constant);
    else
        node = make_binary(p->graph, kind, a->node, b->node);
    parser_made(p, node, is_bad, a->first, a);
    a->last = last;
    if (is_whole && !a->is_bad) {
        a->is_whole = true;
        a->whole = whole;
    }
}

/* The same with a token of one kind. */
static void reduce(struct parser *p, size_t operator, struct operand *a,
                   const struct operand *b)
{
    p->tokens[operator].is_infix = true;
    combine(p, p->tokens[operator].kind, operator, a, b);
}

/* ---- operators, from those that bind tightest -------------------------- */

static void read_number(struct parser *p, struct operand *ret)
{
    const struct token *token = parser_token(p);
    size_t first = p->at++;
    bool is_bad = isinf(token->number);

    if (is_bad)
        PARSER_FAULT(p, token, FAULT_OUT_OF_RANGE, NULL,
                     "this number is too large for a double");
    parser_made(p, graph_number(p->graph, is_bad ? 1 : token->number), is_bad,
                first, ret);
}

static void read_group(struct parser *p, struct operand *ret)
{
    size_t open = p->at++;

    if (parser_descend(p)) {
        parser_read(p, ret);
        if (parser_expect(p, ')')) {
            p->tokens[open].is_silent = true;
            p->tokens[p->at - 1].is_silent = true;
        }
    }
    parser_ascend(p);
}

static void refuse_name(struct parser *p)
{
    PARSER_FAULT(p, parser_token(p), FAULT_TOO_LARGE, NULL,
                 "a name has at most %d characters", LANGUAGE_NAME_BYTES_MAX);
    parser_stop(p);
}

static void read_primary(struct parser *p, struct operand *ret);

/* The root sign and what it is of: sqrt( ) is put around that. */
static void read_root(struct parser *p, struct operand *ret)
{
    size_t first = p->at++, last;

    if (parser_descend(p)) {
        read_primary(p, ret);
        last = ret->last;
        form_enclose(p->tokens, ret->first, last);
        parser_made(p, graph_unary(p->graph, OPERATION_SQRT, ret->node),
                    ret->is_bad, first, ret);
        ret->last = last;
        if (parser_token(p)->kind == '^'
            && p->tokens[p->at - 1].kind != ')') {
            PARSER_FAULT(p, parser_token(p), FAULT_SYNTAX, NULL,
                         "a power behind a root can mean two things: put "
                         "parentheses around one of them");
            parser_stop(p);
        }
    }
    parser_ascend(p);
}

static void read_primary(struct parser *p, struct operand *ret)
{
    unsigned kind = parser_token(p)->kind;

    parser_made(p, 0, true, p->at, ret);
    if (kind == TOKEN_NUMBER)
        read_number(p, ret);
    else if (kind == '(')
        read_group(p, ret);
    else if (kind == TOKEN_ROOT)
        read_root(p, ret);
    else if (kind != TOKEN_NAME)
        parser_refuse_token(p, "a number, a name or (", false);
    else if (parser_token(p)->bytes > LANGUAGE_NAME_BYTES_MAX)
        refuse_name(p);
    else if (p->tokens[p->at + 1].kind == '(')
        parser_read_call(p, ret);
    else
        parser_read_name(p, ret);
}

static void read_sign(struct parser *p, struct operand *ret);

/* A primary, perhaps to a power: the exponent may have a sign, and a power of
 * its own. */
static void read_power(struct parser *p, struct operand *ret)
{
    struct operand exponent;
    size_t operator;

    read_primary(p, ret);
    operator = p->at;
    if (!parser_accept(p, '^'))
        return;
    if (parser_descend(p)) {
        if (p->tokens[operator].is_superscript)
            read_number(p, &exponent);
        else
            read_sign(p, &exponent);
        reduce(p, operator, ret, &exponent);
        ret->is_power = !p->tokens[operator].is_superscript;
    }
    parser_ascend(p);
}

static void negate(struct parser *p, size_t first, struct operand *ret)
{
    static const struct affine zero;
    struct affine whole;
    size_t last = ret->last;
    bool is_whole = varies(ret) && affine_add(&zero, &ret->whole, -1, &whole);
    unsigned node = is_whole
        ? graph_whole(p->graph, &whole)
        : graph_unary(p->graph, OPERATION_NEGATE, ret->node);

    parser_made(p, node, ret->is_bad, first, ret);
    ret->last = last;
    if (is_whole && !ret->is_bad) {
        ret->is_whole = true;
        ret->whole = whole;
    }
}

/* `ret` becomes 1 where it was 0, else 0; its tokens begin at `first`. */
static void oppose(struct parser *p, size_t first, struct operand *ret)
{
    size_t last = ret->last;

    p->tokens[first].spelling = "not";
    p->tokens[first].is_word = true;
    parser_made(p, graph_binary(p->graph, OPERATION_EQUAL, ret->node,
                                graph_number(p->graph, 0)),
                ret->is_bad, first, ret);
    ret->last = last;
}

static void read_sign(struct parser *p, struct operand *ret)
{
    size_t first = p->at;
    unsigned kind = parser_token(p)->kind;
    bool is_power;

    if (!parser_accept(p, '-') && !parser_accept(p, '+')
        && !parser_accept(p, '!')) {
        read_power(p, ret);
        return;
    }
    parser_made(p, 0, true, first, ret);
    if (parser_descend(p)) {
        read_sign(p, ret);
        is_power = ret->is_power;
        form_enclose(p->tokens, first, ret->last);
        if (kind == '-')
            negate(p, first, ret);
        else if (kind == '!')
            oppose(p, first, ret);
        ret->first = first;
        ret->is_power = is_power;
    }
    parser_ascend(p);
}

/* A factor whose * is not written can mean one thing only, or it is refused:
 * 1/2x could be (1/2)*x, and 2^3x could be 2^(3*x). */
static bool may_be_factor(struct parser *p, const struct operand *left,
                          bool is_quotient)
{
    if (!is_quotient && !left->is_power)
        return true;
    if (parser_is_word(p, "if"))
        PARSER_FAULT(p, parser_token(p), FAULT_SYNTAX, NULL,
                     "an operator is missing here; a choice is written "
                     "if(c, a, b)");
    else
        PARSER_FAULT(p, parser_token(p), FAULT_SYNTAX, NULL,
                     "this can mean two things: %s",
                     is_quotient ? "a/b*c, or a/(b*c)"
                                 : "a^b*c, or a^(b*c)");
    parser_stop(p);
    return false;
}

static void read_product(struct parser *p, struct operand *ret)
{
    struct operand right;
    bool is_quotient = false, is_factor;

    read_sign(p, ret);
    for (;;) {
        size_t operator = p->at;
        unsigned kind = parser_token(p)->kind;

        is_factor = parser_is_factor(p);
        if (is_factor && !may_be_factor(p, ret, is_quotient))
            return;
        if (is_factor) {
            read_power(p, &right);
            p->tokens[right.first].is_factor = true;
            combine(p, '*', operator, ret, &right);
            ret->is_power = right.is_power;
        } else if (parser_accept(p, '*') || parser_accept(p, '/')
                   || parser_accept(p, '%')) {
            read_sign(p, &right);
            reduce(p, operator, ret, &right);
            ret->is_power = right.is_power;
            is_quotient = kind != '*';
        } else {
            return;
        }
    }
}

static void read_sum(struct parser *p, struct operand *ret)
{
    struct operand right;

    read_product(p, ret);
    for (;;) {
        size_t operator = p->at;

        if (!parser_accept(p, '+') && !parser_accept(p, '-'))
            return;
        read_product(p, &right);
        reduce(p, operator, ret, &right);
    }
}

static bool compares(unsigned kind)
{
    return kind == '<' || kind == '>' || kind == TOKEN_LESS_EQUAL
           || kind == TOKEN_GREATER_EQUAL || kind == TOKEN_EQUAL
           || kind == TOKEN_NOT_EQUAL;
}

static void read_comparison(struct parser *p, struct operand *ret)
{
    struct operand right;
    size_t operator;

    read_sum(p, ret);
    operator = p->at;
    if (!compares(parser_token(p)->kind))
        return;
    p->at++;
    read_sum(p, &right);
    reduce(p, operator, ret, &right);
    if (!compares(parser_token(p)->kind))
        return;
    PARSER_FAULT(p, parser_token(p), FAULT_SYNTAX, NULL,
                 "comparisons cannot be chained; a < b < c is written "
                 "a < b and b < c");
    parser_stop(p);
}

static void read_opposite(struct parser *p, struct operand *ret)
{
    size_t first = p->at;

    if (!parser_is_word(p, "not")) {
        read_comparison(p, ret);
        return;
    }
    p->at++;
    parser_made(p, 0, true, first, ret);
    if (parser_descend(p)) {
        read_opposite(p, ret);
        form_enclose(p->tokens, first, ret->last);
        oppose(p, first, ret);
    }
    parser_ascend(p);
}

/* The sign, or the word that means the same. */
static bool accept_word(struct parser *p, unsigned kind, const char *word)
{
    if (parser_token(p)->kind != kind && !parser_is_word(p, word))
        return false;
    p->tokens[p->at].kind = kind;
    p->at++;
    return true;
}

static void read_both(struct parser *p, struct operand *ret)
{
    struct operand right;
    size_t operator;

    read_opposite(p, ret);
    while (operator = p->at, accept_word(p, TOKEN_AND, "and")) {
        read_opposite(p, &right);
        reduce(p, operator, ret, &right);
    }
}

void parser_read(struct parser *p, struct operand *ret)
{
    struct operand right;
    size_t operator;

    read_both(p, ret);
    while (operator = p->at, accept_word(p, TOKEN_OR, "or")) {
        read_both(p, &right);
        reduce(p, operator, ret, &right);
    }
}

/* ---- the whole --------------------------------------------------------- */

static void read_formula(struct parser *p, struct operand *ret)
{
    parser_skip_head(p);
    while (parser_is_let(p))
        parser_read_let(p);
    parser_read(p, ret);
    if (parser_token(p)->kind == ')')
        PARSER_FAULT(p, parser_token(p), FAULT_SYNTAX, NULL,
                     "there is no ( that this ) could close");
    else if (parser_token(p)->kind != TOKEN_END)
        parser_refuse_token(p, "an operator or the end", true);
}

enum error parser_parse(struct graph *graph, const char *text,
                        const struct symbols *symbols, unsigned row,
                        const char *pointer, struct faults *faults,
                        struct parsed *ret)
{
    struct parser p = {.graph = graph, .text = text, .symbols = symbols,
                       .row = row, .pointer = pointer, .faults = faults};
    size_t before = faults->total;
    struct operand root;

    if (strlen(text) > EXPRESSION_BYTES_MAX) {
        caret_fault(faults, pointer, text, EXPRESSION_BYTES_MAX,
                    FAULT_TOO_LARGE, NULL,
                    "the formula has %zu bytes; at most %d are possible",
                    strlen(text), EXPRESSION_BYTES_MAX);
        return ERR_INVALID;
    }
    p.tokens = lexer_read(graph->arena, text);
    if (p.tokens == NULL)
        return ERR_MEMORY;
    read_formula(&p, &root);
    if (graph->out_of_memory || faults->out_of_memory)
        return ERR_MEMORY;
    if (faults->total > before)
        return ERR_INVALID;
    ret->form = form_write(graph->arena, text, p.tokens);
    ret->root = root.node;
    return ret->form != NULL ? OK : ERR_MEMORY;
}
