/* catalogue_parts.h - what the catalogue's files share. */
#ifndef SERVER_API_CATALOGUE_PARTS_H
#define SERVER_API_CATALOGUE_PARTS_H

#include "core/base/parameter.h"
#include "server/http/http.h"
#include "server/json/writer.h"

/* Writes one kind as a value. */
typedef void catalogue_write(struct json_writer *writer, const void *kind);

/* Kinds are structs whose first member is their name. */
#define CATALOGUE(table) ((const void *const *)(table))

/* Write a member with an array of parameters; `table` may be NULL. */
void catalogue_write_parameters(struct json_writer *writer, const char *member,
                                const struct parameter *table);

/* Reply with all kinds, each name once: dialects of a rule stand side by
 * side. */
enum http_next catalogue_list(struct http_request *request,
                              const void *const *kinds,
                              catalogue_write *write);

/* Reply with the kind that the path names; 404 with a suggestion. */
enum http_next catalogue_show(struct http_request *request,
                              const void *const *kinds,
                              catalogue_write *write);

#endif
