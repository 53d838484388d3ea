/*
 * schema.h - JSON Schemas of what a spec may say, made from the core's tables.
 *
 * They accept what POST /jobs accepts, but for two things that a schema cannot
 * say: what depends on the objective (how many numbers bounds have), and what
 * one member asks of another (lists that rise, sizes that agree, the faults of
 * a rule's or a schedule's check()).
 */
#ifndef SERVER_API_SCHEMA_H
#define SERVER_API_SCHEMA_H

#include "server/json/writer.h"

/*
 * Write the schema (draft 2020-12) of the member "optimizer" for the rule
 * called `name`, in each of its dialects, as a value.
 */
void schema_write_optimizer(struct json_writer *writer, const char *name);

/* The same of the member "model" of an objective for the model `name`. */
void schema_write_model(struct json_writer *writer, const char *name);

/* ---- parts of a greater document ---------------------------------------- */

/* Where its definitions stand: references are ROOT PREFIX NAME. */
struct schema_place {
    const char *root;              /* "#/components/schemas/" */
    const char *prefix;            /* "schedule."; "" */
};

/* "$defs" of the schema itself. */
extern const struct schema_place schema_own;

/* The member "optimizer", for one rule; and what it refers to, once for all of
 * them, as members of the open object: bounds and schedules. */
void schema_write_rule(struct json_writer *writer,
                       const struct schema_place *place, const char *name);
void schema_write_shared(struct json_writer *writer,
                         const struct schema_place *place);

/* The member "model" of an objective, for one model. */
void schema_write_model_part(struct json_writer *writer, const char *name);

#endif
