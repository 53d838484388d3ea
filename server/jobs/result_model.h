/* result_model.h - what the result of a model has beside that of others. */
#ifndef SERVER_JOBS_RESULT_MODEL_H
#define SERVER_JOBS_RESULT_MODEL_H

#include "core/run/run.h"
#include "server/base/buffer.h"
#include "server/jobs/spec.h"
#include "server/json/writer.h"

/*
 * Write the members "model", "tensors" and "metrics".
 *
 * Thread  the one that ran: the rows are looked at once more
 * Cost    one pass over the rows
 */
void result_model_write(struct json_writer *writer, const struct spec *spec,
                        const struct run_result *result, struct buffer *out);

#endif
