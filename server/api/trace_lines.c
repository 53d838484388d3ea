/* trace_lines.c - rows as CSV or NDJSON lines, streamed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/api/api.h"
#include "server/api/trace_formats.h"
#include "server/api/trace_table.h"
#include "server/json/number.h"
#include "server/json/writer.h"

enum {
    BLOCK_BYTES = 64 * 1024,
    LINES_HELD_BYTES = 40 * 1024,       /* by the cursor */
    ROWS_BYTES = 32 * 1024,             /* room made at once, at least a row */
    LOADED_BYTES_MAX = 4 * 1024 * 1024, /* for a block: about 5 ms */
};

/* ---- lines -------------------------------------------------------------- */

static void write_csv(const struct trace_block *block, size_t columns,
                      struct buffer *out)
{
    char *text = buffer_reserve(out, block->rows * columns
                                         * (NUMBER_TEXT_BYTES + 1));
    size_t at = 0;

    if (!text)
        return;
    for (size_t r = 0; r < block->rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            double value = block->values[c * block->stride + r];

            if (!chunk_is_absent(value))
                at += number_write_csv(value, text + at);
            text[at++] = ',';
        }
        text[at - 1] = '\n';
    }
    out->count += at;
}

static void write_nonfinite(struct json_writer *writer,
                            const struct trace_column *columns, size_t count,
                            const double *values, size_t stride)
{
    char name[COLUMN_NAME_BYTES];
    bool any = false;

    for (size_t c = 0; c < count; c++) {
        double value = values[c * stride];

        if (isfinite(value) || chunk_is_absent(value))
            continue;
        if (!any) {
            json_key(writer, "nonfinite");
            json_array_begin(writer);
            any = true;
        }
        trace_column_name(&columns[c], name);
        json_object_begin(writer);
        json_member_text(writer, "field", name);
        json_member_text(writer, "value", number_nonfinite_word(value));
        json_object_end(writer);
    }
    if (any)
        json_array_end(writer);
}

static void write_ndjson_row(const struct trace_column *columns, size_t count,
                             const double *values, size_t stride,
                             struct buffer *out)
{
    struct json_writer writer;
    char name[COLUMN_NAME_BYTES];

    json_writer_init(&writer, out);
    json_object_begin(&writer);
    for (size_t c = 0; c < count; c++) {
        trace_column_name(&columns[c], name);
        json_member_number(&writer, name, values[c * stride]);
    }
    write_nonfinite(&writer, columns, count, values, stride);
    json_object_end(&writer);
    buffer_append(out, "\n", 1);
}

static void write_block(enum trace_lines lines,
                        const struct trace_column *columns, size_t count,
                        const struct trace_block *block, struct buffer *out)
{
    if (lines == TRACE_CSV) {
        write_csv(block, count, out);
        return;
    }
    for (size_t r = 0; r < block->rows; r++)
        write_ndjson_row(columns, count, block->values + r, block->stride,
                         out);
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
    write_block(lines, columns, count,
                &(struct trace_block){.values = values, .stride = 1,
                                      .rows = 1},
                out);
}

/* A field with a comma stands in quotes. Source: RFC 4180, section 2. */
static void write_variable(const char *name, struct buffer *out)
{
    const char *quote = strchr(name, ',') ? "\"" : "";

    buffer_format(out, "%sx.%s%s", quote, name, quote);
}

/* The header with the variables' names: "x.a" instead of "x.0". */
static void write_names_header(const struct trace_selection *selection,
                               const struct trace_about *about,
                               struct buffer *out)
{
    char name[COLUMN_NAME_BYTES];

    for (size_t c = 0; c < selection->column_count; c++) {
        const struct trace_column *column = &selection->columns[c];

        trace_column_name(column, name);
        if (column->scalar == COLUMNS && about->names)
            write_variable(about->names[column->dimension], out);
        else
            buffer_text(out, name);
        buffer_append(out, c + 1 < selection->column_count ? "," : "\n", 1);
    }
}

/* ---- a stream of lines -------------------------------------------------- */

struct line_stream {
    struct arena arena;                 /* of all it points to */
    struct trace_selection selection;
    struct trace_cursor cursor;         /* of all rows of a range */
    struct trace_block block;           /* what is there and not written; at
                                           first all rows of a thinned range */
    enum trace_lines lines;
    struct buffer header;
};

/* Write rows of the block that is there, as many as there is room for. */
static void write_rows(struct line_stream *stream, struct buffer *out)
{
    size_t columns = stream->selection.column_count;
    size_t rows = ROWS_BYTES / (columns * (NUMBER_TEXT_BYTES + 1)) + 1;
    struct trace_block *block = &stream->block, piece = *block;

    if (rows < piece.rows)
        piece.rows = rows;
    write_block(stream->lines, stream->selection.columns, columns, &piece,
                out);
    block->values += piece.rows;
    block->rows -= piece.rows;
}

static enum http_more next_block(void *self, struct buffer *out)
{
    struct line_stream *stream = self;

    buffer_append(out, stream->header.bytes, stream->header.count);
    buffer_fini(&stream->header);
    stream->cursor.bytes_loaded = 0;
    while (out->count < BLOCK_BYTES && !out->failed) {
        if (stream->block.rows > 0) {
            write_rows(stream, out);
            continue;
        }
        if (stream->cursor.bytes_loaded >= LOADED_BYTES_MAX)
            break;
        if (stream->selection.thinning.points > 0)
            return HTTP_END;
        if (trace_cursor_next(&stream->cursor, STORE_CHUNK_ROWS,
                              &stream->block) != OK)
            return HTTP_CUT;
        if (stream->block.rows == 0)
            return HTTP_END;
    }
    return HTTP_MORE;
}

static void close_lines(void *self)
{
    struct line_stream *stream = self;

    trace_cursor_fini(&stream->cursor);
    arena_fini(&stream->arena);
    buffer_fini(&stream->header);
    free(stream);
}

/* Rows of a thinned range are read at once, those of a range one chunk after
 * the other. */
static enum error open_lines(struct line_stream *stream)
{
    struct trace_selection *selection = &stream->selection;
    struct trace_table table;

    TRY(trace_keep(&stream->arena, selection, NULL));
    if (selection->thinning.points == 0)
        return trace_cursor_init(&stream->cursor, selection);
    TRY(trace_table_read(selection, &stream->arena, &table));
    stream->block = table.block;
    return OK;
}

enum http_next trace_reply_lines(struct http_request *request,
                                 const struct trace_selection *selection,
                                 const struct trace_about *about,
                                 enum trace_lines lines)
{
    struct line_stream *stream = calloc(1, sizeof *stream);
    enum error error;

    if (!stream)
        return problem_reply_error(request, ERR_MEMORY);
    arena_init(&stream->arena, 0);
    buffer_init(&stream->header);
    stream->selection = *selection;
    stream->lines = lines;
    if (about->names_header)
        write_names_header(selection, about, &stream->header);
    else
        trace_write_header(lines, selection->columns, selection->column_count,
                           &stream->header);
    error = stream->header.failed ? ERR_MEMORY : open_lines(stream);
    if (error != OK) {
        close_lines(stream);
        return problem_reply_error(request, error);
    }
    return trace_reply_stream(request,
                              lines == TRACE_CSV ? TYPE_CSV : TYPE_NDJSON,
                              &(struct http_stream){
                                  .next = next_block,
                                  .close = close_lines,
                                  .self = stream,
                                  .held_bytes = LINES_HELD_BYTES
                                      + stream->arena.used_bytes,
                              });
}
