/* spec_dataset.c - datasets that stand in the spec itself. */
#include "server/jobs/spec_dataset.h"

#include <string.h>

#include "server/jobs/spec_names.h"
#include "server/jobs/spec_reference.h"

enum {
    NUMBERS_MAX = DIMENSION_MAX,
    NAMES_MAX = 1000,          /* of the columns of a group */
    NAME_BYTES_MAX = 64,
};

/* Numbers, or vectors of one length. */
static bool column_read(struct json_reader *reader, struct json_value value,
                        struct symbol *symbol)
{
    struct json_value first = {.node = NULL};

    symbol->type = SYMBOL_COLUMN;
    if (json_value_type(value) != JSON_ARRAY
        || !json_array_next(reader, value, &first)
        || json_value_type(first) != JSON_ARRAY)
        return json_read_numbers(reader, value, NUMBERS_MAX, &symbol->numbers,
                                 &symbol->rows);
    if (!json_read_matrix(reader, value, NUMBERS_MAX, &symbol->numbers,
                          &symbol->rows, &symbol->columns))
        return false;
    if (symbol->columns == 0)
        fault_add(reader->faults, value.pointer, FAULT_WRONG_SIZE, NULL,
                  "a vector has at least one number");
    return symbol->columns > 0;
}

static bool columns_read(struct json_reader *reader, struct json_value value,
                         struct value *ret)
{
    return spec_symbols_read(reader, value, "columns", column_read, ret);
}

bool spec_inline_read(struct json_reader *reader, struct json_value value,
                      const struct inline_form *form, struct value *ret)
{
    struct json_object object;
    struct json_value member;
    bool good = false;

    if (spec_is_reference(reader, value))
        return spec_reference_read(reader, value, ret);
    if (json_value_type(value) != JSON_OBJECT) {
        fault_add(reader->faults, value.pointer, FAULT_WRONG_TYPE, NULL, "%s",
                  form->needed);
        return false;
    }
    if (!json_object_open(reader, value, &object))
        return false;
    if (json_object_need(&object, "columns", &member)) {
        if (json_value_type(member) == JSON_OBJECT)
            good = form->read_columns(reader, member, ret);
        else
            fault_add(reader->faults, member.pointer, FAULT_WRONG_TYPE, NULL,
                      "%s", form->arrays_needed);
    }
    json_object_close(&object);
    return good;
}

bool spec_dataset_read(struct json_reader *reader, struct json_value value,
                       struct value *ret)
{
    static const struct inline_form form = {
        "columns are needed, as {\"columns\": {\"x\": [1, 2], \"y\": "
        "[3, 5]}}",
        "arrays of numbers by name are needed, as {\"x\": [1, 2], \"y\": "
        "[3, 5]}",
        columns_read,
    };

    return spec_inline_read(reader, value, &form, ret);
}

void spec_dataset_write(struct json_writer *writer, const struct value *value)
{
    if (value->reference) {
        json_raw(writer, value->reference, strlen(value->reference));
        return;
    }
    json_object_begin(writer);
    json_key(writer, "columns");
    json_object_begin(writer);
    for (size_t i = 0; i < value->rows; i++) {
        const struct symbol *symbol = &value->symbols[i];

        json_key(writer, symbol->name);
        if (symbol->columns > 0)
            spec_matrix_write(writer, symbol->numbers, symbol->rows,
                              symbol->columns);
        else
            json_numbers(writer, symbol->numbers, symbol->rows);
    }
    json_object_end(writer);
    json_object_end(writer);
}

/* ---- groups of columns ------------------------------------------------- */

bool spec_groups_read(struct json_reader *reader, struct json_value value,
                      struct value *ret)
{
    struct json_value member = {.node = NULL};
    struct column_group *groups;
    const char *name;
    size_t count = 0;
    bool good = true;

    if (json_value_type(value) != JSON_OBJECT) {
        fault_add(reader->faults, value.pointer, FAULT_WRONG_TYPE, NULL,
                  "vectors of columns by name are needed, as {\"x\": "
                  "[\"height\", \"weight\"]}");
        return false;
    }
    while (json_object_next(reader, value, &name, &member))
        count++;
    groups = arena_array(reader->arena, count, sizeof *groups);
    if (!groups)
        return reader->faults->out_of_memory = true, false;
    ret->groups = groups;
    ret->rows = count;
    member = (struct json_value){.node = NULL};
    for (; json_object_next(reader, value, &name, &member); groups++) {
        groups->name = arena_text(reader->arena, name, strlen(name));
        if (!groups->name)
            return reader->faults->out_of_memory = true, false;
        good &= json_read_texts(reader, member, NAMES_MAX, NAME_BYTES_MAX,
                                &groups->columns, &groups->count);
    }
    return good;
}

void spec_groups_write(struct json_writer *writer, const struct value *value)
{
    json_object_begin(writer);
    for (size_t i = 0; i < value->rows; i++) {
        json_key(writer, value->groups[i].name);
        json_array_begin(writer);
        for (size_t k = 0; k < value->groups[i].count; k++)
            json_text(writer, value->groups[i].columns[k]);
        json_array_end(writer);
    }
    json_object_end(writer);
}
