/* spec_start.c - where a run starts: read, drawn, written. */
#include "server/jobs/spec_start.h"

#include <math.h>
#include <string.h>

#include "core/base/random.h"
#include "core/base/suggest.h"
#include "server/jobs/spec_parts.h"
#include "server/jobs/spec_reference.h"
#include "server/jobs/spec_warm.h"

enum {
    START_WRITTEN_MAX = 1000,      /* a longer default start stays a default */
};

/* ---- drawn ------------------------------------------------------------- */

static void read_random(struct json_reader *reader, struct json_value value,
                        struct spec *spec)
{
    struct json_object object, range;
    struct json_value member, low, high;

    spec->origin = START_RANDOM;
    if (!json_object_open(reader, value, &object))
        return;
    if (json_object_need(&object, "random", &member)
        && json_object_open(reader, member, &range)) {
        if (json_object_need(&range, "low", &low)
            && json_object_need(&range, "high", &high)
            && json_read_number(reader, low, &spec->start_low)
            && json_read_number(reader, high, &spec->start_high)
            && !(spec->start_low <= spec->start_high))
            fault_add(reader->faults, high.pointer, FAULT_OUT_OF_RANGE, NULL,
                      "must be at least `low`");
        json_object_close(&range);
    }
    json_object_close(&object);
}

/* Uniform in [start_low, start_high]: a range wider than the greatest double
 * is drawn at half its size, and no rounding leads out of it. */
enum error spec_start_draw(struct arena *arena, struct spec *spec)
{
    size_t n = spec->objective.n;
    double *start = arena_array(arena, n, sizeof *start);
    double scale = isinf(spec->start_high - spec->start_low) ? 0.5 : 1;
    double low = scale * spec->start_low;
    double span = scale * spec->start_high - low;

    if (!start)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++) {
        double u = random_unit((uint64_t)spec->seed, RANDOM_START, i);

        start[i] = fmin((low + span * u) / scale, spec->start_high);
    }
    spec->start = start;
    return OK;
}

/* ---- by name ----------------------------------------------------------- */

/* A number, an array, or an array of arrays, as the part's shape is. */
static void read_part(struct json_reader *reader, struct json_value value,
                      const struct spec_part *part, double *x)
{
    const double *numbers = NULL;
    size_t rows = 0, columns = 0;

    x += part->first;
    if (part->rows == 0) {
        json_read_number(reader, value, x);
        return;
    }
    if (part->columns == 0
            ? !json_read_numbers(reader, value, DIMENSION_MAX, &numbers, &rows)
            : !json_read_matrix(reader, value, DIMENSION_MAX, &numbers, &rows,
                                &columns))
        return;
    if (rows == part->rows && columns == part->columns)
        memcpy(x, numbers, spec_part_size(part) * sizeof *x);
    else if (part->columns == 0)
        fault_add(reader->faults, value.pointer, FAULT_WRONG_SIZE, NULL,
                  "%zu numbers given, but \"%s\" has %zu", rows, part->name,
                  part->rows);
    else
        fault_add(reader->faults, value.pointer, FAULT_WRONG_SIZE, NULL,
                  "%zu arrays of %zu given, but \"%s\" has %zu of %zu", rows,
                  columns, part->name, part->rows, part->columns);
}

static void refuse_name(struct json_reader *reader, const char *pointer,
                        const char *name, const struct spec_parts *parts)
{
    struct suggestion near = {.word = name};

    for (size_t i = 0; i < parts->count; i++)
        suggest_offer(&near, parts->items[i].name);
    fault_add(reader->faults, pointer, FAULT_UNKNOWN_MEMBER, near.best,
              "the objective has no variable of this name");
}

static void read_parts(struct json_reader *reader, struct json_value value,
                       const struct spec_parts *parts, double *x)
{
    struct json_value member = {.node = NULL};
    bool *given = arena_array(reader->arena, parts->count, sizeof *given);
    const char *name;

    if (!given) {
        reader->faults->out_of_memory = true;
        return;
    }
    while (json_object_next(reader, value, &name, &member)) {
        size_t i = 0;

        while (i < parts->count && strcmp(parts->items[i].name, name))
            i++;
        if (i == parts->count) {
            refuse_name(reader, member.pointer, name, parts);
            continue;
        }
        given[i] = true;
        read_part(reader, member, &parts->items[i], x);
    }
    for (size_t i = 0; i < parts->count; i++)
        if (!given[i])
            fault_add(reader->faults,
                      pointer_member(reader->faults, value.pointer,
                                     parts->items[i].name),
                      FAULT_REQUIRED, NULL, "\"%s\" has no start",
                      parts->items[i].name);
}

static void read_named(struct json_reader *reader, struct json_value value,
                       struct spec *spec)
{
    size_t n = spec->objective.n;
    struct spec_parts parts;
    double *x;

    spec->origin = START_GIVEN;
    if (n == 0)
        return; /* there is no objective to have names */
    x = arena_array(reader->arena, n, sizeof *x);
    if (!x || spec_parts_of(reader->arena, spec, &parts) != OK) {
        reader->faults->out_of_memory = true;
        return;
    }
    spec->start = x;
    if (parts.count > 0)
        read_parts(reader, value, &parts, x);
    else
        fault_add(reader->faults, value.pointer, FAULT_WRONG_TYPE, NULL,
                  "the variables here have no names: give %zu number%s in an "
                  "array, {\"random\": {\"low\": …, \"high\": …}} or "
                  "{\"job\": \"job_…\"}", n, n == 1 ? "" : "s");
}

/* ---- all of them ------------------------------------------------------- */

/* Whether an object has a member of this name. One that is a number is the
 * start of a variable that happens to be called so. */
static bool has(struct json_reader *reader, struct json_value object,
                const char *wanted)
{
    struct json_value member = {.node = NULL};
    const char *name;

    while (json_object_next(reader, object, &name, &member))
        if (!strcmp(name, wanted))
            return json_value_type(member) != JSON_NUMBER;
    return false;
}

static void read_object(struct json_reader *reader, struct json_value value,
                        struct spec *spec)
{
    if (has(reader, value, "random"))
        read_random(reader, value, spec);
    else if (has(reader, value, "job"))
        spec_warm_read(reader, value, spec);
    else
        read_named(reader, value, spec);
}

static void take_default(struct json_reader *reader, struct spec *spec)
{
    size_t n = spec->objective.n;

    spec->start = spec->objective.start;
    if (n > 0 && !spec->start && !spec->objective.draw_start
        && !spec_is_no_run(reader))
        fault_add(reader->faults, "/start", FAULT_REQUIRED, NULL,
                  "this objective has no default start: give %zu "
                  "number%s, or {\"random\": {\"low\": …, \"high\": …}}",
                  n, n == 1 ? "" : "s");
}

void spec_start_read(struct json_reader *reader, struct json_object *root,
                     struct spec *spec)
{
    struct json_value member;
    size_t count = 0, n = spec->objective.n;

    if (!json_object_take(root, "start", &member)
        || json_value_is_null(member)) {
        take_default(reader, spec);
        return;
    }
    if (json_value_type(member) == JSON_OBJECT) {
        read_object(reader, member, spec);
        return;
    }
    spec->origin = START_GIVEN;
    if (!json_read_numbers(reader, member, DIMENSION_MAX, &spec->start,
                           &count))
        return;
    if (objective_pick(&spec->objective, reader->arena, &spec->start, &count)
        != OK)
        reader->faults->out_of_memory = true;
    else if (n > 0 && count != n)
        fault_add(reader->faults, member.pointer, FAULT_WRONG_SIZE, NULL,
                  "%zu number%s given, but the objective has %zu variable%s",
                  count, count == 1 ? "" : "s", n, n == 1 ? "" : "s");
}

/* ---- written ----------------------------------------------------------- */

void spec_start_write(struct json_writer *writer, const struct spec *spec)
{
    size_t n = spec->objective.n;

    json_key(writer, "start");
    if (spec->origin == START_RANDOM) {
        json_object_begin(writer);
        json_key(writer, "random");
        json_object_begin(writer);
        json_member_number(writer, "low", spec->start_low);
        json_member_number(writer, "high", spec->start_high);
        json_object_end(writer);
        json_object_end(writer);
    } else if (!spec->start
               || (spec->origin == START_DEFAULT && n > START_WRITTEN_MAX)) {
        json_null(writer);
    } else {
        json_numbers(writer, spec->start, n);
    }
}
