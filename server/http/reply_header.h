/* reply_header.h - headers of the coming reply: see http_reply_header(). */
#ifndef SERVER_HTTP_REPLY_HEADER_H
#define SERVER_HTTP_REPLY_HEADER_H

#include <stdbool.h>

#include "server/http/http.h"

struct reply_header {
    const char *name, *value;
    struct reply_header *next;
};

/* Takes a header of an answer; false: it could not. */
typedef bool header_emitter(void *self, const char *name, const char *value);

/* Whether the reply has a header of this name. */
bool reply_header_is_set(const struct http_request *request, const char *name);

#endif
