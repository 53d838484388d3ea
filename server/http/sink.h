/* sink.h - bodies taken piece by piece: a route's sink. */
#ifndef SERVER_HTTP_SINK_H
#define SERVER_HTTP_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "server/http/http.h"

/* The header is here, a body follows. False: it is refused. */
bool sink_begin(struct http_request *request);
/* Offer a piece; *count is what is left of it. */
void sink_take(struct http_request *request, const char *bytes,
               size_t *count);
/* MHD calls again: the client is held up no more. */
void sink_go_on(struct http_request *request);
/* The request is over. */
void sink_end(struct http_request *request);

#endif
