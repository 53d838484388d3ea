/*
 * kept_result.h - what a job's result keeps, read back: its points and, of a
 * model, all that predicting needs.
 *
 * A result stands for itself: neither the spec nor the dataset is looked at,
 * which may be gone by then.
 */
#ifndef SERVER_JOBS_KEPT_RESULT_H
#define SERVER_JOBS_KEPT_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/jobs/kept_model.h"
#include "server/jobs/kept_place.h"

/* Where the run was: `x` may hold what is not finite. */
struct kept_point {
    uint64_t iteration;
    const double *x;              /* [n] */
};

struct kept_result {
    size_t n;
    struct kept_point points[KEPT_PLACES];
    bool is_model;
    struct kept_model model;      /* all zero where it is none */
};

/*
 * Read a result.
 *
 * Fails   ERR_CORRUPT it is no result; ERR_MISSING it holds no point, as
 *         the job failed; ERR_MEMORY
 * Owns    everything lives in `arena`
 * Thread  any
 * Cost    O(bytes): a million numbers are read in some 100 ms
 */
MUST_CHECK enum error kept_result_read(struct arena *arena,
                                       const char *result,
                                       struct kept_result *ret);

#endif
