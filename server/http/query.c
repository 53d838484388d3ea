/* query.c - the query's parameters: decoded, each known, none twice. */
#include "server/http/query.h"

#include <ctype.h>
#include <string.h>

#include "core/base/suggest.h"
#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/target.h"

static bool is_known(const struct http_route *route, const char *name)
{
    const struct http_query_parameter *known = route->queries;

    for (; known != NULL && known->name != NULL; known++)
        if (strcmp(known->name, name) == 0)
            return true;
    return false;
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
    const struct http_query_parameter *known = request->route->queries;
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

/*
 * Name every parameter that is unknown or repeated. A route that looks at
 * these faults goes on to its handler, which adds what is wrong with the
 * values: so all come at once.
 */
static bool check(struct http_request *request)
{
    for (size_t i = 0; i < request->query_count; i++) {
        const char *name = request->queries[i].name, *pointer;
        bool known = is_known(request->route, name);
        struct faults *faults;

        if (known && !is_twice(request, i))
            continue;
        faults = http_query_faults(request);
        if (faults == NULL) {
            request->refusal.problem = PROBLEM_INTERNAL;
            return false;
        }
        pointer = arena_format(&request->arena, "?%s", name);
        if (pointer == NULL)
            pointer = "?";
        if (known)
            fault_add(faults, pointer, FAULT_DUPLICATE, NULL,
                      "it may stand only once");
        else
            add_unknown(request, faults, name, pointer);
    }
    if (request->query_faults == NULL || request->route->adds_faults)
        return true;
    request->refusal = (struct http_refusal){
        .problem = PROBLEM_INVALID_PARAMETER,
        .faults = request->query_faults,
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

    if (at == NULL)
        return true;
    while (*at != '\0') {
        char *end = at + strcspn(at, "&");
        char *next = *end == '&' ? end + 1 : end;

        if (end > at && !read_pair(request, at, end))
            return false;
        at = next;
    }
    return check(request);
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
