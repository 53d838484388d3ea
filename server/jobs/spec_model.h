/* spec_model.h - the model of a spec: {"type": "mlp", "hidden": [8]}, and what
 * its classes weigh. */
#ifndef SERVER_JOBS_SPEC_MODEL_H
#define SERVER_JOBS_SPEC_MODEL_H

#include "core/objective/objective.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

/* Read it by the model's tables; MEMBER_MODEL says to what. False after a
 * fault. */
bool spec_model_read(struct json_reader *reader, struct json_value value,
                     struct value *ret);

void spec_model_write(struct json_writer *writer, const struct value *value);

/* "balanced", "none", or what the rows of each class weigh, by its name:
 * MEMBER_CLASS_WEIGHTS says to what. */
bool spec_class_weights_read(struct json_reader *reader,
                             struct json_value value, struct value *ret);

void spec_class_weights_write(struct json_writer *writer,
                              const struct value *value);

#endif
