/* reading.h - job specs for tests: read, written, run. */
#ifndef TESTS_UNIT_READING_H
#define TESTS_UNIT_READING_H

#include <stddef.h>

#include "server/jobs/digest.h"
#include "server/jobs/recorder.h"
#include "server/jobs/spec.h"

/* One spec_read() and what came of it. */
struct reading {
    struct arena arena;
    struct faults faults;
    struct json_flaw flaw;
    struct spec spec;
    enum error error;
};

/* Read a text of `bytes` bytes, of which none follows in memory. */
struct reading *reading_of(const char *text, size_t bytes);
/* Read a spec that is right: its faults end the test. */
struct reading *reading_good(const char *text);
void reading_free(struct reading *reading);

/* The full spec as text; free() it. */
char *reading_write(const struct reading *reading);

/* Run the spec, recording into `recorder`; recorder_fini() it. Every chunk
 * stays in its list, the last with its number of rows. */
struct run_result reading_run(struct reading *reading,
                              struct recorder *recorder);

/* Run the spec: the result's JSON, with a time of 1 s and no digest;
 * cJSON_Delete() it. */
struct cJSON *reading_result(struct reading *reading);

/* Run the spec: its trace_sha256. */
void reading_sha256(struct reading *reading, char text[DIGEST_TEXT_BYTES]);

#endif
