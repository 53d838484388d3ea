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

#endif
