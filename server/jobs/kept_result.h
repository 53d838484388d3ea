/*
 * kept_result.h - what a job's result keeps, read back: its points and, of a
 * model, all that predicting needs.
 *
 * A result stands for itself: neither the spec nor the dataset is looked at,
 * which may be gone by then.
 */
#ifndef SERVER_JOBS_KEPT_RESULT_H
#define SERVER_JOBS_KEPT_RESULT_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/objective/objective.h"
#include "server/jobs/spec.h"
#include "server/json/writer.h"

struct run_result;
struct transform;

/* Where the run was: `x` may hold what is not finite. */
struct kept_point {
    uint64_t iteration;
    const double *x;              /* [n] */
};

enum kept_place { KEPT_LAST, KEPT_BEST, KEPT_PLACES };

/* "last", "best"; the place of that name, or KEPT_PLACES. */
const char *kept_place_name(enum kept_place place);
enum kept_place kept_place_find(const char *name);

struct kept_result {
    size_t n;
    struct kept_point points[KEPT_PLACES];
    enum kept_place place;        /* of the tensors and metrics of a model;
                                     else KEPT_LAST */
    bool is_model;
    struct objective objective;   /* a model without rows */
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
 * Read a result.
 *
 * Fails   ERR_CORRUPT it is none of ours; ERR_MISSING it holds no point, as
 *         the job failed; ERR_MEMORY
 * Owns    everything lives in `arena`
 * Thread  any
 * Cost    O(bytes): some 50 ms for 1e5 parameters
 */
MUST_CHECK enum error kept_result_read(struct arena *arena,
                                       const char *result,
                                       struct kept_result *ret);

#endif
