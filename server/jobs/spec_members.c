/* spec_members.c - the members of an objective as JSON, by their types. */
#include "server/jobs/spec_dataset.h"
#include "server/jobs/spec_model.h"
#include "server/jobs/spec_names.h"
#include "server/jobs/spec_reference.h"
#include "server/jobs/spec_tables.h"

#include <math.h>
#include <string.h>

enum {
    NAME_BYTES_MAX = 64,       /* of a variable or a catalogue name */
    NAMES_MAX = 1000,
    TERMS_MAX = 100000,
    NUMBERS_MAX = DIMENSION_MAX,
    FORMULA_BYTES_MAX = 65536, /* the parser's own limit is less, and says
                                  where it lies in the formula */
};

/* ---- terms of a polynomial --------------------------------------------- */

static bool powers_read(struct json_reader *reader, struct json_value object,
                        struct term *term)
{
    struct json_value member = {.node = NULL};
    struct power *powers;
    const char *name;
    size_t count = 0;
    int64_t exponent;
    bool good = true;

    while (json_object_next(reader, object, &name, &member))
        count++;
    powers = arena_array(reader->arena, count, sizeof *powers);
    if (!powers)
        return reader->faults->out_of_memory = true, false;
    term->powers = powers;
    member = (struct json_value){.node = NULL};
    while (json_object_next(reader, object, &name, &member)) {
        if (!json_read_integer(reader, member, 0, UINT32_MAX, &exponent)) {
            good = false;
            continue;
        }
        name = arena_text(reader->arena, name, strlen(name));
        if (!name)
            return reader->faults->out_of_memory = true, false;
        powers[term->power_count++] =
            (struct power){name, (unsigned)exponent};
    }
    return good;
}

static bool term_read(struct json_reader *reader, struct json_value value,
                      struct term *term)
{
    struct json_object object;
    struct json_value member;
    bool good;

    if (!json_object_open(reader, value, &object))
        return false;
    good = json_object_need(&object, "coefficient", &member)
        && json_read_number(reader, member, &term->coefficient);
    if (json_object_take(&object, "powers", &member)) {
        if (json_value_type(member) == JSON_OBJECT) {
            good &= powers_read(reader, member, term);
        } else {
            fault_add(reader->faults, member.pointer, FAULT_WRONG_TYPE, NULL,
                      "an object of exponents is needed, as {\"x\": 2}");
            good = false;
        }
    }
    json_object_close(&object);
    return good;
}

static bool terms_read(struct json_reader *reader, struct json_value value,
                       struct value *ret)
{
    struct json_value element = {.node = NULL};
    struct term *terms;
    size_t count, i = 0;
    bool good = true;

    if (!json_array_open(reader, value, TERMS_MAX, &count))
        return false;
    terms = arena_array(reader->arena, count, sizeof *terms);
    if (!terms)
        return reader->faults->out_of_memory = true, false;
    while (json_array_next(reader, value, &element))
        good &= term_read(reader, element, &terms[i++]);
    ret->terms = terms;
    ret->rows = count;
    return good;
}

static bool of_columns_read(struct json_reader *reader,
                            struct json_value value, struct value *ret)
{
    if (json_value_type(value) != JSON_ARRAY)
        return json_read_text(reader, value, FORMULA_BYTES_MAX, &ret->text);
    fault_add(reader->faults, value.pointer, FAULT_WRONG_TYPE, NULL,
              "a column's name or a formula of columns is needed: put the "
              "numbers into a column");
    return false;
}

/* ---- members ----------------------------------------------------------- */

static bool member_read(struct json_reader *reader, struct json_value value,
                        enum member_type type, struct value *ret)
{
    int64_t count;
    bool flag;

    ret->given = true;
    switch (type) {
    case MEMBER_NUMBER:
        return json_read_number(reader, value, &ret->number);
    case MEMBER_COUNT:
        if (!json_read_integer(reader, value, 1, DIMENSION_MAX, &count))
            return false;
        ret->number = (double)count;
        return true;
    case MEMBER_FLAG:
        if (!json_read_flag(reader, value, &flag))
            return false;
        ret->number = flag;
        return true;
    case MEMBER_NAME:
        return json_read_text(reader, value, NAME_BYTES_MAX, &ret->text);
    case MEMBER_VECTOR:
        return json_read_numbers(reader, value, NUMBERS_MAX, &ret->numbers,
                                 &ret->rows);
    case MEMBER_MATRIX:
        return json_read_matrix(reader, value, NUMBERS_MAX, &ret->numbers,
                                &ret->rows, &ret->columns);
    case MEMBER_NAMES:
        return json_read_texts(reader, value, NAMES_MAX, NAME_BYTES_MAX,
                               &ret->names, &ret->rows);
    case MEMBER_TERMS:
        return terms_read(reader, value, ret);
    case MEMBER_FORMULA:
        return json_read_text(reader, value, FORMULA_BYTES_MAX, &ret->text);
    case MEMBER_OF_COLUMNS:
        return of_columns_read(reader, value, ret);
    case MEMBER_VARIABLES:
        return spec_variables_read(reader, value, ret);
    case MEMBER_CONSTANTS:
        return spec_constants_read(reader, value, ret);
    case MEMBER_COLUMNS:
        return spec_dataset_read(reader, value, ret);
    case MEMBER_PARAMETER:
        break; /* by its row: parameter_member_read() */
    case MEMBER_DATASET:
        return spec_table_read(reader, value, ret);
    case MEMBER_MODEL:
        return spec_model_read(reader, value, ret);
    case MEMBER_GROUPS:
        return spec_groups_read(reader, value, ret);
    }
    return false;
}

/* A number as the member's row says; what the row says where it is left
 * out. */
static bool parameter_member_read(struct json_reader *reader,
                                  struct json_object *object,
                                  const struct member *member,
                                  struct value *ret)
{
    const struct parameter table[] = {*member->row, {0}};
    size_t before = reader->faults->total;

    parameters_read(reader, object, table, &ret->number);
    ret->given = !isnan(ret->number);
    return reader->faults->total == before;
}

bool members_read(struct json_reader *reader, struct json_object *object,
                  const struct member *table, struct value *values)
{
    struct json_value member;
    bool good = true;

    for (size_t i = 0; table[i].name; i++) {
        if (table[i].type == MEMBER_PARAMETER) {
            good &= parameter_member_read(reader, object, &table[i],
                                          &values[i]);
        } else if (json_object_take(object, table[i].name, &member)) {
            good &= member_read(reader, member, table[i].type, &values[i]);
        } else if (table[i].initial) {
            values[i] = *table[i].initial;
            values[i].given = true;
        }
    }
    for (size_t i = 0; good && table[i].name; i++)
        if (table[i].type == MEMBER_COLUMNS && values[i].dataset)
            good = spec_reference_columns(reader,
                                          pointer_member(reader->faults,
                                                         object->value.pointer,
                                                         table[i].name),
                                          table, values, &values[i]);
    return good;
}

/* ---- writing ----------------------------------------------------------- */

static void names_write(struct json_writer *writer, const struct value *value)
{
    json_array_begin(writer);
    for (size_t i = 0; i < value->rows; i++)
        json_text(writer, value->names[i]);
    json_array_end(writer);
}

static void terms_write(struct json_writer *writer, const struct value *value)
{
    json_array_begin(writer);
    for (size_t i = 0; i < value->rows; i++) {
        const struct term *term = &value->terms[i];

        json_object_begin(writer);
        json_member_number(writer, "coefficient", term->coefficient);
        if (term->power_count > 0) {
            json_key(writer, "powers");
            json_object_begin(writer);
            for (size_t j = 0; j < term->power_count; j++)
                json_member_integer(writer, term->powers[j].variable,
                                    term->powers[j].exponent);
            json_object_end(writer);
        }
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void member_write(struct json_writer *writer, enum member_type type,
                         const struct value *value)
{
    switch (type) {
    case MEMBER_NUMBER:
    case MEMBER_COUNT:
        json_number(writer, value->number);
        break;
    case MEMBER_FLAG:
        json_flag(writer, value->number != 0);
        break;
    case MEMBER_NAME:
    case MEMBER_FORMULA:
    case MEMBER_OF_COLUMNS:
        json_text(writer, value->text);
        break;
    case MEMBER_VECTOR:
        json_numbers(writer, value->numbers, value->rows);
        break;
    case MEMBER_MATRIX:
        spec_matrix_write(writer, value->numbers, value->rows,
                          value->columns);
        break;
    case MEMBER_NAMES:
        names_write(writer, value);
        break;
    case MEMBER_TERMS:
        terms_write(writer, value);
        break;
    case MEMBER_VARIABLES:
        spec_variables_write(writer, value);
        break;
    case MEMBER_CONSTANTS:
        spec_constants_write(writer, value);
        break;
    case MEMBER_COLUMNS:
        spec_dataset_write(writer, value);
        break;
    case MEMBER_PARAMETER:
        break; /* by its row: members_write() */
    case MEMBER_DATASET:
        spec_table_write(writer, value);
        break;
    case MEMBER_MODEL:
        spec_model_write(writer, value);
        break;
    case MEMBER_GROUPS:
        spec_groups_write(writer, value);
        break;
    }
}

void members_write(struct json_writer *writer, const struct member *table,
                   const struct value *values)
{
    for (size_t i = 0; table[i].name; i++) {
        if (!values[i].given)
            continue;
        if (table[i].type == MEMBER_PARAMETER) {
            parameters_write(writer,
                             (struct parameter[]){*table[i].row, {0}},
                             &values[i].number);
            continue;
        }
        json_key(writer, table[i].name);
        member_write(writer, table[i].type, &values[i]);
    }
}
