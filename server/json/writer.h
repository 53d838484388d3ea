/*
 * writer.h - JSON made member by member, into a buffer.
 *
 * The writer places commas and quotes; the caller opens and closes in pairs.
 * Between calls the buffer may be emptied (buffer_clear()), so that a long
 * document streams in pieces.
 */
#ifndef SERVER_JSON_WRITER_H
#define SERVER_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/buffer.h"

enum { JSON_WRITER_DEPTH = 32 };

struct json_writer {
    struct buffer *out;
    unsigned depth;
    bool after_key;                      /* the next value belongs to a key */
    bool has_items[JSON_WRITER_DEPTH + 1];
};

void json_writer_init(struct json_writer *writer, struct buffer *out);

void json_object_begin(struct json_writer *writer);
void json_object_end(struct json_writer *writer);
void json_array_begin(struct json_writer *writer);
void json_array_end(struct json_writer *writer);

/* The name of the next member of the open object; escaped. */
void json_key(struct json_writer *writer, const char *name);

/* A string value, escaped, or null for NULL. Must be UTF-8. */
void json_text(struct json_writer *writer, const char *text);

/* A double in its shortest digits; null where it is not finite. */
void json_number(struct json_writer *writer, double value);
void json_integer(struct json_writer *writer, int64_t value);
void json_flag(struct json_writer *writer, bool value);
void json_null(struct json_writer *writer);
void json_numbers(struct json_writer *writer, const double *values,
                  size_t count);
/* The numbers as items of the open array. */
void json_items(struct json_writer *writer, const double *values,
                size_t count);

/* A value that is JSON already. */
void json_raw(struct json_writer *writer, const char *json, size_t bytes);

/* json_key() and a value, the usual pair. */
void json_member_text(struct json_writer *writer, const char *name,
                      const char *text);
void json_member_number(struct json_writer *writer, const char *name,
                        double value);
void json_member_integer(struct json_writer *writer, const char *name,
                         int64_t value);
void json_member_flag(struct json_writer *writer, const char *name,
                      bool value);
void json_member_null(struct json_writer *writer, const char *name);

#endif
