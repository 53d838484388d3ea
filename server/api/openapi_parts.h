/* openapi_parts.h - what the files that write the document share. */
#ifndef SERVER_API_OPENAPI_PARTS_H
#define SERVER_API_OPENAPI_PARTS_H

#include "server/http/http.h"
#include "server/json/writer.h"

/* One operation: the value of "get" and the like of a path. */
void openapi_write_operation(struct json_writer *writer,
                             const struct http_route *route);

/* The schema of a parameter, as a value. */
void openapi_write_parameter_schema(struct json_writer *writer,
                                    const struct http_parameter *row);

#endif
