/* guard.h - the gate: what every request must pass before its body is read. */
#ifndef SERVER_HTTP_GUARD_H
#define SERVER_HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "server/http/http.h"

/* Where MHD's strings lie; tells what MHD hides. */
struct wire {
    const char *method, *target, *version;
    size_t header_bytes;
};

/* The gate. False: request->refusal says what is wrong, and the connection
 * must be closed with the answer. */
bool guard_check(struct http_request *request, const struct wire *wire);

/* The rules for the body, which need the route. False: as above. */
bool guard_check_body(struct http_request *request);

/* Whether the header announces a body, whatever else is wrong with it. */
bool guard_sees_body(const struct http_request *request);
/* Whether the client waits for 100 Continue before it sends its body. */
bool guard_expects_continue(struct http_request *request);

#endif
