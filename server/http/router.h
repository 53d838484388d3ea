/* router.h - from a path to a row of the route table. */
#ifndef SERVER_HTTP_ROUTER_H
#define SERVER_HTTP_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "server/http/http.h"

enum { PATH_STEPS_MAX = 8 };

struct path_step {
    const char *text;             /* decoded, or a route's literal */
    size_t bytes;
    bool is_capture;              /* routes only */
};

struct route_path {
    struct path_step steps[PATH_STEPS_MAX];
    size_t count;
};

struct compiled_route {
    const struct http_route *route;
    struct route_path path;
};

struct router {
    struct compiled_route *routes;
    size_t count;
};

MUST_CHECK enum error router_init(struct router *router,
                                  const struct http_route *routes,
                                  size_t count);
void router_fini(struct router *router);

/*
 * Find the request's route and its captures; fills route, captures, query
 * and allowed (a bit for each method that the path takes).
 *
 * Returns NULL when all is well, else PROBLEM_NOT_FOUND, PROBLEM_METHOD or,
 * for a path that is not UTF-8, PROBLEM_MALFORMED_REQUEST.
 */
const struct problem *router_find(const struct router *router,
                                  struct http_request *request);

#endif
