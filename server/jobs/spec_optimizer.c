/* spec_optimizer.c - rules, wrappers and bounds of a spec. */
#include "server/jobs/spec_optimizer.h"

#include <math.h>
#include <string.h>

#include "core/base/suggest.h"
#include "core/optimizer/check.h"
#include "server/jobs/spec_schedule.h"
#include "server/jobs/spec_tables.h"

enum { DIALECT_BYTES_MAX = 32 };

/* ---- bounds ------------------------------------------------------------ */

/* A number for every variable; null is none there: infinite. */
static bool read_numbers_or_null(struct json_reader *reader,
                                 struct json_value array, double none,
                                 const double **ret, size_t *ret_count)
{
    struct json_value element = {.node = NULL};
    size_t i = 0;
    double *numbers;
    bool good = true;

    if (!json_array_open(reader, array, DIMENSION_MAX, ret_count))
        return false;
    numbers = arena_array(reader->arena, *ret_count, sizeof *numbers);
    if (!numbers)
        return reader->faults->out_of_memory = true, false;
    while (json_array_next(reader, array, &element)) {
        numbers[i] = none;
        if (!json_value_is_null(element))
            good &= json_read_number(reader, element, &numbers[i]);
        i++;
    }
    *ret = numbers;
    return good;
}

/* One side: a number for every variable, or one for all; null is none.
 *
 *   none   -  in  what stands for null
 */
static void read_side(struct json_reader *reader, struct json_object *object,
                      const char *name, double none,
                      const struct objective *objective,
                      const double **ret_side)
{
    size_t n = objective->n;
    struct json_value member;
    const double *given;
    double *side, number;
    size_t count;

    if (!json_object_take(object, name, &member) || json_value_is_null(member))
        return;
    if (json_value_type(member) == JSON_ARRAY) {
        if (!read_numbers_or_null(reader, member, none, &given, &count))
            return;
        if (objective_pick(objective, reader->arena, &given, &count) != OK)
            reader->faults->out_of_memory = true;
        else if (n > 0 && count != n)
            fault_add(reader->faults, member.pointer, FAULT_WRONG_SIZE, NULL,
                      "%zu numbers given, but the objective has %zu "
                      "variable%s", count, n, n == 1 ? "" : "s");
        *ret_side = given;
        return;
    }
    if (!json_read_number(reader, member, &number))
        return;
    side = arena_array(reader->arena, n, sizeof *side);
    if (!side) {
        reader->faults->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        side[i] = number;
    *ret_side = side;
}

static void read_bounds(struct json_reader *reader, struct json_object *parent,
                        struct spec *spec)
{
    size_t faults_before = reader->faults->total, n = spec->objective.n;
    struct json_object object;
    struct json_value member;

    if (!json_object_take(parent, "bounds", &member)
        || json_value_is_null(member)
        || !json_object_open(reader, member, &object))
        return;
    read_side(reader, &object, "low", -INFINITY, &spec->objective,
              &spec->low);
    read_side(reader, &object, "high", INFINITY, &spec->objective,
              &spec->high);
    json_object_close(&object);
    optimizer_check_bounds(spec->optimizer, spec->steps, member.pointer,
                           reader->faults);
    if (reader->faults->total > faults_before || !spec->low || !spec->high)
        return;
    for (size_t i = 0; i < n; i++)
        if (!(spec->low[i] <= spec->high[i])) {
            fault_add(reader->faults, member.pointer, FAULT_CONFLICT, NULL,
                      "low is above high at variable %zu (counted from 1)",
                      i + 1);
            return;
        }
}

static void write_side(struct json_writer *writer, const char *name,
                       const double *side, size_t n)
{
    json_key(writer, name);
    if (side)
        json_numbers(writer, side, n);
    else
        json_null(writer);
}

static void write_bounds(struct json_writer *writer, const struct spec *spec)
{
    if (!spec->low && !spec->high)
        return;
    json_key(writer, "bounds");
    json_object_begin(writer);
    write_side(writer, "low", spec->low, spec->objective.n);
    write_side(writer, "high", spec->high, spec->objective.n);
    json_object_end(writer);
}

/* ---- the rule ---------------------------------------------------------- */

/* The kind of this name in the dialect that is asked for. */
static const struct optimizer_kind *
read_dialect(struct json_reader *reader, struct json_object *object,
             const struct optimizer_kind *kind)
{
    const struct optimizer_kind *spoken;
    struct suggestion near = {0};
    struct json_value member;
    const char *dialect;

    if (!json_object_take(object, "dialect", &member)
        || json_value_is_null(member)
        || !json_read_text(reader, member, DIALECT_BYTES_MAX, &dialect))
        return kind;
    spoken = optimizer_kind_find(kind->name, dialect);
    if (spoken)
        return spoken;
    near.word = dialect;
    for (size_t i = 0; optimizer_kinds[i]; i++)
        if (!strcmp(optimizer_kinds[i]->name, kind->name)
            && optimizer_kinds[i]->dialect)
            suggest_offer(&near, optimizer_kinds[i]->dialect);
    fault_add(reader->faults, member.pointer, FAULT_UNKNOWN_NAME, near.best,
              kind->dialect ? "%s is not spoken in this dialect"
                            : "%s has no dialects",
              kind->name);
    return kind;
}

/* The parameters of the wrapper that this kind leaves to it. */
static void read_wrap(struct json_reader *reader, struct json_object *object,
                      struct spec *spec)
{
    struct parameter table[WRAP_PARAMETERS + 1] = {{0}};
    const double *p = spec->optimizer_parameters;
    double values[WRAP_PARAMETERS], l1;
    struct json_value member;
    size_t count = 0;

    parameter_defaults(wrap_parameters, spec->wrap_parameters);
    for (int i = 0; i < WRAP_PARAMETERS; i++)
        if (wrap_offers(spec->optimizer, p, (enum wrap_parameter)i))
            table[count++] = wrap_parameters[i];
    parameters_read(reader, object, table, values);
    if (spec->optimizer->average && spec->steps
        && json_object_take(object, "l1", &member)
        && !(json_value_type(member) == JSON_NUMBER
             && json_read_number(reader, member, &l1) && l1 == 0))
        optimizer_refuse_average(spec->optimizer, "l1", member.pointer,
                                 reader->faults);
    count = 0;
    for (int i = 0; i < WRAP_PARAMETERS; i++)
        if (wrap_offers(spec->optimizer, p, (enum wrap_parameter)i))
            spec->wrap_parameters[i] = values[count++];
}

static void write_wrap(struct json_writer *writer, const struct spec *spec)
{
    const double *p = spec->optimizer_parameters;

    for (int i = 0; i < WRAP_PARAMETERS; i++) {
        struct parameter row[2] = {wrap_parameters[i], {0}};

        if (wrap_offers(spec->optimizer, p, (enum wrap_parameter)i))
            parameters_write(writer, row, &spec->wrap_parameters[i]);
    }
}

/* What is known of the job, for the kind to be held against. */
static struct optimizer_demand demand_of(const struct spec *spec)
{
    return (struct optimizer_demand){
        .kind = spec->optimizer, .p = spec->optimizer_parameters,
        .objective = &spec->objective, .low = spec->low, .high = spec->high,
    };
}

void spec_optimizer_read(struct json_reader *reader, struct json_value value,
                         struct spec *spec)
{
    size_t faults_before = reader->faults->total, faults_of_rule;
    const struct optimizer_kind *kind;
    struct optimizer_demand demand;
    struct json_object object;
    struct json_value member;

    schedule_default(&spec->schedule);
    if (!json_object_open(reader, value, &object))
        return;
    kind = kind_read(reader, &object, (const void *const *)optimizer_kinds);
    if (!kind)
        return;
    kind = read_dialect(reader, &object, kind);
    spec->optimizer = kind;
    parameters_read(reader, &object, kind->parameters,
                    spec->optimizer_parameters);
    spec->steps = optimizer_steps(kind, spec->optimizer_parameters);
    read_wrap(reader, &object, spec);
    faults_of_rule = reader->faults->total;
    read_bounds(reader, &object, spec);
    demand = demand_of(spec);
    demand.bounds_are_sound = reader->faults->total == faults_of_rule;
    optimizer_check(&demand, value.pointer, reader->faults);
    if (spec->steps && json_object_take(&object, "schedule", &member))
        spec_schedule_read(reader, member, &spec->schedule);
    json_object_close(&object);
    if (kind->check && reader->faults->total == faults_before)
        kind->check(spec->optimizer_parameters, value.pointer,
                    reader->faults);
}

void spec_optimizer_write(struct json_writer *writer, const struct spec *spec)
{
    json_key(writer, "optimizer");
    json_object_begin(writer);
    json_member_text(writer, "type", spec->optimizer->name);
    if (spec->optimizer->dialect)
        json_member_text(writer, "dialect", spec->optimizer->dialect);
    parameters_write(writer, spec->optimizer->parameters,
                     spec->optimizer_parameters);
    write_wrap(writer, spec);
    write_bounds(writer, spec);
    if (spec->steps) {
        json_key(writer, "schedule");
        spec_schedule_write(writer, &spec->schedule);
    }
    json_object_end(writer);
}
