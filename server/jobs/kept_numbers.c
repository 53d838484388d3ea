/* kept_numbers.c - large arrays of numbers, taken out of a result's text. */
#include "server/jobs/kept_numbers.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/decimal.h"

enum { LARGE_BYTES = 64 * 1024 };

/* Where in the text the copy is. */
struct walk {
    const char *at;
    const char *copied;          /* up to here the copy is made */
    unsigned depth;              /* of objects and arrays */
    const char *key;             /* of the value that comes, without quotes */
    size_t key_bytes;
    bool is_in_best;             /* the object of depth 2 is that of "best" */
};

static bool is_key(const struct walk *walk, const char *name)
{
    return walk->key_bytes == strlen(name)
           && memcmp(walk->key, name, walk->key_bytes) == 0;
}

/* Pass a string; false: the text ends in it. */
static bool pass_string(struct walk *walk)
{
    const char *begin = ++walk->at;

    for (; *walk->at && *walk->at != '"'; walk->at++)
        if (*walk->at == '\\' && walk->at[1])
            walk->at++;
    if (!*walk->at)
        return false;
    walk->key = begin;
    walk->key_bytes = (size_t)(walk->at - begin);
    walk->at++;
    return true;
}

/* The end of an array of nothing but numbers, null and such arrays; NULL: it
 * is another one. */
static const char *end_of_numbers(const char *at)
{
    unsigned depth = 0;

    for (; *at; at++) {
        if (*at == '[')
            depth++;
        else if (*at == ']' && --depth == 0)
            return at + 1;
        else if (!strchr("]+-.0123456789eE,nul", *at))
            return NULL;
    }
    return NULL;
}

static size_t count_numbers(const char *at, const char *end)
{
    size_t count = 1;

    for (; at < end; at++)
        count += *at == ',';
    return count;
}

/* Read "[1,null,2]"; decimal_read() stops at a comma or bracket. */
static enum error read_numbers(struct arena *arena, const char *at,
                               const char *end, double **ret, size_t *ret_n)
{
    size_t n = count_numbers(at, end);
    double *x = arena_array(arena, n, sizeof *x);
    struct decimal decimal;

    if (!x)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++) {
        at++; /* the bracket, or the comma */
        if (!strncmp(at, "null", 4)) {
            x[i] = NAN;
            at += 4;
        } else {
            at = decimal_read(at, '.', &decimal);
            if (!at)
                return ERR_CORRUPT;
            x[i] = decimal.value;
        }
        if (*at != (i + 1 < n ? ',' : ']'))
            return ERR_CORRUPT;
    }
    *ret = x;
    *ret_n = n;
    return OK;
}

/* Take an array out that is large and of numbers; else go into it. */
static enum error take_array(struct walk *walk, struct arena *arena,
                             struct buffer *text, struct kept_numbers *ret)
{
    const char *begin = walk->at, *end = end_of_numbers(begin);
    enum kept_place place = walk->depth == 1 ? KEPT_LAST : KEPT_BEST;

    if (!end || end - begin < LARGE_BYTES
        || strnlen(end, DECIMAL_PADDING) < DECIMAL_PADDING) {
        walk->depth++;
        walk->at++;
        return OK;
    }
    if (is_key(walk, "x")
        && (walk->depth == 1 || (walk->depth == 2 && walk->is_in_best)))
        TRY(read_numbers(arena, begin, end, &ret->points[place].x,
                         &ret->points[place].n));
    buffer_append(text, walk->copied, (size_t)(begin - walk->copied));
    buffer_text(text, "[]");
    walk->at = walk->copied = end;
    return OK;
}

enum error kept_numbers_take(struct arena *arena, const char *result,
                             struct buffer *text, struct kept_numbers *ret)
{
    struct walk walk = {.at = result, .copied = result, .key = result};

    *ret = (struct kept_numbers){0};
    while (*walk.at) {
        if (*walk.at == '"') {
            if (!pass_string(&walk))
                return ERR_CORRUPT;
        } else if (*walk.at == '[') {
            TRY(take_array(&walk, arena, text, ret));
        } else {
            if (*walk.at == '{' && walk.depth++ == 1)
                walk.is_in_best = is_key(&walk, "best");
            else if ((*walk.at == '}' || *walk.at == ']') && walk.depth-- == 0)
                return ERR_CORRUPT;
            walk.at++;
        }
    }
    buffer_append(text, walk.copied, (size_t)(walk.at - walk.copied));
    return text->failed ? ERR_MEMORY : OK;
}
