/* trace_lines.c - rows as CSV or NDJSON lines, streamed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/api/api.h"
#include "server/api/trace_formats.h"
#include "server/json/number.h"
#include "server/json/writer.h"

enum {
    BLOCK_BYTES = 64 * 1024,
    LOADED_BYTES_MAX = 4 * 1024 * 1024, /* for a block: about 5 ms */
};

/* ---- one line ---------------------------------------------------------- */

static void write_csv_row(size_t count, const double *values,
                          struct buffer *out)
{
    char *text = buffer_reserve(out, count * (NUMBER_TEXT_BYTES + 1));
    size_t at = 0;

    if (!text)
        return;
    for (size_t c = 0; c < count; c++) {
        if (!chunk_is_absent(values[c]))
            at += number_write_csv(values[c], text + at);
        text[at++] = c + 1 < count ? ',' : '\n';
    }
    out->count += at;
}

static void write_nonfinite(struct json_writer *writer,
                            const struct trace_column *columns, size_t count,
                            const double *values)
{
    char name[COLUMN_NAME_BYTES];
    bool any = false;

    for (size_t c = 0; c < count; c++) {
        if (isfinite(values[c]) || chunk_is_absent(values[c]))
            continue;
        if (!any) {
            json_key(writer, "nonfinite");
            json_array_begin(writer);
            any = true;
        }
        trace_column_name(&columns[c], name);
        json_object_begin(writer);
        json_member_text(writer, "field", name);
        json_member_text(writer, "value", number_nonfinite_word(values[c]));
        json_object_end(writer);
    }
    if (any)
        json_array_end(writer);
}

static void write_ndjson_row(const struct trace_column *columns, size_t count,
                             const double *values, struct buffer *out)
{
    struct json_writer writer;
    char name[COLUMN_NAME_BYTES];

    json_writer_init(&writer, out);
    json_object_begin(&writer);
    for (size_t c = 0; c < count; c++) {
        trace_column_name(&columns[c], name);
        json_member_number(&writer, name, values[c]);
    }
    write_nonfinite(&writer, columns, count, values);
    json_object_end(&writer);
    buffer_append(out, "\n", 1);
}

void trace_write_header(enum trace_lines lines,
                        const struct trace_column *columns, size_t count,
                        struct buffer *out)
{
    char name[COLUMN_NAME_BYTES];

    for (size_t c = 0; lines == TRACE_CSV && c < count; c++) {
        trace_column_name(&columns[c], name);
        buffer_text(out, name);
        buffer_append(out, c + 1 < count ? "," : "\n", 1);
    }
}

void trace_write_row(enum trace_lines lines,
                     const struct trace_column *columns, size_t count,
                     const double *values, struct buffer *out)
{
    if (lines == TRACE_CSV)
        write_csv_row(count, values, out);
    else
        write_ndjson_row(columns, count, values, out);
}

/* ---- a stream of lines ------------------------------------------------- */

struct line_stream {
    struct trace_selection selection;
    struct trace_cursor cursor;
    enum trace_lines lines;
    bool begun;
    double values[];               /* [column_count], then the columns */
};

static enum http_more next_block(void *self, struct buffer *out)
{
    struct line_stream *stream = self;
    const struct trace_selection *selection = &stream->selection;
    bool row = true;

    if (!stream->begun)
        trace_write_header(stream->lines, selection->columns,
                           selection->column_count, out);
    stream->begun = true;
    stream->cursor.bytes_loaded = 0;
    while (out->count < BLOCK_BYTES && !out->failed
           && stream->cursor.bytes_loaded < LOADED_BYTES_MAX) {
        if (trace_cursor_next(&stream->cursor, stream->values, &row) != OK)
            return HTTP_CUT;
        if (!row)
            return HTTP_END;
        trace_write_row(stream->lines, selection->columns,
                        selection->column_count, stream->values, out);
    }
    return HTTP_MORE;
}

static void close_lines(void *self)
{
    struct line_stream *stream = self;

    trace_cursor_fini(&stream->cursor);
    free(stream);
}

enum http_next trace_reply_lines(struct http_request *request,
                                 const struct trace_selection *selection,
                                 enum trace_lines lines)
{
    size_t columns_bytes =
        selection->column_count * sizeof *selection->columns;
    struct line_stream *stream =
        calloc(1, sizeof *stream + selection->column_count * sizeof(double)
                      + columns_bytes);
    struct trace_column *columns;

    if (!stream)
        return problem_reply_error(request, ERR_MEMORY);
    /* The stream may outlive the request's arena. */
    columns = (struct trace_column *)(void *)
        (stream->values + selection->column_count);
    memcpy(columns, selection->columns, columns_bytes);
    stream->selection = *selection;
    stream->selection.columns = columns;
    stream->lines = lines;
    trace_cursor_init(&stream->cursor, &stream->selection);
    return http_reply_stream(request, 200,
                             lines == TRACE_CSV ? TYPE_CSV : TYPE_NDJSON,
                             &(struct http_stream){
                                 .next = next_block,
                                 .close = close_lines,
                                 .self = stream,
                             });
}
