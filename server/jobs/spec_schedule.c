/*
 * spec_schedule.c - schedules inside schedules, read and written.
 *
 * Reading goes as deep as SCHEDULE_DEPTH_MAX, so the stack it needs is known.
 */
#include "server/jobs/spec_schedule.h"

#include "server/jobs/spec_tables.h"

static bool read_schedule(struct json_reader *reader, struct json_value value,
                          unsigned depth, struct schedule *schedule);

/* "schedule": may be left out. */
static bool read_wrapped(struct json_reader *reader,
                         struct json_object *object, unsigned depth,
                         struct schedule *schedule)
{
    struct json_value member;
    struct schedule *child;

    if (!json_object_take(object, "schedule", &member))
        return true;
    child = ARENA_NEW(reader->arena, struct schedule);
    if (!child)
        return reader->faults->out_of_memory = true, false;
    schedule->children = child;
    schedule->child_count = 1;
    return read_schedule(reader, member, depth + 1, child);
}

/* "schedules": one or more. */
static bool read_joined(struct json_reader *reader, struct json_object *object,
                        unsigned depth, struct schedule *schedule)
{
    struct json_value member, element = {.node = NULL};
    struct schedule *children;
    bool good = true;
    size_t count;

    if (!json_object_need(object, "schedules", &member)
        || !json_array_open(reader, member, SCHEDULE_CHILDREN_MAX, &count))
        return false;
    if (count == 0) {
        fault_add(reader->faults, member.pointer, FAULT_WRONG_SIZE, NULL,
                  "must have from 1 to %d schedules", SCHEDULE_CHILDREN_MAX);
        return false;
    }
    children = arena_array(reader->arena, count, sizeof *children);
    if (!children)
        return reader->faults->out_of_memory = true, false;
    for (size_t i = 0; json_array_next(reader, member, &element); i++)
        good &= read_schedule(reader, element, depth + 1, &children[i]);
    schedule->children = children;
    schedule->child_count = count;
    return good;
}

static bool read_children(struct json_reader *reader,
                          struct json_object *object, unsigned depth,
                          struct schedule *schedule)
{
    switch (schedule->kind->nesting) {
    case SCHEDULE_ALONE:
        return true;
    case SCHEDULE_WRAPS:
        return read_wrapped(reader, object, depth, schedule);
    case SCHEDULE_JOINS:
        return read_joined(reader, object, depth, schedule);
    }
    return false;
}

static bool read_lists(struct json_reader *reader, struct json_object *object,
                       struct schedule *schedule)
{
    const struct parameter *lists = schedule->kind->lists;
    bool good = true;

    for (size_t i = 0; lists && lists[i].name; i++)
        good &= parameter_list_read(reader, object, &lists[i],
                                    SCHEDULE_NUMBERS_MAX,
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

bool spec_schedule_read(struct json_reader *reader, struct json_value value,
                        struct schedule *schedule)
{
    if (read_schedule(reader, value, 0, schedule))
        return true;
    schedule_default(schedule); /* what is half read is not to be used */
    return false;
}

void spec_schedule_write(struct json_writer *writer,
                         const struct schedule *schedule)
{
    const struct schedule_kind *kind = schedule->kind;

    json_object_begin(writer);
    json_member_text(writer, "type", kind->name);
    parameters_write(writer, kind->parameters, schedule->p);
    for (size_t i = 0; kind->lists && kind->lists[i].name; i++) {
        json_key(writer, kind->lists[i].name);
        json_numbers(writer, schedule->numbers[i],
                     schedule->number_counts[i]);
    }
    if (kind->nesting == SCHEDULE_WRAPS && schedule->child_count > 0) {
        json_key(writer, "schedule");
        spec_schedule_write(writer, schedule->children);
    } else if (kind->nesting == SCHEDULE_JOINS) {
        json_key(writer, "schedules");
        json_array_begin(writer);
        for (size_t i = 0; i < schedule->child_count; i++)
            spec_schedule_write(writer, &schedule->children[i]);
        json_array_end(writer);
    }
    json_object_end(writer);
}
