/*
 * form.h - a formula as it was understood: every operation in parentheses.
 *
 * No tree is needed: whoever reduces an operation counts a parenthesis that
 * opens before its first token and one that closes behind its last.
 */
#ifndef CORE_EXPRESSION_FORM_H
#define CORE_EXPRESSION_FORM_H

#include "core/base/arena.h"
#include "core/expression/lexer.h"

/* Put parentheses around tokens[first] ... tokens[last]. */
static inline void form_enclose(struct token *tokens, size_t first,
                                size_t last)
{
    tokens[first].opened++;
    tokens[last].closed++;
}

/* The form of the whole, or NULL where memory is used up. */
const char *form_write(struct arena *arena, const char *text,
                       const struct token *tokens);

#endif
