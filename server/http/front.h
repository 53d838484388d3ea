/* front.h - the address that the browser sees. */
#ifndef SERVER_HTTP_FRONT_H
#define SERVER_HTTP_FRONT_H

#include <stdbool.h>

#include "server/http/http.h"

/* Set host, scheme and is_forwarded. After the headers were read. */
void front_read(struct http_request *request);
/* Whether we answer for that host. */
bool front_is_ours(const struct http_request *request);

#endif
