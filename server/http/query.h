/* query.h - the query's parameters: decoded, each known, none twice. */
#ifndef SERVER_HTTP_QUERY_H
#define SERVER_HTTP_QUERY_H

#include <stdbool.h>

#include "server/http/http.h"

/* Read the query into request->queries; false: request->refusal says why. */
bool query_read(struct http_request *request);

#endif
