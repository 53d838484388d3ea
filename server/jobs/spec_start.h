/*
 * spec_start.h - where a run starts.
 *
 *     [1, 2] | {"a": 1, "w": [1, 2]} | {"random": {"low": -2, "high": 2}}
 *     | {"job": "job_…", "at": "best"} | null
 *
 * Names are those of the objective's variables, of a fit's parameters, of a
 * model's tensors. The point of another job is looked up once, when the spec is
 * read: what is kept are its numbers, so that the spec means the same when that
 * job is gone.
 */
#ifndef SERVER_JOBS_SPEC_START_H
#define SERVER_JOBS_SPEC_START_H

#include "server/jobs/spec.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

/* Read the member `start` into spec->start and origin. After the objective. */
void spec_start_read(struct json_reader *reader, struct json_object *root,
                     struct spec *spec);

/* Draw the numbers of START_RANDOM. Fails: ERR_MEMORY. */
MUST_CHECK enum error spec_start_draw(struct arena *arena, struct spec *spec);

/* Write the member. */
void spec_start_write(struct json_writer *writer, const struct spec *spec);

#endif
