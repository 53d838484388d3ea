/* schema_spec.h - JSON Schemas of objectives and of a whole job spec, made from
 * the tables of the core and of server/jobs. */
#ifndef SERVER_API_SCHEMA_SPEC_H
#define SERVER_API_SCHEMA_SPEC_H

#include "core/objective/objective.h"
#include "server/json/writer.h"

/* The member "objective" for one kind, as a value. */
void schema_write_objective(struct json_writer *writer,
                            const struct objective_kind *kind);

/*
 * Write the components that a job spec is made of, as members of the open
 * object: `spec` refers to `objective` and `optimizer`, these to
 * `objective.NAME` and `optimizer.NAME`, rules to `schedule.schedule` and
 * `schedule.bounds`.
 */
void schema_write_spec(struct json_writer *writer);

#endif
