/*
 * spec_constraint.h - the "constraints" of a spec: what x must fulfil beside
 * its bounds, as formulas over the objective's names.
 */
#ifndef SERVER_JOBS_SPEC_CONSTRAINT_H
#define SERVER_JOBS_SPEC_CONSTRAINT_H

#include "server/jobs/spec.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

/* Read the member of the root; faults go to the reader's. spec->objective and
 * spec->optimizer are read already. */
void spec_constraints_read(struct json_reader *reader,
                           struct json_object *root, struct spec *spec);

/* Write them as the member of the open object, if there are any. */
void spec_constraints_write(struct json_writer *writer,
                            const struct spec *spec);

#endif
