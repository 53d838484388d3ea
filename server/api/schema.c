/*
 * schema.c - JSON Schemas of what a spec may say, made from the core's tables.
 *
 * Schedules stand in "$defs". One that holds others stands there once for each
 * level, as the depth has an end: `warmup`, `warmup_1`, ... Their choice at a
 * level is `schedule`, `schedule_1`, ...
 */
#include "server/api/schema.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/model/model.h"
#include "core/model/network.h"
#include "core/objective/objective.h"
#include "core/optimizer/optimizer.h"
#include "core/optimizer/wrap.h"
#include "core/schedule/schedule.h"
#include "server/api/schema_parts.h"

enum { REFERENCE_BYTES = 80, CHOICES_MAX = 16 };

/* ---- small pieces ------------------------------------------------------ */

const struct schema_place schema_own = {"#/$defs/", ""};

/* {"$ref": "#/$defs/NAME"}, with the level behind the name unless it is 0. */
static void write_reference(struct json_writer *writer,
                            const struct schema_place *place,
                            const char *name, unsigned level)
{
    char text[REFERENCE_BYTES];

    if (level == 0)
        snprintf(text, sizeof text, "%s%s%s", place->root, place->prefix,
                 name);
    else
        snprintf(text, sizeof text, "%s%s%s_%u", place->root, place->prefix,
                 name, level);
    json_object_begin(writer);
    json_member_text(writer, "$ref", text);
    json_object_end(writer);
}

static void write_definition_key(struct json_writer *writer,
                                 const struct schema_place *place,
                                 const char *name, unsigned level)
{
    char text[REFERENCE_BYTES];

    if (level == 0)
        snprintf(text, sizeof text, "%s%s", place->prefix, name);
    else
        snprintf(text, sizeof text, "%s%s_%u", place->prefix, name, level);
    json_key(writer, text);
}

/* "type": TYPE or "type": [TYPE, "null"]. */
void schema_write_type(struct json_writer *writer, const char *type,
                       bool or_null)
{
    json_key(writer, "type");
    if (!or_null) {
        json_text(writer, type);
        return;
    }
    json_array_begin(writer);
    json_text(writer, type);
    json_text(writer, "null");
    json_array_end(writer);
}

void schema_write_choice(struct json_writer *writer, const char *member,
                         const char *text)
{
    json_key(writer, member);
    json_object_begin(writer);
    json_member_text(writer, "const", text);
    json_object_end(writer);
}

/* ---- parameters -------------------------------------------------------- */

void schema_write_range(struct json_writer *writer,
                        const struct parameter *parameter)
{
    if (isfinite(parameter->low))
        json_member_number(writer,
                           parameter->bound & OPEN_LOW ? "exclusiveMinimum"
                                                       : "minimum",
                           parameter->low);
    if (isfinite(parameter->high))
        json_member_number(writer,
                           parameter->bound & OPEN_HIGH ? "exclusiveMaximum"
                                                        : "maximum",
                           parameter->high);
    if (parameter->type == PARAMETER_INTEGER)
        json_member_integer(writer, "multipleOf", 1);
}

static void write_parameter(struct json_writer *writer,
                            const struct parameter *parameter)
{
    bool is_flag = parameter->type == PARAMETER_FLAG;
    bool is_off = isnan(parameter->initial);

    json_key(writer, parameter->name);
    json_object_begin(writer);
    schema_write_type(writer, is_flag ? "boolean" : "number", is_off);
    if (!is_flag)
        schema_write_range(writer, parameter);
    json_key(writer, "default");
    if (is_flag && !is_off)
        json_flag(writer, parameter->initial != 0);
    else
        json_number(writer, parameter->initial); /* null where it is off */
    json_member_text(writer, "description", parameter->sentence);
    json_object_end(writer);
}

/* A choice, or those of its names that `offered` marks. */
static void write_names(struct json_writer *writer,
                        const struct parameter *parameter,
                        const bool *offered)
{
    json_key(writer, parameter->name);
    json_object_begin(writer);
    json_key(writer, "enum");
    json_array_begin(writer);
    for (size_t i = 0; parameter->choices[i]; i++)
        if (!offered || offered[i])
            json_text(writer, parameter->choices[i]);
    json_array_end(writer);
    json_member_text(writer, "default",
                     parameter->choices[(size_t)parameter->initial]);
    json_member_text(writer, "description", parameter->sentence);
    json_object_end(writer);
}

void schema_write_parameters(struct json_writer *writer,
                             const struct parameter *table)
{
    for (; table->name; table++)
        if (table->type == PARAMETER_CHOICE)
            write_names(writer, table, NULL);
        else
            write_parameter(writer, table);
}

/* ---- schedules --------------------------------------------------------- */

static void write_list(struct json_writer *writer,
                       const struct parameter *row, size_t count_max)
{
    json_key(writer, row->name);
    json_object_begin(writer);
    json_member_text(writer, "type", "array");
    json_key(writer, "items");
    json_object_begin(writer);
    json_member_text(writer, "type", "number");
    schema_write_range(writer, row);
    json_object_end(writer);
    json_member_integer(writer, "maxItems", (int64_t)count_max);
    json_member_text(writer, "description", row->sentence);
    json_object_end(writer);
}

static bool has_lists(const struct schedule_kind *kind)
{
    return kind->lists && kind->lists->name;
}

/* Whether a schedule of this kind may stand at that level. */
static bool may_stand(const struct schedule_kind *kind, unsigned level)
{
    if (kind->looks_at_loss)
        return level == 0;
    return kind->nesting != SCHEDULE_JOINS || level + 1 < SCHEDULE_DEPTH_MAX;
}

/* The level in the name of its definition: those alone have one for all. */
static unsigned level_of(const struct schedule_kind *kind, unsigned level)
{
    return kind->nesting == SCHEDULE_ALONE ? 0 : level;
}

static void write_inner(struct json_writer *writer,
                        const struct schema_place *place,
                        const struct schedule_kind *kind, unsigned level)
{
    if (level + 1 >= SCHEDULE_DEPTH_MAX)
        return;
    if (kind->nesting == SCHEDULE_WRAPS) {
        json_key(writer, "schedule");
        write_reference(writer, place, "schedule", level + 1);
    } else if (kind->nesting == SCHEDULE_JOINS) {
        json_key(writer, "schedules");
        json_object_begin(writer);
        json_member_text(writer, "type", "array");
        json_key(writer, "items");
        write_reference(writer, place, "schedule", level + 1);
        json_member_integer(writer, "minItems", 1);
        json_member_integer(writer, "maxItems", SCHEDULE_CHILDREN_MAX);
        json_object_end(writer);
    }
}

static void write_schedule(struct json_writer *writer,
                           const struct schema_place *place,
                           const struct schedule_kind *kind, unsigned level)
{
    write_definition_key(writer, place, kind->name, level);
    json_object_begin(writer);
    json_member_text(writer, "type", "object");
    json_member_text(writer, "description", kind->sentence);
    json_key(writer, "properties");
    json_object_begin(writer);
    schema_write_choice(writer, "type", kind->name);
    schema_write_parameters(writer, kind->parameters);
    for (size_t i = 0; has_lists(kind) && kind->lists[i].name; i++)
        write_list(writer, &kind->lists[i], SCHEDULE_NUMBERS_MAX);
    write_inner(writer, place, kind, level);
    json_object_end(writer);
    json_key(writer, "required");
    json_array_begin(writer);
    json_text(writer, "type");
    for (size_t i = 0; has_lists(kind) && kind->lists[i].name; i++)
        json_text(writer, kind->lists[i].name);
    if (kind->nesting == SCHEDULE_JOINS)
        json_text(writer, "schedules");
    json_array_end(writer);
    json_member_flag(writer, "additionalProperties", false);
    json_object_end(writer);
}

/* What may stand at a level: "schedule_1": {"anyOf": [...]}. */
static void write_level(struct json_writer *writer,
                        const struct schema_place *place, unsigned level)
{
    write_definition_key(writer, place, "schedule", level);
    json_object_begin(writer);
    json_key(writer, "anyOf");
    json_array_begin(writer);
    for (size_t i = 0; schedule_kinds[i]; i++)
        if (may_stand(schedule_kinds[i], level))
            write_reference(writer, place, schedule_kinds[i]->name,
                            level_of(schedule_kinds[i], level));
    json_array_end(writer);
    json_object_end(writer);
}

static void write_schedules(struct json_writer *writer,
                            const struct schema_place *place)
{
    for (unsigned level = 0; level < SCHEDULE_DEPTH_MAX; level++) {
        write_level(writer, place, level);
        for (size_t i = 0; schedule_kinds[i]; i++)
            if (may_stand(schedule_kinds[i], level)
                && level_of(schedule_kinds[i], level) == level)
                write_schedule(writer, place, schedule_kinds[i], level);
    }
}

/* A member that may only be 0. */
static void write_zero(struct json_writer *writer, const char *name)
{
    json_key(writer, name);
    json_object_begin(writer);
    json_member_integer(writer, "const", 0);
    json_object_end(writer);
}

/* ---- bounds ------------------------------------------------------------ */

/* A number for all variables, one for each, or null if it may be left out: as a
 * whole or of one variable. */
static void write_side(struct json_writer *writer, bool needed)
{
    json_object_begin(writer);
    json_key(writer, "anyOf");
    json_array_begin(writer);
    json_object_begin(writer);
    schema_write_type(writer, "number", !needed);
    json_object_end(writer);
    json_object_begin(writer);
    json_member_text(writer, "type", "array");
    json_key(writer, "items");
    json_object_begin(writer);
    schema_write_type(writer, "number", !needed);
    json_object_end(writer);
    json_member_integer(writer, "maxItems", DIMENSION_MAX);
    json_object_end(writer);
    json_array_end(writer);
    json_object_end(writer);
}

static void write_bounds(struct json_writer *writer,
                         const struct schema_place *place, bool needed)
{
    write_definition_key(writer, place, needed ? "bounds_needed" : "bounds",
                         0);
    json_object_begin(writer);
    schema_write_type(writer, "object", !needed);
    json_key(writer, "properties");
    json_object_begin(writer);
    json_key(writer, "low");
    write_side(writer, needed);
    json_key(writer, "high");
    write_side(writer, needed);
    json_object_end(writer);
    if (needed) {
        json_key(writer, "required");
        json_array_begin(writer);
        json_text(writer, "low");
        json_text(writer, "high");
        json_array_end(writer);
    }
    json_member_flag(writer, "additionalProperties", false);
    json_object_end(writer);
}

/* ---- rules ------------------------------------------------------------- */

/* The default dialect may be left out, or null; any other must be named. */
static void write_dialect(struct json_writer *writer,
                          const struct optimizer_kind *kind, bool is_default)
{
    if (!is_default) {
        schema_write_choice(writer, "dialect", kind->dialect);
        return;
    }
    json_key(writer, "dialect");
    json_object_begin(writer);
    json_key(writer, "enum");
    json_array_begin(writer);
    if (kind->dialect)
        json_text(writer, kind->dialect);
    json_null(writer);
    json_array_end(writer);
    json_object_end(writer);
}

/*
 * One rule in one dialect with one of its engines. A kind with two has a choice
 * among its parameters that says which; what else is legal follows from it.
 */
struct variant {
    const struct optimizer_kind *kind;
    bool is_default;         /* the dialect may be left out */
    bool steps;              /* moved by `step`: wrapped and scheduled */
    double p[PARAMETERS_MAX];   /* parameters that choose this engine */
    const struct parameter *chooser;  /* NULL: the kind has one engine */
    bool offered[CHOICES_MAX];        /* names of `chooser` */
};

/* Mark the names that choose the variant's engine; false: there are none. */
static bool find_chooser(struct variant *variant)
{
    const struct optimizer_kind *kind = variant->kind;
    double p[PARAMETERS_MAX];
    bool found = false;

    for (size_t i = 0; kind->parameters[i].name; i++) {
        const struct parameter *row = &kind->parameters[i];

        for (size_t c = 0; row->choices && row->choices[c]; c++) {
            assert(c < CHOICES_MAX);
            parameter_defaults(kind->parameters, p);
            p[i] = (double)c;
            if (optimizer_steps(kind, p) != variant->steps)
                continue;
            if (!found)
                memcpy(variant->p, p, sizeof p);
            variant->offered[c] = found = true;
            variant->chooser = row;
        }
    }
    return found;
}

static bool variant_init(struct variant *variant,
                         const struct optimizer_kind *kind, bool is_default,
                         bool steps)
{
    *variant = (struct variant){kind, is_default, steps};
    parameter_defaults(kind->parameters, variant->p);
    if (kind->searches)
        return find_chooser(variant);
    return optimizer_steps(kind, variant->p) == steps;
}

static void write_own_parameters(struct json_writer *writer,
                                 const struct variant *variant)
{
    const struct parameter *row = variant->kind->parameters;

    for (; row->name; row++) {
        struct parameter one[2] = {*row, {0}};

        if (row == variant->chooser)
            write_names(writer, row, variant->offered);
        else
            schema_write_parameters(writer, one);
    }
}

static void write_members(struct json_writer *writer,
                          const struct schema_place *place,
                          const struct variant *variant)
{
    const struct optimizer_kind *kind = variant->kind;

    schema_write_choice(writer, "type", kind->name);
    write_dialect(writer, kind, variant->is_default);
    write_own_parameters(writer, variant);
    for (int i = 0; i < WRAP_PARAMETERS; i++)
        if (wrap_offers(kind, variant->p, (enum wrap_parameter)i)) {
            if (i == WRAP_L1 && kind->average != NULL)
                write_zero(writer, wrap_parameters[i].name);
            else
                write_parameter(writer, &wrap_parameters[i]);
        }
    json_key(writer, "bounds");
    if (optimizer_takes_bounds(kind, variant->steps)) {
        write_reference(writer, place,
                        kind->needs_bounds ? "bounds_needed" : "bounds", 0);
    } else {
        json_object_begin(writer);
        json_member_text(writer, "type", "null");
        json_object_end(writer);
    }
    if (variant->steps) {
        json_key(writer, "schedule");
        write_reference(writer, place, "schedule", 0);
    }
}

static void write_rule(struct json_writer *writer,
                       const struct schema_place *place,
                       const struct variant *variant)
{
    const struct parameter *chooser = variant->chooser;

    json_object_begin(writer);
    json_member_text(writer, "type", "object");
    json_member_text(writer, "description", variant->kind->sentence);
    json_key(writer, "properties");
    json_object_begin(writer);
    write_members(writer, place, variant);
    json_object_end(writer);
    json_key(writer, "required");
    json_array_begin(writer);
    json_text(writer, "type");
    if (!variant->is_default)
        json_text(writer, "dialect");
    if (chooser && !variant->offered[(size_t)chooser->initial])
        json_text(writer, chooser->name);
    if (variant->kind->needs_bounds)
        json_text(writer, "bounds");
    json_array_end(writer);
    json_member_flag(writer, "additionalProperties", false);
    json_object_end(writer);
}

/* The rule in one dialect, with each of its engines. */
static void write_rules(struct json_writer *writer,
                        const struct schema_place *place,
                        const struct optimizer_kind *kind, bool is_default)
{
    struct variant variant;

    for (int steps = 1; steps >= 0; steps--)
        if (variant_init(&variant, kind, is_default, steps))
            write_rule(writer, place, &variant);
}

/* "anyOf": the rule in all of its dialects. */
static void write_dialects(struct json_writer *writer,
                           const struct schema_place *place, const char *name)
{
    const struct optimizer_kind *first = optimizer_kind_find(name, NULL);

    json_key(writer, "anyOf");
    json_array_begin(writer);
    for (size_t i = 0; optimizer_kinds[i]; i++)
        if (!strcmp(optimizer_kinds[i]->name, name))
            write_rules(writer, place, optimizer_kinds[i],
                        optimizer_kinds[i] == first);
    json_array_end(writer);
}

static size_t count_variants(const char *name)
{
    struct variant variant;
    size_t count = 0;

    for (size_t i = 0; optimizer_kinds[i]; i++)
        for (int steps = 0; steps <= 1; steps++)
            count += !strcmp(optimizer_kinds[i]->name, name)
                     && variant_init(&variant, optimizer_kinds[i], true,
                                     steps);
    return count;
}

void schema_write_rule(struct json_writer *writer,
                       const struct schema_place *place, const char *name)
{
    if (count_variants(name) == 1) {
        write_rules(writer, place, optimizer_kind_find(name, NULL), true);
        return;
    }
    json_object_begin(writer);
    json_member_text(writer, "title", name);
    write_dialects(writer, place, name);
    json_object_end(writer);
}

void schema_write_shared(struct json_writer *writer,
                         const struct schema_place *place)
{
    write_bounds(writer, place, false);
    write_bounds(writer, place, true);
    write_schedules(writer, place);
}

void schema_write_optimizer(struct json_writer *writer, const char *name)
{
    const struct optimizer_kind *first = optimizer_kind_find(name, NULL);

    json_object_begin(writer);
    json_member_text(writer, "$schema",
                     "https://json-schema.org/draft/2020-12/schema");
    json_member_text(writer, "title", name);
    json_member_text(writer, "$comment",
                     "Not said here: what depends on the objective, as the "
                     "number of bounds, and what one member asks of another, "
                     "as milestones that rise. POST /jobs?dry_run=true tells.");
    write_dialects(writer, &schema_own, name);
    json_key(writer, "$defs");
    json_object_begin(writer);
    write_bounds(writer, &schema_own, first->needs_bounds);
    write_schedules(writer, &schema_own);
    json_object_end(writer);
    json_object_end(writer);
}

/* ---- models ------------------------------------------------------------ */

static void write_model_members(struct json_writer *writer, const char *name)
{
    const struct model_kind *kind = model_kind_find(name);

    json_member_text(writer, "title", name);
    json_member_text(writer, "type", "object");
    json_key(writer, "properties");
    json_object_begin(writer);
    schema_write_choice(writer, "type", name);
    if (kind->parameters)
        schema_write_parameters(writer, kind->parameters);
    if (kind->lists)
        write_list(writer, kind->lists, NETWORK_HIDDEN_MAX);
    json_object_end(writer);
    json_key(writer, "required");
    json_array_begin(writer);
    json_text(writer, "type");
    json_array_end(writer);
    json_member_flag(writer, "additionalProperties", false);
}

void schema_write_model_part(struct json_writer *writer, const char *name)
{
    json_object_begin(writer);
    write_model_members(writer, name);
    json_object_end(writer);
}

void schema_write_model(struct json_writer *writer, const char *name)
{
    json_object_begin(writer);
    json_member_text(writer, "$schema",
                     "https://json-schema.org/draft/2020-12/schema");
    write_model_members(writer, name);
    json_object_end(writer);
}
