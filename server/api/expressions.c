/* expressions.c - GET /expressions: the language of formulas, as data. */
#include "server/api/expressions.h"

#include <string.h>

#include "core/expression/affine.h"
#include "core/expression/expression.h"
#include "core/expression/language.h"
#include "core/objective/objective.h"
#include "server/api/catalogue.h"
#include "server/json/writer.h"

static void write_functions(struct json_writer *writer)
{
    const struct language_function *function = language_functions;

    json_key(writer, "functions");
    json_array_begin(writer);
    for (; function->name; function++) {
        json_object_begin(writer);
        json_member_text(writer, "name", function->name);
        json_member_text(writer, "arguments", function->arguments);
        json_member_text(writer, "sentence", function->sentence);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_operators(struct json_writer *writer)
{
    const struct language_operator *operator = language_operators;

    json_key(writer, "operators");
    json_array_begin(writer);
    for (; operator->name; operator++) {
        json_object_begin(writer);
        json_member_text(writer, "name", operator->name);
        json_member_integer(writer, "precedence", operator->precedence);
        json_member_text(writer, "associates", operator->associates);
        json_member_text(writer, "sentence", operator->sentence);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_constants(struct json_writer *writer)
{
    const struct language_constant *constant = language_constants;

    json_key(writer, "constants");
    json_array_begin(writer);
    for (; constant->name; constant++) {
        json_object_begin(writer);
        json_member_text(writer, "name", constant->name);
        json_member_number(writer, "value", constant->value);
        json_member_text(writer, "sentence", constant->sentence);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_aliases(struct json_writer *writer)
{
    const struct language_alias *alias = language_aliases;

    json_key(writer, "aliases");
    json_array_begin(writer);
    for (; alias->name; alias++) {
        json_object_begin(writer);
        json_member_text(writer, "name", alias->name);
        json_member_text(writer, "meaning", alias->meaning);
        json_member_flag(writer, "wants_prefix", alias->wants_prefix);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_limits(struct json_writer *writer)
{
    json_key(writer, "limits");
    json_object_begin(writer);
    json_member_integer(writer, "bytes", EXPRESSION_BYTES_MAX);
    json_member_integer(writer, "operations", EXPRESSION_NODES_MAX);
    json_member_integer(writer, "depth", EXPRESSION_DEPTH_MAX);
    json_member_integer(writer, "sums_within_sums", COUNTER_DEPTH_MAX);
    json_member_integer(writer, "counters", COUNTERS_MAX);
    json_member_integer(writer, "lets", EXPRESSION_LETS_MAX);
    json_member_integer(writer, "let_elements", EXPRESSION_KEPT_MAX);
    json_member_integer(writer, "indices_among_data", LOOKUPS_MAX);
    json_member_number(writer, "points", EXPRESSION_POINTS_MAX);
    json_member_number(writer, "work", EXPRESSION_WORK_MAX);
    json_member_integer(writer, "name_bytes", LANGUAGE_NAME_BYTES_MAX);
    json_member_integer(writer, "dimension", DIMENSION_MAX);
    json_object_end(writer);
}

/* A member that stands as JSON in the table, or null. */
static void write_json(struct json_writer *writer, const char *name,
                       const char *json)
{
    json_key(writer, name);
    if (json)
        json_raw(writer, json, strlen(json));
    else
        json_null(writer);
}

static void write_examples(struct json_writer *writer)
{
    const struct language_example *example = language_examples;

    json_key(writer, "examples");
    json_array_begin(writer);
    for (; example->expression; example++) {
        json_object_begin(writer);
        json_member_text(writer, "expression", example->expression);
        write_json(writer, "variables", example->variables);
        write_json(writer, "constants", example->constants);
        json_member_text(writer, "sentence", example->sentence);
        json_object_end(writer);
    }
    json_array_end(writer);
}

enum http_next expressions_show(struct http_request *request)
{
    struct json_writer writer;
    struct buffer body;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    json_key(&writer, "grammar");
    json_array_begin(&writer);
    for (size_t i = 0; language_grammar[i]; i++)
        json_text(&writer, language_grammar[i]);
    json_array_end(&writer);
    write_functions(&writer);
    write_operators(&writer);
    write_constants(&writer);
    write_aliases(&writer);
    write_limits(&writer);
    write_examples(&writer);
    json_object_end(&writer);
    return catalogue_reply(request, &body);
}
