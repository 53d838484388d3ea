/* spec_dataset.c - datasets that stand in the spec itself. */
#include "server/jobs/spec_dataset.h"

#include <string.h>

enum {
    COLUMNS_MAX = 1000,
    NUMBERS_MAX = DIMENSION_MAX,
};

static bool columns_read(struct json_reader *reader, struct json_value value,
                         struct value *ret)
{
    struct json_value member = {.node = NULL};
    struct symbol *symbols;
    const char *name;
    size_t count = 0;
    bool good = true;

    while (json_object_next(reader, value, &name, &member))
        count++;
    if (count > COLUMNS_MAX) {
        fault_add(reader->faults, value.pointer, FAULT_TOO_LARGE, NULL,
                  "there are %zu columns; at most %d are possible", count,
                  COLUMNS_MAX);
        return false;
    }
    symbols = arena_array(reader->arena, count, sizeof *symbols);
    if (!symbols)
        return reader->faults->out_of_memory = true, false;
    ret->symbols = symbols;
    ret->rows = count;
    member = (struct json_value){.node = NULL};
    for (; json_object_next(reader, value, &name, &member); symbols++) {
        symbols->type = SYMBOL_COLUMN;
        symbols->name = arena_text(reader->arena, name, strlen(name));
        if (!symbols->name)
            return reader->faults->out_of_memory = true, false;
        good &= json_read_numbers(reader, member, NUMBERS_MAX,
                                  &symbols->numbers, &symbols->rows);
    }
    return good;
}

bool spec_dataset_read(struct json_reader *reader, struct json_value value,
                       struct value *ret)
{
    struct json_object object;
    struct json_value member;
    bool good = false;

    if (json_value_type(value) != JSON_OBJECT) {
        fault_add(reader->faults, value.pointer, FAULT_WRONG_TYPE, NULL,
                  "columns are needed, as {\"columns\": {\"x\": [1, 2], "
                  "\"y\": [3, 5]}}");
        return false;
    }
    if (!json_object_open(reader, value, &object))
        return false;
    if (json_object_need(&object, "columns", &member)) {
        if (json_value_type(member) == JSON_OBJECT)
            good = columns_read(reader, member, ret);
        else
            fault_add(reader->faults, member.pointer, FAULT_WRONG_TYPE, NULL,
                      "arrays of numbers by name are needed, as {\"x\": "
                      "[1, 2], \"y\": [3, 5]}");
    }
    json_object_close(&object);
    return good;
}

void spec_dataset_write(struct json_writer *writer, const struct value *value)
{
    json_object_begin(writer);
    json_key(writer, "columns");
    json_object_begin(writer);
    for (size_t i = 0; i < value->rows; i++) {
        json_key(writer, value->symbols[i].name);
        json_numbers(writer, value->symbols[i].numbers,
                     value->symbols[i].rows);
    }
    json_object_end(writer);
    json_object_end(writer);
}
