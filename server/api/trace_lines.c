/* trace_lines.c - rows as CSV or NDJSON lines, streamed. */
#include <stdlib.h>
#include <string.h>

#include "server/api/api.h"
#include "server/api/trace_formats.h"
#include "server/api/trace_table.h"
#include "server/base/magic.h"
#include "server/json/number.h"

enum {
    BLOCK_BYTES = 64 * 1024,
    LINES_HELD_BYTES = 40 * 1024,       /* by the cursor */
    ROWS_BYTES = 32 * 1024,             /* room made at once, at least a row */
    LOADED_BYTES_MAX = 4 * 1024 * 1024, /* for a block: about 5 ms */
};

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

#define LINE_STREAM_MAGIC MAGIC('l', 'i', 'n', 'e')

struct line_stream {
    uint32_t magic;
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
    trace_write_block(stream->lines, stream->selection.columns, columns,
                      &piece, out);
    block->values += piece.rows;
    block->rows -= piece.rows;
}

static enum http_more next_block(void *self, struct buffer *out)
{
    struct line_stream *stream =
        MAGIC_CAST(self, struct line_stream, LINE_STREAM_MAGIC);

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
    struct line_stream *stream =
        MAGIC_CAST(self, struct line_stream, LINE_STREAM_MAGIC);

    trace_cursor_fini(&stream->cursor);
    arena_fini(&stream->arena);
    buffer_fini(&stream->header);
    MAGIC_CLEAR(stream);
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

enum error trace_stream_lines(const struct trace_selection *selection,
                              const struct trace_about *about,
                              enum trace_lines lines, struct http_stream *ret)
{
    struct line_stream *stream = calloc(1, sizeof *stream);
    enum error error;

    if (!stream)
        return ERR_MEMORY;
    stream->magic = LINE_STREAM_MAGIC;
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
        return error;
    }
    *ret = (struct http_stream){
        .next = next_block,
        .close = close_lines,
        .self = stream,
        .held_bytes = LINES_HELD_BYTES + stream->arena.used_bytes,
    };
    return OK;
}
