/* spec_warm.h - the point of another job as a start. */
#ifndef SERVER_JOBS_SPEC_WARM_H
#define SERVER_JOBS_SPEC_WARM_H

#include "server/jobs/spec.h"
#include "server/json/reader.h"

/* Read {"job": "job_…", "at": "best" | "last" | k} to spec->start; nothing
 * after a fault. */
void spec_warm_read(struct json_reader *reader, struct json_value value,
                    struct spec *spec);

#endif
