/* form.c - a formula as it was understood: every operation in parentheses. */
#include "core/expression/form.h"

#include <string.h>

static size_t form_bytes(const struct token *tokens)
{
    size_t bytes = 1;

    for (; tokens->kind != TOKEN_END; tokens++)
        bytes += tokens->bytes + tokens->opened + tokens->closed + 2;
    return bytes;
}

static char *write_token(const char *text, const struct token *token, char *at)
{
    memset(at, '(', token->opened);
    at += token->opened;
    if (token->is_infix)
        *at++ = ' ';
    memcpy(at, text + token->at, token->bytes);
    at += token->bytes;
    memset(at, ')', token->closed);
    at += token->closed;
    if (token->is_infix || token->is_word || token->kind == ','
        || token->kind == ';')
        *at++ = ' ';
    return at;
}

const char *form_write(struct arena *arena, const char *text,
                       const struct token *tokens)
{
    char *form = arena_array(arena, form_bytes(tokens), 1);
    char *at = form;

    for (; form != NULL && tokens->kind != TOKEN_END; tokens++)
        if (!tokens->is_silent)
            at = write_token(text, tokens, at);
    return form;
}
