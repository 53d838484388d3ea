/* predict_csv.c - rows from CSV, by the names of its first line. */
#include "server/jobs/predict_csv.h"

#include <string.h>

#include "core/dataset/dataset.h"
#include "core/dataset/reader.h"
#include "server/jobs/predict_columns.h"

#define STORED_BYTES_MAX (UINT64_C(1) << 30)

static bool take(struct predict_input *input)
{
    for (size_t i = 0; i < input->column_count; i++) {
        const struct data_column *column = &input->columns[i];

        if (column->place != NO_INPUT
            && !predict_put(input, column->place, column->name,
                            dataset_cell(input->data, input->row, i)))
            return false;
    }
    return true;
}

/*
 * The line in which record `index` of the text begins, from 1; the header is
 * record 0. Empty lines and comments are none, and a quoted field may hold the
 * ends of lines.
 */
static size_t line_of(const char *text, size_t bytes, size_t index)
{
    const char *end = text + bytes;
    bool quoted = false, begins = true;
    size_t line = 1;

    for (const char *c = text; c < end; c++) {
        if (begins && !quoted && *c == '#')
            while (c + 1 < end && c[1] != '\n' && c[1] != '\r')
                c++;
        else if (begins && *c != '\n' && *c != '\r' && index-- == 0)
            return line;
        if (*c == '"')
            quoted = !quoted;
        begins = *c == '\n' || (*c == '\r' && (c + 1 == end || c[1] != '\n'));
        line += begins;
        begins &= !quoted;
    }
    return line;
}

static size_t column_of(struct predict_input *input, const char *pointer)
{
    for (size_t i = 0; i < input->column_count; i++)
        if (!strcmp(pointer, pointer_member(input->faults, "",
                                            input->columns[i].name)))
            return i + 1;
    return 1; /* a field that is missing, of a column that is not there */
}

static void locate(struct predict_input *input, size_t before)
{
    struct faults *faults = input->faults;
    size_t line;

    if (before >= faults_kept(faults))
        return;
    line = line_of(input->text, input->bytes, input->row + 1);
    for (size_t i = before; i < faults_kept(faults); i++) {
        struct fault *fault = &faults->items[i];

        fault->line = line;
        fault->column = column_of(input, fault->pointer);
        fault->pointer = "";
    }
}

/* ---- reading ----------------------------------------------------------- */

static enum error push(struct reader *reader, const struct predict_input *in)
{
    TRY(reader_push(reader, in->text, in->bytes));
    TRY(reader_end(reader));
    while (reader_wants_again(reader)) {
        TRY(reader_again(reader));
        TRY(reader_push(reader, in->text, in->bytes));
        TRY(reader_end(reader));
    }
    return OK;
}

static enum error read_data(struct predict_input *input)
{
    struct sink_memory memory = {.arena = input->arena};
    const struct sink sink = {&memory, sink_memory_write};
    struct dataset *data = ARENA_NEW(input->arena, struct dataset);
    struct reader_options options = READER_OPTIONS_NONE;
    struct reader *reader;
    enum error error;

    if (!data)
        return ERR_MEMORY;
    options.header = 1;
    options.missing = MISSING_KEEP;
    TRY(reader_new(format_by_name("csv"), &options, STORED_BYTES_MAX, &sink,
                   input->faults, &reader));
    error = push(reader, input);
    if (error == OK)
        error = dataset_view(input->arena, memory.bytes,
                             (size_t)reader_bytes(reader), data);
    reader_free(reader);
    input->data = data;
    return error;
}

/* What is wrong with the columns stands in the first line. */
static void locate_header(struct predict_input *input, size_t before)
{
    for (size_t i = before; i < faults_kept(input->faults); i++) {
        struct fault *fault = &input->faults->items[i];

        fault->line = line_of(input->text, input->bytes, 0);
        fault->column = column_of(input, fault->pointer);
        fault->pointer = "";
    }
}

bool predict_csv_open(struct predict_input *input)
{
    static const struct predict_form form = {take, locate};
    size_t before = input->faults->total;
    enum error error = read_data(input);

    input->form = &form;
    if (error != OK && input->faults->total == before)
        input->faults->out_of_memory = true;
    if (error != OK)
        return false;
    input->rows = (size_t)input->data->rows;
    input->column_count = input->data->column_count;
    input->columns = arena_array(input->arena, input->column_count,
                                 sizeof *input->columns);
    if (!input->columns)
        return input->faults->out_of_memory = true, false;
    for (size_t i = 0; i < input->column_count; i++)
        input->columns[i].name = input->data->columns[i].name;
    predict_match(input, "");
    locate_header(input, before);
    return true;
}
