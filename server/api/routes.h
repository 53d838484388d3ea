/* routes.h - the one table of routes. */
#ifndef SERVER_API_ROUTES_H
#define SERVER_API_ROUTES_H

#include <stddef.h>

#include "server/http/http.h"

extern const struct http_route routes[];
extern const size_t route_count;

#endif
