/* kept_model.h - the member "model" of a result: all that predicting needs. */
#ifndef SERVER_JOBS_KEPT_MODEL_H
#define SERVER_JOBS_KEPT_MODEL_H

#include "core/base/error.h"
#include "core/objective/objective.h"
#include "server/jobs/kept_place.h"
#include "server/jobs/spec.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

struct run_result;
struct transform;

struct kept_model {
    enum kept_place place;        /* of its tensors and metrics */
    struct objective objective;   /* without rows */
    struct transform *transform;
};

/* Which point the tensors and metrics of a model are of: the best one where it
 * was chosen by a validation part or by patience, else the last. */
enum kept_place kept_place_of(const struct spec *spec);

/* Write the member "model" of a result: what it is, how rows become its
 * features, what its classes are; null where it never saw its rows. */
void kept_model_write(struct json_writer *writer, const struct spec *spec,
                      const struct run_result *result);

/*
 * Read the member back.
 *
 * Fails   ERR_CORRUPT, ERR_MEMORY
 * Owns    everything lives in the reader's arena
 */
MUST_CHECK enum error kept_model_read(struct json_reader *reader,
                                      struct json_value value,
                                      struct kept_model *ret);

#endif
