/*
 * buffer.h - bytes that grow: what answers, specs and documents are made in.
 *
 * A failed allocation sets `failed` and makes further appends do nothing, so
 * that a writer checks once, at the end.
 */
#ifndef SERVER_BASE_BUFFER_H
#define SERVER_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *bytes;       /* not terminated; NULL while empty */
    size_t count;      /* bytes in use */
    size_t capacity;
    bool failed;       /* an allocation failed; the content is incomplete */
};

/* Make an empty buffer in the caller's storage; nothing is allocated. */
void buffer_init(struct buffer *buffer);

/* Free the bytes; the buffer is empty again and can be used. */
void buffer_fini(struct buffer *buffer);

/* Forget the content, keep the memory. `failed` stays: what was lost is lost
 * for whoever streams in pieces; buffer_fini() starts afresh. */
void buffer_clear(struct buffer *buffer);

/* Make room for `more` bytes past the end; NULL (and failed) without memory.
 * Write there, then add what was written to `count`. */
char *buffer_reserve(struct buffer *buffer, size_t more);

void buffer_append(struct buffer *buffer, const void *bytes, size_t count);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Give the bytes away, terminated with NUL (not counted): the caller frees
 * them with free(). NULL when the buffer failed. The buffer is empty after,
 * as buffer_fini() leaves it. */
char *buffer_steal(struct buffer *buffer, size_t *ret_count);

#endif
