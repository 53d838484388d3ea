/*
 * restore.h - from a point where constraints nearly hold to one where they do.
 *
 * A method that ends by a tolerance of its own may be off by a little more
 * than a constraint's. Gauss-Newton steps of least length,
 *
 *     x -= J' (J J')^-1 c,   c, J: values and gradients of the constraints
 *                            that are violated, or as good as,
 *
 * square the violation each.
 */
#ifndef CORE_SEARCH_RESTORE_H
#define CORE_SEARCH_RESTORE_H

#include <stdbool.h>

#include "core/search/method.h"

/*
 * Move x[n], an array of its own, until the method's constraints hold.
 *
 * Returns false: no short way leads there, or memory is used up. A way is
 *         short up to `share` of max(1, |x|).
 * Cost    k n + k^2 numbers of the method's arena, for k such constraints
 */
bool restore_feasible(const struct method *method, double share, double *x);

#endif
