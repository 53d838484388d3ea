/*
 * validate.c - RFC 8259 to the letter, in one pass and without recursion.
 *
 * The open arrays and objects are a stack of flags; between two tokens only
 * what may come next is remembered.
 *
 * Source  RFC 8259; Unicode 15, table 3-7 (well-formed UTF-8)
 */
#include "server/json/validate.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"

enum expected {
    VALUE,         /* a value */
    VALUE_OR_END,  /* a value or ']' */
    NAME,          /* a member's name */
    NAME_OR_END,   /* a member's name or '}' */
    AFTER,         /* ',' or the end of what is open */
};

struct scan {
    const unsigned char *at, *end;
    unsigned depth;
    bool in_object[JSON_DEPTH_MAX];
    size_t nodes;
    const char *detail; /* what is wrong at `at`; NULL: nothing yet */
    bool is_named;      /* it is a known mistake */
};

static bool fail(struct scan *s, const char *detail)
{
    s->detail = detail;
    return false;
}

/* The byte at hand, or 0 at the end; a 0 in the text fits no grammar. */
static unsigned char peek(const struct scan *s)
{
    return s->at < s->end ? *s->at : 0;
}

static bool is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

static void skip_blanks(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n'
                              || *s->at == '\r' || *s->at == '\t'))
        s->at++;
}

/* Pass \uXXXX at hand. */
static bool scan_unit(struct scan *s, unsigned *ret_unit)
{
    unsigned unit = 0;

    if (s->end - s->at < 6 || s->at[0] != '\\' || s->at[1] != 'u')
        return false;
    for (size_t i = 2; i < 6; i++) {
        unsigned char byte = s->at[i], letter = byte | 0x20;

        if (is_digit(byte))
            unit = unit << 4 | (unsigned)(byte - '0');
        else if (letter >= 'a' && letter <= 'f')
            unit = unit << 4 | (unsigned)(letter - 'a' + 10);
        else
            return false;
    }
    s->at += 6;
    *ret_unit = unit;
    return true;
}

/* Pass the escape at hand. */
static bool scan_escape(struct scan *s)
{
    const unsigned char *start = s->at;
    unsigned unit, second;

    if (s->end - s->at < 2)
        return fail(s, "the text ends inside a string");
    if (s->at[1] != 'u') {
        if (s->at[1] == 0 || strchr("\"\\/bfnrt", s->at[1]) == NULL)
            return fail(s, "no such escape: \\ stands before "
                           "one of \" \\ / b f n r t u");
        s->at += 2;
        return true;
    }
    if (!scan_unit(s, &unit))
        return fail(s, "\\u must be followed by four hexadecimal digits");
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    if (unit < 0xdc00 && scan_unit(s, &second)
        && second >= 0xdc00 && second <= 0xdfff)
        return true;
    s->at = start;
    return fail(s, "a surrogate must be half of a pair");
}

static bool scan_string(struct scan *s)
{
    s->at++;
    while (s->at < s->end) {
        size_t count;

        if (*s->at == '"') {
            s->at++;
            return true;
        }
        if (*s->at < ' ')
            return fail(s, "a control byte in a string must be escaped");
        if (*s->at == '\\') {
            if (!scan_escape(s))
                return false;
            continue;
        }
        if (*s->at < 0x80) { /* the most, and no call for it */
            s->at++;
            continue;
        }
        count = utf8_count(s->at, (size_t)(s->end - s->at));
        if (count == 0)
            return fail(s, "a string is not valid UTF-8");
        s->at += count;
    }
    return fail(s, "the text ends inside a string");
}

static size_t scan_digits(struct scan *s)
{
    const unsigned char *start = s->at;

    while (s->at < s->end && is_digit(*s->at))
        s->at++;
    return (size_t)(s->at - start);
}

/* Whether the number that ends at hand is finite. With d digits before the
 * point it is below 10^(d + exponent); only past 10^308 strtod() decides. */
static bool is_finite(const struct scan *s, const unsigned char *start,
                      size_t whole_digits, long exponent)
{
    char copy[JSON_NUMBER_BYTES_MAX + 1];
    size_t count = (size_t)(s->at - start);

    if ((long)whole_digits + exponent <= 308)
        return true;
    memcpy(copy, start, count);
    copy[count] = '\0';
    return isfinite(strtod(copy, NULL));
}

/* Pass an exponent, if there is one; past 9999 its size does not matter. */
static bool scan_exponent(struct scan *s, long *ret_exponent)
{
    const unsigned char *digits;
    bool negative;
    long value = 0;

    *ret_exponent = 0;
    if ((peek(s) | 0x20) != 'e')
        return true;
    s->at++;
    negative = peek(s) == '-';
    if (peek(s) == '+' || peek(s) == '-')
        s->at++;
    digits = s->at;
    if (scan_digits(s) == 0)
        return fail(s, "a digit is needed in the exponent");
    for (; digits < s->at && value < 10000; digits++)
        value = 10 * value + (*digits - '0');
    *ret_exponent = negative ? -value : value;
    return true;
}

static bool scan_number(struct scan *s)
{
    const unsigned char *start = s->at, *whole;
    size_t whole_digits;
    long exponent;

    if (*s->at == '-')
        s->at++;
    whole = s->at;
    whole_digits = scan_digits(s);
    if (whole_digits == 0)
        return fail(s, "a digit is needed after the minus sign");
    if (*whole == '0' && whole_digits > 1) {
        s->at = whole;
        return fail(s, "a number may not begin with 0");
    }
    if (peek(s) == '.') {
        s->at++;
        if (scan_digits(s) == 0)
            return fail(s, "a digit is needed after the point");
    }
    if (!scan_exponent(s, &exponent))
        return false;
    if (s->at - start > JSON_NUMBER_BYTES_MAX) {
        s->at = start;
        return fail(s, "a number may have at most 128 characters");
    }
    if (!is_finite(s, start, whole_digits, exponent)) {
        s->at = start;
        return fail(s, "a number is too large for a double");
    }
    return true;
}

static bool scan_word(struct scan *s, const char *word)
{
    size_t count = strlen(word);

    if ((size_t)(s->end - s->at) < count || memcmp(s->at, word, count) != 0)
        return fail(s, "expected a value");
    s->at += count;
    return true;
}

static bool open_container(struct scan *s, enum expected *next)
{
    if (s->depth == JSON_DEPTH_MAX)
        return fail(s, "arrays and objects are nested deeper than 32");
    s->in_object[s->depth++] = *s->at == '{';
    *next = *s->at++ == '{' ? NAME_OR_END : VALUE_OR_END;
    return true;
}

/* Pass a value, or the start of one. */
static bool scan_value(struct scan *s, enum expected *next)
{
    if (++s->nodes > JSON_NODES_MAX)
        return fail(s, "more than 1000000 values");
    *next = AFTER;
    switch (peek(s)) {
    case '{': case '[': return open_container(s, next);
    case '"': return scan_string(s);
    case 't': return scan_word(s, "true");
    case 'f': return scan_word(s, "false");
    case 'n': return scan_word(s, "null");
    default:
        if (peek(s) == '-' || is_digit(peek(s)))
            return scan_number(s);
        return fail(s, s->at < s->end ? "expected a value"
                                      : "the text ends before a value");
    }
}

/* Pass a member's name and its colon. */
static bool scan_name(struct scan *s, enum expected *next)
{
    if (peek(s) != '"')
        return fail(s, *next == NAME ? "expected a member's name in quotes"
                                     : "expected a member's name or '}'");
    if (!scan_string(s))
        return false;
    skip_blanks(s);
    if (peek(s) != ':')
        return fail(s, "expected ':'");
    s->at++;
    *next = VALUE;
    return true;
}

/* Pass ',' or the end of what is open. */
static bool scan_after(struct scan *s, enum expected *next)
{
    bool in_object = s->in_object[s->depth - 1];

    if (peek(s) == ',')
        *next = in_object ? NAME : VALUE;
    else if (peek(s) == (in_object ? '}' : ']'))
        s->depth--;
    else
        return fail(s, in_object ? "expected ',' or '}'"
                                 : "expected ',' or ']'");
    s->at++;
    return true;
}

static bool scan_token(struct scan *s, enum expected *next)
{
    bool ends = (*next == VALUE_OR_END && peek(s) == ']')
                || (*next == NAME_OR_END && peek(s) == '}');

    if (ends)
        *next = AFTER;
    switch (*next) {
    case VALUE: case VALUE_OR_END: return scan_value(s, next);
    case NAME: case NAME_OR_END:   return scan_name(s, next);
    case AFTER:                    break;
    }
    return scan_after(s, next);
}

/* ---- what is no JSON, by its name --------------------------------------- */

/* A token that begins with `word` is known for something. */
static const struct {
    const char *word, *detail;
    bool as_value;  /* only where a value is expected */
} mistakes[] = {
    {"NaN", "NaN is no JSON: numbers are finite", true},
    {"nan", "NaN is no JSON: numbers are finite", true},
    {"Inf", "Infinity is no JSON: numbers are finite", true},
    {"inf", "Infinity is no JSON: numbers are finite", true},
    {"-Inf", "Infinity is no JSON: numbers are finite", true},
    {"-inf", "Infinity is no JSON: numbers are finite", true},
    {"True", "JSON writes true, in small letters", true},
    {"False", "JSON writes false, in small letters", true},
    {"None", "JSON writes null for None", true},
    {"undefined", "JSON has no undefined: leave the member out", true},
    {"+", "a number may not begin with +", true},
    {".", "a digit is needed before the point", true},
    {"'", "strings and names stand in \"double quotes\"", false},
    {"//", "JSON has no comments", false},
    {"/*", "JSON has no comments", false},
    {"#", "JSON has no comments", false},
};

static bool begins(const struct scan *s, const unsigned char *at,
                   const char *word)
{
    size_t count = strlen(word);

    return (size_t)(s->end - at) >= count && memcmp(at, word, count) == 0;
}

/*
 * Say of a flaw what stands there, where it is a known mistake, and not only
 * what was expected.
 *
 *   token  in  where the token began that did not fit
 */
static void name_mistake(struct scan *s, const unsigned char *token,
                         enum expected expected)
{
    bool wants_value = expected == VALUE || expected == VALUE_OR_END;
    bool follows_comma =
        s->depth > 0 && token < s->end
        && (s->in_object[s->depth - 1] ? expected == NAME && *token == '}'
                                       : expected == VALUE && *token == ']');

    if (token == s->end || s->at > token + 1)
        return; /* the token's beginning was right */
    if (follows_comma)
        s->detail = "no comma may stand after the last one";
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        if (begins(s, token, mistakes[i].word)
            && (wants_value || !mistakes[i].as_value)) {
            s->detail = mistakes[i].detail;
            s->is_named = true;
            s->at = token;
            return;
        }
}

/* Whether text of plain letters is in two bytes each, from the first. */
static bool is_utf16(const unsigned char *text, size_t bytes)
{
    static const unsigned char marks[][2] = {{0xff, 0xfe}, {0xfe, 0xff}};

    if (bytes < 2)
        return false;
    for (size_t i = 0; i < 2; i++)
        if (memcmp(text, marks[i], 2) == 0)
            return true;
    return (text[0] == 0) != (text[1] == 0);
}

size_t json_mark_bytes(const char *text, size_t bytes)
{
    return bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

enum error json_validate(const char *text, size_t bytes,
                         struct json_flaw *ret_flaw)
{
    struct scan s = {
        .at = (const unsigned char *)text,
        .end = (const unsigned char *)text + bytes,
    };
    enum expected next = VALUE, expected;
    const unsigned char *token;

    if (is_utf16(s.at, bytes)) {
        s.detail = "this is UTF-16; JSON is UTF-8";
        s.is_named = true;
        goto flaw;
    }
    do {
        skip_blanks(&s);
        token = s.at;
        expected = next;
        if (!scan_token(&s, &next)) {
            name_mistake(&s, token, expected);
            goto flaw;
        }
    } while (s.depth > 0 || next != AFTER);
    skip_blanks(&s);
    if (s.at == s.end)
        return OK;
    s.detail = "more text follows the value";
    name_mistake(&s, s.at, AFTER);
flaw:
    *ret_flaw = json_flaw_at(text, (size_t)((const char *)s.at - text),
                             s.detail);
    ret_flaw->is_named = s.is_named;
    return ERR_INVALID;
}

struct json_flaw json_flaw_at(const char *text, size_t offset,
                              const char *detail)
{
    struct json_flaw flaw = {.line = 1, .column = 1, .detail = detail};

    for (size_t i = 0; i < offset; i++) {
        flaw.column++;
        if (text[i] == '\n') {
            flaw.line++;
            flaw.column = 1;
        }
    }
    return flaw;
}

size_t json_string_end(const char *text, size_t start)
{
    size_t at = start + 1;

    for (; text[at] != '"'; at++)
        if (text[at] == '\\')
            at++;
    return at + 1;
}
