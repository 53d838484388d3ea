/* access_log.h - a line a request, written once a turn of the loop. */
#ifndef SERVER_HTTP_ACCESS_LOG_H
#define SERVER_HTTP_ACCESS_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "server/http/http.h"

void access_log_add(struct http_request *request, bool completed,
                    int64_t now_ns);
/* Write the collected lines. */
void access_log_flush(struct http_server *server);

#endif
