/* ndjson_string.c - strings of JSON: where they end, and without escapes. */
#include "core/dataset/ndjson_string.h"

#include <string.h>

#include "core/base/utf8.h"

const char *ndjson_string_end(const char *quote, bool *ret_escaped,
                              const char **ret_wrong, const char **ret_what)
{
    const char *at = quote + 1;

    *ret_escaped = false;
    for (; *at != '"'; at++) {
        if (*at == '\n' || *at == '\r' || *at == '\0') {
            *ret_wrong = quote;
            *ret_what = "the string that begins here is not closed";
            return NULL;
        }
        if ((unsigned char)*at < ' ') {
            *ret_wrong = at;
            *ret_what = "a control character in a string must be escaped";
            return NULL;
        }
        if (*at == '\\') {
            *ret_escaped = true;
            at += at[1] != '\n' && at[1] != '\r' && at[1] != '\0';
        }
    }
    return at;
}

/* Four hexadecimal digits; false when they are none. */
static bool read_hex(const char *at, unsigned long *ret)
{
    *ret = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

        if (digit < 0)
            return false;
        *ret = *ret << 4 | (unsigned long)digit;
    }
    return true;
}

/* \uXXXX, or two of them, at `at` behind the backslash; NULL: it is none. */
static const char *read_unicode(const char *at, unsigned long *ret)
{
    unsigned long low;

    if (!read_hex(at + 1, ret) || *ret == 0)
        return NULL;
    if (*ret < 0xd800 || *ret > 0xdfff)
        return at + 5;
    if (*ret > 0xdbff || at[5] != '\\' || at[6] != 'u'
        || !read_hex(at + 7, &low) || low < 0xdc00 || low > 0xdfff)
        return NULL;
    *ret = 0x10000 + ((*ret - 0xd800) << 10) + (low - 0xdc00);
    return at + 11;
}

/* One escape at `at`, behind the backslash, to `ret`; NULL: it is none. */
static const char *read_escape(const char *at, char *ret, size_t *ret_bytes)
{
    static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *found = *at != '\0' ? strchr(escapes, *at) : NULL;
    unsigned long code;

    if (found != NULL) {
        *ret = meant[found - escapes];
        *ret_bytes = 1;
        return at + 1;
    }
    at = *at == 'u' ? read_unicode(at, &code) : NULL;
    if (at != NULL)
        *ret_bytes = (size_t)utf8_write(code, ret);
    return at;
}

const char *ndjson_string_decode(const char *at, const char *stop, char *ret,
                                 size_t *ret_bytes)
{
    char *to = ret;

    while (at < stop) {
        const char *from = at;
        size_t bytes = 1;

        if (*at == '\\') {
            at = read_escape(at + 1, to, &bytes);
            if (at == NULL || at > stop)
                return from;
        } else {
            *to = *at++;
        }
        to += bytes;
    }
    *ret_bytes = (size_t)(to - ret);
    return NULL;
}
