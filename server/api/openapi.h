/*
 * openapi.h - the interface as an OpenAPI 3.1 document, made from the route
 * table, the core's tables and two files: openapi/answers.json, the schemas of
 * answers, and openapi/examples.json, bodies that tests post.
 */
#ifndef SERVER_API_OPENAPI_H
#define SERVER_API_OPENAPI_H

#include "server/base/buffer.h"
#include "server/http/http.h"

/*
 * Append the document.
 *
 *   base_path   in   what stands before every path; "" for none
 */
void openapi_write(struct buffer *out, const struct http_route *routes,
                   size_t count, const char *base_path);

/* What GET /openapi.json answers: made when it is first asked for, as it is the
 * same as long as the server runs. Zero at first. */
struct openapi_document {
    struct buffer plain, packed;   /* the same, with gzip */
    bool is_made;
};

void openapi_document_fini(struct openapi_document *document);

http_handler openapi_show;  /* GET /openapi.json */

#endif
