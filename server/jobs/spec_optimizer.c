/* spec_optimizer.c - rules, wrappers, bounds and schedules of a spec. */
#include "server/jobs/spec_optimizer.h"

#include <string.h>

#include "core/base/suggest.h"
#include "server/jobs/spec_tables.h"

enum { DIALECT_BYTES_MAX = 32 };

/* ---- schedules --------------------------------------------------------- */

static bool read_schedule(struct json_reader *reader, struct json_value value,
                          unsigned depth, struct schedule *schedule);

static bool read_children(struct json_reader *reader,
                          struct json_object *object, unsigned depth,
                          struct schedule *schedule)
{
    bool one = schedule->kind->nesting == SCHEDULE_WRAPS, good = true;
    struct json_value member, element = {.node = NULL};
    struct schedule *children;
    size_t count = 1, i = 0;

    if (schedule->kind->nesting == SCHEDULE_ALONE)
        return true;
    if (!(one ? json_object_take(object, "schedule", &member)
              : json_object_need(object, "schedules", &member)))
        return one;
    if (!one && !json_array_open(reader, member, SCHEDULE_CHILDREN_MAX,
                                 &count))
        return false;
    children = arena_array(reader->arena, count, sizeof *children);
    if (!children)
        return reader->faults->out_of_memory = true, false;
    if (one)
        good = read_schedule(reader, member, depth + 1, &children[0]);
    while (!one && json_array_next(reader, member, &element))
        good &= read_schedule(reader, element, depth + 1, &children[i++]);
    schedule->children = children;
    schedule->child_count = count;
    return good;
}

static bool read_lists(struct json_reader *reader, struct json_object *object,
                       struct schedule *schedule)
{
    struct json_value member;
    bool good = true;

    for (size_t i = 0; schedule->kind->lists[i]; i++)
        good &= json_object_need(object, schedule->kind->lists[i], &member)
             && json_read_numbers(reader, member, SCHEDULE_NUMBERS_MAX,
                                  &schedule->numbers[i],
                                  &schedule->number_counts[i]);
    return good;
}

static bool read_schedule(struct json_reader *reader, struct json_value value,
                          unsigned depth, struct schedule *schedule)
{
    size_t faults_before = reader->faults->total;
    struct json_object object;
    bool good;

    if (depth >= SCHEDULE_DEPTH_MAX) {
        fault_add(reader->faults, value.pointer, FAULT_TOO_LARGE, NULL,
                  "at most %d schedules inside one another",
                  SCHEDULE_DEPTH_MAX);
        return false;
    }
    if (!json_object_open(reader, value, &object))
        return false;
    schedule->kind =
        kind_read(reader, &object, (const void *const *)schedule_kinds);
    if (!schedule->kind)
        return false;
    if (depth > 0 && schedule->kind->looks_at_loss)
        fault_add(reader->faults, value.pointer, FAULT_CONFLICT, NULL,
                  "%s looks at the loss and cannot stand inside another "
                  "schedule", schedule->kind->name);
    parameters_read(reader, &object, schedule->kind->parameters, schedule->p);
    good = read_lists(reader, &object, schedule);
    good &= read_children(reader, &object, depth, schedule);
    json_object_close(&object);
    good &= reader->faults->total == faults_before;
    if (good && schedule->kind->check)
        schedule->kind->check(schedule, value.pointer, reader->faults);
    return reader->faults->total == faults_before;
}

static void write_schedule(struct json_writer *writer,
                           const struct schedule *schedule)
{
    const struct schedule_kind *kind = schedule->kind;

    json_object_begin(writer);
    json_member_text(writer, "type", kind->name);
    parameters_write(writer, kind->parameters, schedule->p);
    for (size_t i = 0; kind->lists[i]; i++) {
        json_key(writer, kind->lists[i]);
        json_numbers(writer, schedule->numbers[i],
                     schedule->number_counts[i]);
    }
    if (kind->nesting == SCHEDULE_WRAPS && schedule->child_count > 0) {
        json_key(writer, "schedule");
        write_schedule(writer, schedule->children);
    } else if (kind->nesting == SCHEDULE_JOINS) {
        json_key(writer, "schedules");
        json_array_begin(writer);
        for (size_t i = 0; i < schedule->child_count; i++)
            write_schedule(writer, &schedule->children[i]);
        json_array_end(writer);
    }
    json_object_end(writer);
}

/* ---- bounds ------------------------------------------------------------ */

/* One side: a number for every variable, or one for all; null is none. */
static void read_side(struct json_reader *reader, struct json_object *object,
                      const char *name, size_t n, const double **ret_side)
{
    struct json_value member;
    const double *given;
    double *side, number;
    size_t count;

    if (!json_object_take(object, name, &member) || json_value_is_null(member))
        return;
    if (json_value_type(member) == JSON_ARRAY) {
        if (!json_read_numbers(reader, member, DIMENSION_MAX, &given, &count))
            return;
        if (n > 0 && count != n)
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
    read_side(reader, &object, "low", n, &spec->low);
    read_side(reader, &object, "high", n, &spec->high);
    json_object_close(&object);
    if (!spec->optimizer->step && !spec->optimizer->takes_bounds)
        fault_add(reader->faults, member.pointer, FAULT_CONFLICT, NULL,
                  "%s takes no bounds", spec->optimizer->name);
    if (reader->faults->total > faults_before || !spec->low || !spec->high)
        return;
    for (size_t i = 0; i < n; i++)
        if (!(spec->low[i] <= spec->high[i])) {
            fault_add(reader->faults, member.pointer, FAULT_CONFLICT, NULL,
                      "low is above high at variable %zu", i);
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
    double values[WRAP_PARAMETERS];
    size_t count = 0;

    parameter_defaults(wrap_parameters, spec->wrap_parameters);
    for (int i = 0; i < WRAP_PARAMETERS; i++)
        if (wrap_offers(spec->optimizer, (enum wrap_parameter)i))
            table[count++] = wrap_parameters[i];
    parameters_read(reader, object, table, values);
    count = 0;
    for (int i = 0; i < WRAP_PARAMETERS; i++)
        if (wrap_offers(spec->optimizer, (enum wrap_parameter)i))
            spec->wrap_parameters[i] = values[count++];
}

static void write_wrap(struct json_writer *writer, const struct spec *spec)
{
    for (int i = 0; i < WRAP_PARAMETERS; i++) {
        struct parameter row[2] = {wrap_parameters[i], {0}};

        if (wrap_offers(spec->optimizer, (enum wrap_parameter)i))
            parameters_write(writer, row, &spec->wrap_parameters[i]);
    }
}

void spec_optimizer_read(struct json_reader *reader, struct json_value value,
                         struct spec *spec)
{
    size_t faults_before = reader->faults->total;
    const struct optimizer_kind *kind;
    struct json_object object;
    struct json_value member;

    spec->schedule.kind = schedule_kind_find("constant");
    if (!json_object_open(reader, value, &object))
        return;
    kind = kind_read(reader, &object, (const void *const *)optimizer_kinds);
    if (!kind)
        return;
    kind = read_dialect(reader, &object, kind);
    spec->optimizer = kind;
    parameters_read(reader, &object, kind->parameters,
                    spec->optimizer_parameters);
    read_wrap(reader, &object, spec);
    read_bounds(reader, &object, spec);
    if (kind->step && json_object_take(&object, "schedule", &member))
        read_schedule(reader, member, 0, &spec->schedule);
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
    if (spec->optimizer->step) {
        json_key(writer, "schedule");
        write_schedule(writer, &spec->schedule);
    }
    json_object_end(writer);
}
