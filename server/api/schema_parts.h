/* schema_parts.h - what the files that write JSON Schemas share. */
#ifndef SERVER_API_SCHEMA_PARTS_H
#define SERVER_API_SCHEMA_PARTS_H

#include <stdbool.h>

#include "core/base/parameter.h"
#include "server/json/writer.h"

/* "type": TYPE or "type": [TYPE, "null"]. */
void schema_write_type(struct json_writer *writer, const char *type,
                       bool or_null);

/* A member that is this text. */
void schema_write_choice(struct json_writer *writer, const char *member,
                         const char *text);

/* "minimum", "maximum" and the like of a number. */
void schema_write_range(struct json_writer *writer,
                        const struct parameter *parameter);

/* A member for each row. */
void schema_write_parameters(struct json_writer *writer,
                             const struct parameter *table);

#endif
