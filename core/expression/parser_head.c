/*
 * parser_head.c - what people write before a formula: "y =", "f(x, y) =".
 *
 * It is passed over where it can only be a name for the whole. Of a dataset's
 * column that is the target (the fit sees to it that it is). A variable or a
 * constant left of = makes an equation, which is refused.
 */
#include "core/expression/heading.h"
#include "core/expression/parser_parts.h"

/* Whether a name can be one for the whole. */
static bool is_name_of_whole(const struct parser *p, const struct token *name)
{
    const struct symbol *symbol = parser_find_symbol(p, name);

    return symbol == NULL
        || (symbol->type == SYMBOL_COLUMN && p->row < COUNTERS_MAX);
}

/* What a function of its own is said to take must be there. */
static void check_list(struct parser *p, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        if (p->tokens[i].kind == TOKEN_NAME
            && parser_find_symbol(p, &p->tokens[i]) == NULL)
            parser_refuse_name(p, &p->tokens[i], false);
}

void parser_skip_head(struct parser *p)
{
    struct token *tokens = p->tokens;
    size_t list;

    if (tokens[0].kind != TOKEN_NAME)
        return;
    list = heading_list(tokens, 1);
    if (tokens[1 + list].kind != '=' || !is_name_of_whole(p, &tokens[0])
        || (list > 0 && parser_find_function(p, &tokens[0]) != NULL))
        return;
    check_list(p, 1, list);
    for (p->at = 0; p->at < list + 2; p->at++)
        tokens[p->at].is_silent = true;
}
