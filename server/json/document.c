/*
 * document.c - from a text to a tree: the border behind which cJSON works.
 *
 * Two things pass the validator that cJSON 1.7.15 gets wrong: it ends strings
 * at \u0000 (refused here), and it reads at most 63 characters of a number
 * and takes the rest for the next token (shortened here).
 */
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "server/json/duplicate.h"
#include "server/json/number.h"
#include "server/json/reader.h"

enum { CJSON_NUMBER_BYTES_MAX = 63 };

static enum error refuse_zero(const char *text, size_t bytes,
                              struct json_flaw *ret_flaw)
{
    const char *at = text, *end = text + bytes;

    while ((at = memchr(at, '\\', (size_t)(end - at))) != NULL) {
        if (end - at >= 6 && memcmp(at, "\\u0000", 6) == 0) {
            *ret_flaw = json_flaw_at(text, (size_t)(at - text),
                                     "a string may not contain \\u0000");
            return ERR_INVALID;
        }
        at += 2;
    }
    return OK;
}

/* Pass what is no long number; false at the end. */
static bool find_long_number(const char *text, size_t bytes, size_t *at,
                             size_t *ret_count)
{
    while (*at < bytes) {
        size_t count = 1;

        if (text[*at] == '"')
            count = json_string_end(text, *at) - *at;
        else if (text[*at] == '-' || (text[*at] >= '0' && text[*at] <= '9'))
            while (*at + count < bytes && text[*at + count] != '\0'
                   && strchr("+-.0123456789Ee", text[*at + count]) != NULL)
                count++;
        if (text[*at] != '"' && count > CJSON_NUMBER_BYTES_MAX) {
            *ret_count = count;
            return true;
        }
        *at += count;
    }
    return false;
}

/* Write the same double in fewer characters, and blanks to the old length. */
static void shorten(char *number, size_t count)
{
    char copy[JSON_NUMBER_BYTES_MAX + 1];

    memcpy(copy, number, count);
    copy[count] = '\0';
    memset(number, ' ', count);
    number_write(strtod(copy, NULL), number);
}

/* A copy with no number too long for cJSON; NULL when none was. */
static enum error shorten_numbers(const char *text, size_t bytes,
                                  char **ret_copy)
{
    size_t at = 0, count;

    *ret_copy = NULL;
    while (find_long_number(text, bytes, &at, &count)) {
        if (*ret_copy == NULL) {
            *ret_copy = malloc(bytes);
            if (*ret_copy == NULL)
                return ERR_MEMORY;
            memcpy(*ret_copy, text, bytes);
        }
        shorten(*ret_copy + at, count);
        at += count;
    }
    return OK;
}

enum error json_reader_init(struct json_reader *reader, const char *text,
                            size_t bytes, struct faults *faults,
                            struct json_flaw *ret_flaw)
{
    char *copy;
    cJSON *tree;
    enum error error;

    size_t mark = json_mark_bytes(text, bytes);

    text += mark;
    bytes -= mark;
    TRY(json_validate(text, bytes, ret_flaw));
    TRY(refuse_zero(text, bytes, ret_flaw));
    TRY(shorten_numbers(text, bytes, &copy));
    tree = cJSON_ParseWithLength(copy != NULL ? copy : text, bytes);
    free(copy);
    if (tree == NULL)
        return ERR_MEMORY; /* the text is valid: nothing else is left */
    error = json_refuse_duplicate(tree, text, bytes, ret_flaw);
    if (error != OK) {
        cJSON_Delete(tree);
        return error;
    }
    *reader = (struct json_reader){
        .faults = faults, .arena = faults->arena, .tree = tree,
    };
    return OK;
}

void json_reader_fini(struct json_reader *reader)
{
    cJSON_Delete(reader->tree);
    reader->tree = NULL;
}
