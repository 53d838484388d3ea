/* form.c - a formula as it was understood: every operation in parentheses. */
#include "core/expression/form.h"

#include <string.h>

/* What a token means, which is mostly what stands in the text. */
static const char *spelling(const char *text, const struct token *token,
                            size_t *ret_bytes)
{
    *ret_bytes = token->spelling != NULL ? strlen(token->spelling)
                                         : token->bytes;
    return token->spelling != NULL ? token->spelling : text + token->at;
}

static size_t form_bytes(const char *text, const struct token *tokens)
{
    size_t bytes = 1, own;

    for (; tokens->kind != TOKEN_END; tokens++) {
        spelling(text, tokens, &own);
        bytes += own + tokens->opened + tokens->closed + 2;
        bytes += tokens->is_factor ? strlen(" * ") : 0;
    }
    return bytes;
}

static char *write_token(const char *text, const struct token *token, char *at)
{
    size_t bytes;
    const char *written = spelling(text, token, &bytes);

    if (token->is_factor)
        at = stpcpy(at, " * ");
    memset(at, '(', token->opened);
    at += token->opened;
    if (token->is_infix)
        *at++ = ' ';
    memcpy(at, written, bytes);
    at += bytes;
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
    char *form = arena_array(arena, form_bytes(text, tokens), 1);
    char *at = form;

    for (; form != NULL && tokens->kind != TOKEN_END; tokens++)
        if (!tokens->is_silent)
            at = write_token(text, tokens, at);
    return form;
}
