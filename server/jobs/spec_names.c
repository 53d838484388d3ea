/* spec_names.c - variables and constants of formulas as JSON. */
#include "server/jobs/spec_names.h"

#include <string.h>

enum {
    NAME_BYTES_MAX = 64,
    NAMES_MAX = 1000,
    NUMBERS_MAX = DIMENSION_MAX,
};

/* ---- reading ----------------------------------------------------------- */

/* Room for the symbols, and how many they are; NULL after a fault. */
static struct symbol *open_symbols(struct json_reader *reader,
                                   struct json_value value, const char *what,
                                   size_t *ret_count)
{
    struct json_value member = {.node = NULL};
    struct symbol *symbols;
    const char *name;
    size_t count = 0;

    while (json_object_next(reader, value, &name, &member))
        count++;
    if (count > NAMES_MAX) {
        fault_add(reader->faults, value.pointer, FAULT_TOO_LARGE, NULL,
                  "there are %zu %s; at most %d are possible", count, what,
                  NAMES_MAX);
        return NULL;
    }
    symbols = arena_array(reader->arena, count, sizeof *symbols);
    if (!symbols)
        reader->faults->out_of_memory = true;
    *ret_count = count;
    return symbols;
}

bool spec_symbols_read(struct json_reader *reader, struct json_value value,
                       const char *what, spec_symbol_read *read,
                       struct value *ret)
{
    struct json_value member = {.node = NULL};
    struct symbol *symbols = open_symbols(reader, value, what, &ret->rows);
    const char *name;
    bool good = true;

    if (!symbols)
        return false;
    ret->symbols = symbols;
    for (; json_object_next(reader, value, &name, &member); symbols++) {
        symbols->name = arena_text(reader->arena, name, strlen(name));
        if (!symbols->name)
            return reader->faults->out_of_memory = true, false;
        good &= read(reader, member, symbols);
    }
    return good;
}

/* 1000, or [10, 64]. */
static bool shape_read(struct json_reader *reader, struct json_value value,
                       struct symbol *symbol)
{
    struct json_value element = {.node = NULL};
    int64_t sizes[2] = {1, 0};
    size_t count;
    bool good = true;

    if (json_value_type(value) != JSON_ARRAY) {
        good = json_read_integer(reader, value, 1, DIMENSION_MAX, &sizes[0]);
    } else if (json_array_open(reader, value, NAMES_MAX, &count)) {
        for (size_t i = 0; json_array_next(reader, value, &element); i++)
            if (i < 2)
                good &= json_read_integer(reader, element, 1, DIMENSION_MAX,
                                          &sizes[i]);
        if (count != 2)
            fault_add(reader->faults, value.pointer, FAULT_WRONG_SIZE, NULL,
                      "a matrix has two sizes, as [10, 64]: rows, then "
                      "columns");
        good &= count == 2;
    } else {
        good = false;
    }
    symbol->rows = (size_t)sizes[0];
    symbol->columns = (size_t)sizes[1];
    return good;
}

bool spec_variables_read(struct json_reader *reader, struct json_value value,
                         struct value *ret)
{
    struct symbol *symbols;

    if (json_value_type(value) == JSON_OBJECT)
        return spec_symbols_read(reader, value, "names", shape_read, ret);
    if (json_value_type(value) != JSON_ARRAY) {
        fault_add(reader->faults, value.pointer, FAULT_WRONG_TYPE, NULL,
                  "names are needed, as [\"x\", \"y\"], or sizes of "
                  "vectors and matrices, as {\"x\": 1000, \"W\": [10, 64]}");
        return false;
    }
    if (!json_read_texts(reader, value, NAMES_MAX, NAME_BYTES_MAX, &ret->names,
                         &ret->rows))
        return false;
    symbols = arena_array(reader->arena, ret->rows, sizeof *symbols);
    if (!symbols)
        return reader->faults->out_of_memory = true, false;
    for (size_t i = 0; i < ret->rows; i++)
        symbols[i].name = ret->names[i];
    ret->symbols = symbols;
    return true;
}

static bool array_read(struct json_reader *reader, struct json_value value,
                       struct symbol *symbol)
{
    struct json_value first = {.node = NULL};
    bool is_matrix = json_array_next(reader, value, &first)
        && json_value_type(first) == JSON_ARRAY;

    if (is_matrix ? !json_read_matrix(reader, value, NUMBERS_MAX,
                                      &symbol->numbers, &symbol->rows,
                                      &symbol->columns)
                  : !json_read_numbers(reader, value, NUMBERS_MAX,
                                       &symbol->numbers, &symbol->rows))
        return false;
    if (symbol->rows > 0 && (!is_matrix || symbol->columns > 0))
        return true;
    fault_add(reader->faults, value.pointer, FAULT_WRONG_SIZE, NULL,
              "at least one number is needed");
    return false;
}

static bool constant_read(struct json_reader *reader, struct json_value value,
                          struct symbol *symbol)
{
    double *number;

    symbol->type = SYMBOL_CONSTANT;
    if (json_value_type(value) == JSON_ARRAY)
        return array_read(reader, value, symbol);
    if (json_value_type(value) != JSON_NUMBER) {
        fault_add(reader->faults, value.pointer, FAULT_WRONG_TYPE, NULL,
                  "a number, an array of numbers, or an array of rows of "
                  "numbers is needed");
        return false;
    }
    number = ARENA_NEW(reader->arena, double);
    if (!number)
        return reader->faults->out_of_memory = true, false;
    symbol->numbers = number;
    return json_read_number(reader, value, number);
}

bool spec_constants_read(struct json_reader *reader, struct json_value value,
                         struct value *ret)
{
    if (json_value_type(value) != JSON_OBJECT) {
        fault_add(reader->faults, value.pointer, FAULT_WRONG_TYPE, NULL,
                  "constants by name are needed, as {\"a\": 2}");
        return false;
    }
    return spec_symbols_read(reader, value, "names", constant_read, ret);
}

/* ---- writing ----------------------------------------------------------- */

void spec_matrix_write(struct json_writer *writer, const double *numbers,
                       size_t rows, size_t columns)
{
    json_array_begin(writer);
    for (size_t i = 0; i < rows; i++)
        json_numbers(writer, numbers + i * columns, columns);
    json_array_end(writer);
}

static void lengths_write(struct json_writer *writer, const struct value *value)
{
    json_object_begin(writer);
    for (size_t i = 0; i < value->rows; i++) {
        const struct symbol *symbol = &value->symbols[i];

        if (symbol->columns == 0) {
            json_member_integer(writer, symbol->name, (int64_t)symbol->rows);
            continue;
        }
        json_key(writer, symbol->name);
        json_array_begin(writer);
        json_integer(writer, (int64_t)symbol->rows);
        json_integer(writer, (int64_t)symbol->columns);
        json_array_end(writer);
    }
    json_object_end(writer);
}

void spec_variables_write(struct json_writer *writer,
                          const struct value *value)
{
    if (!value->names) {
        lengths_write(writer, value);
        return;
    }
    json_array_begin(writer);
    for (size_t i = 0; i < value->rows; i++)
        json_text(writer, value->names[i]);
    json_array_end(writer);
}

void spec_constants_write(struct json_writer *writer,
                          const struct value *value)
{
    json_object_begin(writer);
    for (size_t i = 0; i < value->rows; i++) {
        const struct symbol *symbol = &value->symbols[i];

        json_key(writer, symbol->name);
        if (symbol->rows == 0)
            json_number(writer, symbol->numbers[0]);
        else if (symbol->columns == 0)
            json_numbers(writer, symbol->numbers, symbol->rows);
        else
            spec_matrix_write(writer, symbol->numbers, symbol->rows,
                              symbol->columns);
    }
    json_object_end(writer);
}
