/* parser_names.c - names in a formula, and the indices behind them. */
#include "core/expression/parser_parts.h"

/* ---- values ------------------------------------------------------------ */

/* at = (at + index - 1) * scale; false where it is beyond any range. */
static bool add_index(struct affine *at, const struct affine *index,
                      size_t scale)
{
    static const struct affine one = {.constant = 1};
    const struct affine factor = {.constant = (int64_t)scale};
    struct affine sum;

    return affine_add(at, index, 1, &sum) && affine_add(&sum, &one, -1, &sum)
           && affine_multiply(&sum, &factor, at);
}

static void read_nothing(struct parser *p, size_t first, struct operand *ret)
{
    parser_made(p, 0, true, first, ret);
}

/* The place (from 0) of an element in x or among the symbol's numbers; false
 * where the factors in the indices are too large: for the place, or for that
 * of a derivative in row after row (see output_index() of expression.c). */
static bool find_place(const struct parser *p, const struct symbol *symbol,
                       const struct operand *indices, size_t count,
                       struct affine *ret)
{
    const struct affine offset = {.constant = (int64_t)symbol->offset};
    const struct affine rows = {.constant = (int64_t)p->symbols->dataset_rows};
    const struct affine width = {.constant = (int64_t)symbol_size(symbol)};
    struct affine at = {0}, row, unused;

    if (count > 0
        && !add_index(&at, &indices[0].whole, count == 2 ? symbol->columns : 1))
        return false;
    if (count == 2 && !add_index(&at, &indices[1].whole, 1))
        return false;
    if (symbol->type == SYMBOL_VARIABLE
        && (!affine_add(&at, &offset, 1, &at)
            || !affine_multiply(&at, &rows, &unused)))
        return false;
    if (symbol->type == SYMBOL_COLUMN) {
        row = affine_counter(p->row);
        row.constant = -p->graph->counters[p->row].least;
        if (!affine_multiply(&row, &width, &row)
            || !affine_add(&at, &row, 1, &at))
            return false;
    }
    *ret = at;
    return true;
}

/* The symbol's number at a place. */
static unsigned load(struct parser *p, const struct symbol *symbol,
                     const struct affine *at)
{
    size_t size = symbol_size(symbol);
    unsigned array;

    if (symbol->type == SYMBOL_VARIABLE)
        return graph_load(p->graph, ARRAY_X, at);
    if (symbol->type == SYMBOL_LET)
        return parser_load_let(p, symbol, at);
    if (symbol->type == SYMBOL_CONSTANT && symbol->rows == 0)
        return graph_number(p->graph, symbol->numbers[0]);
    if (symbol->type == SYMBOL_COLUMN)
        size *= p->symbols->dataset_rows;
    array = graph_array(p->graph, symbol->numbers, size);
    if (symbol->type == SYMBOL_COLUMN)
        p->graph->arrays[array].width = symbol_size(symbol);
    return graph_load(p->graph, array, at);
}

/* A column where there are no rows. */
static bool is_homeless(struct parser *p, const struct symbol *symbol,
                        const struct token *name)
{
    if (symbol->type != SYMBOL_COLUMN || p->row < COUNTERS_MAX)
        return false;
    PARSER_FAULT(p, name, FAULT_WRONG_TYPE, NULL,
                 "%.*s is a column of a dataset, and there are no rows here",
                 TOKEN_TEXT(p, name));
    return true;
}

static void make_element(struct parser *p, const struct symbol *symbol,
                         const struct operand *indices, size_t count,
                         size_t first, struct operand *ret)
{
    const struct token *name = &p->tokens[first];
    const size_t sizes[] = {symbol->rows, symbol->columns};
    struct affine at = {0};
    bool is_good = !p->is_stopped;

    for (size_t i = 0; i < count; i++)
        is_good = parser_check_index(p, name, &indices[i], sizes[i]) && is_good;
    if (is_good && !find_place(p, symbol, indices, count, &at)) {
        PARSER_FAULT(p, name, FAULT_TOO_LARGE, NULL,
                     "the numbers in the index of %.*s are too large",
                     TOKEN_TEXT(p, name));
        is_good = false;
    }
    parser_made(p, is_good ? load(p, symbol, &at) : 0, !is_good, first, ret);
}

/* The counter of the vectors, which all have one length. */
static bool meet_vector(struct parser *p, const struct token *name,
                        size_t length)
{
    const struct affine low = {.constant = 1};
    const struct affine high = {.constant = (int64_t)length};
    struct vectors *v = p->vectors;

    v->count++;
    if (v->length == 0) {
        v->length = length;
        v->first = name;
        if (graph_counter(p->graph, &low, &high, v->depth, &v->counter))
            return true;
        PARSER_FAULT(p, name, FAULT_TOO_LARGE, NULL,
                     "there are more than %d different counters",
                     COUNTERS_MAX);
        parser_stop(p);
        return false;
    }
    if (v->length == length)
        return true;
    PARSER_FAULT(p, name, FAULT_WRONG_SIZE, NULL,
                 "%.*s has %zu element%s, but %.*s has %zu",
                 TOKEN_TEXT(p, name), length, length == 1 ? "" : "s",
                 TOKEN_TEXT(p, v->first), v->length);
    return false;
}

/* The k-th element of a vector, or of a row of a matrix. */
static void make_vector(struct parser *p, const struct symbol *symbol,
                        const struct operand *row, size_t first,
                        struct operand *ret)
{
    const struct token *name = &p->tokens[first];
    bool is_matrix = symbol->columns > 0;
    struct operand indices[INDICES_MAX] = {{0}};

    if (p->is_stopped
        || !meet_vector(p, name, is_matrix ? symbol->columns : symbol->rows)) {
        read_nothing(p, first, ret);
        return;
    }
    if (is_matrix)
        indices[0] = *row;
    indices[is_matrix].is_whole = true;
    indices[is_matrix].whole = affine_counter(p->vectors->counter);
    make_element(p, symbol, indices, 1 + is_matrix, first, ret);
}

/* A vector where a number is needed, or too many indices. */
static void refuse_indices(struct parser *p, const struct symbol *symbol,
                           size_t count, size_t wanted, size_t first)
{
    const struct token *name = &p->tokens[first];

    if (count > wanted)
        PARSER_FAULT(p, name, FAULT_WRONG_SIZE, NULL,
                     "%.*s is a %s", TOKEN_TEXT(p, name),
                     wanted == 0 ? "number: it takes no index"
                     : wanted == 1 ? "vector: it takes one index"
                                   : "matrix: it takes two indices");
    else if (wanted == 1)
        PARSER_FAULT(p, name, FAULT_WRONG_TYPE, NULL,
                     "%.*s is a vector where a number is needed; its elements "
                     "are %.*s[1] ... %.*s[%zu]", TOKEN_TEXT(p, name),
                     TOKEN_TEXT(p, name), TOKEN_TEXT(p, name), symbol->rows);
    else
        PARSER_FAULT(p, name, FAULT_WRONG_TYPE, NULL,
                     "%.*s is a matrix; its elements are %.*s[1, 1] ... "
                     "%.*s[%zu, %zu], and within dot, norm2 and sum its rows "
                     "%.*s[1] ... %.*s[%zu]", TOKEN_TEXT(p, name),
                     TOKEN_TEXT(p, name), TOKEN_TEXT(p, name), symbol->rows,
                     symbol->columns, TOKEN_TEXT(p, name), TOKEN_TEXT(p, name),
                     symbol->rows);
}

static size_t dimensions(const struct symbol *symbol)
{
    return symbol->columns > 0 ? 2 : symbol->rows > 0 ? 1 : 0;
}

static void read_symbol(struct parser *p, const struct symbol *symbol,
                        size_t first, struct operand *ret)
{
    static const struct operand only = {.is_whole = true,
                                        .whole = {.constant = 1}};
    struct operand indices[INDICES_MAX];
    size_t count = parser_read_indices(p, indices), wanted = dimensions(symbol);

    if ((symbol->type == SYMBOL_LET && p->lets[symbol->offset].is_bad)
        || is_homeless(p, symbol, &p->tokens[first])) {
        read_nothing(p, first, ret);
    } else if (count == wanted) {
        make_element(p, symbol, indices, count, first, ret);
    } else if (count + 1 == wanted && p->vectors != NULL) {
        make_vector(p, symbol, indices, first, ret);
    } else if (wanted == 1 && symbol->rows == 1 && count == 0) {
        make_element(p, symbol, &only, 1, first, ret);
    } else {
        if (!p->is_stopped)
            refuse_indices(p, symbol, count, wanted, first);
        read_nothing(p, first, ret);
    }
}

static void read_counter(struct parser *p, const struct scope *scope,
                         size_t first, struct operand *ret)
{
    struct affine whole = affine_counter(scope->counter);

    if (scope->is_bad) {
        read_nothing(p, first, ret);
        return;
    }
    parser_made(p, graph_whole(p->graph, &whole), false, first, ret);
    ret->is_whole = true;
    ret->whole = whole;
}

/* Anything but a symbol: what may stand there, and no index behind it. */
static void read_other(struct parser *p, size_t first, struct operand *ret)
{
    const struct token *name = &p->tokens[first];
    const struct scope *scope = parser_find_counter(p, name);
    const struct language_constant *constant = parser_find_constant(p, name);
    bool is_known = true;

    if (scope != NULL) {
        read_counter(p, scope, first, ret);
    } else if (constant != NULL) {
        p->tokens[first].spelling = constant->name;
        parser_made(p, graph_number(p->graph, constant->value), false, first,
                    ret);
    } else {
        is_known = false;
        read_nothing(p, first, ret);
        if (parser_find_function(p, name) != NULL)
            PARSER_FAULT(p, name, FAULT_WRONG_TYPE, NULL,
                         "%.*s is a function: what it takes stands in "
                         "parentheses", TOKEN_TEXT(p, name));
        else
            parser_refuse_name(p, name, false);
    }
    if (parser_token(p)->kind != '[')
        return;
    if (is_known)
        PARSER_FAULT(p, name, FAULT_WRONG_SIZE, NULL,
                     "%.*s is a number: it takes no index",
                     TOKEN_TEXT(p, name));
    parser_read_indices(p, (struct operand[INDICES_MAX]){{0}});
    read_nothing(p, first, ret);
}

void parser_read_name(struct parser *p, struct operand *ret)
{
    size_t first = p->at++;
    const struct token *name = &p->tokens[first];
    const struct symbol *symbol = parser_find_counter(p, name) == NULL
        ? parser_find_symbol(p, name) : NULL;

    if (symbol != NULL)
        read_symbol(p, symbol, first, ret);
    else
        read_other(p, first, ret);
}

void parser_read_length(struct parser *p, struct operand *ret)
{
    size_t first = p->at, count = 0, wanted = 0;
    const struct token *name = parser_token(p);
    const struct symbol *symbol = NULL;
    struct operand indices[INDICES_MAX];
    bool is_good;

    if (name->kind == TOKEN_NAME) {
        p->at++;
        symbol = parser_find_symbol(p, name);
        count = parser_read_indices(p, indices);
    }
    if (symbol != NULL)
        wanted = dimensions(symbol);
    is_good = count < wanted;
    if (name->kind == TOKEN_NAME && symbol == NULL && !p->is_stopped)
        parser_refuse_name(p, name, false);
    else if (!is_good && !p->is_stopped)
        PARSER_FAULT(p, name, FAULT_WRONG_TYPE, NULL,
                     "length takes the name of a vector or a matrix");
    if (name->kind != TOKEN_NAME)
        parser_stop(p);
    if (is_good && count == 1)
        is_good = parser_check_index(p, name, &indices[0], symbol->rows);
    parser_made(p, is_good ? graph_number(p->graph, (double)(count == 1
                                                   ? symbol->columns
                                                   : symbol->rows)) : 0,
                !is_good, first, ret);
}
