/* cors.h - pages of other origins: which may read, which may write. */
#ifndef SERVER_HTTP_CORS_H
#define SERVER_HTTP_CORS_H

#include <stdbool.h>

#include "server/http/reply_header.h"

/* Set origin and origin_listed. After front_read(). */
void cors_judge(struct http_request *request);
/* Whether a page of the request's origin may do this. After the method is
 * known. */
bool cors_permits(struct http_request *request);
/* A sentence on why not, and what to set; NULL without memory. */
const char *cors_refusal(struct http_request *request);
/* The headers that every answer has for browsers. */
bool cors_emit(const struct http_request *request, header_emitter *emit,
               void *self);
/* To the answer to OPTIONS, add what a preflight asks for. */
void cors_reply_preflight(struct http_request *request);

#endif
