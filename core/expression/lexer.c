/* lexer.c - a formula cut into tokens. */
#include "core/expression/lexer.h"

#include <stdlib.h>
#include <string.h>

enum { RAISED_MAX = 8 }; /* digits of a raised number */

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

/* ---- signs of more than one byte ---------------------------------------- */

/* What is no token of one character: kind, and how it is written usually. */
static const struct sign {
    const char *text, *spelling;
    unsigned kind;
} signs[] = {
    {"<=", NULL, TOKEN_LESS_EQUAL},
    {">=", NULL, TOKEN_GREATER_EQUAL},
    {"==", NULL, TOKEN_EQUAL},
    {"!=", NULL, TOKEN_NOT_EQUAL},
    {"**", "^", '^'},
    {"&&", "and", TOKEN_AND},
    {"||", "or", TOKEN_OR},
    {":=", NULL, TOKEN_BAD},
    {"\xc2\xb7", "*", '*'},                 /* middle dot */
    {"\xe2\x8b\x85", "*", '*'},             /* dot operator */
    {"\xe2\x88\x97", "*", '*'},             /* asterisk operator */
    {"\xc3\x97", "*", '*'},                 /* multiplication sign */
    {"\xc3\xb7", "/", '/'},                 /* division sign */
    {"\xe2\x88\x95", "/", '/'},             /* division slash */
    {"\xe2\x88\x92", "-", '-'},             /* minus sign */
    {"\xe2\x80\x93", "-", '-'},             /* en dash */
    {"\xe2\x80\x94", "-", '-'},             /* em dash */
    {"\xe2\x89\xa4", "<=", TOKEN_LESS_EQUAL},
    {"\xe2\x89\xa5", ">=", TOKEN_GREATER_EQUAL},
    {"\xe2\x89\xa0", "!=", TOKEN_NOT_EQUAL},
    {"\xe2\x88\x9a", "sqrt", TOKEN_ROOT},
    {"\xcf\x80", "pi", TOKEN_NAME},
    {"\xe2\x88\x9e", "inf", TOKEN_NAME},    /* infinity */
};

/* Spaces other than those of the space bar, and marks that cannot be seen. */
static const char *const blanks[] = {
    " ", "\t", "\r", "\n", "\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\xaf",
    "\xe2\x80\x8b", "\xe2\x81\xa2", "\xef\xbb\xbf",
};

static bool begins_with(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

static size_t skip_blanks(const char *text)
{
    size_t bytes = 0;

    for (size_t i = 0; i < sizeof blanks / sizeof *blanks;)
        if (begins_with(text + bytes, blanks[i])) {
            bytes += strlen(blanks[i]);
            i = 0;
        } else {
            i++;
        }
    return bytes;
}

static void read_sign(const char *text, struct token *token)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (begins_with(text, signs[i].text)) {
            token->kind = signs[i].kind;
            token->bytes = strlen(signs[i].text);
            token->spelling = signs[i].spelling;
            return;
        }
    token->bytes = character_bytes(text);
    token->kind = strchr("+-*/%^()[],<>=;!", text[0]) != NULL
                      ? (unsigned char)text[0] : (unsigned)TOKEN_BAD;
}

/* ---- raised numbers ------------------------------------------------------ */

/* The raised digit or minus that begins here: its character, and its bytes; 0:
 * there is none. */
static size_t raised(const char *text, char *ret)
{
    static const struct {
        const char *text;
        char character;
    } rows[] = {
        {"\xc2\xb2", '2'}, {"\xc2\xb3", '3'}, {"\xc2\xb9", '1'},
        {"\xe2\x81\xb0", '0'}, {"\xe2\x81\xb4", '4'},
        {"\xe2\x81\xb5", '5'}, {"\xe2\x81\xb6", '6'},
        {"\xe2\x81\xb7", '7'}, {"\xe2\x81\xb8", '8'},
        {"\xe2\x81\xb9", '9'}, {"\xe2\x81\xbb", '-'},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (begins_with(text, rows[i].text)) {
            *ret = rows[i].character;
            return strlen(rows[i].text);
        }
    return 0;
}

/* A raised number becomes two tokens, ^ and the number; false: there is none,
 * or memory is used up. */
static bool read_raised(struct arena *arena, const char *text,
                        struct token tokens[2], bool *ret_memory)
{
    const char *here = text + tokens[0].at;
    char number[RAISED_MAX + 1], digit;
    size_t bytes = 0, count = 0, step;

    while ((step = raised(here + bytes, &digit)) > 0 && count < RAISED_MAX
           && (digit != '-' || count == 0)) {
        number[count++] = digit;
        bytes += step;
    }
    if (count == 0 || (count == 1 && number[0] == '-'))
        return false;
    number[count] = '\0';
    tokens[1] = (struct token){
        .kind = TOKEN_NUMBER, .at = tokens[0].at, .bytes = bytes,
        .number = strtod(number, NULL), .is_superscript = true,
        .spelling = arena_format(arena, number[0] == '-' ? "(%s)" : "%s",
                                 number),
    };
    *ret_memory = tokens[1].spelling != NULL;
    tokens[0].kind = '^';
    tokens[0].spelling = "^";
    tokens[0].is_superscript = true;
    return *ret_memory;
}

/* ---- numbers and names --------------------------------------------------- */

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

/* The bytes of "np." and the like before a name: 0 if there is none. */
static size_t prefix_bytes(const char *text)
{
    static const char *const prefixes[] = {
        "np.", "numpy.", "jnp.", "math.", "Math.", "torch.", "tf.",
    };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (begins_with(text, prefixes[i])
            && begins_name(text[strlen(prefixes[i])]))
            return strlen(prefixes[i]);
    return 0;
}

static bool read_token(struct arena *arena, const char *text,
                       struct token *token)
{
    const char *here = text + token->at;

    if (is_digit(here[0]) || (here[0] == '.' && is_digit(here[1])))
        return read_number(arena, here, token);
    if (begins_name(here[0])) {
        size_t prefix = prefix_bytes(here);

        token->kind = TOKEN_NAME;
        token->at += prefix;
        token->is_prefixed = prefix > 0;
        token->bytes = name_bytes(here + prefix);
    } else {
        read_sign(here, token);
    }
    return true;
}

struct token *lexer_read(struct arena *arena, const char *text)
{
    size_t length = strlen(text), count = 0;
    /* A raised number is two tokens of at least two bytes. */
    struct token *tokens = arena_array(arena, length + 1, sizeof *tokens);
    bool has_memory = true;

    if (tokens == NULL)
        return NULL;
    for (size_t at = skip_blanks(text); at < length;) {
        struct token *token = &tokens[count++];

        token->at = at;
        if (read_raised(arena, text, token, &has_memory))
            token = &tokens[count++];
        else if (!has_memory || !read_token(arena, text, token))
            return NULL;
        at = token->at + token->bytes;
        at += skip_blanks(text + at);
    }
    tokens[count].at = length;
    return tokens;
}
