/*
 * router.c - from a path to a row of the route table.
 *
 * Routes are cut into steps once, at the start. The first row whose steps
 * match wins, so "/jobs/actions" stands before "/jobs/{id}". Nothing is
 * normalised: "/jobs/" and "/./jobs" are other places than "/jobs".
 */
#include "server/http/router.h"

#include <stdlib.h>
#include <string.h>

#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/target.h"

/* Cut "/a/b" into its steps; false: too many. */
static bool cut(const char *path, size_t bytes, struct route_path *ret)
{
    const char *end = path + bytes;

    ret->count = 0;
    while (path < end) {
        const char *start = path + 1; /* after the '/' */
        const char *slash = memchr(start, '/', (size_t)(end - start));

        path = slash != NULL ? slash : end;
        if (ret->count == PATH_STEPS_MAX)
            return false;
        ret->steps[ret->count++] = (struct path_step){
            .text = start, .bytes = (size_t)(path - start),
        };
    }
    return true;
}

enum error router_init(struct router *router, const struct http_route *routes,
                       size_t count)
{
    router->routes = calloc(count + 1, sizeof *router->routes);
    if (router->routes == NULL)
        return ERR_MEMORY;
    router->count = count;
    for (size_t i = 0; i < count; i++) {
        struct route_path *path = &router->routes[i].path;

        router->routes[i].route = &routes[i];
        if (!cut(routes[i].path, strlen(routes[i].path), path))
            return ERR_TOO_BIG;
        for (size_t k = 0; k < path->count; k++)
            path->steps[k].is_capture = path->steps[k].text[0] == '{';
    }
    return OK;
}

void router_fini(struct router *router)
{
    free(router->routes);
    router->routes = NULL;
}

static bool matches(const struct route_path *route,
                    const struct route_path *path)
{
    if (route->count != path->count)
        return false;
    for (size_t i = 0; i < path->count; i++) {
        const struct path_step *want = &route->steps[i];
        const struct path_step *have = &path->steps[i];

        if (want->is_capture ? have->bytes == 0
            : want->bytes != have->bytes
              || memcmp(want->text, have->text, have->bytes) != 0)
            return false;
    }
    return true;
}

/* How many bytes of a path the base path takes: of "/base" itself, and of what
 * lies below it. */
static size_t base_bytes(const struct http_request *request)
{
    const char *base = http_base_path(request);
    size_t bytes = strlen(base);

    if (strncmp(request->path, base, bytes) != 0
        || strchr("/?", request->path[bytes]) == NULL) /* NUL is in it, too */
        return 0;
    return bytes;
}

/* Cut the path into steps and decode each, in place. */
static const struct problem *read_path(struct http_request *request,
                                       struct route_path *ret)
{
    char *copy = request->path + (request->base_bytes = base_bytes(request));
    size_t bytes = strcspn(copy, "?");

    if (copy[bytes] == '?')
        request->query = copy + bytes + 1;
    if (bytes == 0) { /* the base path alone is "/" */
        *ret = (struct route_path){.steps = {{.text = ""}}, .count = 1};
        return NULL;
    }
    if (!cut(copy, bytes, ret))
        return PROBLEM_NOT_FOUND;
    for (size_t i = 0; i < ret->count; i++) {
        struct path_step *step = &ret->steps[i];
        char *text = copy + (step->text - copy);

        step->bytes = target_decode(text, step->bytes, false);
        if (step->bytes == SIZE_MAX)
            return PROBLEM_MALFORMED_REQUEST;
        /* Over the slash or the '?' behind it, which are not needed now. */
        text[step->bytes] = '\0';
    }
    return NULL;
}

static void capture(struct http_request *request,
                    const struct route_path *route,
                    const struct route_path *path)
{
    size_t count = 0;

    for (size_t i = 0; i < route->count && count < HTTP_CAPTURES_MAX; i++)
        if (route->steps[i].is_capture)
            request->captures[count++] = path->steps[i].text;
}

/* Whether a path is one of ours but for the slash at its end. */
static bool ends_in_slash(const struct router *router,
                          const struct route_path *path)
{
    struct route_path shorter = *path;

    if (path->count < 2 || path->steps[path->count - 1].bytes > 0)
        return false;
    shorter.count--;
    for (size_t i = 0; i < router->count; i++)
        if (matches(&router->routes[i].path, &shorter))
            return true;
    return false;
}

const struct problem *router_find(const struct router *router,
                                  struct http_request *request)
{
    struct route_path path;
    const struct problem *problem;

    if (strcmp(request->path, "*") == 0) { /* of the server as a whole */
        for (size_t i = 0; i < router->count; i++)
            request->allowed |= 1u << router->routes[i].route->method;
        return NULL;
    }
    problem = read_path(request, &path);
    if (problem != NULL)
        return problem;
    for (size_t i = 0; i < router->count; i++) {
        const struct compiled_route *row = &router->routes[i];

        if (!matches(&row->path, &path))
            continue;
        request->allowed |= 1u << row->route->method;
        if (request->route == NULL && row->route->method == request->method) {
            request->route = row->route;
            capture(request, &row->path, &path);
        }
    }
    if (request->allowed == 0) {
        request->ends_in_slash = ends_in_slash(router, &path);
        return PROBLEM_NOT_FOUND;
    }
    if (request->route == NULL && request->method != HTTP_OPTIONS)
        return PROBLEM_METHOD;
    return NULL;
}
