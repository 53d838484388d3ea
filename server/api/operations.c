/* operations.c - health, version, and the documentation of the interface. */
#include "server/api/operations.h"

#include <stdio.h>
#include <string.h>

#include "server/api/api.h"
#include "server/json/writer.h"

static enum http_next reply_status(struct http_request *request,
                                   const char *status)
{
    struct json_writer writer;
    struct buffer body;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    json_member_text(&writer, "status", status);
    json_object_end(&writer);
    return http_reply(request, 200, TYPE_JSON, &body);
}

enum http_next livez(struct http_request *request)
{
    return reply_status(request, "alive");
}

/* What keeps the store from its work. */
static const struct problem *const store_problems[] = {
    [STORE_SOUND] = NULL,
    [STORE_DISK_FULL] = PROBLEM_STORAGE,
    [STORE_READ_ONLY] = PROBLEM_STORAGE,
    [STORE_DAMAGED] = PROBLEM_DAMAGED,
};

const struct problem *readiness(struct http_request *request,
                                char sentence[STORE_MESSAGE_BYTES])
{
    struct api *api = api_of(request);
    const char *why = NULL;
    const struct problem *problem =
        store_problems[store_condition(api->store, sentence)];

    if (atomic_load(&api->stopping)
        || http_is_stopping(http_server_of(request))) {
        problem = PROBLEM_SHUTTING_DOWN;
        why = "this process takes no new jobs";
    } else if (!problem && store_queue_is_full(api->store)) {
        problem = PROBLEM_QUEUE_FULL;
        why = "more writes wait than may";
    }
    if (why)
        snprintf(sentence, STORE_MESSAGE_BYTES, "%s", why);
    return problem;
}

enum http_next readyz(struct http_request *request)
{
    char sentence[STORE_MESSAGE_BYTES];
    const struct problem *problem = readiness(request, sentence);

    return problem ? problem_reply(request, problem, sentence)
                   : reply_status(request, "ready");
}

enum http_next version_show(struct http_request *request)
{
    struct json_writer writer;
    struct buffer body;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    json_member_text(&writer, "name", "descentd");
    json_member_text(&writer, "version", DESCENTD_VERSION);
    json_member_integer(&writer, "schema",
                        store_version(api_of(request)->store));
    json_object_end(&writer);
    return http_reply(request, 200, TYPE_JSON, &body);
}

enum http_next problem_show(struct http_request *request)
{
    const struct problem *problem = problem_find(http_capture(request, 0));
    struct json_writer writer;
    struct buffer body;

    if (problem == NULL)
        return problem_reply(request, PROBLEM_NOT_FOUND,
                             "there is no such problem");
    buffer_init(&body);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    json_member_text(&writer, "slug", problem->slug);
    json_member_integer(&writer, "status", problem->status);
    json_member_text(&writer, "title", problem->title);
    json_member_text(&writer, "advice", problem->advice);
    json_object_end(&writer);
    return http_reply(request, 200, TYPE_JSON, &body);
}

static void write_parameters(struct json_writer *writer,
                             const struct http_parameter *parameter)
{
    json_key(writer, "parameters");
    json_array_begin(writer);
    for (; parameter && parameter->name; parameter++) {
        json_object_begin(writer);
        json_member_text(writer, "name", parameter->name);
        json_member_text(writer, "sentence", parameter->sentence);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_route(struct json_writer *writer,
                        const struct http_route *route)
{
    json_object_begin(writer);
    json_member_text(writer, "method", http_method_name(route->method));
    json_member_text(writer, "path", route->path);
    json_member_text(writer, "sentence", route->sentence);
    write_parameters(writer, route->queries);
    json_member_text(writer, "body", route->body_type);
    json_object_end(writer);
}

enum http_next index_show(struct http_request *request)
{
    const struct http_route *routes;
    struct json_writer writer;
    struct buffer body;
    size_t count;

    routes = http_routes(request, &count);
    buffer_init(&body);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    json_member_text(&writer, "name", "descentd");
    json_member_text(&writer, "sentence", "Gradient descent as a service.");
    json_key(&writer, "routes");
    json_array_begin(&writer);
    for (size_t i = 0; i < count; i++)
        write_route(&writer, &routes[i]);
    json_array_end(&writer);
    json_object_end(&writer);
    return http_reply(request, 200, TYPE_JSON, &body);
}
