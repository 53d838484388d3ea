/* parser_calls.c - calls in a formula, and the functions of numbers. */
#include "core/expression/parser_parts.h"

enum { ARGUMENTS_MAX = 3 };

/* ---- arguments --------------------------------------------------------- */

void parser_refuse_count(struct parser *p,
                         const struct language_function *function,
                         size_t first)
{
    bool many = function->most == LANGUAGE_MANY;

    PARSER_FAULT(p, &p->tokens[first], FAULT_WRONG_SIZE, NULL,
                 "%s takes %u argument%s%s: %s(%s)", function->name,
                 function->least, function->least == 1 ? "" : "s",
                 many ? " or more" : "", function->name, function->arguments);
}

bool parser_next_argument(struct parser *p,
                          const struct language_function *function,
                          size_t first)
{
    if (parser_token(p)->kind != ')')
        return parser_expect(p, ',');
    parser_refuse_count(p, function, first);
    parser_stop(p);
    return false;
}

void parser_close_call(struct parser *p,
                       const struct language_function *function, size_t first)
{
    if (parser_token(p)->kind == ',') {
        parser_refuse_count(p, function, first);
        parser_stop(p);
    } else if (!p->is_stopped) {
        parser_expect(p, ')');
    }
}

/* ---- plain calls ------------------------------------------------------- */

/* relu, clamp, and what is 1 over something. */
static unsigned make_of_several(struct graph *graph, enum operation operation,
                                const struct operand *a)
{
    switch (operation) {
    case OPERATION_MAX:
        return graph_binary(graph, OPERATION_MAX, graph_number(graph, 0),
                            a[0].node);
    case OPERATION_MIN:
        return graph_binary(graph, OPERATION_MIN,
                            graph_binary(graph, OPERATION_MAX, a[0].node,
                                         a[1].node), a[2].node);
    default:
        return graph_binary(graph, OPERATION_DIVIDE, graph_number(graph, 1),
                            graph_unary(graph, operation, a[0].node));
    }
}

static unsigned make_plain(struct parser *p,
                           const struct language_function *function,
                           const struct operand *a)
{
    enum operation operation = function->operation;

    if (function->call == CALL_MADE)
        return make_of_several(p->graph, operation, a);
    switch (function->least) {
    case 1:
        return graph_unary(p->graph, operation, a[0].node);
    case 2:
        return graph_binary(p->graph, operation, a[0].node, a[1].node);
    default:
        return graph_choose(p->graph, a[0].node, a[1].node, a[2].node);
    }
}

/* Of many arguments all but the last are one by now: min(min(a, b), c). */
static size_t read_arguments(struct parser *p,
                             const struct language_function *function,
                             struct operand a[ARGUMENTS_MAX], bool *is_bad)
{
    bool many = function->most == LANGUAGE_MANY;
    size_t count = 0;

    do {
        struct operand argument;
        size_t place = count;

        parser_read(p, &argument);
        *is_bad |= argument.is_bad;
        if (many && count >= 2) {
            a[0].node = make_plain(p, function, a);
            place = 1;
        }
        if (place < ARGUMENTS_MAX)
            a[place] = argument;
        count++;
    } while (parser_accept(p, ','));
    return count;
}

static void read_plain(struct parser *p,
                       const struct language_function *function, size_t first,
                       struct operand *ret)
{
    struct operand a[ARGUMENTS_MAX] = {{0}};
    bool is_bad = false;
    size_t count = 0;

    if (parser_token(p)->kind != ')')
        count = read_arguments(p, function, a, &is_bad);
    parser_expect(p, ')');
    if (!p->is_stopped
        && (count < function->least
            || (function->most != LANGUAGE_MANY && count > function->most))) {
        parser_refuse_count(p, function, first);
        is_bad = true;
    }
    is_bad |= p->is_stopped;
    parser_made(p, is_bad ? 0 : make_plain(p, function, a), is_bad, first,
                ret);
}

/* ---- all calls --------------------------------------------------------- */

/* Go past the parentheses of a function that there is not: what stands in
 * them cannot be judged. */
static void skip_call(struct parser *p)
{
    size_t open = 0;

    do {
        open += parser_token(p)->kind == '(';
        open -= parser_token(p)->kind == ')';
        if (open > 0)
            p->at++;
    } while (open > 0 && parser_token(p)->kind != TOKEN_END);
    parser_expect(p, ')');
}

static void refuse_call(struct parser *p, const struct token *name)
{
    if (parser_find_symbol(p, name) == NULL
        && parser_find_counter(p, name) == NULL
        && parser_find_constant(p, name) == NULL)
        parser_refuse_name(p, name, true);
    else
        PARSER_FAULT(p, name, FAULT_WRONG_TYPE, NULL,
                     "%.*s is not a function; a product is written with *",
                     TOKEN_TEXT(p, name));
}

static void read_known(struct parser *p,
                       const struct language_function *function, size_t first,
                       struct operand *ret)
{
    switch (function->call) {
    case CALL_PLAIN:
    case CALL_MADE:
        read_plain(p, function, first, ret);
        break;
    case CALL_OVER:
        parser_read_sums(p, function, first, ret);
        break;
    case CALL_DOT:
    case CALL_NORM:
    case CALL_LOG_SUM_EXP:
        parser_read_vectors(p, function, first, ret);
        break;
    case CALL_LENGTH:
        parser_read_length(p, ret);
        parser_close_call(p, function, first);
        break;
    }
    ret->first = first;
    ret->last = p->at - 1;
}

void parser_read_call(struct parser *p, struct operand *ret)
{
    size_t first = p->at;
    const struct token *name = parser_token(p);
    const struct language_function *function = parser_find_function(p, name);

    parser_made(p, 0, true, first, ret);
    p->at++;
    if (function == NULL) {
        refuse_call(p, name);
        skip_call(p);
        ret->last = p->at - 1;
        return;
    }
    p->tokens[first].spelling = function->name;
    p->at++;
    if (parser_descend(p))
        read_known(p, function, first, ret);
    parser_ascend(p);
}
