/*
 * thin.h - which points of a curve to keep, so that it still looks the same.
 *
 * A curve is given as candidates in order: all its rows, or those that a level
 * of the pyramid kept. Methods are rows of one table: a name, a sentence, and
 * a function that picks. They know no job and no store.
 *
 * Whatever the method, the first and the last candidate are picked, and of
 * every run of values that are not finite the first one, as far as points
 * allow: `minmax` and `m4` keep four points for one bucket, so that points - 4
 * runs are shown, the others points - 2; of more runs as many, evenly spread.
 * All points are used while there are candidates left.
 */
#ifndef SERVER_THIN_THIN_H
#define SERVER_THIN_THIN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"

enum { THIN_POINTS_MIN = 2, THIN_POINTS_MAX = 20000 };

struct thin_curve {
    const double *axis;   /* [count] where each stands; finite, never falls */
    const double *value;  /* [count] what is looked at: may be NaN or infinite;
                             chunk_absent() counts as no point, but where it is
                             the first or the last one */
    size_t count;
    bool is_log;          /* buckets have equal ratios, not equal widths;
                             what is not above 0 stands with the first that
                             is */
};

struct thinning;          /* server/thin/thinning.h */

struct thin_method {
    const char *name;     /* as `method` in the API has it */
    const char *sentence;
    bool averages;        /* gives means of buckets instead of rows: what is
                             picked is where buckets begin */
    enum error (*pick)(struct thinning *thinning);
};

extern const struct thin_method *const thin_methods[]; /* ends with NULL; the
                                                          first is the
                                                          default */

/* NULL: there is none of that name. */
const struct thin_method *thin_method_find(const char *name);

/*
 * Pick at most `points` of the candidates.
 *
 *   points     -         in   THIN_POINTS_MIN … THIN_POINTS_MAX
 *   scratch    -         in   for what is needed meanwhile: about 45 bytes a
 *                             candidate
 *   ret_picks  [points]  out  places in the curve, rising
 *   ret_count  -         out  how many were picked: all that count as points
 *                             where they are no more than `points`
 *
 * Fails   ERR_MEMORY
 * Thread  any
 * Cost    O(count log points) time
 */
MUST_CHECK enum error thin_pick(const struct thin_method *method,
                                const struct thin_curve *curve, size_t points,
                                struct arena *scratch, size_t *ret_picks,
                                size_t *ret_count);

#endif
