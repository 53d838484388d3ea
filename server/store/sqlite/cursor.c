/* cursor.c - where a page of a list ended, as a text for clients. */
#include "server/store/sqlite/cursor.h"

#include <stdbool.h>
#include <string.h>

/* The bytes under the base64url; the value follows. */
struct head {
    uint32_t check;
    uint8_t format;     /* 1 */
    uint8_t sort;
    uint8_t descending;
    uint8_t type;       /* enum value_type */
    int64_t number;
};

enum { FORMAT = 1, HEAD_BYTES = sizeof(struct head) };

_Static_assert(HEAD_BYTES == 16, "no padding in it");

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "abcdefghijklmnopqrstuvwxyz0123456789-_";

static char *to_base64(const uint8_t *bytes, size_t count,
                       struct arena *arena)
{
    char *text = arena_array(arena, (count + 2) / 3 * 4 + 1, 1);
    char *to = text;
    uint32_t bits = 0;
    unsigned held = 0;

    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        bits = bits << 8 | bytes[i];
        for (held += 8; held >= 6; held -= 6)
            *to++ = digits[bits >> (held - 6) & 63];
    }
    if (held > 0)
        *to++ = digits[bits << (6 - held) & 63];
    *to = '\0';
    return text;
}

/* Only the form that to_base64() writes. The bytes are terminated with NUL. */
static enum error from_base64(const char *text, struct arena *arena,
                              uint8_t **ret_bytes, size_t *ret_count)
{
    size_t length = strlen(text), count = 0;
    uint8_t *bytes = arena_array(arena, length / 4 * 3 + 4, 1);
    uint32_t bits = 0;
    unsigned held = 0;

    if (bytes == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < length; i++) {
        const char *digit = strchr(digits, text[i]);
        if (digit == NULL)
            return ERR_INVALID;
        bits = bits << 6 | (uint32_t)(digit - digits);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[count++] = (uint8_t)(bits >> held);
        }
    }
    if (held >= 6 || (bits & ((1u << held) - 1)) != 0)
        return ERR_INVALID;
    *ret_bytes = bytes;
    *ret_count = count;
    return OK;
}

/* FNV-1a, 64 bits: Fowler, Noll, Vo 1991, offset and prime as published. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < count; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    /* With its NUL; a byte that no UTF-8 has stands for NULL. */
    return text != NULL ? mix(hash, text, strlen(text) + 1)
                        : mix(hash, "\xff", 1);
}

/* Over the query's filters and all that follows the check itself. */
static uint32_t check(const struct store_query *query, const uint8_t *bytes,
                      size_t count)
{
    const size_t skipped = sizeof(uint32_t);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (const struct store_filter *at = store_filters; at->name; at++) {
        const void *place = (const char *)query + at->place;
        const char *const *text = place;
        if (store_filter_words(at->type))
            hash = mix(hash, place, sizeof(unsigned));
        else if (at->type == FILTER_TIME)
            hash = mix(hash, place, sizeof(int64_t));
        else
            hash = mix_text(hash, *text);
    }
    hash = mix(hash, bytes + skipped, count - skipped);
    return (uint32_t)(hash ^ hash >> 32);
}

static size_t value_bytes(const struct sort_value *value)
{
    switch (value->type) {
    case VALUE_INTEGER:
        return sizeof value->integer;
    case VALUE_REAL:
        return sizeof value->real;
    case VALUE_TEXT:
        return strlen(value->text);
    default:
        return 0;
    }
}

static const void *value_start(const struct sort_value *value)
{
    switch (value->type) {
    case VALUE_INTEGER:
        return &value->integer;
    case VALUE_REAL:
        return &value->real;
    case VALUE_TEXT:
        return value->text;
    default:
        return "";
    }
}

const char *cursor_format(const struct store_query *query,
                          const struct page_cursor *cursor,
                          struct arena *arena)
{
    size_t tail = value_bytes(&cursor->value);
    uint8_t *bytes = arena_array(arena, HEAD_BYTES + tail, 1);
    struct head head = {
        .format = FORMAT,
        .sort = (uint8_t)query->sort,
        .descending = query->descending,
        .type = (uint8_t)cursor->value.type,
        .number = cursor->number,
    };

    if (bytes == NULL)
        return NULL;
    memcpy(bytes, &head, HEAD_BYTES);
    memcpy(bytes + HEAD_BYTES, value_start(&cursor->value), tail);
    head.check = check(query, bytes, HEAD_BYTES + tail);
    memcpy(bytes, &head.check, sizeof head.check);
    return to_base64(bytes, HEAD_BYTES + tail, arena);
}

/* The value of a cursor from its bytes, which are terminated with NUL. */
static bool read_value(enum value_type type, const uint8_t *bytes,
                       size_t count, struct sort_value *value)
{
    value->type = type;
    switch (type) {
    case VALUE_NULL:
        return count == 0;
    case VALUE_INTEGER:
        memcpy(&value->integer, bytes, sizeof value->integer);
        return count == sizeof value->integer;
    case VALUE_REAL:
        memcpy(&value->real, bytes, sizeof value->real);
        return count == sizeof value->real;
    case VALUE_TEXT:
        value->text = (const char *)bytes;
        return strlen(value->text) == count;
    }
    return false;
}

enum error cursor_parse(const struct store_query *query, enum value_type type,
                        struct arena *arena, struct page_cursor *ret_cursor)
{
    struct head head;
    struct page_cursor cursor = {0};
    uint8_t *bytes = NULL;
    size_t count = 0;

    TRY(from_base64(query->cursor, arena, &bytes, &count));
    if (count < HEAD_BYTES)
        return ERR_INVALID;
    memcpy(&head, bytes, HEAD_BYTES);
    if (head.check != check(query, bytes, count) || head.format != FORMAT ||
        head.sort != query->sort || head.descending != query->descending ||
        (head.type != type && head.type != VALUE_NULL))
        return ERR_INVALID;
    cursor.number = head.number;
    if (!read_value(head.type, bytes + HEAD_BYTES, count - HEAD_BYTES,
                    &cursor.value))
        return ERR_INVALID;
    *ret_cursor = cursor;
    return OK;
}
