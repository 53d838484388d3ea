/* timer.h - calls on the loop's thread at a time: see http_timer_set(). */
#ifndef SERVER_HTTP_TIMER_H
#define SERVER_HTTP_TIMER_H

#include <stdint.h>

#include "server/http/http.h"

/* Call those whose time has come. */
void timer_expire(struct http_server *server, int64_t now_ns);
/* When the first one's time is; INT64_MAX: never. */
int64_t timer_next_ns(const struct http_server *server);

#endif
