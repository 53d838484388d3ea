/*
 * thin.h - which points of a curve to keep, so that it still looks the same.
 *
 * A curve is given as candidates in order: all its rows, or those that a level
 * of the pyramid kept. Methods are rows of one table: a name, a sentence, and
 * a function that picks. They know no job and no store.
 */
#ifndef SERVER_THIN_THIN_H
#define SERVER_THIN_THIN_H

#include <stdbool.h>
#include <stddef.h>

enum { THIN_POINTS_MIN = 2, THIN_POINTS_MAX = 20000 };

struct thin_curve {
    const double *axis;   /* [count] where each stands; never falls */
    const double *value;  /* [count] what is looked at: may be NaN or infinite,
                             or chunk_absent(): then it counts as no point */
    size_t count;
};

struct thin_method {
    const char *name;     /* as `method` in the API has it */
    const char *sentence;
    bool averages;        /* gives means of buckets instead of rows: `pick`
                             then returns where buckets begin */

    /*
     * Pick at most `points` of the candidates.
     *
     *   points     -         in   THIN_POINTS_MIN … THIN_POINTS_MAX, and less
     *                             than curve->count
     *   ret_picks  [points]  out  places in the curve, rising
     *
     * Returns how many were picked
     * Cost    O(count) time, no allocation
     */
    size_t (*pick)(const struct thin_curve *curve, size_t points,
                   size_t *ret_picks);
};

extern const struct thin_method *const thin_methods[]; /* ends with NULL; the
                                                          first is the default */

/* NULL: there is none of that name. */
const struct thin_method *thin_method_find(const char *name);

#endif
