/* spec_schedule.h - the "schedule" member of a spec's optimizer. */
#ifndef SERVER_JOBS_SPEC_SCHEDULE_H
#define SERVER_JOBS_SPEC_SCHEDULE_H

#include <stdbool.h>

#include "core/schedule/schedule.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

/*
 * Read a schedule and those inside it, at most SCHEDULE_DEPTH_MAX deep.
 *
 *   schedule   out  complete only on true, but for its horizon: that is for
 *                   who knows the run, by schedule_set_horizon()
 *
 * Returns false after a fault.
 */
bool spec_schedule_read(struct json_reader *reader, struct json_value value,
                        struct schedule *schedule);

/* Write it as a value, with every default filled in. */
void spec_schedule_write(struct json_writer *writer,
                         const struct schedule *schedule);

#endif
