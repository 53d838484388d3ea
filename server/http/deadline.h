/* deadline.h - absolute deadlines of connections. */
#ifndef SERVER_HTTP_DEADLINE_H
#define SERVER_HTTP_DEADLINE_H

#include <stdint.h>

#include "server/http/http.h"

enum { SWEEP_MS = 100 };

/* More time for more body: what was announced, or what has come so far. */
int64_t deadline_of_body_ns(const struct http_request *request);
/* Cut the connections that are past their deadline. */
void deadline_sweep(struct http_server *server, int64_t now_ns);

#endif
