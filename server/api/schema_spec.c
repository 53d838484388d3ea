/* schema_spec.c - JSON Schemas of objectives and of a whole job spec. */
#include "server/api/schema_spec.h"

#include <stdio.h>
#include <string.h>

#include "core/dataset/builtin.h"
#include "core/model/model.h"
#include "core/objective/constraint.h"
#include "core/run/batches.h"
#include "core/run/stop.h"
#include "server/api/schema.h"
#include "server/api/schema_parts.h"
#include "server/jobs/spec.h"

enum { NAME_BYTES = 80 };

#define ROOT "#/components/schemas/"

static const struct schema_place components = {ROOT, "schedule."};

/* ---- small pieces -------------------------------------------------------- */

/* A schema that is JSON already. */
static void write_raw(struct json_writer *writer, const char *json)
{
    json_raw(writer, json, strlen(json));
}

static void member_raw(struct json_writer *writer, const char *name,
                       const char *json)
{
    json_key(writer, name);
    write_raw(writer, json);
}

/* The name of any kind: its first member. */
static const char *name_of(const void *kind)
{
    return *(const char *const *)kind;
}

/* NAME: {"anyOf": [{"$ref": ROOT NAME.KIND}, …]}, each kind's name once. */
static void write_union(struct json_writer *writer, const char *name,
                        const void *const *kinds)
{
    char text[NAME_BYTES + sizeof ROOT];
    const char *last = "";

    json_key(writer, name);
    json_object_begin(writer);
    json_key(writer, "anyOf");
    json_array_begin(writer);
    for (; *kinds; last = name_of(*kinds++)) {
        if (!strcmp(name_of(*kinds), last))
            continue;
        snprintf(text, sizeof text, ROOT "%s.%s", name, name_of(*kinds));
        json_object_begin(writer);
        json_member_text(writer, "$ref", text);
        json_object_end(writer);
    }
    json_array_end(writer);
    json_object_end(writer);
}

static void write_key(struct json_writer *writer, const char *family,
                      const char *name)
{
    char text[NAME_BYTES];

    snprintf(text, sizeof text, "%s.%s", family, name);
    json_key(writer, text);
}

/* ---- members of objectives ----------------------------------------------- */

#define NUMBERS "{\"type\":\"array\",\"items\":{\"type\":\"number\"}}"
#define MATRIX "{\"type\":\"array\",\"items\":" NUMBERS "}"
#define TEXTS "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"
#define NUMBER "{\"type\":\"number\"}"
#define SIZE "{\"type\":\"integer\",\"minimum\":1}"
#define OBJECT_OF(value) \
    "{\"type\":\"object\",\"additionalProperties\":" value "}"
#define ANY_OF(list) "\"anyOf\":[" list "]"
#define CELL "{\"type\":[\"number\",\"string\",\"null\"]}"

/* What is written of a type beside its description. Types of which nothing is
 * said here follow from the member's row. */
static const char *const types[] = {
    [MEMBER_FLAG] = "\"type\":\"boolean\"",
    [MEMBER_VECTOR] = "\"type\":\"array\",\"items\":" NUMBER,
    [MEMBER_MATRIX] = "\"type\":\"array\",\"items\":" NUMBERS,
    [MEMBER_NAMES] = "\"type\":\"array\",\"items\":{\"type\":\"string\"}",
    [MEMBER_TERMS] =
        "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
        "\"coefficient\":" NUMBER ",\"powers\":"
        OBJECT_OF("{\"type\":\"integer\",\"minimum\":0}") "},"
        "\"required\":[\"coefficient\"],\"additionalProperties\":false}",
    [MEMBER_FORMULA] = "\"type\":\"string\"",
    [MEMBER_OF_COLUMNS] = "\"type\":\"string\"",
    [MEMBER_VARIABLES] = ANY_OF(
        TEXTS "," OBJECT_OF("{" ANY_OF(SIZE ",{\"type\":\"array\",\"items\":"
                                       SIZE "}") "}")),
    [MEMBER_CONSTANTS] = "\"type\":\"object\",\"additionalProperties\":{"
        ANY_OF(NUMBER "," NUMBERS "," MATRIX) "}",
    [MEMBER_COLUMNS] = "\"$ref\":\"" ROOT "data\"",
    [MEMBER_DATASET] = "\"$ref\":\"" ROOT "data\"",
    [MEMBER_MODEL] = "\"$ref\":\"" ROOT "model\"",
    [MEMBER_GROUPS] = "\"type\":\"object\",\"additionalProperties\":" TEXTS,
    [MEMBER_CLASS_WEIGHTS] = ANY_OF(
        "{\"enum\":[\"balanced\",\"none\"]},"
        OBJECT_OF("{\"type\":\"number\",\"minimum\":0}")),
};

/* A dataset by id or name, its columns, or a built-in one that is made. */
static const char data[] =
    "{" ANY_OF("{\"type\":\"string\"},"
               "{\"type\":\"object\",\"properties\":{\"columns\":"
               OBJECT_OF("{\"type\":\"array\",\"items\":{"
                         ANY_OF(CELL "," NUMBERS) "}}")
               "},\"required\":[\"columns\"],\"additionalProperties\":false},"
               "{\"type\":\"object\",\"properties\":{\"generated\":"
               "{\"type\":\"string\"}},\"required\":[\"generated\"],"
               "\"additionalProperties\":{\"type\":\"number\"}}") "}";

static void write_names(struct json_writer *writer,
                        const struct member *member)
{
    json_member_text(writer, "type", "string");
    if (!member->choices && !member->kinds)
        return;
    json_key(writer, "enum");
    json_array_begin(writer);
    for (size_t i = 0; member->choices && member->choices[i]; i++)
        json_text(writer, member->choices[i]);
    for (size_t i = 0; member->kinds && member->kinds[i]; i++)
        json_text(writer, name_of(member->kinds[i]));
    json_array_end(writer);
}

static void write_initial(struct json_writer *writer,
                          const struct member *member)
{
    if (!member->initial)
        return;
    if (member->type == MEMBER_NAME)
        json_member_text(writer, "default", member->initial->text);
    else if (member->type == MEMBER_NUMBER)
        json_member_number(writer, "default", member->initial->number);
}

static void write_member(struct json_writer *writer,
                         const struct member *member)
{
    if (member->type == MEMBER_PARAMETER) {
        struct parameter row[2] = {*member->row, {0}};

        row->sentence = member->sentence;
        schema_write_parameters(writer, row);
        return;
    }
    json_key(writer, member->name);
    json_object_begin(writer);
    json_member_text(writer, "description", member->sentence);
    if (member->type == MEMBER_NAME) {
        write_names(writer, member);
    } else if (member->type == MEMBER_NUMBER
               || member->type == MEMBER_COUNT) {
        json_member_text(writer, "type", member->type == MEMBER_COUNT
                                             ? "integer" : "number");
        if (member->row)
            schema_write_range(writer, member->row);
        else if (member->type == MEMBER_COUNT)
            write_raw(writer, "\"minimum\":1,\"maximum\":1000000");
    } else {
        write_raw(writer, types[member->type]);
    }
    write_initial(writer, member);
    json_object_end(writer);
}

void schema_write_objective(struct json_writer *writer,
                            const struct objective_kind *kind)
{
    json_object_begin(writer);
    json_member_text(writer, "title", kind->name);
    json_member_text(writer, "description", kind->sentence);
    json_member_text(writer, "type", "object");
    json_key(writer, "properties");
    json_object_begin(writer);
    schema_write_choice(writer, "type", kind->name);
    for (const struct member *m = kind->members; m->name; m++)
        write_member(writer, m);
    json_object_end(writer);
    json_key(writer, "required");
    json_array_begin(writer);
    json_text(writer, "type");
    for (const struct member *m = kind->members; m->name; m++)
        if (m->is_needed)
            json_text(writer, m->name);
    json_array_end(writer);
    json_member_flag(writer, "additionalProperties", false);
    json_object_end(writer);
}

/* ---- the rest of a spec -------------------------------------------------- */

static const char start[] =
    "{\"description\":\"Where the run begins: numbers; by name; drawn at "
    "random from the seed; or where another job was. Left out or null: the "
    "objective's own start.\"," ANY_OF(
    "{\"type\":\"null\"}," NUMBERS ","
    "{\"type\":\"object\",\"properties\":{\"random\":{\"type\":\"object\","
    "\"properties\":{\"low\":" NUMBER ",\"high\":" NUMBER "},"
    "\"required\":[\"low\",\"high\"],\"additionalProperties\":false}},"
    "\"required\":[\"random\"],\"additionalProperties\":false},"
    "{\"type\":\"object\",\"properties\":{\"job\":{\"type\":\"string\"},"
    "\"at\":{" ANY_OF("{\"enum\":[\"best\",\"last\"]},"
                      "{\"type\":\"integer\",\"minimum\":0}") "}},"
    "\"required\":[\"job\"],\"additionalProperties\":false},"
    OBJECT_OF("{" ANY_OF(NUMBER "," NUMBERS "," MATRIX) "}")) "}";

/* A whole number with its range. */
static void write_integer(struct json_writer *writer, const char *name,
                          int64_t low, int64_t high, const char *sentence)
{
    json_key(writer, name);
    json_object_begin(writer);
    json_member_text(writer, "type", "integer");
    json_member_integer(writer, "minimum", low);
    json_member_integer(writer, "maximum", high);
    json_member_text(writer, "description", sentence);
    json_object_end(writer);
}

static void write_head(struct json_writer *writer)
{
    char text[NAME_BYTES];

    snprintf(text, sizeof text,
             "{\"type\":[\"string\",\"null\"],\"maxLength\":%d}",
             SPEC_NAME_BYTES_MAX);
    member_raw(writer, "name", text);
    snprintf(text, sizeof text, "{\"type\":\"array\",\"maxItems\":%d,"
             "\"items\":{\"type\":\"string\"}}", STORE_TAGS_MAX);
    member_raw(writer, "tags", text);
    write_integer(writer, "priority", -SPEC_PRIORITY_MAX, SPEC_PRIORITY_MAX,
                  "The greatest runs first.");
    write_integer(writer, "seed", 0, SPEC_SEED_MAX,
                  "What is drawn at random follows from it.");
    schema_write_parameters(writer, spec_retention);
}

/* An object of parameters, none of which is needed. */
static void write_table(struct json_writer *writer, const char *name,
                        const struct parameter *table)
{
    json_key(writer, name);
    json_object_begin(writer);
    json_member_text(writer, "type", "object");
    json_key(writer, "properties");
    json_object_begin(writer);
    schema_write_parameters(writer, table);
    json_object_end(writer);
    json_member_flag(writer, "additionalProperties", false);
    json_object_end(writer);
}

static void write_constraints(struct json_writer *writer)
{
    json_key(writer, "constraints");
    json_object_begin(writer);
    json_member_text(writer, "type", "array");
    json_member_integer(writer, "maxItems", CONSTRAINTS_MAX);
    json_key(writer, "items");
    json_object_begin(writer);
    json_member_text(writer, "type", "object");
    json_key(writer, "properties");
    json_object_begin(writer);
    member_raw(writer, "type", "{\"enum\":[\"inequality\",\"equality\"]}");
    member_raw(writer, "expression",
               "{\"type\":\"string\",\"description\":\"Of the objective's "
               "names, or of x[1], x[2], …; at most 0, or 0.\"}");
    schema_write_parameters(writer, spec_constraint_parameters);
    json_object_end(writer);
    member_raw(writer, "required", "[\"type\",\"expression\"]");
    json_member_flag(writer, "additionalProperties", false);
    json_object_end(writer);
    json_object_end(writer);
}

static void write_batching(struct json_writer *writer)
{
    member_raw(writer, "batch_size",
               "{\"description\":\"Rows of an update, of a fit or a model.\","
               ANY_OF("{\"const\":\"full\"}," SIZE) "}");
    json_key(writer, "shuffle");
    json_object_begin(writer);
    json_key(writer, "enum");
    json_array_begin(writer);
    for (enum shuffle s = 0; s < SHUFFLES; s++)
        json_text(writer, shuffle_texts[s].name);
    json_array_end(writer);
    json_object_end(writer);
    member_raw(writer, "order",
               "{\"description\":\"The rows of each epoch in turn.\","
               "\"type\":\"array\",\"items\":" NUMBERS "}");
    member_raw(writer, "precision", "{\"enum\":[\"float64\",\"float32\"]}");
}

static void write_trace(struct json_writer *writer)
{
    json_key(writer, "trace");
    json_object_begin(writer);
    json_member_text(writer, "type", "object");
    json_key(writer, "properties");
    json_object_begin(writer);
    member_raw(writer, "every",
               "{\"description\":\"Record every k-th iteration.\","
               ANY_OF("{\"const\":\"epoch\"}," SIZE) "}");
    member_raw(writer, "x", "{\"enum\":[\"auto\",true,false]}");
    write_integer(writer, "max_bytes", SPEC_TRACE_BYTES_LEAST,
                  SPEC_TRACE_BYTES_MOST, "Rows are recorded further apart "
                  "where the trace could take more.");
    json_object_end(writer);
    json_member_flag(writer, "additionalProperties", false);
    json_object_end(writer);
}

static void write_root(struct json_writer *writer)
{
    json_key(writer, "spec");
    json_object_begin(writer);
    json_member_text(writer, "description", "A job: what is minimised, how, "
                     "and until when.");
    json_member_text(writer, "type", "object");
    json_key(writer, "properties");
    json_object_begin(writer);
    write_head(writer);
    member_raw(writer, "objective", "{\"$ref\":\"" ROOT "objective\"}");
    write_batching(writer);
    member_raw(writer, "start", start);
    member_raw(writer, "optimizer", "{\"$ref\":\"" ROOT "optimizer\"}");
    write_constraints(writer);
    write_table(writer, "stop", stop_parameters);
    write_trace(writer);
    json_object_end(writer);
    member_raw(writer, "required", "[\"objective\",\"optimizer\"]");
    json_member_flag(writer, "additionalProperties", false);
    json_object_end(writer);
}

void schema_write_spec(struct json_writer *writer)
{
    write_root(writer);
    write_union(writer, "objective", (const void *const *)objective_kinds);
    for (size_t i = 0; objective_kinds[i]; i++) {
        write_key(writer, "objective", objective_kinds[i]->name);
        schema_write_objective(writer, objective_kinds[i]);
    }
    member_raw(writer, "data", data);
    write_union(writer, "model", (const void *const *)model_kinds);
    for (size_t i = 0; model_kinds[i]; i++) {
        write_key(writer, "model", model_kinds[i]->name);
        schema_write_model_part(writer, model_kinds[i]->name);
    }
    write_union(writer, "optimizer", (const void *const *)optimizer_kinds);
    for (size_t i = 0; optimizer_kinds[i]; i++) {
        const char *name = optimizer_kinds[i]->name;

        if (i > 0 && !strcmp(optimizer_kinds[i - 1]->name, name))
            continue; /* the rule in another dialect */
        write_key(writer, "optimizer", name);
        schema_write_rule(writer, &components, name);
    }
    schema_write_shared(writer, &components);
}
