/* query.c - the query's parameters: decoded, typed, each known, none twice. */
#include "server/http/query.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "core/base/suggest.h"
#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/target.h"

static const struct http_parameter *find_row(const struct http_route *route,
                                             const char *name)
{
    const struct http_parameter *row = route->queries;

    for (; row != NULL && row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static bool is_twice(const struct http_request *request, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(request->queries[i].name, request->queries[index].name)
            == 0)
            return true;
    return false;
}

static void add_unknown(struct http_request *request, struct faults *faults,
                        const char *name, const char *pointer)
{
    const struct http_parameter *known = request->route->queries;
    struct suggestion near = {.word = name};

    for (; known != NULL && known->name != NULL; known++)
        suggest_offer(&near, known->name);
    fault_add(faults, pointer, FAULT_UNKNOWN_NAME, near.best,
              "there is no such parameter");
}

struct faults *http_query_faults(struct http_request *request)
{
    if (request->query_faults == NULL) {
        request->query_faults = ARENA_NEW(&request->arena, struct faults);
        if (request->query_faults != NULL)
            faults_init(request->query_faults, &request->arena);
    }
    return request->query_faults;
}

static const char *place_of(struct http_request *request, const char *name)
{
    const char *place = arena_format(&request->arena, "?%s", name);

    return place != NULL ? place : "?";
}

/* Read one pair's value, or name what is wrong with it. */
static enum error check_pair(struct http_request *request, size_t index,
                             struct faults *faults)
{
    struct query_pair *pair = &request->queries[index];
    const char *place = place_of(request, pair->name);
    const struct http_parameter *row = find_row(request->route, pair->name);

    pair->typed = ARENA_NEW(&request->arena, struct http_value);
    if (pair->typed == NULL)
        return ERR_MEMORY;
    if (row == NULL)
        add_unknown(request, faults, pair->name, place);
    else if (is_twice(request, index))
        fault_add(faults, place, FAULT_DUPLICATE, NULL,
                  "it may stand only once");
    else
        return parameter_read(row, pair->value, &request->arena, place,
                              faults, pair->typed);
    return OK;
}

static enum error check_all(struct http_request *request,
                            struct faults *faults)
{
    const struct http_parameter *row = request->route->queries;

    for (size_t i = 0; i < request->query_count; i++)
        TRY(check_pair(request, i, faults));
    for (; row != NULL && row->name != NULL; row++)
        if (row->is_required && http_query(request, row->name) == NULL)
            parameter_refuse_missing(row, place_of(request, row->name),
                                     faults);
    return OK;
}

static bool needs_one(const struct http_route *route)
{
    const struct http_parameter *row = route->queries;

    while (row != NULL && row->name != NULL && !row->is_required)
        row++;
    return row != NULL && row->name != NULL;
}

/*
 * Read all values, and name every parameter that is unknown, repeated, missing
 * or wrong. A route that looks at these faults goes on to its handler, which
 * adds what else is wrong with them: so all come at once.
 */
static bool check(struct http_request *request)
{
    struct faults *faults;

    if (request->query_count == 0 && !needs_one(request->route))
        return true;
    faults = http_query_faults(request);
    if (faults == NULL || check_all(request, faults) != OK) {
        request->refusal.problem = PROBLEM_INTERNAL;
        return false;
    }
    if (faults->total == 0 || request->route->adds_faults)
        return true;
    request->refusal = (struct http_refusal){
        .problem = PROBLEM_INVALID_PARAMETER,
        .faults = faults,
    };
    return false;
}

/* Decode one name or value and terminate it; NULL where it is not UTF-8. */
static const char *decode(char *start, char *end)
{
    size_t bytes = target_decode(start, (size_t)(end - start), true);

    if (bytes == SIZE_MAX)
        return NULL;
    start[bytes] = '\0';
    return start;
}

/* Read "name=value" between start and end, whose byte may be written over. */
static bool read_pair(struct http_request *request, char *start, char *end)
{
    struct query_pair *pair = &request->queries[request->query_count];
    char *equals = memchr(start, '=', (size_t)(end - start));

    if (request->query_count == HTTP_QUERIES_MAX) {
        request->refusal = (struct http_refusal){
            .problem = PROBLEM_INVALID_PARAMETER,
            .detail = "at most 32 parameters are taken",
        };
        return false;
    }
    pair->value = equals != NULL ? decode(equals + 1, end) : "";
    pair->name = decode(start, equals != NULL ? equals : end);
    if (pair->name == NULL || pair->value == NULL) {
        request->refusal = (struct http_refusal){
            .problem = PROBLEM_MALFORMED_REQUEST,
            .detail = "the query is not UTF-8",
        };
        return false;
    }
    request->query_count++;
    return true;
}

bool query_read(struct http_request *request)
{
    char *at = request->query;

    while (at != NULL && *at != '\0') {
        char *end = at + strcspn(at, "&");
        char *next = *end == '&' ? end + 1 : end;

        if (end > at && !read_pair(request, at, end))
            return false;
        at = next;
    }
    return check(request);
}

/* ---- values ------------------------------------------------------------- */

struct http_value http_value(const struct http_request *request,
                             const char *name)
{
    const struct http_parameter *row = find_row(request->route, name);

    assert(row != NULL);
    for (size_t i = 0; i < request->query_count; i++)
        if (strcmp(request->queries[i].name, name) == 0)
            return *request->queries[i].typed;
    return parameter_default(row);
}

struct http_value http_captured(struct http_request *request, size_t index)
{
    const struct http_parameter *rows = request->route->captures;
    struct http_value value;

    assert(rows != NULL);
    if (parameter_read(&rows[index], request->captures[index],
                       &request->arena, "", NULL, &value) != OK)
        return parameter_default(&rows[index]);
    return value;
}

/* ---- links -------------------------------------------------------------- */

/* Append a text with all but RFC 3986's unreserved bytes escaped. */
static void append_escaped(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (isalnum(c) || strchr("-._~", c) != NULL)
            buffer_append(out, text, 1);
        else
            buffer_format(out, "%%%02X", c);
    }
}

static void append_pair(struct buffer *out, const char *name,
                        const char *value, char *separator)
{
    buffer_append(out, separator, 1);
    append_escaped(out, name);
    buffer_text(out, "=");
    append_escaped(out, value);
    *separator = '&';
}

bool http_is_base_path_alone(const struct http_request *request)
{
    size_t bytes = strcspn(request->target, "?");

    return request->base_bytes > 0 && request->base_bytes == bytes;
}

const char *http_target_with(struct http_request *request, const char *name,
                             const char *value)
{
    const char *target = NULL;
    char separator = '?';
    bool is_set = false;
    struct buffer out;

    buffer_init(&out);
    buffer_text(&out, http_base_path(request));
    buffer_append(&out, request->target + request->base_bytes,
                  strcspn(request->target + request->base_bytes, "?"));
    for (size_t i = 0; i < request->query_count; i++) {
        const struct query_pair *pair = &request->queries[i];
        bool is_it = strcmp(pair->name, name) == 0;

        append_pair(&out, pair->name, is_it ? value : pair->value, &separator);
        is_set |= is_it;
    }
    if (!is_set)
        append_pair(&out, name, value, &separator);
    if (!out.failed)
        target = arena_text(&request->arena, out.bytes, out.count);
    buffer_fini(&out);
    return target;
}
