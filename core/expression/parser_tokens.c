/* parser_tokens.c - going from token to token, and the faults of tokens. */
#include "core/expression/parser_parts.h"

#include <string.h>

#include "core/expression/expression.h"

void parser_stop(struct parser *p)
{
    while (parser_token(p)->kind != TOKEN_END)
        p->at++;
    p->is_stopped = true;
}

bool parser_accept(struct parser *p, unsigned kind)
{
    if (parser_token(p)->kind != kind)
        return false;
    p->at++;
    return true;
}

static bool begins_operand(unsigned kind)
{
    return kind == TOKEN_NUMBER || kind == TOKEN_NAME || kind == TOKEN_ROOT
        || kind == '(';
}

bool parser_is_word(const struct parser *p, const char *word)
{
    const struct token *token = parser_token(p);

    return token->kind == TOKEN_NAME && token->bytes == strlen(word)
        && memcmp(p->text + token->at, word, token->bytes) == 0
        && parser_find_symbol(p, token) == NULL
        && parser_find_counter(p, token) == NULL;
}

/* A name that is one character, the letter pi: no other name ends there. */
static bool is_sign(const struct parser *p, const struct token *token)
{
    return token->kind == TOKEN_NAME
        && (unsigned char)p->text[token->at] >= 0x80;
}

bool parser_is_factor(const struct parser *p)
{
    const struct token *token = parser_token(p), *before = token - 1;
    bool is_product = p->at > 0
        && (before->kind == TOKEN_NUMBER || before->kind == ')'
            || is_sign(p, before));

    return is_product && token->kind != TOKEN_NUMBER
        && begins_operand(token->kind) && !parser_is_word(p, "and")
        && !parser_is_word(p, "or") && !parser_is_word(p, "not");
}

/* One of the digits from U+2080 to U+2089. */
static bool is_subscript(const char *text, size_t bytes)
{
    return bytes == 3 && memcmp(text, "\xe2\x82", 2) == 0
        && (unsigned char)text[2] >= 0x80 && (unsigned char)text[2] <= 0x89;
}

/* What a token that cannot be read at all may have been meant for. */
static const char *advice(const struct parser *p, const struct token *token)
{
    static const struct {
        const char *text, *advice;
    } rows[] = {
        {"=", "; a formula is a value, not an equation: a = b is a - b where "
              "0 is sought; a comparison is written =="},
        {"|", "; the size of a is written abs(a)"},
        {"{", "; ( is the only parenthesis"},
        {":=", "; a value gets a name by let z = ...;"},
        {".", "; operators of numbers are written a^b, a*b, a/b"},
        {"'", "; there are no derivatives and no transposes: write the "
              "formula of the loss, it is differentiated for you"},
        {"@", "; only the formula itself stands here; a product of vectors "
              "is dot(a, b)"},
        {"?", "; a choice is written if(c, a, b)"},
        {"\\", "; a fraction is written a/b, a root sqrt(a)"},
        {"#", "; only the formula itself stands here"},
        {"\xc2\xbd", "; it is written 1/2"},
        {"\xc2\xbc", "; it is written 1/4"},
        {"\xc2\xbe", "; it is written 3/4"},
        {"\xe2\x81\x84", "; a quotient is written a/b"},
        {"\xe2\x80\x96", "; the length of a vector a is written norm2(a)"},
        {"\xce\xa3", "; a sum is written sum(i, low, high, a)"},
        {"\xe2\x88\x91", "; a sum is written sum(i, low, high, a)"},
        {"\xe2\x88\x8f", "; a product is written prod(i, low, high, a)"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].text) == token->bytes
            && memcmp(p->text + token->at, rows[i].text, token->bytes) == 0)
            return rows[i].advice;
    return is_subscript(p->text + token->at, token->bytes)
               ? "; an element of a vector is written x[1]" : "";
}

/* A token that means nothing; a Greek letter has a Latin name. */
static void refuse_bad(struct parser *p, const struct token *token)
{
    const char *what = advice(p, token);
    const char *latin = language_latin(p->text + token->at, token->bytes);

    if (*what != '\0')
        latin = NULL;
    PARSER_FAULT(p, token, FAULT_SYNTAX, latin,
                 "%.*s has no meaning in a formula%s", TOKEN_TEXT(p, token),
                 latin != NULL ? "; letters of names are A to Z and a to z"
                               : what);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* What a token that stands where none like it may was meant for. */
static const char *misplaced_advice(const struct parser *p,
                                    const struct token *token)
{
    const char *text = p->text + token->at;

    if (token->kind == '/' && token->at > 0 && text[-1] == '/')
        return "; the whole part of a quotient is floor(a/b)";
    if (token->kind == '!')
        return "; a factorial is gamma(a + 1)";
    if (token->kind == ',' && token->at > 0 && is_digit(text[-1])
        && is_digit(text[1]))
        return "; numbers have a decimal point: 1.5";
    return "";
}

/* Whether the token is the word of `a if c else b`. */
static bool is_choice(const struct parser *p, const struct token *token)
{
    return token->bytes == 2 && memcmp(p->text + token->at, "if", 2) == 0;
}

void parser_refuse_token(struct parser *p, const char *needed,
                         bool behind_operand)
{
    const struct token *token = parser_token(p);

    if (p->is_stopped)
        return;
    if (token->kind == TOKEN_BAD || token->kind == '=')
        refuse_bad(p, token);
    else if (token->kind == TOKEN_END && p->at == 0)
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL, "the formula is empty");
    else if (token->kind == TOKEN_END)
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL,
                     "the formula ends where %s is needed", needed);
    else if (behind_operand && is_choice(p, token))
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL,
                     "a choice is written if(c, a, b)");
    else if (behind_operand && begins_operand(token->kind))
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL,
                     "an operator is missing here; a product is written "
                     "with *");
    else
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL, "%s is needed here%s",
                     needed, misplaced_advice(p, token));
    parser_stop(p);
}

bool parser_expect(struct parser *p, unsigned kind)
{
    static const char *const needed[] = {
        ['('] = "a (", [')'] = "a )", [']'] = "a ]",
        [','] = "a comma", [';'] = "a ; behind the value of let",
    };

    if (parser_accept(p, kind))
        return true;
    parser_refuse_token(p, needed[kind], true);
    return false;
}

bool parser_descend(struct parser *p)
{
    if (++p->descents <= EXPRESSION_DEPTH_MAX)
        return true;
    if (!p->is_stopped)
        PARSER_FAULT(p, parser_token(p), FAULT_TOO_LARGE, NULL,
                     "parentheses, calls, signs and powers go deeper than %d",
                     EXPRESSION_DEPTH_MAX);
    parser_stop(p);
    return false;
}

void parser_ascend(struct parser *p)
{
    p->descents--;
}
