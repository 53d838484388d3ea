/* catalogue.c - the core's tables of rules, schedules and functions as JSON. */
#include "server/api/catalogue.h"

#include <string.h>

#include "core/base/suggest.h"
#include "core/function/function.h"
#include "core/objective/objective.h"
#include "core/optimizer/optimizer.h"
#include "core/optimizer/wrap.h"
#include "core/schedule/schedule.h"
#include "server/api/api.h"
#include "server/api/catalogue_parts.h"
#include "server/api/schema.h"
#include "server/api/tag.h"
#include "server/json/writer.h"

/* ---- parameters -------------------------------------------------------- */

static const char *type_name(enum parameter_type type)
{
    static const char *const names[] = {
        [PARAMETER_NUMBER] = "number",
        [PARAMETER_INTEGER] = "integer",
        [PARAMETER_FLAG] = "flag",
        [PARAMETER_CHOICE] = "choice",
    };

    return names[type];
}

static void write_range(struct json_writer *writer,
                        const struct parameter *parameter)
{
    json_member_number(writer, "low", parameter->low);
    json_member_number(writer, "high", parameter->high);
    json_member_flag(writer, "low_included", !(parameter->bound & OPEN_LOW));
    json_member_flag(writer, "high_included", !(parameter->bound & OPEN_HIGH));
}

static void write_choices(struct json_writer *writer,
                          const struct parameter *parameter)
{
    json_key(writer, "choices");
    json_array_begin(writer);
    for (size_t i = 0; parameter->choices[i]; i++)
        json_text(writer, parameter->choices[i]);
    json_array_end(writer);
}

static void write_parameter(struct json_writer *writer,
                            const struct parameter *parameter)
{
    json_object_begin(writer);
    json_member_text(writer, "name", parameter->name);
    json_member_text(writer, "type", type_name(parameter->type));
    json_key(writer, "default");
    if (parameter->type == PARAMETER_FLAG)
        json_flag(writer, parameter->initial != 0);
    else if (parameter->type == PARAMETER_CHOICE)
        json_text(writer, parameter->choices[(size_t)parameter->initial]);
    else
        json_number(writer, parameter->initial);
    if (parameter->type == PARAMETER_CHOICE)
        write_choices(writer, parameter);
    else if (parameter->type != PARAMETER_FLAG)
        write_range(writer, parameter);
    json_member_text(writer, "sentence", parameter->sentence);
    json_object_end(writer);
}

void catalogue_write_parameters(struct json_writer *writer, const char *member,
                                const struct parameter *table)
{
    json_key(writer, member);
    json_array_begin(writer);
    for (; table && table->name; table++)
        write_parameter(writer, table);
    json_array_end(writer);
}

/* ---- rules ------------------------------------------------------------- */

/* Which nonlinear constraints a spec may have with it: perhaps none. */
static void write_constraints(struct json_writer *writer,
                              const struct optimizer_kind *kind)
{
    json_key(writer, "constraints");
    json_array_begin(writer);
    if (kind->takes_inequalities)
        json_text(writer, constraint_type_name(CONSTRAINT_INEQUALITY));
    if (kind->takes_equalities)
        json_text(writer, constraint_type_name(CONSTRAINT_EQUALITY));
    json_array_end(writer);
}

/* What the objective must be; NULL: anything. */
static const char *need_of(const struct optimizer_kind *kind)
{
    if (kind->needs_linear)
        return "linear_model";
    if (kind->needs_residuals)
        return "residuals";
    return kind->needs_rows ? "rows" : NULL;
}

/* What a rule says of itself in one dialect. */
static void write_dialect(struct json_writer *writer,
                          const struct optimizer_kind *kind)
{
    double p[PARAMETERS_MAX];

    parameter_defaults(kind->parameters, p);
    json_member_text(writer, "sentence", kind->sentence);
    json_member_text(writer, "formula", kind->formula);
    json_member_text(writer, "source", kind->source);
    catalogue_write_parameters(writer, "parameters", kind->parameters);
    json_key(writer, "wrapper_parameters");
    json_array_begin(writer);
    for (int i = 0; i < WRAP_PARAMETERS; i++)
        if (wrap_offers(kind, p, (enum wrap_parameter)i))
            write_parameter(writer, &wrap_parameters[i]);
    json_array_end(writer);
    json_member_text(writer, "needs", need_of(kind));
    write_constraints(writer, kind);
}

/* The rule as in its default dialect, and each dialect it is spoken in. */
static void write_optimizer_members(struct json_writer *writer,
                                    const struct optimizer_kind *kind)
{
    json_member_text(writer, "name", kind->name);
    write_dialect(writer, kind);
    json_key(writer, "dialects");
    json_array_begin(writer);
    for (size_t i = 0; optimizer_kinds[i]; i++) {
        const struct optimizer_kind *spoken = optimizer_kinds[i];

        if (strcmp(spoken->name, kind->name) || !spoken->dialect)
            continue;
        json_object_begin(writer);
        json_member_text(writer, "name", spoken->dialect);
        write_dialect(writer, spoken);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_optimizer(struct json_writer *writer, const void *kind)
{
    json_object_begin(writer);
    write_optimizer_members(writer, kind);
    json_object_end(writer);
}

static void write_optimizer_with_schema(struct json_writer *writer,
                                        const void *kind)
{
    const struct optimizer_kind *optimizer = kind;

    json_object_begin(writer);
    write_optimizer_members(writer, optimizer);
    json_key(writer, "schema");
    schema_write_optimizer(writer, optimizer->name);
    json_object_end(writer);
}

/* ---- schedules --------------------------------------------------------- */

static void write_schedule(struct json_writer *writer, const void *kind)
{
    static const char *const nestings[] = {
        [SCHEDULE_ALONE] = NULL,
        [SCHEDULE_WRAPS] = "schedule",
        [SCHEDULE_JOINS] = "schedules",
    };
    const struct schedule_kind *schedule = kind;

    json_object_begin(writer);
    json_member_text(writer, "name", schedule->name);
    json_member_text(writer, "sentence", schedule->sentence);
    json_member_text(writer, "formula", schedule->formula);
    json_member_text(writer, "source", schedule->source);
    catalogue_write_parameters(writer, "parameters", schedule->parameters);
    catalogue_write_parameters(writer, "lists", schedule->lists);
    json_member_text(writer, "holds", nestings[schedule->nesting]);
    json_member_flag(writer, "looks_at_loss", schedule->looks_at_loss);
    json_object_end(writer);
}

/* ---- functions --------------------------------------------------------- */

static void write_minima(struct json_writer *writer,
                         const struct function *function, size_t n)
{
    double x[FUNCTION_DEFAULT_MAX], loss;

    json_key(writer, "minima");
    json_array_begin(writer);
    for (size_t i = 0; i < function->minima_count; i++) {
        if (!function_minimum_at(function, i, n, x, &loss))
            continue;
        json_object_begin(writer);
        json_member_number(writer, "loss", loss);
        json_key(writer, "x");
        json_numbers(writer, x, n);
        json_member_text(writer, "kind",
                         function->minima[i].local ? "local" : "global");
        json_object_end(writer);
    }
    json_array_end(writer);
}

/* The interval to plot, for each coordinate. */
static void write_box(struct json_writer *writer,
                      const struct function *function, size_t n)
{
    json_key(writer, "box");
    json_array_begin(writer);
    for (size_t i = 0; i < n; i++) {
        struct interval box = function_box(function, i);

        json_numbers(writer, (double[]){box.low, box.high}, 2);
    }
    json_array_end(writer);
}

static void write_dimension(struct json_writer *writer,
                            const struct function *function)
{
    size_t low = function->dimension_min, high = function->dimension_max;
    size_t step = function->dimension_step;

    if (function->dimension != 0)
        low = high = function->dimension;
    json_key(writer, "dimension");
    json_object_begin(writer);
    json_member_integer(writer, "default",
                        (int64_t)function->dimension_default);
    json_member_integer(writer, "low", (int64_t)low);
    json_member_integer(writer, "high",
                        (int64_t)(high != 0 ? high : DIMENSION_MAX));
    json_member_integer(writer, "multiple_of",
                        (int64_t)(step != 0 ? step : 1));
    json_object_end(writer);
}

/* null where there is the one function only. */
static void write_instance(struct json_writer *writer,
                           const struct function *function)
{
    json_key(writer, "instance");
    if (function->instances == 0) {
        json_null(writer);
        return;
    }
    json_object_begin(writer);
    json_member_integer(writer, "default", 1);
    json_member_integer(writer, "low", 1);
    json_member_integer(writer, "high", (int64_t)function->instances);
    json_object_end(writer);
}

static void write_function(struct json_writer *writer, const void *kind)
{
    const struct function *function = kind;
    size_t n = function->dimension_default;
    double start[FUNCTION_DEFAULT_MAX];

    function_start(function, n, start);
    json_object_begin(writer);
    json_member_text(writer, "name", function->name);
    json_member_text(writer, "sentence", function->sentence);
    json_member_text(writer, "formula", function->formula);
    json_member_text(writer, "source", function->source);
    json_member_text(writer, "family", function->family);
    write_dimension(writer, function);
    write_instance(writer, function);
    json_key(writer, "start");
    json_numbers(writer, start, n);
    write_box(writer, function, n);
    write_minima(writer, function, n);
    json_object_end(writer);
}

/* ---- lists and rows ---------------------------------------------------- */

enum http_next catalogue_reply(struct http_request *request,
                               struct buffer *body)
{
    /* Another build may say other things. */
    const char *etag = TAG(request, tag_digest(request, body));

    http_reply_header(request, "Cache-Control", "public, max-age=3600");
    return http_reply_tagged(request, 200, TYPE_JSON, etag, body);
}

/* Every kind's first member is its name. */
static const char *name_of(const void *kind)
{
    return *(const char *const *)kind;
}

enum http_next catalogue_list(struct http_request *request,
                              const void *const *kinds,
                              catalogue_write *write)
{
    const char *last = "";
    struct json_writer writer;
    struct buffer body;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    json_key(&writer, "items");
    json_array_begin(&writer);
    for (; *kinds; last = name_of(*kinds++))
        if (strcmp(name_of(*kinds), last))
            write(&writer, *kinds);
    json_array_end(&writer);
    json_member_null(&writer, "next");
    json_object_end(&writer);
    return catalogue_reply(request, &body);
}

enum http_next catalogue_show(struct http_request *request,
                              const void *const *kinds,
                              catalogue_write *write)
{
    struct suggestion near = {.word = http_capture(request, 0)};
    struct json_writer writer;
    struct buffer body;
    const char *detail;

    for (; *kinds; kinds++) {
        if (!strcmp(name_of(*kinds), near.word)) {
            buffer_init(&body);
            json_writer_init(&writer, &body);
            write(&writer, *kinds);
            return catalogue_reply(request, &body);
        }
        suggest_offer(&near, name_of(*kinds));
    }
    detail = near.best ? arena_format(http_arena(request),
                                      "there is no such name; did you mean "
                                      "%s?", near.best)
                       : "there is no such name";
    return problem_reply(request, PROBLEM_NOT_FOUND, detail ? detail : "");
}

const struct http_parameter optimizers_list_queries[] = {
    {"full", "All that GET /optimizers/{name} says, but its schema.",
     HTTP_BOOLEAN},
    {0},
};

static void write_optimizer_line(struct json_writer *writer,
                                 const struct optimizer_kind *kind,
                                 const char *base_path)
{
    struct buffer link;

    buffer_init(&link);
    buffer_format(&link, "%s/optimizers/%s", base_path, kind->name);
    json_object_begin(writer);
    json_member_text(writer, "name", kind->name);
    json_member_text(writer, "sentence", kind->sentence);
    json_member_text(writer, "link", link.failed ? NULL : link.bytes);
    json_object_end(writer);
    buffer_fini(&link);
}

static enum http_next list_optimizers_shortly(struct http_request *request)
{
    struct json_writer writer;
    struct buffer body;
    const char *last = "";

    buffer_init(&body);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    json_key(&writer, "items");
    json_array_begin(&writer);
    for (size_t i = 0; optimizer_kinds[i]; last = optimizer_kinds[i++]->name)
        if (strcmp(optimizer_kinds[i]->name, last))
            write_optimizer_line(&writer, optimizer_kinds[i],
                                 http_base_path(request));
    json_array_end(&writer);
    json_member_null(&writer, "next");
    json_object_end(&writer);
    return catalogue_reply(request, &body);
}

enum http_next optimizers_list(struct http_request *request)
{
    bool full = http_value(request, "full").flag;

    return full ? catalogue_list(request, CATALOGUE(optimizer_kinds),
                                 write_optimizer)
                : list_optimizers_shortly(request);
}

enum http_next optimizer_show(struct http_request *request)
{
    return catalogue_show(request, CATALOGUE(optimizer_kinds),
                          write_optimizer_with_schema);
}

enum http_next functions_list(struct http_request *request)
{
    return catalogue_list(request, CATALOGUE(functions), write_function);
}

enum http_next function_show(struct http_request *request)
{
    return catalogue_show(request, CATALOGUE(functions), write_function);
}

enum http_next schedules_list(struct http_request *request)
{
    return catalogue_list(request, CATALOGUE(schedule_kinds), write_schedule);
}

enum http_next schedule_show(struct http_request *request)
{
    return catalogue_show(request, CATALOGUE(schedule_kinds), write_schedule);
}
