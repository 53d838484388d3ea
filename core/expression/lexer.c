/* lexer.c - a formula cut into tokens. */
#include "core/expression/lexer.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* The bytes of the number that begins here: 1, 1.5, .5, 1e-3; not the e of
 * "2e" or "2exp". */
static size_t number_bytes(const char *text)
{
    size_t bytes = count_digits(text);

    if (text[bytes] == '.')
        bytes += 1 + count_digits(text + bytes + 1);
    if (text[bytes] == 'e' || text[bytes] == 'E') {
        size_t sign = text[bytes + 1] == '+' || text[bytes + 1] == '-';
        size_t digits = count_digits(text + bytes + 1 + sign);

        if (digits > 0)
            bytes += 1 + sign + digits;
    }
    return bytes;
}

static size_t name_bytes(const char *text)
{
    size_t bytes = 0;

    while (begins_name(text[bytes]) || is_digit(text[bytes]))
        bytes++;
    return bytes;
}

/* One character, with all its bytes. */
static size_t character_bytes(const char *text)
{
    size_t bytes = 1;

    while (((unsigned char)text[bytes] & 0xc0) == 0x80)
        bytes++;
    return bytes;
}

static unsigned operator_kind(const char *text, size_t *ret_bytes)
{
    static const struct {
        char text[3];
        unsigned kind;
    } pairs[] = {
        {"<=", TOKEN_LESS_EQUAL}, {">=", TOKEN_GREATER_EQUAL},
        {"==", TOKEN_EQUAL},      {"!=", TOKEN_NOT_EQUAL},
        {"**", TOKEN_BAD},        {"&&", TOKEN_BAD},
        {"||", TOKEN_BAD},        {":=", TOKEN_BAD},
    };

    *ret_bytes = 2;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strncmp(text, pairs[i].text, 2) == 0)
            return pairs[i].kind;
    *ret_bytes = character_bytes(text);
    return strchr("+-*/^()[],<>=;", text[0]) != NULL ? (unsigned char)text[0]
                                                   : (unsigned)TOKEN_BAD;
}

/* The number is copied: strtod would read on in "0x10". */
static bool read_number(struct arena *arena, const char *text,
                        struct token *token)
{
    const char *copy;

    token->kind = TOKEN_NUMBER;
    token->bytes = number_bytes(text);
    copy = arena_text(arena, text, token->bytes);
    if (copy != NULL)
        token->number = strtod(copy, NULL);
    return copy != NULL;
}

static bool read_token(struct arena *arena, const char *text,
                       struct token *token)
{
    const char *here = text + token->at;

    if (is_digit(here[0]) || (here[0] == '.' && is_digit(here[1])))
        return read_number(arena, here, token);
    if (begins_name(here[0])) {
        token->kind = TOKEN_NAME;
        token->bytes = name_bytes(here);
    } else {
        token->kind = operator_kind(here, &token->bytes);
    }
    return true;
}

struct token *lexer_read(struct arena *arena, const char *text)
{
    size_t length = strlen(text), count = 0;
    struct token *tokens = arena_array(arena, length + 1, sizeof *tokens);

    if (tokens == NULL)
        return NULL;
    for (size_t at = strspn(text, " \t\r\n"); at < length;) {
        struct token *token = &tokens[count++];

        token->at = at;
        if (!read_token(arena, text, token))
            return NULL;
        at += token->bytes;
        at += strspn(text + at, " \t\r\n");
    }
    tokens[count].at = length;
    return tokens;
}
