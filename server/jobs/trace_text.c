/* trace_text.c - rows of a trace as lines of CSV or NDJSON. */
#include "server/jobs/trace_text.h"

#include <math.h>

#include "server/json/number.h"
#include "server/json/writer.h"

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

void trace_write_block(enum trace_lines lines,
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
    const struct trace_block row = {
        .values = values, .stride = 1, .rows = 1};

    trace_write_block(lines, columns, count, &row, out);
}
