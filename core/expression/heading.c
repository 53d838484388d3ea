/* heading.c - the names in front of a formula. */
#include "core/expression/heading.h"

#include <string.h>

#include "core/expression/expression.h"

size_t heading_list(const struct token *tokens, size_t at)
{
    size_t first = at;

    if (tokens[at].kind != '(')
        return 0;
    do {
        if (tokens[at + 1].kind != TOKEN_NAME)
            return 0;
        at += 2;
    } while (tokens[at].kind == ',');
    return tokens[at].kind == ')' ? at + 1 - first : 0;
}

enum error heading_variables(struct arena *arena, const char *text,
                             const struct symbol **ret_variables,
                             size_t *ret_count)
{
    struct symbol *variables;
    struct token *tokens;
    size_t list, count = 0;

    *ret_variables = NULL;
    *ret_count = 0;
    if (strlen(text) > EXPRESSION_BYTES_MAX)
        return OK;
    tokens = lexer_read(arena, text);
    if (tokens == NULL)
        return ERR_MEMORY;
    list = tokens[0].kind == TOKEN_NAME ? heading_list(tokens, 1) : 0;
    if (list == 0 || tokens[1 + list].kind != '=')
        return OK;
    variables = arena_array(arena, list, sizeof *variables);
    if (variables == NULL)
        return ERR_MEMORY;
    for (size_t i = 1; i <= list; i++)
        if (tokens[i].kind == TOKEN_NAME) {
            variables[count].name =
                arena_text(arena, text + tokens[i].at, tokens[i].bytes);
            if (variables[count++].name == NULL)
                return ERR_MEMORY;
        }
    *ret_variables = variables;
    *ret_count = count;
    return OK;
}
