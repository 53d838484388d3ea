/*
 * preview.h - the first iterations of a spec that is not a job yet: run at
 * once, kept in memory, forgotten.
 *
 * It is the run that the job would be, bit for bit: the same spec, and the
 * same stop rules.
 */
#ifndef SERVER_JOBS_PREVIEW_H
#define SERVER_JOBS_PREVIEW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/run/run.h"
#include "server/jobs/spec.h"
#include "server/json/writer.h"

enum {
    PREVIEW_ITERATIONS_MAX = 1000,
    PREVIEW_DIMENSIONS_MAX = 8,  /* coordinates that are kept */
};

enum preview_column {
    PREVIEW_ITERATION, PREVIEW_LOSS, PREVIEW_GRADIENT_NORM,
    PREVIEW_LEARNING_RATE, PREVIEW_X, /* and the further coordinates */
    PREVIEW_COLUMNS = PREVIEW_X + PREVIEW_DIMENSIONS_MAX
};

struct preview {
    double *columns[PREVIEW_COLUMNS]; /* [rows]; NULL: x has fewer */
    size_t rows;                 /* iterations 0, 1, …: one more than updates */
    bool is_complete;            /* false: time or memory did not suffice */
    struct run_result result;    /* so far: reason is REASON_NONE where the
                                    run would go on */
};

/*
 * Run the first iterations.
 *
 *   iterations  in  updates at most: 1 … PREVIEW_ITERATIONS_MAX
 *   time_s      in  how long it may take; looked at between iterations
 *   cancel      in  ends it where it is, also within an iteration: for who
 *                   looks at the time meanwhile
 *
 * Fails   ERR_MEMORY: what the run needs does not fit in the arena
 * Owns    everything lives in `arena`
 * Thread  any
 */
MUST_CHECK enum error preview_run(const struct spec *spec, size_t iterations,
                                  double time_s, const atomic_bool *cancel,
                                  struct arena *arena, struct preview *ret);

/* Write it as one object: columns, complete, outcome. */
void preview_write(const struct preview *preview, const struct spec *spec,
                   struct json_writer *writer);

#endif
