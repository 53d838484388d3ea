/* lexer.h - a formula cut into tokens. */
#ifndef CORE_EXPRESSION_LEXER_H
#define CORE_EXPRESSION_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"

/* A token of one character is that character; those of two and more begin
 * behind them. */
enum token_kind {
    TOKEN_END = 0,
    TOKEN_NUMBER = 256,
    TOKEN_NAME,
    TOKEN_LESS_EQUAL,
    TOKEN_GREATER_EQUAL,
    TOKEN_EQUAL,
    TOKEN_NOT_EQUAL,
    TOKEN_AND,              /* && */
    TOKEN_OR,               /* || */
    TOKEN_ROOT,             /* the root sign */
    TOKEN_BAD,              /* nothing that a formula can hold */
};

struct token {
    unsigned kind;          /* enum token_kind or a character */
    size_t at, bytes;       /* in the text */
    double number;          /* of TOKEN_NUMBER; may be infinite */
    const char *spelling;   /* what it means, where the text has it otherwise:
                               "^" for **; NULL: as it stands */
    bool is_prefixed;       /* a name behind "np." or the like, which is left
                               out */
    bool is_superscript;    /* a raised number, and the ^ that it stands for */

    /* For the form, see form.h. */
    uint16_t opened, closed;
    bool is_infix;          /* an operator between two operands */
    bool is_word;           /* a word before what it is about: let, not */
    bool is_silent;         /* a parenthesis that only groups */
    bool is_factor;         /* a product whose * is not written begins */
};

/*
 * Cut the text into tokens, the last of which is TOKEN_END.
 *
 * Returns NULL where memory is used up.
 */
struct token *lexer_read(struct arena *arena, const char *text);

#endif
