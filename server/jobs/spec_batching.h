/*
 * spec_batching.h - the members of a spec about rows: batch_size, shuffle,
 * order, precision.
 */
#ifndef SERVER_JOBS_SPEC_BATCHING_H
#define SERVER_JOBS_SPEC_BATCHING_H

#include "server/jobs/spec.h"
#include "server/json/reader.h"

/* Read them; after the objective, which says how many rows there are. */
void spec_batching_read(struct json_reader *reader, struct json_object *root,
                        struct spec *spec);

/*
 * Give max_epochs and max_iterations their defaults over rows: where epochs
 * are counted, iterations are not; where nothing is, SPEC_EPOCHS_DEFAULT
 * epochs. Then say which rules make no sense with batches, or without. After
 * `stop` was read.
 *
 *   iterations_given   whether the spec has max_iterations
 */
void spec_batching_limit(struct json_reader *reader, struct spec *spec,
                         bool iterations_given);

/* Read "every": "epoch" of the trace: the start, where epochs end, the last.
 * A fault where the job has none. */
void spec_batching_every(struct json_reader *reader, struct json_value member,
                         struct spec *spec);

/* Iterations that the run makes at most. */
uint64_t spec_iterations_max(const struct spec *spec);

void spec_batching_write(const struct spec *spec, struct json_writer *writer);

#endif
