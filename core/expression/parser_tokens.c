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
    return kind == TOKEN_NUMBER || kind == TOKEN_NAME || kind == '(';
}

/* What a token that cannot be read at all may have been meant for. */
static const char *advice(const struct parser *p, const struct token *token)
{
    static const struct {
        const char *text, *advice;
    } rows[] = {
        {"**", "; a power is written ^"},
        {"=", "; a formula is a value, not an equation: a = b is a - b where "
              "0 is sought; a comparison is written =="},
        {"&&", "; both of two conditions: c*d"},
        {"||", "; one of two conditions: max(c, d)"},
        {"!", "; the opposite of a condition: 1 - c"},
        {"|", "; the size of a is written abs(a)"},
        {"%", "; what is left of a over b is a - b*floor(a/b)"},
        {"{", "; ( is the only parenthesis"},
        {":=", "; a value gets a name by let z = ...;"},
        {"\xe2\x88\x92", "; it only looks like the minus: type -"},
        {"\xe2\x80\x93", "; it only looks like the minus: type -"},
        {"\xe2\x80\x94", "; it only looks like the minus: type -"},
        {"\xc3\x97", "; a product is written with *"},
        {"\xc2\xb7", "; a product is written with *"},
        {"\xe2\x8b\x85", "; a product is written with *"},
        {"\xc3\xb7", "; a quotient is written with /"},
        {"\xc2\xb2", "; a square is written ^2"},
        {"\xc2\xb3", "; a cube is written ^3"},
        {"\xe2\x88\x9a", "; a square root is written sqrt(a)"},
        {"\xcf\x80", "; it is written pi"},
        {"\xe2\x89\xa4", "; it is written <="},
        {"\xe2\x89\xa5", "; it is written >="},
        {"\xe2\x89\xa0", "; it is written !="},
        {"\xc2\xa0", "; this space is another character than that of the "
                     "space bar"},
        {"\xe2\x80\x8b", "; this character cannot be seen: delete it"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].text) == token->bytes
            && memcmp(p->text + token->at, rows[i].text, token->bytes) == 0)
            return rows[i].advice;
    return "";
}

void parser_refuse_token(struct parser *p, const char *needed,
                         bool behind_operand)
{
    const struct token *token = parser_token(p);

    if (p->is_stopped)
        return;
    if (token->kind == TOKEN_BAD || token->kind == '=')
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL,
                     "%.*s has no meaning in a formula%s",
                     TOKEN_TEXT(p, token), advice(p, token));
    else if (token->kind == TOKEN_END && p->at == 0)
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL, "the formula is empty");
    else if (token->kind == TOKEN_END)
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL,
                     "the formula ends where %s is needed", needed);
    else if (behind_operand && begins_operand(token->kind))
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL,
                     "an operator is missing here; a product is written "
                     "with *");
    else
        PARSER_FAULT(p, token, FAULT_SYNTAX, NULL, "%s is needed here",
                     needed);
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
