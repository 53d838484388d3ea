/* spec_model.c - the model of a spec, read and written by its tables. */
#include "server/jobs/spec_model.h"

#include <string.h>

#include "core/base/suggest.h"
#include "core/model/model.h"
#include "core/model/network.h"
#include "server/jobs/spec_tables.h"

/* Hidden layers: may be left out, then there is none. */
static bool hidden_read(struct json_reader *reader, struct json_object *object,
                        const struct parameter *row,
                        struct model_choice *choice)
{
    struct json_value member;

    if (!json_object_take(object, row->name, &member))
        return true;
    return parameter_list_read(reader, object, row, NETWORK_HIDDEN_MAX,
                               &choice->hidden, &choice->hidden_count);
}

bool spec_model_read(struct json_reader *reader, struct json_value value,
                     struct value *ret)
{
    size_t before = reader->faults->total;
    struct json_object object;
    struct model_choice *choice;

    if (!json_object_open(reader, value, &object))
        return false;
    choice = ARENA_NEW(reader->arena, struct model_choice);
    if (!choice)
        return reader->faults->out_of_memory = true, false;
    choice->kind = kind_read(reader, &object,
                             (const void *const *)model_kinds);
    if (!choice->kind)
        return false; /* its other members cannot be judged */
    if (choice->kind->parameters)
        parameters_read(reader, &object, choice->kind->parameters,
                        choice->parameters);
    if (choice->kind->lists)
        hidden_read(reader, &object, choice->kind->lists, choice);
    json_object_close(&object);
    ret->model = choice;
    return reader->faults->total == before;
}

void spec_model_write(struct json_writer *writer, const struct value *value)
{
    const struct model_choice *choice = value->model;
    const struct model_kind *kind = choice->kind;

    json_object_begin(writer);
    json_member_text(writer, "type", kind->name);
    if (kind->parameters)
        parameters_write(writer, kind->parameters, choice->parameters);
    if (kind->lists) {
        json_key(writer, kind->lists->name);
        json_numbers(writer, choice->hidden, choice->hidden_count);
    }
    json_object_end(writer);
}

/* ---- what classes weigh ------------------------------------------------- */

enum { CLASSES_WEIGHED_MAX = 1000, WORD_BYTES_MAX = 64 };

static const char *const weighings[] = {"balanced", "none"};

static bool weighing_read(struct json_reader *reader, struct json_value value,
                          struct value *ret)
{
    struct suggestion near = {0};

    if (!json_read_text(reader, value, WORD_BYTES_MAX, &ret->text))
        return false;
    near.word = ret->text;
    for (size_t i = 0; i < sizeof weighings / sizeof *weighings; i++) {
        if (!strcmp(weighings[i], ret->text))
            return true;
        suggest_offer(&near, weighings[i]);
    }
    fault_add(reader->faults, value.pointer, FAULT_UNKNOWN_NAME, near.best,
              "must be \"balanced\", \"none\" or what the rows of each class "
              "weigh, as {\"yes\": 2, \"no\": 1}");
    return false;
}

/* One weight; false after a fault. */
static bool weight_read(struct json_reader *reader, struct json_value value,
                        double *ret)
{
    if (!json_read_number(reader, value, ret))
        return false;
    if (*ret >= 0 && *ret <= 1e300)
        return true;
    fault_add(reader->faults, value.pointer, FAULT_OUT_OF_RANGE, NULL,
              "a weight must be in [0, 1e300]");
    return false;
}

bool spec_class_weights_read(struct json_reader *reader,
                             struct json_value value, struct value *ret)
{
    struct json_value member = {.node = NULL};
    const char *name, **names;
    double *numbers;
    size_t count = 0;
    bool good = true;

    if (json_value_type(value) != JSON_OBJECT)
        return weighing_read(reader, value, ret);
    while (json_object_next(reader, value, &name, &member))
        count++;
    if (count == 0 || count > CLASSES_WEIGHED_MAX) {
        fault_add(reader->faults, value.pointer, FAULT_WRONG_SIZE, NULL,
                  "must name 1 to %d classes", CLASSES_WEIGHED_MAX);
        return false;
    }
    names = arena_array(reader->arena, count, sizeof *names);
    numbers = arena_array(reader->arena, count, sizeof *numbers);
    if (!names || !numbers)
        return reader->faults->out_of_memory = true, false;
    member = (struct json_value){.node = NULL};
    for (size_t i = 0; json_object_next(reader, value, &name, &member); i++) {
        names[i] = arena_text(reader->arena, name, strlen(name));
        if (!names[i])
            return reader->faults->out_of_memory = true, false;
        good &= weight_read(reader, member, &numbers[i]);
    }
    ret->names = names;
    ret->numbers = numbers;
    ret->rows = count;
    return good;
}

void spec_class_weights_write(struct json_writer *writer,
                              const struct value *value)
{
    if (value->text) {
        json_text(writer, value->text);
        return;
    }
    json_object_begin(writer);
    for (size_t i = 0; i < value->rows; i++)
        json_member_number(writer, value->names[i], value->numbers[i]);
    json_object_end(writer);
}
