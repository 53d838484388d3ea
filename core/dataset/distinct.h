/* distinct.h - the different integers of a column, while they are few. */
#ifndef CORE_DATASET_DISTINCT_H
#define CORE_DATASET_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"

struct distinct {
    double *slots;     /* [slot_count] NAN: free */
    size_t count, slot_count;
    bool overflowed;   /* there are more than the most */
};

/*
 * Take the integers of values[0], values[stride], …; NAN is passed over.
 * Beyond `most` different ones the set forgets all and has overflowed.
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error distinct_take(struct distinct *set,
                                    const double *values, size_t count,
                                    size_t stride, size_t most);

/* Write them in ascending order to ret[count]. */
void distinct_sorted(const struct distinct *set, double *ret);

/* Forget them, and that there were too many. */
void distinct_fini(struct distinct *set);

#endif
