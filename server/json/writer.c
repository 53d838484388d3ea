/* writer.c - JSON made member by member; commas and quotes are placed here. */
#include "server/json/writer.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "server/json/number.h"

void json_writer_init(struct json_writer *writer, struct buffer *out)
{
    *writer = (struct json_writer){.out = out};
}

/* Place the comma before a value or a name, where one is due. */
static void separate(struct json_writer *writer)
{
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (writer->depth > 0 && writer->has_items[writer->depth])
        buffer_append(writer->out, ",", 1);
    writer->has_items[writer->depth] = true;
}

static void begin(struct json_writer *writer, const char *bracket)
{
    assert(writer->depth < JSON_WRITER_DEPTH);
    separate(writer);
    buffer_append(writer->out, bracket, 1);
    writer->has_items[++writer->depth] = false;
}

static void end(struct json_writer *writer, const char *bracket)
{
    assert(writer->depth > 0 && !writer->after_key);
    writer->depth--;
    buffer_append(writer->out, bracket, 1);
}

void json_object_begin(struct json_writer *writer)
{
    begin(writer, "{");
}

void json_object_end(struct json_writer *writer)
{
    end(writer, "}");
}

void json_array_begin(struct json_writer *writer)
{
    begin(writer, "[");
}

void json_array_end(struct json_writer *writer)
{
    end(writer, "]");
}

static void append_escape(struct buffer *out, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    char unit[] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};

    for (size_t i = 0; i + 1 < sizeof letters; i += 2)
        if ((unsigned char)letters[i] == byte) {
            unit[1] = letters[i + 1];
            buffer_append(out, unit, 2);
            return;
        }
    buffer_append(out, unit, sizeof unit);
}

/* How many bytes need no escape. */
static size_t plain_count(const char *text)
{
    size_t count = 0;

    while ((unsigned char)text[count] >= ' ' && text[count] != '"'
           && text[count] != '\\')
        count++;
    return count;
}

/* Append the text's first bytes in quotes, with `after` behind them. */
static void append_quoted(struct buffer *out, const char *text, size_t count,
                          const char *after)
{
    size_t after_count = strlen(after);
    char *room = buffer_reserve(out, count + 2 + after_count);

    if (room == NULL)
        return;
    room[0] = '"';
    memcpy(room + 1, text, count);
    room[count + 1] = '"';
    memcpy(room + count + 2, after, after_count);
    out->count += count + 2 + after_count;
}

/* Append `text` in quotes, with `after` behind them. Nearly all texts need no
 * escape; of others the runs that need none are copied whole. */
static void append_string(struct buffer *out, const char *text,
                          const char *after)
{
    size_t count = plain_count(text);

    if (text[count] == '\0') {
        append_quoted(out, text, count, after);
        return;
    }
    buffer_append(out, "\"", 1);
    while (text[count] != '\0') {
        buffer_append(out, text, count);
        append_escape(out, (unsigned char)text[count]);
        text += count + 1;
        count = plain_count(text);
    }
    buffer_append(out, text, count);
    buffer_append(out, "\"", 1);
    buffer_text(out, after);
}

void json_key(struct json_writer *writer, const char *name)
{
    assert(writer->depth > 0 && !writer->after_key);
    separate(writer);
    append_string(writer->out, name, ":");
    writer->after_key = true;
}

void json_text(struct json_writer *writer, const char *text)
{
    if (text == NULL) {
        json_null(writer);
        return;
    }
    separate(writer);
    append_string(writer->out, text, "");
}

/* Write the digits, or null, where they will stand. */
static size_t write_number(double value, char text[NUMBER_TEXT_BYTES])
{
    if (isfinite(value))
        return number_write(value, text);
    memcpy(text, "null", 4);
    return 4;
}

void json_number(struct json_writer *writer, double value)
{
    char *room;

    separate(writer);
    room = buffer_reserve(writer->out, NUMBER_TEXT_BYTES);
    if (room != NULL)
        writer->out->count += write_number(value, room);
}

void json_integer(struct json_writer *writer, int64_t value)
{
    char *room;

    separate(writer);
    room = buffer_reserve(writer->out, NUMBER_TEXT_BYTES);
    if (room != NULL)
        writer->out->count += number_write_integer(value, room);
}

void json_flag(struct json_writer *writer, bool value)
{
    separate(writer);
    buffer_text(writer->out, value ? "true" : "false");
}

void json_null(struct json_writer *writer)
{
    separate(writer);
    buffer_text(writer->out, "null");
}

void json_items(struct json_writer *writer, const double *values,
                size_t count)
{
    enum { AT_ONCE = 128 };

    for (size_t i = 0; i < count;) {
        size_t end = count - i < AT_ONCE ? count : i + AT_ONCE, at = 0;
        char *room;

        separate(writer);
        room = buffer_reserve(writer->out,
                              AT_ONCE * (NUMBER_TEXT_BYTES + 1));
        if (room == NULL)
            return;
        for (; i < end; i++) {
            at += write_number(values[i], room + at);
            room[at++] = ',';
        }
        writer->out->count += at - 1; /* the last comma is not due yet */
    }
}

void json_numbers(struct json_writer *writer, const double *values,
                  size_t count)
{
    json_array_begin(writer);
    json_items(writer, values, count);
    json_array_end(writer);
}

void json_raw(struct json_writer *writer, const char *json, size_t bytes)
{
    separate(writer);
    buffer_append(writer->out, json, bytes);
}

void json_member_text(struct json_writer *writer, const char *name,
                      const char *text)
{
    json_key(writer, name);
    json_text(writer, text);
}

void json_member_number(struct json_writer *writer, const char *name,
                        double value)
{
    json_key(writer, name);
    json_number(writer, value);
}

void json_member_integer(struct json_writer *writer, const char *name,
                         int64_t value)
{
    json_key(writer, name);
    json_integer(writer, value);
}

void json_member_flag(struct json_writer *writer, const char *name,
                      bool value)
{
    json_key(writer, name);
    json_flag(writer, value);
}

void json_member_null(struct json_writer *writer, const char *name)
{
    json_key(writer, name);
    json_null(writer);
}
