/* buffer.c - bytes that grow by doubling, and remember a failed allocation. */
#include "server/base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_MIN = 256 };

void buffer_init(struct buffer *buffer)
{
    *buffer = (struct buffer){0};
}

void buffer_fini(struct buffer *buffer)
{
    free(buffer->bytes);
    buffer_init(buffer);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->count = 0;
}

/* The next capacity that holds `needed` bytes. */
static size_t grown(size_t capacity, size_t needed)
{
    size_t doubled = capacity > SIZE_MAX / 2 ? SIZE_MAX : 2 * capacity;

    if (doubled < CAPACITY_MIN)
        doubled = CAPACITY_MIN;
    return doubled < needed ? needed : doubled;
}

char *buffer_reserve(struct buffer *buffer, size_t more)
{
    size_t capacity;
    char *bytes;

    if (buffer->failed)
        return NULL;
    if (buffer->bytes != NULL && more <= buffer->capacity - buffer->count)
        return buffer->bytes + buffer->count;
    if (more > SIZE_MAX - buffer->count) {
        buffer->failed = true;
        return NULL;
    }
    capacity = grown(buffer->capacity, buffer->count + more);
    bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        buffer->failed = true;
        return NULL;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return bytes + buffer->count;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t count)
{
    char *room = count > 0 ? buffer_reserve(buffer, count) : NULL;

    if (room == NULL)
        return;
    memcpy(room, bytes, count);
    buffer->count += count;
}

void buffer_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    int needed;
    char *room;

    va_start(arguments, format);
    needed = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (needed < 0) {
        buffer->failed = true;
        return;
    }
    room = buffer_reserve(buffer, (size_t)needed + 1);
    if (room == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(room, (size_t)needed + 1, format, arguments);
    va_end(arguments);
    buffer->count += (size_t)needed;
}

char *buffer_steal(struct buffer *buffer, size_t *ret_count)
{
    char *end = buffer_reserve(buffer, 1);
    char *bytes = buffer->bytes;

    if (end == NULL) {
        buffer_fini(buffer);
        return NULL;
    }
    *end = '\0';
    *ret_count = buffer->count;
    buffer_init(buffer);
    return bytes;
}
