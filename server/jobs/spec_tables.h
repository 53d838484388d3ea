/*
 * spec_tables.h - reading and writing what the core's tables describe:
 * parameters by their rows, members of an objective by their types.
 */
#ifndef SERVER_JOBS_SPEC_TABLES_H
#define SERVER_JOBS_SPEC_TABLES_H

#include "core/base/parameter.h"
#include "core/objective/objective.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

/*
 * Read the members of `object` that `table` names.
 *
 *   object   in       open; members are taken from it
 *   values   out      [rows of table] given or default; null means "off",
 *                     for parameters that have no default
 */
void parameters_read(struct json_reader *reader, struct json_object *object,
                     const struct parameter *table, double *values);

/* Write one member for each row; null where a parameter is off, and none where
 * one is off that has a default. */
void parameters_write(struct json_writer *writer,
                      const struct parameter *table, const double *values);

/* Read the member row->name of `object`: at most count_max numbers, each in
 * the row's range. False after a fault. */
bool parameter_list_read(struct json_reader *reader,
                         struct json_object *object,
                         const struct parameter *row, size_t count_max,
                         const double **ret_numbers, size_t *ret_count);

/*
 * Read the member "type" of an object: the name of one of some kinds. Kinds
 * are structs whose first member is their name, in a table that NULL ends.
 *
 * Returns the first kind of that name, or NULL after a fault.
 */
const void *kind_read(struct json_reader *reader, struct json_object *object,
                      const void *const *kinds);

/* Read the members that `table` names into values[rows of table], defaults for
 * those left out. False after a fault. */
bool members_read(struct json_reader *reader, struct json_object *object,
                  const struct member *table, struct value *values);

/* Write the members that were given or have a default. */
void members_write(struct json_writer *writer, const struct member *table,
                   const struct value *values);

#endif
