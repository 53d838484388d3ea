/* spec_table.c - datasets for models: by name, or columns in the spec. */
#include <math.h>
#include <string.h>

#include "core/dataset/dataset.h"
#include "core/dataset/reader.h"
#include "server/jobs/spec_dataset.h"
#include "server/jobs/spec_reference.h"

enum {
    TABLE_BYTES_MAX = 64 << 20,   /* of the stored form of inline columns */
    TABLE_COLUMNS_MAX = 10000,
    CELLS_MAX = DIMENSION_MAX,    /* of one column */
};

/* The stored bytes as a dataset, in the arena. */
static bool view(struct json_reader *reader, const void *bytes, size_t count,
                 struct value *ret)
{
    struct dataset *dataset = ARENA_NEW(reader->arena, struct dataset);

    if (!dataset || dataset_view(reader->arena, bytes, count, dataset) != OK)
        return reader->faults->out_of_memory = true, false;
    ret->dataset = dataset;
    return true;
}

/* ---- columns ----------------------------------------------------------- */

/* One cell: a number, a word or null. */
static bool cell_read(struct json_reader *reader, struct json_value value,
                      double *ret_number, const char **ret_word)
{
    *ret_number = NAN;
    switch (json_value_type(value)) {
    case JSON_NULL:
        return true;
    case JSON_TEXT:
        return json_read_text(reader, value, WORD_BYTES_MAX, ret_word);
    default:
        return json_read_number(reader, value, ret_number);
    }
}

static bool column_read(struct json_reader *reader, struct json_value value,
                        struct inline_column *column)
{
    struct json_value element = {.node = NULL};
    const char **words;
    double *numbers;
    bool good = true, has_words = false;
    size_t i = 0;

    if (!json_array_open(reader, value, CELLS_MAX, &column->count))
        return false;
    words = arena_array(reader->arena, column->count, sizeof *words);
    numbers = arena_array(reader->arena, column->count, sizeof *numbers);
    if (!words || !numbers)
        return reader->faults->out_of_memory = true, false;
    for (; json_array_next(reader, value, &element); i++) {
        good &= cell_read(reader, element, &numbers[i], &words[i]);
        has_words |= words[i] != NULL;
    }
    column->numbers = numbers;
    column->words = has_words ? words : NULL;
    return good;
}

/* To the stored form, as if it were a file. */
static bool store(struct json_reader *reader, const char *pointer,
                  const struct inline_column *columns, size_t count,
                  struct value *ret)
{
    struct sink_memory memory = {.arena = reader->arena};
    struct sink sink = {&memory, sink_memory_write};
    size_t before = reader->faults->total;
    uint64_t bytes;
    enum error error = dataset_write_columns(columns, count, MISSING_KEEP,
                                             TABLE_BYTES_MAX, &sink, pointer,
                                             reader->faults, &bytes);

    if (error == OK)
        return view(reader, memory.bytes, bytes, ret);
    if (reader->faults->total == before)
        reader->faults->out_of_memory = true;
    return false;
}

static bool columns_read(struct json_reader *reader, struct json_value value,
                         struct value *ret)
{
    struct json_value member = {.node = NULL};
    struct inline_column *columns;
    const char *name;
    bool good = true;
    size_t count = 0;

    while (json_object_next(reader, value, &name, &member))
        count++;
    if (count > TABLE_COLUMNS_MAX) {
        fault_add(reader->faults, value.pointer, FAULT_TOO_LARGE, NULL,
                  "%zu columns, at most %d: upload them instead", count,
                  TABLE_COLUMNS_MAX);
        return false;
    }
    columns = arena_array(reader->arena, count + 1, sizeof *columns);
    if (!columns)
        return reader->faults->out_of_memory = true, false;
    member = (struct json_value){.node = NULL};
    for (size_t i = 0; json_object_next(reader, value, &name, &member); i++) {
        columns[i].name = arena_text(reader->arena, name, strlen(name));
        if (!columns[i].name)
            return reader->faults->out_of_memory = true, false;
        good &= column_read(reader, member, &columns[i]);
    }
    return good && store(reader, value.pointer, columns, count, ret);
}

bool spec_table_read(struct json_reader *reader, struct json_value value,
                     struct value *ret)
{
    static const struct inline_form form = {
        "a dataset's name is needed, or columns, as {\"columns\": "
        "{\"x\": [1, 2], \"y\": [3, 5]}}",
        "arrays by name are needed, as {\"x\": [1, 2], \"y\": "
        "[\"a\", \"b\"]}",
        columns_read,
    };

    ret->given = true;
    return spec_inline_read(reader, value, &form, ret);
}

/* ---- writing ----------------------------------------------------------- */

static void cell_write(struct json_writer *writer, struct cell cell)
{
    if (cell.state == CELL_NUMBER)
        json_number(writer, cell.number);
    else if (cell.state == CELL_WORD)
        json_text(writer, cell.word);
    else
        json_null(writer);
}

void spec_table_write(struct json_writer *writer, const struct value *value)
{
    const struct dataset *dataset = value->dataset;

    if (value->reference) {
        json_raw(writer, value->reference, strlen(value->reference));
        return;
    }
    json_object_begin(writer);
    json_key(writer, "columns");
    json_object_begin(writer);
    for (size_t j = 0; j < dataset->column_count; j++) {
        json_key(writer, dataset->columns[j].name);
        json_array_begin(writer);
        for (uint64_t i = 0; i < dataset->rows; i++)
            cell_write(writer, dataset_cell(dataset, i, j));
        json_array_end(writer);
    }
    json_object_end(writer);
    json_object_end(writer);
}
