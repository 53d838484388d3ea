/*
 * kept_numbers.h - the numbers of a large result, taken out of its text before
 * it is read as JSON: a reader has a node of 64 bytes for each, and takes so
 * many at most.
 */
#ifndef SERVER_JOBS_KEPT_NUMBERS_H
#define SERVER_JOBS_KEPT_NUMBERS_H

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/base/buffer.h"
#include "server/jobs/kept_place.h"

struct kept_numbers {
    struct {
        double *x;               /* NULL: it stands in the text */
        size_t n;
    } points[KEPT_PLACES];
};

/*
 * Copy a result's text without its large arrays of numbers, for each of which
 * stands []; those of `x` and `best.x` are read. NaN stands for null.
 *
 *   result  in   a text that we wrote; of another one the copy is no JSON, or
 *                not what a result has
 *   ret     out  x lives in `arena`
 *
 * Fails   ERR_CORRUPT; ERR_MEMORY
 * Cost    O(bytes)
 */
MUST_CHECK enum error kept_numbers_take(struct arena *arena,
                                        const char *result,
                                        struct buffer *text,
                                        struct kept_numbers *ret);

#endif
