/*
 * spec_optimizer.h - the "optimizer" member of a spec: rule and dialect, their
 * parameters, what is put around the rule, bounds, and the schedule.
 */
#ifndef SERVER_JOBS_SPEC_OPTIMIZER_H
#define SERVER_JOBS_SPEC_OPTIMIZER_H

#include "server/jobs/spec.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

/* Read the member; faults go to the reader's. spec->objective is read
 * already (bounds have its dimension). */
void spec_optimizer_read(struct json_reader *reader, struct json_value value,
                         struct spec *spec);

/* Write it as the member "optimizer" of the open object. */
void spec_optimizer_write(struct json_writer *writer,
                          const struct spec *spec);

#endif
