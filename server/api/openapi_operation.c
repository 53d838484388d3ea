/* openapi_operation.c - a row of the route table as an OpenAPI operation. */
#include "server/api/openapi_parts.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/api/api.h"

enum { TEXT_BYTES = 512, TYPE_BYTES = 64, PROBLEMS_MAX = 16 };

/* {"$ref": "#/components/KIND/NAME"} */
static void write_reference(struct json_writer *writer, const char *kind,
                            const char *name)
{
    char text[TEXT_BYTES];

    snprintf(text, sizeof text, "#/components/%s/%s", kind, name);
    json_object_begin(writer);
    json_member_text(writer, "$ref", text);
    json_object_end(writer);
}

/* ---- parameters ---------------------------------------------------------- */

/* "enum": the names of a row's choices. */
static void write_choices(struct json_writer *writer,
                          const struct http_parameter *row)
{
    const char *last = "", *name;

    json_key(writer, "enum");
    json_array_begin(writer);
    for (size_t i = 0; (name = parameter_choice_name(row, i)); last = name, i++)
        if (strcmp(name, last)) /* dialects of a rule have one name */
            json_text(writer, name);
    json_array_end(writer);
}

static void write_range(struct json_writer *writer,
                        const struct http_parameter *row)
{
    json_member_number(writer, "minimum", row->low);
    json_member_number(writer, "maximum", row->high);
}

/* What a value of this type is: the inside of its schema. */
static void write_type(struct json_writer *writer,
                       const struct http_parameter *row, enum http_type type)
{
    char pattern[TYPE_BYTES];

    switch (type) {
    case HTTP_INTEGER:
    case HTTP_NUMBER:
        json_member_text(writer, "type",
                         type == HTTP_INTEGER ? "integer" : "number");
        write_range(writer, row);
        break;
    case HTTP_BOOLEAN:
        json_member_text(writer, "type", "boolean");
        break;
    case HTTP_CHOICE:
        json_member_text(writer, "type", "string");
        write_choices(writer, row);
        break;
    case HTTP_LIST:
        json_member_text(writer, "type", "array");
        if (row->is_required)
            json_member_integer(writer, "minItems", 1);
        if (row->items_max > 0)
            json_member_integer(writer, "maxItems", (int64_t)row->items_max);
        json_key(writer, "items");
        json_object_begin(writer);
        write_type(writer, row, row->items);
        json_object_end(writer);
        break;
    case HTTP_TIME:
        json_member_text(writer, "type", "string");
        json_member_text(writer, "format", "date-time");
        break;
    case HTTP_ID:
        json_member_text(writer, "type", "string");
        snprintf(pattern, sizeof pattern, "^%s_[0-9a-hjkmnp-tv-z]{26}$",
                 row->prefix);
        json_member_text(writer, "pattern", pattern);
        break;
    case HTTP_TEXT:
        json_member_text(writer, "type", "string");
        break;
    }
}

static void write_default(struct json_writer *writer,
                          const struct http_parameter *row)
{
    if (isnan(row->initial))
        return;
    if (row->type == HTTP_INTEGER || row->type == HTTP_NUMBER)
        json_member_number(writer, "default", row->initial);
    else if (row->type == HTTP_BOOLEAN)
        json_member_flag(writer, "default", row->initial != 0);
    else if (row->type == HTTP_CHOICE)
        json_member_text(writer, "default",
                         parameter_choice_name(row, (size_t)row->initial));
}

/* Words that are taken as well: of what is no choice itself. */
static bool has_words(const struct http_parameter *row)
{
    return row->type != HTTP_CHOICE && row->type != HTTP_TEXT
        && !(row->type == HTTP_LIST && row->items == HTTP_CHOICE)
        && parameter_choice_name(row, 0);
}

void openapi_write_parameter_schema(struct json_writer *writer,
                                    const struct http_parameter *row)
{
    json_object_begin(writer);
    if (has_words(row)) {
        json_key(writer, "anyOf");
        json_array_begin(writer);
        json_object_begin(writer);
        write_type(writer, row, row->type);
        json_object_end(writer);
        json_object_begin(writer);
        write_choices(writer, row);
        json_object_end(writer);
        json_array_end(writer);
    } else {
        write_type(writer, row, row->type);
    }
    if (row->type == HTTP_TEXT && row->choices) {
        json_key(writer, "examples");
        json_array_begin(writer);
        for (size_t i = 0; row->choices[i]; i++)
            json_text(writer, row->choices[i]);
        json_array_end(writer);
    }
    write_default(writer, row);
    json_object_end(writer);
}

static void write_parameter(struct json_writer *writer,
                            const struct http_parameter *row, bool is_capture)
{
    json_object_begin(writer);
    json_member_text(writer, "name", row->name);
    json_member_text(writer, "in", is_capture ? "path" : "query");
    json_member_text(writer, "description", row->sentence);
    if (is_capture || row->is_required)
        json_member_flag(writer, "required", true);
    if (row->type == HTTP_LIST)
        json_member_flag(writer, "explode", false); /* between commas */
    json_key(writer, "schema");
    openapi_write_parameter_schema(writer, row);
    json_object_end(writer);
}

static void write_parameters(struct json_writer *writer,
                             const struct http_route *route)
{
    const struct http_parameter *row = route->captures;

    json_key(writer, "parameters");
    json_array_begin(writer);
    for (; row && row->name; row++)
        write_parameter(writer, row, true);
    for (row = route->queries; row && row->name; row++)
        write_parameter(writer, row, false);
    json_array_end(writer);
}

/* ---- bodies -------------------------------------------------------------- */

/* The schema of a media type: of JSON by name, of others text or octets. */
static void write_schema(struct json_writer *writer, const char *type,
                         const char *schema)
{
    json_key(writer, "schema");
    if (schema && !strcmp(type, TYPE_JSON)) {
        write_reference(writer, "schemas", schema);
        return;
    }
    json_object_begin(writer);
    if (!strcmp(type, TYPE_JSON))
        json_member_text(writer, "type", "object");
    else if (!strncmp(type, "text/", 5) || strstr(type, "ndjson")
             || strstr(type, "svg") || strstr(type, "libsvm"))
        json_member_text(writer, "type", "string");
    json_object_end(writer);
}

static void write_examples(struct json_writer *writer,
                           const char *const *names)
{
    json_key(writer, "examples");
    json_object_begin(writer);
    for (; *names; names++) {
        json_key(writer, *names);
        write_reference(writer, "examples", *names);
    }
    json_object_end(writer);
}

static void write_body(struct json_writer *writer,
                       const struct http_route *route)
{
    const char *rest = route->body_type;
    const struct http_body *body = route->body;
    bool is_first = true;

    json_key(writer, "requestBody");
    json_object_begin(writer);
    json_member_flag(writer, "required", !(body && body->is_optional));
    json_key(writer, "content");
    json_object_begin(writer);
    for (; *rest; is_first = false) {
        char type[TYPE_BYTES];
        size_t bytes = strcspn(rest, ",");

        snprintf(type, sizeof type, "%.*s", (int)bytes, rest);
        json_key(writer, type);
        json_object_begin(writer);
        write_schema(writer, type, body ? body->schema : NULL);
        if (is_first && body && body->examples[0])
            write_examples(writer, body->examples);
        json_object_end(writer);
        rest += bytes + strspn(rest + bytes, ", ");
    }
    json_object_end(writer);
    if (route->body_bytes_max != HTTP_BODY_AS_SET && !route->sink)
        json_member_integer(writer, "x-bytes-max",
                            (int64_t)route->body_bytes_max);
    json_object_end(writer);
}

/* ---- answers ------------------------------------------------------------- */

static void open_response(struct json_writer *writer, unsigned status)
{
    char text[16];

    snprintf(text, sizeof text, "%u", status);
    json_key(writer, text);
    json_object_begin(writer);
}

/* All rows of the status that `first` has. */
static void write_answer(struct json_writer *writer,
                         const struct http_answer *first)
{
    open_response(writer, first->status);
    json_member_text(writer, "description", first->sentence);
    if (first->type) {
        json_key(writer, "content");
        json_object_begin(writer);
        for (const struct http_answer *at = first; at->status; at++) {
            if (at->status != first->status)
                continue;
            json_key(writer, at->type);
            json_object_begin(writer);
            write_schema(writer, at->type, at->schema);
            json_object_end(writer);
        }
        json_object_end(writer);
    }
    json_object_end(writer);
}

/* What follows from the row beside what it names. */
static size_t list_problems(const struct http_route *route,
                            const struct problem **ret)
{
    bool has_json = route->body_type && strstr(route->body_type, TYPE_JSON);
    size_t count = 0;

    ret[count++] = PROBLEM_INVALID_PARAMETER;
    ret[count++] = PROBLEM_MALFORMED_REQUEST;
    if (has_json)
        ret[count++] = PROBLEM_MALFORMED_JSON;
    if (route->captures)
        ret[count++] = PROBLEM_NOT_FOUND;
    if (route->body_type) {
        ret[count++] = PROBLEM_TOO_LARGE;
        ret[count++] = PROBLEM_MEDIA_TYPE;
    }
    for (size_t i = 0; route->problems && route->problems[i]; i++) {
        assert(count < PROBLEMS_MAX);
        ret[count++] = route->problems[i];
    }
    return count;
}

static void write_problem_content(struct json_writer *writer)
{
    json_key(writer, "content");
    json_object_begin(writer);
    json_key(writer, "application/problem+json");
    json_object_begin(writer);
    json_key(writer, "schema");
    write_reference(writer, "schemas", "problem");
    json_object_end(writer);
    json_object_end(writer);
}

/* A status, with the slug of each problem that has it. */
static void write_problem(struct json_writer *writer, unsigned status,
                          const struct problem *const *problems, size_t count)
{
    char text[TEXT_BYTES] = "";
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        if (problems[i]->status == status)
            used += (size_t)snprintf(text + used, sizeof text - used,
                                     "%s%s: %s.", used > 0 ? " " : "",
                                     problems[i]->slug, problems[i]->title);
    open_response(writer, status);
    json_member_text(writer, "description", text);
    write_problem_content(writer);
    json_object_end(writer);
}

static void write_responses(struct json_writer *writer,
                            const struct http_route *route)
{
    const struct problem *problems[PROBLEMS_MAX];
    const struct http_answer *at = route->answers;
    size_t count = list_problems(route, problems);
    unsigned last = 0;

    json_key(writer, "responses");
    json_object_begin(writer);
    for (; at && at->status; last = at++->status)
        if (at->status != last)
            write_answer(writer, at);
    for (unsigned status = 400; status < 600; status++)
        for (size_t i = 0; i < count; i++)
            if (problems[i]->status == status) {
                write_problem(writer, status, problems, count);
                break;
            }
    json_key(writer, "default");
    json_object_begin(writer);
    json_member_text(writer, "description",
                     "Any other problem: GET /problems/{slug} explains it.");
    write_problem_content(writer);
    json_object_end(writer);
    json_object_end(writer);
}

/* ---- operations ---------------------------------------------------------- */

/* "get_jobs_id_trace_csv" */
static void write_id(struct json_writer *writer,
                     const struct http_route *route)
{
    char text[TEXT_BYTES];
    size_t used = 0;

    for (const char *c = http_method_name(route->method); *c; c++)
        text[used++] = (char)tolower((unsigned char)*c);
    for (const char *c = route->path; *c && used + 2 < sizeof text; c++) {
        if (isalnum((unsigned char)*c))
            text[used++] = *c;
        else if (text[used - 1] != '_')
            text[used++] = '_';
    }
    while (text[used - 1] == '_')
        used--;
    text[used] = '\0';
    json_member_text(writer, "operationId", text);
}

void openapi_write_operation(struct json_writer *writer,
                             const struct http_route *route)
{
    json_object_begin(writer);
    write_id(writer, route);
    json_member_text(writer, "summary", route->sentence);
    if (route->scope)
        json_member_text(writer, "x-scope", route->scope);
    if (route->captures || route->queries)
        write_parameters(writer, route);
    if (route->body_type)
        write_body(writer, route);
    write_responses(writer, route);
    json_object_end(writer);
}
