/* response.h - replies, and the headers that every answer has. */
#ifndef SERVER_HTTP_RESPONSE_H
#define SERVER_HTTP_RESPONSE_H

#include <stdbool.h>

#include "server/http/http.h"
#include "server/http/reply_header.h"

struct MHD_Response;

/* Give every header of an answer to `emit`; false: one did not get through. */
bool response_emit_headers(struct http_request *request, const char *type,
                           header_emitter *emit, void *self);

/* Set the coming reply's ETag; true: If-None-Match names it. */
bool reply_tag_is_known(struct http_request *request, const char *etag);

/* Queue a finished MHD response; takes it over (NULL: out of memory). */
enum http_next reply_with(struct http_request *request, unsigned status,
                          const char *type, struct MHD_Response *response);

/* Reply that too many bytes are under way, in place of an answer whose headers
 * stand already. */
enum http_next reply_too_busy(struct http_request *request);

#endif
