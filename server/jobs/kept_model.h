/* kept_model.h - the member "model" of a result, read back. */
#ifndef SERVER_JOBS_KEPT_MODEL_H
#define SERVER_JOBS_KEPT_MODEL_H

#include "server/jobs/kept_result.h"
#include "server/json/reader.h"

/*
 * Read it into ret->objective, transform and place.
 *
 * Fails   ERR_CORRUPT, ERR_MEMORY
 * Owns    everything lives in the reader's arena
 */
MUST_CHECK enum error kept_model_read(struct json_reader *reader,
                                      struct json_value value,
                                      struct kept_result *ret);

#endif
