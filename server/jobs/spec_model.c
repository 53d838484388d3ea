/* spec_model.c - the model of a spec, read and written by its tables. */
#include "server/jobs/spec_model.h"

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
