/*
 * parser_lets.c - `let` before a formula: names of values and of vectors.
 *
 * A value is its node, which is computed once wherever it is used. A vector is
 * kept (kept.h): its elements are computed once, and read with any index.
 */
#include "core/expression/parser_parts.h"

#include <string.h>

#include "core/expression/expression.h"
#include "core/expression/kept.h"

/* ---- the range of a vector --------------------------------------------- */

static bool is_same_name(const struct parser *p, const struct token *a,
                         const struct token *b)
{
    return b->kind == TOKEN_NAME && a->bytes == b->bytes
        && memcmp(p->text + a->at, p->text + b->at, a->bytes) == 0;
}

/*
 * Which index of the name before tokens[at], a [, is the counter alone: 0 or 1;
 * INDICES_MAX: none.
 */
static size_t find_index(const struct parser *p, const struct token *counter,
                         size_t at)
{
    const struct token *tokens = p->tokens;
    size_t index = 0, open = 0;

    for (; tokens[at].kind != TOKEN_END && tokens[at].kind != ';'; at++) {
        unsigned kind = tokens[at].kind;

        open += kind == '[' || kind == '(';
        open -= kind == ']' || kind == ')';
        if (open == 0)
            break;
        index += open == 1 && kind == ',';
        if (open == 1 && is_same_name(p, counter, &tokens[at])
            && (tokens[at - 1].kind == '[' || tokens[at - 1].kind == ',')
            && (tokens[at + 1].kind == ']' || tokens[at + 1].kind == ','))
            return index < INDICES_MAX ? index : INDICES_MAX;
    }
    return INDICES_MAX;
}

/* Where no range is given: the length of the first vector, matrix or row whose
 * index the counter alone is; 0: there is none. */
static size_t find_length(const struct parser *p, const struct token *counter,
                          size_t at)
{
    const struct token *tokens = p->tokens;

    for (; tokens[at].kind != TOKEN_END && tokens[at].kind != ';'; at++) {
        const struct symbol *symbol;
        size_t index, length = 0;

        if (tokens[at].kind != TOKEN_NAME || tokens[at + 1].kind != '[')
            continue;
        symbol = parser_find_symbol(p, &tokens[at]);
        index = find_index(p, counter, at + 1);
        if (symbol != NULL && index < INDICES_MAX)
            length = index == 0 ? symbol->rows : symbol->columns;
        if (length > 0)
            return length;
    }
    return 0;
}

/* ---- a vector ---------------------------------------------------------- */

/* What stands in [ ]: the counter, and its bounds if they are given. */
struct range {
    const struct token *counter;
    bool is_given, is_bad;
    struct operand low, high;
};

static void set_whole(struct operand *operand, int64_t value)
{
    *operand = (struct operand){.is_whole = true,
                                .whole = {.constant = value}};
}

static void check_range(struct parser *p, const struct token *name,
                        struct range *range)
{
    const struct token *at = range->counter;
    size_t length;

    if (p->is_stopped || range->is_bad || range->low.is_bad
        || range->high.is_bad) {
        range->is_bad = true;
        return;
    }
    if (!range->is_given) {
        length = find_length(p, range->counter, p->at);
        set_whole(&range->low, 1);
        set_whole(&range->high, (int64_t)length);
        if (length > 0)
            return;
        PARSER_FAULT(p, at, FAULT_REQUIRED, NULL,
                     "the length of %.*s is not known: write let %.*s[%.*s, "
                     "1, 10], or use %.*s alone as the index of a vector",
                     TOKEN_TEXT(p, name), TOKEN_TEXT(p, name),
                     TOKEN_TEXT(p, at), TOKEN_TEXT(p, at));
    } else if (range->low.whole.constant != 1) {
        PARSER_FAULT(p, &p->tokens[range->low.first], FAULT_OUT_OF_RANGE,
                     "1", "the indices of a vector begin at 1");
    } else if (range->high.whole.constant < 1) {
        PARSER_FAULT(p, &p->tokens[range->high.first], FAULT_OUT_OF_RANGE,
                     NULL, "a vector has at least one element");
    } else {
        return;
    }
    range->is_bad = true;
}

static void read_range(struct parser *p, struct range *ret)
{
    *ret = (struct range){.counter = parser_token(p)};
    if (parser_token(p)->kind != TOKEN_NAME) {
        parser_refuse_token(p, "a new name, the vector's counter,", false);
        return;
    }
    ret->is_bad = !parser_check_new(p, ret->counter, "a counter");
    p->at++;
    ret->is_given = parser_accept(p, ',');
    if (ret->is_given) {
        parser_read_whole(p, "a bound", &ret->low);
        if (parser_expect(p, ','))
            parser_read_whole(p, "a bound", &ret->high);
        else
            ret->is_bad = true;
    }
    parser_expect(p, ']');
}

/* Count elements that are kept; a fault where they are too many. */
static bool add_kept(struct parser *p, unsigned counter,
                     const struct token *place)
{
    double count = (double)p->kept + graph_trips(p->graph, counter);

    if (count > EXPRESSION_KEPT_MAX) {
        PARSER_FAULT(p, place, FAULT_TOO_LARGE, NULL,
                     "with this one the vectors of let, and the sums in them, "
                     "have %.0f elements; at most %d are possible", count,
                     EXPRESSION_KEPT_MAX);
        parser_stop(p);
        return false;
    }
    p->kept = (size_t)count;
    return true;
}

unsigned parser_keep(struct parser *p, unsigned node, const struct token *at)
{
    unsigned counter = p->scopes[0].counter;
    struct affine place;

    /* Only of sums right within the vector; those within them are theirs. */
    if (!p->is_in_vector || p->is_stopped || p->scope_count != 2
        || p->scopes[0].is_bad
        || !(p->graph->nodes[node].counters >> counter & 1)
        || !add_kept(p, counter, at))
        return node;
    place = kept_place(p->graph, counter);
    return kept_element(p->graph, kept_store(p->graph, counter, node),
                        &place);
}

/* = body; of a vector. */
static void read_body(struct parser *p, const struct token *name,
                      const struct range *range, size_t first, struct let *let)
{
    struct scope *scope = &p->scopes[0];
    struct operand body;

    let->is_bad = true;
    if (!parser_open_scope(p, name))
        return;
    if (range->is_bad) {
        scope->name = range->counter;
        scope->is_bad = true;
    } else {
        parser_fill_scope(p, range->counter, &range->low, &range->high);
    }
    p->is_in_vector = true;
    parser_read(p, &body);
    p->is_in_vector = false;
    p->scope_count--;
    if (body.is_bad || scope->is_bad || p->is_stopped
        || !add_kept(p, scope->counter, name))
        return;
    let->node = kept_store(p->graph, scope->counter, body.node);
    let->symbol.rows = (size_t)range->high.whole.constant;
    let->is_bad = false;
    parser_add_points(p, let->node, first);
}

/* ---- let --------------------------------------------------------------- */

bool parser_is_let(const struct parser *p)
{
    const struct token *token = parser_token(p);

    return token->kind == TOKEN_NAME && token->bytes == 3
        && memcmp(p->text + token->at, "let", 3) == 0
        && token[1].kind == TOKEN_NAME;
}

static bool is_new(struct parser *p, const struct token *name)
{
    if (!parser_check_new(p, name, "let"))
        return false;
    if (p->let_count < EXPRESSION_LETS_MAX)
        return true;
    PARSER_FAULT(p, name, FAULT_TOO_LARGE, NULL,
                 "there are more than %d names of let", EXPRESSION_LETS_MAX);
    parser_stop(p);
    return false;
}

static void add_let(struct parser *p, const struct token *name,
                    struct let *let)
{
    let->symbol.name = arena_text(p->graph->arena, p->text + name->at,
                                  name->bytes);
    if (let->symbol.name == NULL) {
        p->graph->out_of_memory = true;
        parser_stop(p);
        return;
    }
    let->symbol.type = SYMBOL_LET;
    let->symbol.offset = p->let_count;
    p->lets[p->let_count++] = *let;
}

/* The = behind the name. */
static void expect_equals(struct parser *p)
{
    size_t at = p->at;

    if (parser_accept(p, '='))
        p->tokens[at].is_infix = true;
    else
        parser_refuse_token(p, "a =", false);
}

void parser_read_let(struct parser *p)
{
    size_t first = p->at + 1;
    const struct token *name = &p->tokens[first];
    struct let let = {.is_bad = true};
    struct operand value;
    struct range range;
    bool good;

    p->tokens[p->at].is_word = true;
    good = is_new(p, name);
    p->at = p->is_stopped ? p->at : first + 1;
    if (parser_accept(p, '[')) {
        read_range(p, &range);
        expect_equals(p);
        check_range(p, name, &range);
        read_body(p, name, &range, first, &let);
    } else {
        expect_equals(p);
        parser_read(p, &value);
        let.node = value.node;
        let.is_bad = value.is_bad;
    }
    parser_expect(p, ';');
    if (good && !p->is_stopped)
        add_let(p, name, &let);
}

unsigned parser_load_let(struct parser *p, const struct symbol *symbol,
                         const struct affine *at)
{
    const struct let *let = &p->lets[symbol->offset];

    return symbol->rows == 0 ? let->node
                             : kept_element(p->graph, let->node, at);
}
