/* trace_octets.c - rows as float64, streamed: by column, or by row. */
#include <stdlib.h>
#include <string.h>

#include "server/api/api.h"
#include "server/api/trace_formats.h"
#include "server/api/trace_table.h"
#include "server/base/magic.h"
#include "server/jobs/safetensors.h"

enum {
    BLOCK_BYTES = 64 * 1024,
    READS_A_BLOCK = 4,                  /* of columns: 64 KiB */
    OCTETS_HELD_BYTES = 40 * 1024,      /* by the cursor */
    LOADED_BYTES_MAX = 4 * 1024 * 1024, /* for a block: about 5 ms */
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "numbers go out as they lie in memory");

#define OCTET_STREAM_MAGIC MAGIC('o', 'c', 't', 'e')

struct octet_stream {
    uint32_t magic;
    struct arena arena;                 /* of all it points to */
    struct trace_selection selection;
    struct trace_table table;           /* of a page or a thinned range */
    struct trace_cursor cursor;         /* of all rows of a range */
    bool by_column;                     /* the table, else the cursor */
    size_t column, row;                 /* the next number of the table */
};

/* ---- by column ---------------------------------------------------------- */

/* Append the next numbers of the column. */
static enum error write_piece(struct octet_stream *stream, struct buffer *out)
{
    double scratch[TABLE_READ_MAX];
    const double *numbers;
    size_t count;

    if (stream->row < stream->table.rows) {
        TRY(trace_table_column(&stream->selection, &stream->table,
                               stream->column, stream->row, scratch,
                               &numbers, &count));
        buffer_append(out, numbers, count * sizeof *numbers);
        stream->row += count;
    }
    if (stream->row == stream->table.rows) {
        stream->row = 0;
        stream->column++;
    }
    return OK;
}

static enum http_more next_of_columns(void *self, struct buffer *out)
{
    struct octet_stream *stream =
        MAGIC_CAST(self, struct octet_stream, OCTET_STREAM_MAGIC);

    size_t columns = stream->selection.column_count;

    for (size_t reads = 0; stream->column < columns
         && (reads < READS_A_BLOCK || out->count == 0); reads++)
        if (write_piece(stream, out) != OK)
            return HTTP_CUT;
    return stream->column < columns ? HTTP_MORE : HTTP_END;
}

/* ---- by row ------------------------------------------------------------- */

static void write_rows(const struct trace_block *block, size_t columns,
                       struct buffer *out)
{
    size_t bytes = block->rows * columns * sizeof(double);
    char *room = buffer_reserve(out, bytes);

    if (!room)
        return;
    for (size_t r = 0; r < block->rows; r++)
        for (size_t c = 0; c < columns; c++) {
            memcpy(room, &block->values[c * block->stride + r],
                   sizeof(double));
            room += sizeof(double);
        }
    out->count += bytes;
}

static enum http_more next_of_rows(void *self, struct buffer *out)
{
    struct octet_stream *stream =
        MAGIC_CAST(self, struct octet_stream, OCTET_STREAM_MAGIC);
    struct trace_block block;

    stream->cursor.bytes_loaded = 0;
    while (out->count < BLOCK_BYTES && !out->failed
           && stream->cursor.bytes_loaded < LOADED_BYTES_MAX) {
        if (trace_cursor_next(&stream->cursor, STORE_CHUNK_ROWS, &block) != OK)
            return HTTP_CUT;
        if (block.rows == 0)
            return HTTP_END;
        write_rows(&block, stream->selection.column_count, out);
    }
    return HTTP_MORE;
}

/* ---- the reply ---------------------------------------------------------- */

/* What the numbers are: the rows of all of a range are told by the length. */
static enum error add_layout(struct http_request *request,
                             const struct octet_stream *stream)
{
    const struct trace_selection *selection = &stream->selection;
    char name[COLUMN_NAME_BYTES];
    struct buffer text;
    char *layout;
    size_t bytes;

    buffer_init(&text);
    if (stream->by_column)
        buffer_format(&text, "rows=%zu; order=columns; ",
                      stream->table.rows);
    else
        buffer_text(&text, "order=rows; ");
    if (stream->table.has_more)
        buffer_format(&text, "next=%llu; ",
                      (unsigned long long)stream->table.next);
    buffer_text(&text, "type=float64; endian=little; columns=");
    for (size_t c = 0; c < selection->column_count; c++) {
        trace_column_name(&selection->columns[c], name);
        buffer_format(&text, "%s%s", c > 0 ? "," : "", name);
    }
    layout = buffer_steal(&text, &bytes);
    if (!layout)
        return ERR_MEMORY;
    http_reply_header(request, "Trace-Layout", layout);
    free(layout);
    return OK;
}

static void close_octets(void *self)
{
    struct octet_stream *stream =
        MAGIC_CAST(self, struct octet_stream, OCTET_STREAM_MAGIC);

    trace_cursor_fini(&stream->cursor);
    arena_fini(&stream->arena);
    MAGIC_CLEAR(stream);
    free(stream);
}

static enum error open_octets(struct octet_stream *stream)
{
    struct trace_selection *selection = &stream->selection;

    TRY(trace_keep(&stream->arena, selection, NULL));
    stream->by_column = selection->thinning.points > 0
                     || selection->limit < UINT64_MAX;
    if (stream->by_column)
        return trace_table_read(selection, &stream->arena, &stream->table);
    return trace_cursor_init(&stream->cursor, selection);
}

enum error trace_stream_octets(struct http_request *request,
                               const struct trace_selection *selection,
                               struct http_stream *ret)
{
    struct octet_stream *stream = calloc(1, sizeof *stream);
    enum error error;

    if (!stream)
        return ERR_MEMORY;
    stream->magic = OCTET_STREAM_MAGIC;
    arena_init(&stream->arena, 0);
    stream->selection = *selection;
    error = open_octets(stream);
    if (error == OK)
        error = add_layout(request, stream);
    if (error != OK) {
        close_octets(stream);
        return error;
    }
    *ret = (struct http_stream){
        .next = stream->by_column ? next_of_columns : next_of_rows,
        .close = close_octets,
        .self = stream,
        .held_bytes = OCTETS_HELD_BYTES + stream->arena.used_bytes,
        .bytes = stream->table.rows * selection->column_count
                 * sizeof(double),
    };
    return OK;
}
