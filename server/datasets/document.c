/* document.c - what is told of a dataset, as JSON. */
#include "server/datasets/document.h"

#include <math.h>
#include <string.h>

#include "server/base/clock.h"

/* ---- columns ------------------------------------------------------------ */

/* A member that is left out where there is no number. */
static void member_number(struct json_writer *writer, const char *name,
                          double value)
{
    if (isfinite(value))
        json_member_number(writer, name, value);
}

static void write_column(struct json_writer *writer,
                         const struct column *column)
{
    json_object_begin(writer);
    json_member_text(writer, "name", column->name);
    json_member_text(writer, "kind", column_kind_name(column->kind));
    json_member_integer(writer, "missing", (int64_t)column->missing);
    member_number(writer, "mean", column->mean);
    member_number(writer, "deviation", column->deviation);
    member_number(writer, "min", column->min);
    member_number(writer, "max", column->max);
    member_number(writer, "fill", column->fill);
    if (column->distinct > 0)
        json_member_integer(writer, "distinct", (int64_t)column->distinct);
    if (column->words != NULL) {
        json_key(writer, "values");
        json_array_begin(writer);
        for (size_t i = 0; i < column->distinct; i++)
            json_text(writer, column->words[i]);
        json_array_end(writer);
    }
    json_object_end(writer);
}

static void write_columns(struct json_writer *writer,
                          const struct dataset *data)
{
    json_member_integer(writer, "column_count", (int64_t)data->column_count);
    json_key(writer, "columns");
    json_array_begin(writer);
    for (size_t c = 0; c < data->column_count
                       && writer->out->count < DOCUMENT_COLUMNS_BYTES; c++)
        write_column(writer, &data->columns[c]);
    json_array_end(writer);
}

/* ---- the content -------------------------------------------------------- */

/* A character, or nothing where the format has none. */
static void member_character(struct json_writer *writer, const char *name,
                             char character)
{
    const char text[2] = {character, '\0'};

    if (character != '\0')
        json_member_text(writer, name, text);
}

static void write_read_as(struct json_writer *writer,
                          const struct read_as *read_as)
{
    json_key(writer, "read_as");
    json_object_begin(writer);
    json_member_text(writer, "format", read_as->format);
    member_character(writer, "delimiter", read_as->delimiter);
    member_character(writer, "decimal", read_as->decimal);
    if (read_as->delimiter != '\0')
        json_member_flag(writer, "header", read_as->has_header);
    else if (strcmp(read_as->format, "libsvm") == 0)
        json_member_integer(writer, "base", read_as->base);
    json_member_text(writer, "missing", read_as->missing);
    json_member_integer(writer, "dropped", (int64_t)read_as->dropped);
    json_object_end(writer);
}

static void write_content(struct json_writer *writer,
                          const struct dataset *data, const char *sha256)
{
    json_member_integer(writer, "rows", (int64_t)data->rows);
    json_member_flag(writer, "sparse", data->sparse);
    json_key(writer, "nonzeros");
    if (data->sparse)
        json_integer(writer, (int64_t)data->nonzeros);
    else
        json_null(writer);
    json_member_integer(writer, "features", (int64_t)data->features);
    json_member_integer(writer, "missing", (int64_t)data->missing);
    json_member_integer(writer, "bytes", (int64_t)data->bytes);
    json_member_text(writer, "sha256", sha256);
    write_read_as(writer, &data->read_as);
}

/* A document of which the braces are taken away. */
static void take_members(struct json_writer *writer, struct buffer *whole,
                         struct buffer *out)
{
    json_object_end(writer);
    if (!whole->failed)
        buffer_append(out, whole->bytes + 1, whole->count - 2);
    out->failed |= whole->failed;
    buffer_fini(whole);
}

void document_content(const struct dataset *data, const char *sha256,
                      struct buffer *out)
{
    struct json_writer writer;
    struct buffer whole;

    buffer_init(&whole);
    json_writer_init(&writer, &whole);
    json_object_begin(&writer);
    write_content(&writer, data, sha256);
    take_members(&writer, &whole, out);
}

void document_columns(const struct dataset *data, struct buffer *out)
{
    struct json_writer writer;
    struct buffer whole;

    buffer_init(&whole);
    json_writer_init(&writer, &whole);
    json_object_begin(&writer);
    write_columns(&writer, data);
    take_members(&writer, &whole, out);
}

/* ---- the whole ---------------------------------------------------------- */

static void write_names(struct json_writer *writer,
                        const struct store_dataset *dataset,
                        const char *called)
{
    if (called == NULL && dataset->name_count > 0)
        called = dataset->names[0];
    json_member_text(writer, "name", called);
    json_key(writer, "names");
    json_array_begin(writer);
    for (size_t i = 0; i < dataset->name_count; i++)
        json_text(writer, dataset->names[i]);
    json_array_end(writer);
}

void document_write(struct json_writer *writer,
                    const struct store_dataset *dataset, const char *called)
{
    char id[IDENTIFIER_TEXT_BYTES], time[TIME_TEXT_BYTES];
    struct json_writer inner;
    struct buffer text;

    buffer_init(&text);
    json_writer_init(&inner, &text);
    json_object_begin(&inner);
    identifier_format(&dataset->id, "ds", id);
    json_member_text(&inner, "id", id);
    write_names(&inner, dataset, called);
    json_member_flag(&inner, "built_in", false);
    time_format(dataset->created_ms, time);
    json_member_text(&inner, "created_at", time);
    buffer_format(&text, ",%s", dataset->document);
    if (dataset->columns != NULL)
        buffer_format(&text, ",%s", dataset->columns);
    json_object_end(&inner);
    json_raw(writer, text.bytes, text.failed ? 0 : text.count);
    writer->out->failed |= text.failed;
    buffer_fini(&text);
}

static void write_parameters(struct json_writer *writer,
                             const struct parameter *table)
{
    json_key(writer, "parameters");
    json_array_begin(writer);
    for (; table->name != NULL; table++) {
        json_object_begin(writer);
        json_member_text(writer, "name", table->name);
        json_member_number(writer, "default", table->initial);
        json_member_number(writer, "low", table->low);
        json_member_number(writer, "high", table->high);
        json_member_text(writer, "sentence", table->sentence);
        json_object_end(writer);
    }
    json_array_end(writer);
}

void document_write_builtin(struct json_writer *writer,
                            const struct builtin *builtin,
                            const struct dataset *data, bool with_columns)
{
    json_object_begin(writer);
    json_member_null(writer, "id");
    json_member_text(writer, "name", builtin->name);
    json_key(writer, "names");
    json_array_begin(writer);
    json_text(writer, builtin->name);
    json_array_end(writer);
    json_member_flag(writer, "built_in", true);
    json_member_null(writer, "created_at");
    json_member_text(writer, "sentence", builtin->sentence);
    json_member_text(writer, "target", builtin->target);
    json_member_flag(writer, "classes", builtin->classes);
    json_member_text(writer, "source", builtin->source);
    json_member_text(writer, "licence", builtin->licence);
    write_parameters(writer, builtin->parameters);
    write_content(writer, data, NULL);
    if (with_columns)
        write_columns(writer, data);
    json_object_end(writer);
}

/* ---- the preview -------------------------------------------------------- */

static void write_cell(struct json_writer *writer, const struct dataset *data,
                       uint64_t row, size_t column)
{
    struct cell cell = dataset_cell(data, row, column);

    if (cell.state == CELL_NUMBER)
        json_number(writer, cell.number);
    else
        json_text(writer, cell.state == CELL_WORD ? cell.word : NULL);
}

/* Of a sparse row: [[feature from 1, value], …]. */
static void write_entries(struct json_writer *writer,
                          const struct dataset *data, uint64_t row)
{
    uint64_t end = data->offsets[row + 1];

    json_array_begin(writer);
    for (uint64_t i = data->offsets[row];
         i < end && i < data->offsets[row] + PREVIEW_COLUMNS_MAX; i++) {
        json_array_begin(writer);
        json_integer(writer, (int64_t)data->indices[i] + 1);
        json_number(writer, data->values[i]);
        json_array_end(writer);
    }
    json_array_end(writer);
}

static size_t columns_shown(const struct dataset *data)
{
    return data->column_count < PREVIEW_COLUMNS_MAX ? data->column_count
                                                    : PREVIEW_COLUMNS_MAX;
}

void document_preview(struct json_writer *writer, const struct dataset *data,
                      size_t limit)
{
    uint64_t rows = data->rows < limit ? data->rows : limit;

    json_object_begin(writer);
    json_member_integer(writer, "rows_total", (int64_t)data->rows);
    json_member_integer(writer, "column_count", (int64_t)data->column_count);
    json_key(writer, "columns");
    json_array_begin(writer);
    for (size_t c = 0; c < columns_shown(data); c++)
        json_text(writer, data->columns[c].name);
    json_array_end(writer);
    json_key(writer, "rows");
    json_array_begin(writer);
    for (uint64_t r = 0; r < rows; r++) {
        json_array_begin(writer);
        for (size_t c = 0; c < columns_shown(data); c++)
            write_cell(writer, data, r, c);
        if (data->sparse)
            write_entries(writer, data, r);
        json_array_end(writer);
    }
    json_array_end(writer);
    json_object_end(writer);
}
