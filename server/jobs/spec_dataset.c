/* spec_dataset.c - datasets that stand in the spec itself. */
#include "server/jobs/spec_dataset.h"

#include <string.h>

#include "server/jobs/spec_names.h"
#include "server/jobs/spec_reference.h"

enum { NUMBERS_MAX = DIMENSION_MAX };

static bool columns_read(struct json_reader *reader, struct json_value value,
                         struct value *ret)
{
    struct json_value member = {.node = NULL};
    struct symbol *symbols = spec_symbols_open(reader, value, "columns",
                                               &ret->rows);
    const char *name;
    bool good = true;

    if (!symbols)
        return false;
    ret->symbols = symbols;
    for (; json_object_next(reader, value, &name, &member); symbols++) {
        symbols->type = SYMBOL_COLUMN;
        good &= spec_symbol_name(reader, name, symbols);
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

    if (spec_is_reference(reader, value))
        return spec_reference_read(reader, value, ret);
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
    if (value->reference) {
        json_raw(writer, value->reference, strlen(value->reference));
        return;
    }
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
