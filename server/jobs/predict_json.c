/* predict_json.c - rows from {"rows": [{"age": 1}]} or {"columns": {"age":
 * [1]}}. */
#include "server/jobs/predict_json.h"

#include <string.h>

#include "server/jobs/predict_columns.h"

enum { WORD_BYTES_LIMIT = 1 << 16 };

/* A number, a word, null for a missing value. False after a fault. */
static bool read_cell(struct predict_input *input, struct json_value value,
                      struct cell *ret)
{
    *ret = (struct cell){.state = CELL_MISSING};
    switch (json_value_type(value)) {
    case JSON_NULL:
        return true;
    case JSON_NUMBER:
        ret->state = CELL_NUMBER;
        return json_read_number(&input->reader, value, &ret->number);
    case JSON_TEXT:
        ret->state = CELL_WORD;
        return json_read_text(&input->reader, value, WORD_BYTES_LIMIT,
                              &ret->word);
    default:
        fault_add(input->faults, value.pointer, FAULT_WRONG_TYPE, NULL,
                  "a number, a word or null is needed");
        return false;
    }
}

/* `tail` of the faults from `before` on gets its place in the document. */
static void prefix(struct predict_input *input, size_t before,
                   const char *head, size_t index)
{
    struct faults *faults = input->faults;

    for (size_t i = before; i < faults_kept(faults); i++) {
        char *pointer = arena_format(faults->arena, "%s%s", head,
                                     faults->items[i].pointer);

        if (pointer && index != NO_INPUT)
            faults->items[i].pointer = pointer_index(faults, pointer, index);
        else if (pointer)
            faults->items[i].pointer = pointer;
        else
            faults->out_of_memory = true;
    }
}

/* ---- rows -------------------------------------------------------------- */

static bool take_row(struct predict_input *input)
{
    struct json_value member = {.node = NULL};
    const char *name;
    struct cell cell;
    bool good = true;

    if (!json_array_next(&input->reader, input->list, &input->element))
        return false;
    if (json_value_type(input->element) != JSON_OBJECT) {
        fault_add(input->faults, input->element.pointer, FAULT_WRONG_TYPE,
                  NULL, "an object is needed, as {\"age\": 31}");
        return false;
    }
    while (json_object_next(&input->reader, input->element, &name, &member)) {
        size_t place = predict_place(input, name);

        if (place == NO_INPUT)
            predict_ignore(input, name, member.pointer);
        else if (!read_cell(input, member, &cell))
            good = false;
        else
            good &= predict_put(input, place, name, cell);
    }
    return good;
}

static void locate_row(struct predict_input *input, size_t before)
{
    prefix(input, before, input->element.pointer, NO_INPUT);
}

static bool open_rows(struct predict_input *input)
{
    static const struct predict_form form = {take_row, locate_row};

    input->form = &form;
    return json_array_open(&input->reader, input->list, SIZE_MAX,
                           &input->rows);
}

/* ---- columns ----------------------------------------------------------- */

static bool take_line(struct predict_input *input)
{
    bool good = true;

    for (size_t i = 0; i < input->column_count; i++) {
        struct data_column *column = &input->columns[i];
        struct cell cell;

        if (column->place == NO_INPUT
            || !json_array_next(&input->reader, column->array,
                                &column->element))
            continue;
        if (!read_cell(input, column->element, &cell))
            good = false;
        else
            good &= predict_put(input, column->place, column->name, cell);
    }
    return good;
}

static void locate_line(struct predict_input *input, size_t before)
{
    prefix(input, before, "/columns", input->row);
}

/* Each column is an array, all of one length. */
static bool read_columns(struct predict_input *input)
{
    struct json_value member = {.node = NULL};
    const char *name, *first = NULL;
    size_t count, i = 0;
    bool good = true;

    for (; json_object_next(&input->reader, input->list, &name, &member);
         i++) {
        input->columns[i] = (struct data_column){name, NO_INPUT, member,
                                                 {.node = NULL}};
        if (!json_array_open(&input->reader, member, SIZE_MAX, &count)) {
            good = false;
            continue;
        }
        if (first && count != input->rows) {
            fault_add(input->faults, member.pointer, FAULT_WRONG_SIZE, NULL,
                      "%zu values, but \"%s\" has %zu", count, first,
                      input->rows);
            good = false;
        }
        if (!first)
            input->rows = count;
        first = first ? first : name;
    }
    return good;
}

static bool open_columns(struct predict_input *input)
{
    static const struct predict_form form = {take_line, locate_line};
    struct json_value member = {.node = NULL};
    const char *name;
    bool good;

    input->form = &form;
    if (json_value_type(input->list) != JSON_OBJECT) {
        fault_add(input->faults, input->list.pointer, FAULT_WRONG_TYPE, NULL,
                  "arrays by name are needed, as {\"age\": [31, 28]}");
        return false;
    }
    while (json_object_next(&input->reader, input->list, &name, &member))
        input->column_count++;
    input->columns = arena_array(input->arena, input->column_count + 1,
                                 sizeof *input->columns);
    if (!input->columns)
        return input->faults->out_of_memory = true, false;
    good = read_columns(input);
    predict_match(input, "/columns");
    return good;
}

/* ---- the document ------------------------------------------------------ */

static bool read_root(struct predict_input *input)
{
    struct json_value rows, columns;
    struct json_object root;
    bool has_rows, has_columns;

    if (!json_object_open(&input->reader, json_reader_root(&input->reader),
                          &root))
        return false;
    has_rows = json_object_take(&root, "rows", &rows);
    has_columns = json_object_take(&root, "columns", &columns);
    json_object_close(&root);
    if (has_rows == has_columns) {
        fault_add(input->faults, "", has_rows ? FAULT_CONFLICT
                                              : FAULT_REQUIRED, NULL,
                  "%s, as {\"rows\": [{\"age\": 31}]} or {\"columns\": "
                  "{\"age\": [31]}}", has_rows ? "give either rows or columns"
                                               : "rows are needed");
        return false;
    }
    input->list = has_rows ? rows : columns;
    return has_rows ? open_rows(input) : open_columns(input);
}

bool predict_json_open(struct predict_input *input, struct json_flaw *flaw)
{
    enum error error = json_reader_init(&input->reader, input->text,
                                        input->bytes, input->faults, flaw);

    if (error == ERR_MEMORY)
        input->faults->out_of_memory = true;
    if (error != OK)
        return false;
    input->has_reader = true;
    input->reader.arena = input->arena;
    return read_root(input);
}
