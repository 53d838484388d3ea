/* spec_tables.c - parameters and kinds: the core's tables as JSON. */
#include "server/jobs/spec_tables.h"

#include <string.h>
#include <strings.h>

#include "core/base/suggest.h"
#include "server/json/number.h"

enum {
    NAME_BYTES_MAX = 64,       /* of a kind or a choice */
    KINDS_LISTED_MAX = 12,     /* in a fault, though one is near */
};

/* ---- parameters -------------------------------------------------------- */

static const char *number_text(struct arena *arena, double value)
{
    char text[NUMBER_TEXT_BYTES];
    const char *copy;

    if (isinf(value))
        return value < 0 ? "-inf" : "inf";
    /* A limit is easier to read as 1e6 than as 1000000. */
    for (int power = 4; power <= 15; power++)
        if (value == pow(10, power))
            return (copy = arena_format(arena, "1e%d", power)) ? copy : "";
    copy = arena_text(arena, text, number_write(value, text));
    return copy ? copy : "";
}

/* "\"a\", \"b\" or \"c\"" */
static const char *choices_text(struct arena *arena,
                                const char *const *choices)
{
    const char *text = "";

    for (size_t i = 0; choices[i] && text; i++)
        text = arena_format(arena, "%s%s\"%s\"", text,
                            i == 0 ? "" : choices[i + 1] ? ", " : " or ",
                            choices[i]);
    return text ? text : "";
}

static const char *parameter_range(struct arena *arena,
                                   const struct parameter *parameter)
{
    const char *range;

    if (parameter->type == PARAMETER_FLAG)
        return "true or false";
    if (parameter->type == PARAMETER_CHOICE)
        return choices_text(arena, parameter->choices);
    range = arena_format(
        arena, "%s%c%s, %s%c",
        parameter->type == PARAMETER_INTEGER ? "the whole numbers of " : "",
        parameter->bound & OPEN_LOW || isinf(parameter->low) ? '(' : '[',
        number_text(arena, parameter->low),
        number_text(arena, parameter->high),
        parameter->bound & OPEN_HIGH || isinf(parameter->high) ? ')' : ']');
    return range ? range : "";
}

static void refuse(struct json_reader *reader, const char *pointer,
                   const struct parameter *parameter, double number)
{
    fault_add(reader->faults, pointer, FAULT_OUT_OF_RANGE, NULL,
              "%s is not in %s", number_text(reader->arena, number),
              parameter_range(reader->arena, parameter));
}

static void choice_read(struct json_reader *reader, struct json_value member,
                        const struct parameter *parameter, double *value)
{
    struct suggestion near = {0};
    const char *name;
    int index;

    if (!json_read_text(reader, member, NAME_BYTES_MAX, &name))
        return;
    index = parameter_choice(parameter, name);
    if (index >= 0) {
        *value = index;
        return;
    }
    near.word = name;
    for (size_t i = 0; parameter->choices[i]; i++)
        suggest_offer(&near, parameter->choices[i]);
    fault_add(reader->faults, member.pointer, FAULT_UNKNOWN_NAME, near.best,
              "must be %s", choices_text(reader->arena, parameter->choices));
}

static void parameter_read(struct json_reader *reader, struct json_value member,
                           const struct parameter *parameter, double *value)
{
    double number;
    bool flag;

    if (isnan(parameter->initial) && json_value_is_null(member)) {
        *value = PARAMETER_OFF;
        return;
    }
    if (parameter->type == PARAMETER_FLAG) {
        if (json_read_flag(reader, member, &flag))
            *value = flag;
        return;
    }
    if (parameter->type == PARAMETER_CHOICE) {
        choice_read(reader, member, parameter, value);
        return;
    }
    if (!json_read_number(reader, member, &number))
        return;
    if (parameter_accepts(parameter, number))
        *value = number;
    else
        refuse(reader, member.pointer, parameter, number);
}

void parameters_read(struct json_reader *reader, struct json_object *object,
                     const struct parameter *table, double *values)
{
    struct json_value member;

    parameter_defaults(table, values);
    for (size_t i = 0; table[i].name; i++)
        if (json_object_take(object, table[i].name, &member))
            parameter_read(reader, member, &table[i], &values[i]);
}

void parameters_write(struct json_writer *writer,
                      const struct parameter *table, const double *values)
{
    for (size_t i = 0; table[i].name; i++) {
        if (isnan(values[i]) && !isnan(table[i].initial))
            continue; /* off, and null would not say so */
        json_key(writer, table[i].name);
        if (table[i].type == PARAMETER_FLAG)
            json_flag(writer, values[i] != 0);
        else if (table[i].type == PARAMETER_CHOICE)
            json_text(writer, table[i].choices[(size_t)values[i]]);
        else
            json_number(writer, values[i]); /* null where it is off */
    }
}

bool parameter_list_read(struct json_reader *reader,
                         struct json_object *object,
                         const struct parameter *row, size_t count_max,
                         const double **ret_numbers, size_t *ret_count)
{
    struct json_value member;
    bool good = true;

    if (!json_object_need(object, row->name, &member)
        || !json_read_numbers(reader, member, count_max, ret_numbers,
                              ret_count))
        return false;
    for (size_t i = 0; i < *ret_count; i++)
        if (!parameter_accepts(row, (*ret_numbers)[i])) {
            refuse(reader, pointer_index(reader->faults, member.pointer, i),
                   row, (*ret_numbers)[i]);
            good = false;
        }
    return good;
}

/* ---- kinds ------------------------------------------------------------- */

/* What people take for a type of its own, and how it is written. */
static const struct {
    const char *type, *kind, *detail;
} taken_for_types[] = {
    {"momentum", "sgd",
     ": it is sgd with a momentum, as {\"type\": \"sgd\", \"momentum\": 0.9}"},
    {"nesterov", "sgd",
     ": it is sgd with Nesterov's momentum, as {\"type\": \"sgd\", "
     "\"momentum\": 0.9, \"nesterov\": true}"},
    {"nag", "sgd",
     ": it is sgd with Nesterov's momentum, as {\"type\": \"sgd\", "
     "\"momentum\": 0.9, \"nesterov\": true}"},
};

static const char *name_of(const void *kind)
{
    return *(const char *const *)kind; /* every kind's first member */
}

/* ": one of a, b, c"; dialects are one after another. */
static const char *names_of(struct arena *arena, const void *const *kinds)
{
    const char *text = ": one of", *last = NULL;

    for (; *kinds && text; last = name_of(*kinds++))
        if (!last || strcmp(last, name_of(*kinds)))
            text = arena_format(arena, "%s%s %s", text, last ? "," : "",
                                name_of(*kinds));
    return text ? text : "";
}

/* What helps: all names where they are few or none is near; how it is written
 * where the type is known for something. */
static const char *advice_on(struct arena *arena,
                             const struct suggestion *near,
                             const void *const *kinds)
{
    size_t count = 0;

    for (size_t i = 0; near->best
                       && i < sizeof taken_for_types / sizeof *taken_for_types;
         i++)
        if (!strcasecmp(taken_for_types[i].type, near->word)
            && !strcmp(taken_for_types[i].kind, near->best))
            return taken_for_types[i].detail;
    while (kinds[count])
        count++;
    return near->best && count > KINDS_LISTED_MAX ? ""
                                                  : names_of(arena, kinds);
}

const void *kind_read(struct json_reader *reader, struct json_object *object,
                      const void *const *kinds)
{
    struct json_value member;
    struct suggestion near = {0};
    const char *type;

    if (!json_object_need(object, "type", &member)
        || !json_read_text(reader, member, NAME_BYTES_MAX, &type))
        return NULL;
    for (const void *const *kind = kinds; *kind; kind++)
        if (!strcmp(name_of(*kind), type))
            return *kind;
    near.word = type;
    for (const void *const *kind = kinds; *kind; kind++)
        suggest_offer(&near, name_of(*kind));
    fault_add(reader->faults, member.pointer, FAULT_UNKNOWN_NAME, near.best,
              "there is no such type here%s",
              advice_on(reader->arena, &near, kinds));
    return NULL;
}
