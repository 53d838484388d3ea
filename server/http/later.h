/* later.h - requests put aside: see http_later(). */
#ifndef SERVER_HTTP_LATER_H
#define SERVER_HTTP_LATER_H

#include <stdbool.h>
#include <stdint.h>

#include "server/http/http.h"

void later_put_aside(struct http_request *request);
/* Take up the requests whose time has come. */
void later_expire(struct http_server *server, int64_t now_ns);
/* Take up those with a deadline whose clients have closed their side: whoever
 * waits for news of a job waits no more. */
void later_free_left(struct http_server *server);
/* The server stops: take up those that have a deadline. */
void later_expire_waits(struct http_server *server);
/* Whether a request is put aside without a deadline. */
bool later_waits_for_writes(const struct http_server *server);

/* When the first deadline is; INT64_MAX: never. */
int64_t later_next_ns(const struct http_server *server);
/* `resume` begins: from here on a wake counts for the next http_later(). */
void later_begin_resume(struct http_request *request);
/* The request is over; recycles it as soon as no wake is under way. */
void later_end(struct http_request *request);

#endif
